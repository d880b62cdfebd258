"""From a handbook and the library to a composed book: entries read and walked, citations numbered, references resolved."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kb.model.entry import Card, Entry
from kb.model.library import Library
from kb.model.schema import Field
from kb.model.value import EDITOR, UNSTATED, Cadence, Date, EntryRef, Text, Value
from kb.print.appendices import appendices, guide, index_of
from kb.print.blocks import Block, Head, Picture, Run, Runs, blocks_of, every_run, runs_of, settled
from kb.print.book import Appendix, Book, BookChapter, Notes, Section, chinese, chinese_date
from kb.project import Project
from kb.source.entry import read_again
from kb.workpieces.handbooks import Chapter, Handbook, chapters_of
from kb.workpieces.kind import Piece

COMMON_FACTS = ("roles", "functions", "places", "year")
"""Common fields that stand in the box of facts behind the type's own."""
NOT_BOXED = frozenset({"kind", "evidence", "full_title"})
"""Own fields that stand elsewhere: in the kicker, in the list to tick off, under the heading."""
HERE = "content/handbooks/handbook.yml"
"""Where relative links of a handbook's own text start from."""
PICTURES = (".png", ".jpg", ".jpeg", ".gif")


class ContentMovedError(Exception):
    """A file changed while the book was being composed; the command must be run again."""


def read_card(project: Project, library: Library, card: Card) -> Entry:
    """The entry behind a card. Raises ContentMovedError where its file changed since it was taken in."""
    data = (project.root / card.path).read_bytes()
    if hashlib.blake2b(data, digest_size=16).digest() != library.digests[card.path]:
        raise ContentMovedError(card.path)
    return read_again(card.path, data, card.type, library.schema)


def compose(project: Project, library: Library, piece: Piece, house: str) -> Book:
    """The book of a handbook whose file had no faults; `house` is the site's name."""
    handbook: Handbook = piece.value
    chapters = chapters_of(handbook, library)
    cards = [card for chapter in chapters for card in chapter.cards]
    maker = _Maker(project, library, frozenset(card.id for card in cards))
    made = tuple(maker.chapter(chapter) for chapter in chapters if chapter.cards)
    foreword_notes = _Numbering(library)
    foreword = blocks_of(handbook.foreword, _Marks(maker, foreword_notes, piece.path))
    extra = appendices(library, handbook, cards, maker.read)
    date = max((library.changed.get(path, "") for path in (piece.path, *(card.path for card in cards))), default="")
    return Book(
        piece.id,
        piece.path,
        handbook.title,
        handbook.subtitle,
        handbook.edition,
        handbook.publisher or f"{house}编",
        "、".join(handbook.audience),
        house,
        date,
        handbook.style,
        tuple(dict.fromkeys(card.topic for card in cards)),
        _imprint(handbook, house, library, cards, date),
        foreword,
        foreword_notes.done(),
        guide(),
        made,
        extra,
        index_of(_indexed(maker, cards, extra)) if "索引" in handbook.appendices else (),
    )


def _indexed(maker: _Maker, cards: list[Card], extra: tuple[Appendix, ...]) -> set[str]:
    """Every word that is marked somewhere in the book."""
    behind = {run.text for one in extra for run in every_run(one.blocks) if run.kind == "index"}
    return maker.indexed | behind | {word for card in cards for word in (card.title, *card.aliases)}


def compose_sheet(project: Project, library: Library, card: Card, house: str) -> Book:
    """A book of one entry: no cover, no contents, only its text and notes."""
    maker = _Maker(project, library, frozenset({card.id}))
    notes = _Numbering(library)
    section = maker.section(card, notes)
    date = library.changed.get(card.path, "")
    return Book(
        card.id, card.path, card.title, "", "", house, "", house, date, "单页", (card.topic,), (), (), Notes(), (),
        (BookChapter(card.title, (), (section,), (), notes.done()),), (), (),
    )  # fmt: skip


def _imprint(handbook: Handbook, house: str, library: Library, cards: list[Card], date: str) -> tuple[tuple[str, str], ...]:
    editorial = sum(card.editorial for card in cards)
    unseen = sum(not card.stages for card in cards)
    documents = {document for card in cards for document, _ in card.documents}
    rows = [
        ("书　　名", handbook.title + (f"——{handbook.subtitle}" if handbook.subtitle else "")),
        ("编　　者", handbook.publisher or house),
        ("版　　次", handbook.edition),
        ("读者对象", "、".join(handbook.audience)),
        ("收录条目", f"{len(cards)}条，其中{editorial}条含“编者整理·待核对”的内容，{unseen}条尚未登记三审"),
        ("来源文献", f"{len(documents)}份，见书末附录"),
        ("内容截至", chinese_date(date) if date else ""),
        ("范　　围", f"{library.edition}版"),
    ]
    return tuple((label, words) for label, words in rows if words)


def numbered(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """First headings with the numbers of official writing, （一） and so on."""
    found: list[Block] = []
    count = 0
    for block in blocks:
        if isinstance(block, Head) and block.level == 1:
            count += 1
            found.append(Head(1, (Run("text", f"（{chinese(count)}）"), *block.runs)))
        else:
            found.append(block)
    return tuple(found)


def firsts(blocks: tuple[Block, ...]) -> int:
    """How many first headings there are."""
    return sum(isinstance(block, Head) and block.level == 1 for block in blocks)


class _Numbering:
    """Numbers the citations of one chapter; one number for each paragraph of a source, one for each article of a rule."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.sources: dict[tuple[str, str], str] = {}
        self.editor: dict[tuple[str, str], str] = {}
        self.plain = False

    def cite(self, key: str, place: str) -> Run:
        if key in self.library.schema.documents:
            number = "".join(char for char in place if char.isdigit())
            return Run("note", self.sources.setdefault((key, f"第{number}段"), str(len(self.sources) + 1)), "source")
        if key == EDITOR or key not in self.library.shown:
            self.plain = True
            return Run("note", "编", "editor")
        return Run("note", self.editor.setdefault((key, place), f"编{len(self.editor) + 1}"), "editor")

    def done(self) -> Notes:
        schema = self.library.schema
        return Notes(
            _grouped(self.sources, lambda key: schema.documents[key].title),
            _grouped(self.editor, lambda key: self.library.shown[key].title),
            self.plain,
        )


def _grouped(marks: dict[tuple[str, str], str], title: Callable[[str], str]) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for (key, place), mark in marks.items():
        groups.setdefault(key, []).append((mark, place))
    return tuple((title(key), tuple(rows)) for key, rows in groups.items())


@dataclass(slots=True)
class _Marks:
    """Resolves what one text points at; `seen` are the entries whose page has been given in this section already."""

    maker: _Maker
    notes: _Numbering
    path: str
    seen: set[str]

    def __init__(self, maker: _Maker, notes: _Numbering, path: str, own: str = "") -> None:
        self.maker, self.notes, self.path = maker, notes, path
        self.seen = {own}

    def cite(self, key: str, place: str) -> Run:
        return self.notes.cite(key, place)

    def link(self, target: str, words: str) -> Runs:
        path = target.partition("#")[0]
        full = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), path))
        folder, name = posixpath.split(full.removeprefix("content/"))
        key = name.removesuffix(".md")
        card = self.maker.library.shown.get(key) if folder in self.maker.library.schema.folders else None
        return self.mention(card, words) if card is not None else (Run("text", words),)

    def mention(self, card: Card, words: str) -> Runs:
        """Words that name an entry: with its page where it stands in the book, and in the index in any case."""
        if card.id in self.seen and card.id in self.maker.inside:
            return (Run("xref", words, card.id),)
        self.seen.add(card.id)
        self.maker.indexed.add(card.title)
        kind = "see" if card.id in self.maker.inside else "text"
        return (Run(kind, words, card.id if kind == "see" else ""), Run("index", card.title))

    def picture(self, target: str, alt: str) -> Picture | None:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), target))
        return Picture(path, alt) if path.startswith("content/assets/") and path.endswith(PICTURES) else None


class _Maker:
    """Makes the sections of one book; `inside` are the ids of the entries that stand in it."""

    def __init__(self, project: Project, library: Library, inside: frozenset[str]) -> None:
        self.project = project
        self.library = library
        self.inside = inside
        self.indexed: set[str] = set()
        self.kept: dict[str, Entry] = {}

    def read(self, card: Card) -> Entry:
        if card.id not in self.kept:
            self.kept[card.id] = read_card(self.project, self.library, card)
        return self.kept[card.id]

    def chapter(self, chapter: Chapter) -> BookChapter:
        notes = _Numbering(self.library)
        intro = blocks_of(chapter.plan.intro, _Marks(self, notes, HERE))
        sections = tuple(self.section(card, notes) for card in chapter.cards)
        questions = tuple(runs_of(one.ask, _Marks(self, notes, HERE)) + self._seen(one.see) for one in chapter.plan.questions)
        return BookChapter(chapter.plan.title, intro, sections, questions, notes.done())

    def _seen(self, keys: Iterable[str]) -> Runs:
        runs: list[Run] = []
        for key in keys:
            if key in self.inside:
                runs += [
                    Run("text", "、" if runs else "（参见"),
                    Run("xref", self.library.shown[key].title, key),
                    Run("page", "", key),
                ]
        return (*runs, Run("text", "）")) if runs else ()

    def section(self, card: Card, notes: _Numbering) -> Section:
        library, entry = self.library, self.read(card)
        kind = library.type_of(card)
        marks = _Marks(self, notes, card.path, card.id)
        facts = []
        for key in (*kind.own, *COMMON_FACTS):
            field, value = kind.field(key), entry.values.get(key)
            if field is None or value is None or key in NOT_BOXED or (key == "year" and "when" in entry.values):
                continue
            lines = self._lines(value, field, marks)
            if lines:
                facts.append((field.label, lines))
        blocks = numbered(blocks_of(entry.body, marks))
        evidence, field = entry.values.get("evidence"), kind.field("evidence")
        ticks = self._lines(evidence, field, marks) if evidence is not None and field is not None else ()
        full = entry.values.get("full_title")
        flags = [*(["待核对"] if card.editorial else []), *([] if card.stages else ["未登记三审"])]
        return Section(
            card.id,
            card.path,
            card.title,
            tuple(one for one in (kind.label, card.subtype, card.topic) if one),
            card.aliases,
            card.summary
            if not isinstance(full, Text) or full.text in {UNSTATED, f"《{card.title}》"}
            else f"{card.summary}全称{full.text}。",
            tuple(facts),
            blocks,
            (f"（{chinese(firsts(blocks) + 1)}）{field.label}", ticks) if field is not None and ticks else None,
            self._related(entry, marks),
            tuple(flags),
        )

    def _related(self, entry: Entry, marks: _Marks) -> Runs:
        """Related entries of this book that the text has not named yet, each with its page."""
        runs: list[Run] = []
        value = entry.values.get("related")
        for ref in value if isinstance(value, tuple) else ():
            if isinstance(ref, EntryRef) and ref.target in self.inside and ref.target not in marks.seen:
                card = self.library.shown[ref.target]
                runs += [*([Run("text", "；")] if runs else []), Run("xref", card.title, card.id), Run("page", "", card.id)]
        return tuple(runs)

    def _lines(self, value: Value, field: Field, marks: _Marks) -> tuple[Runs, ...]:
        """A field's value line by line: statements each on their own, short words in one line."""
        if isinstance(value, tuple):
            lines = [self._atom(one, marks) for one in value]
            lines = [line for line in lines if line]
            if (field.of in {"text", "cadence"} and len(lines) > 1) or not lines:
                return tuple(lines)
            joined: list[Run] = []
            for line in lines:
                joined += [*([Run("text", "、")] if joined else []), *line]
            return (tuple(joined),)
        if isinstance(value, Text) and field.kind == "paragraphs" and "\n" in value.text:
            parts = [part.strip() for part in value.text.split("\n") if part.strip()]
            return (*(runs_of(part, marks) for part in parts[:-1]), self._atom(Text(parts[-1], value.cites), marks))
        line = self._atom(value, marks)
        return (line,) if line else ()

    def _atom(self, value: object, marks: _Marks) -> Runs:
        if isinstance(value, Text | Cadence):
            note = f"（{value.note}）" if isinstance(value, Cadence) and value.note else ""
            return settled((*runs_of(value.text + note, marks), *(marks.cite(cite.key, cite.place) for cite in value.cites)))
        if isinstance(value, EntryRef):
            card = self.library.shown.get(value.target)
            return (*marks.mention(card, card.title), *([Run("text", value.place)] if value.place else [])) if card else ()
        if isinstance(value, str | int | Date):
            return (Run("text", str(value)),)
        return ()
