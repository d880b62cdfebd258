"""From content/handbooks/<id>.yml to a handbook (手册): its chapters and which entries stand in each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from kb.model.entry import Card
from kb.model.library import Library
from kb.schema.kinds import nearest
from kb.schema.record import Record
from kb.syntax.tree import Mapping as Tree
from kb.syntax.tree import Node, Scalar, Sequence
from kb.workpieces.grounds import Grounds, Mention

STYLES = ("公文", "16开", "A5")
"""公文: A4 with the 版心 and grid of GB/T 9704; the others are lighter."""
APPENDICES = ("术语", "制度", "来源", "索引")
ORDERS = ("类型", "主题", "拼音", "年份", "编号")
HANDBOOK_KEYS = (
    "title", "title_lines", "subtitle", "edition", "publisher", "audience", "visibility", "style", "foreword", "chapters", "forms", "quizzes", "appendices",
)  # fmt: skip
CHAPTER_KEYS = ("title", "intro", "entries", "select", "order", "without", "questions", "include")
SELECT_KEYS = ("type", "topic", "role", "function", "source", "year", "organ", "level", "place", "audience")
MAX_INCLUDES = 20


class Word(str):
    """A word of the file that remembers where it stood."""

    __slots__ = ("at",)
    at: tuple[int, int]

    @classmethod
    def of(cls, node: Scalar) -> Word:
        word = cls(node.text.strip())
        word.at = node.at
        return word


@dataclass(frozen=True, slots=True)
class Question:
    """A question for discussion at the end of a chapter; `see` names entries that help to answer it."""

    ask: str
    see: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class ChapterPlan:
    """A chapter as the file asks for it: entries by id, a selection, or the chapters of another handbook."""

    title: str
    intro: str
    entries: tuple[Word, ...]
    select: Mapping[str, tuple[Word, ...]]
    order: str
    without: tuple[Word, ...]
    questions: tuple[Question, ...]
    include: Word | None
    at: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Handbook:
    """One handbook as read."""

    id: str
    title: str
    subtitle: str
    edition: str
    publisher: str
    audience: tuple[Word, ...]
    inner: bool
    """Only for the internal edition (visibility: 内部)."""
    style: str
    foreword: str
    chapters: tuple[ChapterPlan, ...]
    forms: tuple[Word, ...]
    quizzes: tuple[Word, ...]
    appendices: tuple[str, ...]
    title_lines: tuple[str, ...]
    """The title line by line, as it is to stand on the cover; empty where that is left to the program."""
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter with the entries that stand in it."""

    plan: ChapterPlan
    cards: tuple[Card, ...]


def read(id: str, record: Record) -> Handbook | None:
    """The handbook in `record`; None where it has no title or no chapter."""
    record.known(*HANDBOOK_KEYS)
    grounds = Grounds()
    style = record.text("style", STYLES[0])
    if style not in STYLES:
        record.notes.add("not-an-option", record.pairs["style"].at, f"没有“{style[:20]}”这种版式", f"可选：{'、'.join(STYLES)}")
        style = STYLES[0]
    visibility = record.text("visibility", "公开")
    if visibility not in {"公开", "内部"}:
        record.notes.add("not-an-option", record.pairs["visibility"].at, f"公开范围不能是“{visibility[:20]}”", "可选：公开、内部")
    title = record.text("title")
    chapters = tuple(_chapter(item, grounds) for item in record.records("chapters", "手册的章"))
    if not chapters:
        record.notes.add("missing-field", record.node.at, "手册一章也没有", "在 chapters 下逐章写 title，再写 entries 或 select")
    appendices: tuple[str, ...] = APPENDICES
    if "appendices" in record.pairs:
        words = _words(record, "appendices")
        for word in words:
            if word not in APPENDICES:
                record.notes.add("not-an-option", word.at, f"没有“{word[:20]}”这种附录", f"可选：{'、'.join(APPENDICES)}")
        appendices = tuple(name for name in APPENDICES if name in words)
    handbook = Handbook(
        id, title, record.text("subtitle", ""), record.text("edition", ""), record.text("publisher", ""),
        _words(record, "audience"), visibility == "内部", style, _passage(record, "foreword", grounds), chapters, _words(record, "forms"),
        _words(record, "quizzes"), appendices, _title_lines(record, title), tuple(grounds.mentions),
    )  # fmt: skip
    return handbook if title and chapters else None


def _title_lines(record: Record, title: str) -> tuple[str, ...]:
    lines = _words(record, "title_lines")
    if lines and "".join(lines) != "".join(title.split()):
        hint = f"各行连起来要正好是“{title[:40]}”；不写 title_lines，程序会自己分行"
        record.notes.add("section-shape", lines[0].at, "title_lines 与书名对不上", hint)
        return ()
    return lines


def _chapter(record: Record, grounds: Grounds) -> ChapterPlan:
    record.known(*CHAPTER_KEYS)
    notes, pairs = record.notes, record.pairs
    include = pairs.get("include")
    inner = Word.of(include) if isinstance(include, Scalar) and include.text.strip() else None
    if inner is None and not record.text("title", "") and isinstance(record.node, Tree):
        notes.add("missing-field", record.node.at, "这一章没有标题", "补上“title: …”")
    elif inner is not None and len(pairs) > 1:
        notes.add("section-shape", record.node.at, "include 把另一本手册的各章整个搬来，不能再写别的", "另起一章写其余内容")
    order = record.text("order", ORDERS[0])
    if order not in ORDERS:
        near = nearest(order, ORDERS)
        hint = (f"是不是“{near}”？" if near else "") + f"可选：{'、'.join(ORDERS)}"
        notes.add("not-an-option", pairs["order"].at, f"不能按“{order[:20]}”排", hint)
        order = ORDERS[0]
    if inner is None and isinstance(record.node, Tree) and "entries" not in pairs and "select" not in pairs:
        notes.add("missing-field", record.node.at, "这一章没有说收哪些条目", "写 entries 列出条目编号，或写 select 按条件选")
    return ChapterPlan(
        record.text("title", ""), _passage(record, "intro", grounds), _words(record, "entries"), _select(record), order,
        _words(record, "without"), tuple(_question(item) for item in record.records("questions", "讨论题")), inner,
        record.node.at,
    )  # fmt: skip


def _question(record: Record) -> Question:
    record.known("ask", "see")
    return Question(record.text("ask"), _words(record, "see"))


def _select(record: Record) -> dict[str, tuple[Word, ...]]:
    node = record.pairs.get("select")
    if node is None:
        return {}
    inner = Record(node, record.notes, "选条目的条件")
    inner.known(*SELECT_KEYS)
    return {key: _words(inner, key) for key in SELECT_KEYS if key in inner.pairs}


def _words(record: Record, key: str) -> tuple[Word, ...]:
    """A list of words; a single one counts as a list of one."""
    node: Node | None = record.pairs.get(key)
    if node is None:
        return ()
    if isinstance(node, Tree):
        record.notes.add("wrong-kind", node.at, f"{record.what}的“{key}”应是列表", "写成 [甲, 乙]")
        return ()
    items = node.items if isinstance(node, Sequence) else (node,)
    found = []
    for item in items:
        if isinstance(item, Scalar) and item.text.strip():
            found.append(Word.of(item))
        else:
            record.notes.add("empty-item", item.at, f"{record.what}的“{key}”里有一项是空的或不是一个词", "每项只写一个词")
    return tuple(found)


def _passage(record: Record, key: str, grounds: Grounds) -> str:
    """Running text in Markdown; its citations are remembered so that they can be checked."""
    words = record.text(key, "")
    node = record.pairs.get(key)
    if words and node is not None:
        for line in words.split("\n"):
            grounds.text(Scalar(line, node.at), "手册的文字")
    return words


Facet = Callable[[Card, Library], tuple[str, ...]]
FACETS: dict[str, Facet] = {
    "type": lambda card, library: (card.type, library.type_of(card).label),
    "topic": lambda card, library: (card.topic,),
    "role": lambda card, library: card.roles,
    "function": lambda card, library: card.functions,
    "source": lambda card, library: tuple(document for document, _ in card.documents),
    "year": lambda card, library: (card.year,),
    "organ": lambda card, library: card.organs,
    "level": lambda card, library: card.levels,
    "place": lambda card, library: card.places,
    "audience": lambda card, library: card.audience,
}
"""What a selection looks at, by key."""
VOCABULARIES = {
    "topic": "topics", "role": "roles", "function": "functions", "organ": "organs", "level": "levels", "place": "places",
    "audience": "audience",
}  # fmt: skip
"""The vocabulary behind a key, for keys that have one."""


def chapters_of(handbook: Handbook, library: Library) -> tuple[Chapter, ...]:
    """The chapters with their entries. What an earlier chapter holds is not selected again."""
    taken: set[str] = set()
    return tuple(_filled(plan, library, taken) for plan in _plans(handbook, library, (handbook.id,)))


def _plans(handbook: Handbook, library: Library, above: tuple[str, ...]) -> Iterator[ChapterPlan]:
    for plan in handbook.chapters:
        if plan.include is None:
            yield plan
            continue
        inner = library.pieces.get("handbooks", {}).get(plan.include)
        if inner is not None and plan.include not in above and len(above) < MAX_INCLUDES:
            yield from _plans(inner.value, library, (*above, plan.include))


def _filled(plan: ChapterPlan, library: Library, taken: set[str]) -> Chapter:
    named = [library.shown[word] for word in dict.fromkeys(plan.entries) if word in library.shown]
    chosen = _selected(plan, library) if plan.select else []
    cards = [*named, *(card for card in chosen if card not in named)]
    cards = [card for card in cards if card.id not in taken]
    taken.update(card.id for card in cards)
    return Chapter(plan, tuple(cards))


def _selected(plan: ChapterPlan, library: Library) -> list[Card]:
    words = {key: {_canonical(key, word, library) for word in wanted} for key, wanted in plan.select.items()}
    found = [
        card
        for card in library.shown.values()
        if card.type in library.schema.types
        and card.id not in plan.without
        and all(wanted & set(FACETS[key](card, library)) for key, wanted in words.items())
    ]
    order = {kind.name: kind.order for kind in library.schema.types.values()}
    topics = {term.value: place for place, term in enumerate(library.schema.vocabularies["topics"].terms)}
    keys: dict[str, Callable[[Card], tuple[object, ...]]] = {
        "类型": lambda card: (order[card.type], topics.get(card.topic, 99)),
        "主题": lambda card: (topics.get(card.topic, 99), order[card.type]),
        "拼音": lambda card: (),
        "年份": lambda card: (card.year or "9999",),
        "编号": lambda card: (card.id,),
    }
    return sorted(found, key=lambda card: (keys[plan.order](card), card.sort_key, card.id))


def _canonical(key: str, word: str, library: Library) -> str:
    name = VOCABULARIES.get(key)
    return library.schema.vocabularies[name].words().get(word, word) if name else word
