"""From a handbook and the library to a composed book: entries read and walked, citations numbered, references resolved."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

from kb.model.entry import Card, Entry
from kb.model.library import Library
from kb.model.schema import Field
from kb.model.value import UNSTATED, Cadence, Date, EntryRef, Text, Value
from kb.print.appendices import appendices, guide, index_of
from kb.print.blocks import Block, Head, Run, Runs, every_run
from kb.print.body import blocks_of, runs_of, settled
from kb.print.book import Appendix, Book, BookChapter, Notes, Section, chinese, chinese_date
from kb.print.citing import Numbering, Pointing, Scope
from kb.print.cover import cover_lines
from kb.print.exercises import form_anchor
from kb.project import Project
from kb.source.entry import read_again
from kb.workpieces.handbooks import Chapter, Handbook, chapters_of
from kb.workpieces.instruments import instruments_of
from kb.workpieces.kind import Piece

COMMON_FACTS = ("roles", "functions", "places", "year")
"""Common fields that stand in the box of facts behind the type's own."""
NOT_BOXED = frozenset({"kind", "evidence", "full_title"})
"""Own fields that stand elsewhere: in the kicker, in the list to tick off, under the heading."""
HERE = "content/handbooks/handbook.yml"
"""Where relative links of a handbook's own text start from."""


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
    maker = Maker(project, library, frozenset(card.id for card in cards), handbook.forms)
    made = tuple(maker.chapter(chapter) for chapter in chapters if chapter.cards)
    foreword_notes = Numbering(library)
    foreword = blocks_of(handbook.foreword, Pointing(maker.scope, foreword_notes, piece.path))
    extra = appendices(library, handbook, cards, maker.read)
    date = max((library.changed.get(path, "") for path in (piece.path, *(card.path for card in cards))), default="")
    return Book(
        piece.id,
        piece.path,
        handbook.title,
        cover_lines(handbook.title, handbook.title_lines),
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


def _indexed(maker: Maker, cards: list[Card], extra: tuple[Appendix, ...]) -> set[str]:
    """Every word that is marked somewhere in the book."""
    behind = {run.text for one in extra for run in every_run(one.blocks) if run.kind == "index"}
    return maker.scope.indexed | behind | {word for card in cards for word in (card.title, *card.aliases)}


def compose_sheet(project: Project, library: Library, card: Card, house: str) -> Book:
    """A book of one entry: no cover, no contents, only its text and notes."""
    maker = Maker(project, library, frozenset({card.id}))
    notes = Numbering(library)
    section = maker.section(card, notes)
    date = library.changed.get(card.path, "")
    return Book(
        card.id, card.path, card.title, (card.title,), "", "", house, "", house, date, "单页", (card.topic,), (), (), Notes(), (),
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


class Maker:
    """Makes the sections of one book; `inside` are the ids of the entries that stand in it, `printed` those of the forms."""

    def __init__(self, project: Project, library: Library, inside: frozenset[str], printed: Collection[str] = ()) -> None:
        self.printed = printed
        self.instruments = instruments_of(library)
        self.project = project
        self.library = library
        self.scope = Scope(library, inside)
        self.kept: dict[str, Entry] = {}

    def read(self, card: Card) -> Entry:
        if card.id not in self.kept:
            self.kept[card.id] = read_card(self.project, self.library, card)
        return self.kept[card.id]

    def chapter(self, chapter: Chapter) -> BookChapter:
        notes = Numbering(self.library)
        intro = blocks_of(chapter.plan.intro, Pointing(self.scope, notes, HERE))
        sections = tuple(self.section(card, notes) for card in chapter.cards)
        questions = tuple(
            runs_of(one.ask, Pointing(self.scope, notes, HERE)) + self._seen(one.see) for one in chapter.plan.questions
        )
        return BookChapter(chapter.plan.title, intro, sections, questions, notes.done())

    def _seen(self, keys: Iterable[str]) -> Runs:
        runs: list[Run] = []
        for key in keys:
            if key in self.scope.inside:
                runs += [
                    Run("text", "、" if runs else "（参见"),
                    Run("xref", self.library.shown[key].title, key),
                    Run("page", "", key),
                ]
        return (*runs, Run("text", "）")) if runs else ()

    def section(self, card: Card, notes: Numbering) -> Section:
        library, entry = self.library, self.read(card)
        kind = library.type_of(card)
        marks = Pointing(self.scope, notes, card.path, card.id)
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
            tuple((label, runs) for label, runs in (("参见", self._related(entry, marks)), ("表单", self._forms(card))) if runs),
            tuple(flags),
        )

    def _related(self, entry: Entry, marks: Pointing) -> Runs:
        """Related entries of this book that the text has not named yet, each with its page."""
        runs: list[Run] = []
        value = entry.values.get("related")
        for ref in value if isinstance(value, tuple) else ():
            if isinstance(ref, EntryRef) and ref.target in self.scope.inside and ref.target not in marks.seen:
                card = self.library.shown[ref.target]
                runs += [*([Run("text", "；")] if runs else []), Run("xref", card.title, card.id), Run("page", "", card.id)]
        return tuple(runs)

    def _forms(self, card: Card) -> Runs:
        """The forms that go with an entry, those printed in this book with their page."""
        runs: list[Run] = []
        for tool in self.instruments.get(card.id, ()):
            if tool.folder == "forms":
                anchor = form_anchor(tool.id)
                printed = (Run("xref", tool.title, anchor), Run("page", "", anchor))
                runs += [
                    *([Run("text", "；")] if runs else []),
                    *(printed if tool.id in self.printed else (Run("text", tool.title),)),
                ]
        return tuple(runs)

    def _lines(self, value: Value, field: Field, marks: Pointing) -> tuple[Runs, ...]:
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

    def _atom(self, value: object, marks: Pointing) -> Runs:
        if isinstance(value, Text | Cadence):
            note = f"（{value.note}）" if isinstance(value, Cadence) and value.note else ""
            return settled((*runs_of(value.text + note, marks), *(marks.cite(cite.key, cite.place) for cite in value.cites)))
        if isinstance(value, EntryRef):
            card = self.library.shown.get(value.target)
            return (*marks.mention(card, card.title), *([Run("text", value.place)] if value.place else [])) if card else ()
        if isinstance(value, str | int | Date):
            return (Run("text", str(value)),)
        return ()
