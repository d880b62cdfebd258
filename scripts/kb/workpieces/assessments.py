"""From content/assessments/<id>.yml to a self-assessment (自评): a check-list, a ladder of steps, or a register of risks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kb.model.library import Library
from kb.model.value import EntryRef, Text
from kb.problem import Level, Problem, Spot
from kb.schema.kinds import SLUG, nearest
from kb.schema.record import Record
from kb.workpieces.grounds import UNSET, Grounds, Mention, check_mentions
from kb.workpieces.kind import Piece, WorkpieceKind

CHECKLIST, LADDER, RISKS = "检查单", "阶梯", "风险登记"
KINDS = (CHECKLIST, LADDER, RISKS)
GRADES = ("低", "中", "高")
"""Chance and harm of a risk, in this order; what each means is for the office to say."""
KEYS = ("title", "kind", "summary", "method", "note", "levels", "sections", "risks")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at; `points` is 0 where the office has not set any (it then counts as one)."""

    id: str
    text: Text
    evidence: Text
    points: int


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a check-list, or a step of a ladder."""

    name: str
    about: Text
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Grade:
    """A level of the result (档次): reached from this share of the points on, in per cent."""

    name: str
    share: int


@dataclass(frozen=True, slots=True)
class Risk:
    """A point of risk (风险点); `chance` and `harm` are "" where the office has not graded it."""

    id: str
    where: str
    shows: Text
    chance: str
    harm: str
    measures: tuple[Text, ...]
    owner: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """A self-assessment; `parts` are the sections or steps, `risks` the rows of a register."""

    title: str
    kind: str
    summary: str
    method: tuple[EntryRef, ...]
    note: Text
    levels: tuple[Grade, ...]
    parts: tuple[Part, ...]
    risks: tuple[Risk, ...]
    mentions: tuple[Mention, ...]

    @property
    def size(self) -> int:
        """How many things there are to look at."""
        return len(self.risks) or sum(len(part.items) for part in self.parts)


def read(name: str, record: Record) -> Assessment | None:
    """An assessment from its file; None where its kind is not one of KINDS."""
    record.known(*KEYS)
    kind = record.text("kind")
    if name == "index":
        record.notes.add("bad-file-name", (1, 1), "“index”留给站点自己用", "换一个名字，如主题的拼音")
        return None
    if kind not in KINDS:
        if kind:
            near = nearest(kind, KINDS)
            hint = (f"是不是“{near}”？" if near else "") + f"可写：{'、'.join(KINDS)}"
            record.notes.add("not-an-option", record.pairs["kind"].at, f"自评没有“{kind[:20]}”这一种", hint)
        return None
    grounds = Grounds()
    taken: set[str] = set()
    levels = []
    for one in record.records("levels", "档次"):
        one.known("name", "from")
        share = one.integer("from", 0)
        if share > 100:
            one.notes.add("wrong-kind", one.pairs["from"].at, f"档次的起点 {share} 超过了 100", "写百分数，如 90")
        levels.append(Grade(one.text("name"), min(share, 100)))
    parts = tuple(_part(one, grounds, taken) for one in record.records("sections", "自评的一节"))
    risks = tuple(risk for one in record.records("risks", "风险点") if (risk := _risk(one, grounds, taken)) is not None)
    if kind == RISKS and parts:
        record.notes.add("assessment-shape", record.pairs["sections"].at, "风险登记不分 sections", "风险点写在 risks 下")
    if kind != RISKS and risks:
        record.notes.add("assessment-shape", record.pairs["risks"].at, f"{kind}不写 risks", "要点写在 sections 下的 items 里")
    if kind == LADDER and len(parts) < 2:
        record.notes.add("assessment-shape", record.node.at, "阶梯至少要有两级", "每一级是 sections 下的一节")
    method = grounds.entries(record, "method", "对应做法")
    record.text("method")
    note = grounds.statement(record, "note", "说明")
    levels.sort(key=lambda grade: -grade.share)
    return Assessment(
        record.text("title"), kind, record.text("summary"), method, note, tuple(levels), parts, risks, tuple(grounds.mentions)
    )


def _part(record: Record, grounds: Grounds, taken: set[str]) -> Part:
    record.known("name", "about", "items")
    items = [_item(one, grounds, taken) for one in record.records("items", "要点")]
    return Part(
        record.text("name"), grounds.statement(record, "about", "这一节的说明"), tuple(item for item in items if item is not None)
    )


def _item(record: Record, grounds: Grounds, taken: set[str]) -> Item | None:
    record.known("id", "text", "evidence", "points")
    name = _id(record, taken)
    text = grounds.statement(record, "text", "要点", True)
    evidence = grounds.statement(record, "evidence", "看什么材料")
    return Item(name, text, evidence, record.integer("points", 0)) if name and text.text else None


def _risk(record: Record, grounds: Grounds, taken: set[str]) -> Risk | None:
    record.known("id", "where", "shows", "chance", "harm", "measures", "owner")
    name = _id(record, taken)
    grades = [_grade(record, key) for key in ("chance", "harm")]
    shows = grounds.statement(record, "shows", "可能的表现", True)
    measures = grounds.statements(record, "measures", "措施")
    if not measures:
        record.notes.add("risk-unguarded", record.node.at, "这个风险点没有写措施", "一个风险点至少一条能检查的措施", Level.WARNING)
    if not name or not shows.text:
        return None
    return Risk(name, record.text("where"), shows, grades[0], grades[1], measures, record.text("owner", UNSET))


def _grade(record: Record, key: str) -> str:
    word = record.text(key, "")
    if word and word != UNSET and word not in GRADES:
        record.notes.add("not-an-option", record.pairs[key].at, f"等级不能是“{word[:20]}”", f"可写：{'、'.join(GRADES)}，或{UNSET}")
    return word if word in GRADES else ""


def _id(record: Record, taken: set[str]) -> str:
    name = record.text("id")
    if name and not SLUG.fullmatch(name):
        record.notes.add("bad-id", record.pairs["id"].at, f"编号“{name[:40]}”不合写法", "只用小写字母、数字和连字符")
        return ""
    if name in taken:
        record.notes.add("duplicate-id", record.node.at, f"编号“{name}”用了两次", "同一份自评里编号不重复")
        return ""
    taken.add(name)
    return name


def check(piece: Piece, library: Library) -> Iterator[Problem]:
    """What it points at is there; a check-list with nothing in it is told."""
    assessment: Assessment = piece.value
    yield from check_mentions(piece.path, assessment.mentions, library)
    if not assessment.size and not assessment.note.text:
        hint = "补上要点；来源没有写明、要由本单位定的，在 note 里说明"
        yield Problem("assessment-empty", Spot(piece.path, 1, 1), f"自评“{assessment.title}”里一项要点也没有", hint, Level.WARNING)


ASSESSMENTS = WorkpieceKind("assessments", "自评", read, check)
