"""From content/paths/<id>.yml to what guides learning: a path of steps, a series of issues (期次), or a register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kb.model.library import Library
from kb.model.value import EntryRef, Text
from kb.problem import Problem, Spot
from kb.schema.kinds import nearest
from kb.schema.record import Record
from kb.workpieces.grounds import Grounds, Mention, check_mentions
from kb.workpieces.kind import Piece, WorkpieceKind

PATH, SERIES, REGISTER = "学习路径", "系列", "登记"
KINDS = (PATH, SERIES, REGISTER)
SHELVES = LEARNING_SHELF, VIEWS_SHELF = "学习", "专题"
"""Where a page is listed and stands: under learning/ or under views/."""
KEYS = ("title", "kind", "shelf", "summary", "entry", "note", "stages", "cadence", "issues", "next", "columns", "rows")
TARGETS = {"entry": "条目", "quiz": "题库", "assessment": "自评"}
MAX_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a path: `what` is one of TARGETS, `target` the id of what is read or done."""

    what: str
    target: str
    why: Text
    at: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stage:
    """Steps that belong together, from first acquaintance to practice."""

    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue of a series (第几期)."""

    number: str
    when: Text
    theme: Text
    speaker: Text


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a register: the entry it belongs to (or none), the first cell's words, the other cells."""

    entry: tuple[EntryRef, ...]
    name: Text
    group: str
    cells: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """A file of content/paths; only the parts of its kind are filled."""

    title: str
    kind: str
    shelf: str
    summary: str
    entry: tuple[EntryRef, ...]
    note: Text
    stages: tuple[Stage, ...]
    cadence: Text
    issues: tuple[Issue, ...]
    next: Text
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    mentions: tuple[Mention, ...]

    @property
    def size(self) -> int:
        return sum(len(stage.steps) for stage in self.stages) or len(self.issues) or len(self.rows)


def read(name: str, record: Record) -> Guide | None:
    """A guide from its file; None where its kind is not one of KINDS."""
    record.known(*KEYS)
    if name == "index":
        record.notes.add("bad-file-name", (1, 1), "“index”留给站点自己用", "换一个名字，如主题的拼音")
        return None
    kind = _word(record, "kind", KINDS, "")
    shelf = _word(record, "shelf", SHELVES, SHELVES[0])
    if not kind:
        return None
    grounds = Grounds()
    columns = record.texts("columns")
    if kind == REGISTER and not 1 <= len(columns) <= MAX_COLUMNS:
        record.notes.add(
            "guide-shape",
            record.pairs.get("columns", record.node).at,
            f"登记的栏有 {len(columns)} 个",
            f"columns 写 1 到 {MAX_COLUMNS} 个栏名，第一栏是名称",
        )
    return Guide(
        record.text("title"),
        kind,
        shelf,
        record.text("summary"),
        grounds.entries(record, "entry", "对应条目"),
        grounds.statement(record, "note", "说明"),
        tuple(_stage(one, grounds) for one in record.records("stages", "学习路径的一段")),
        grounds.statement(record, "cadence", "多久一期"),
        tuple(_issue(one, grounds) for one in record.records("issues", "期次")),
        grounds.statement(record, "next", "下一期"),
        columns,
        tuple(_row(one, grounds, len(columns)) for one in record.records("rows", "登记的一行")),
        tuple(grounds.mentions),
    )


def _word(record: Record, key: str, allowed: tuple[str, ...], default: str) -> str:
    word = record.text(key, default or None)
    if word and word not in allowed:
        near = nearest(word, allowed)
        hint = (f"是不是“{near}”？" if near else "") + f"可写：{'、'.join(allowed)}"
        record.notes.add("not-an-option", record.pairs[key].at, f"“{key}”不能是“{word[:20]}”", hint)
        return default
    return word


def _stage(record: Record, grounds: Grounds) -> Stage:
    record.known("name", "steps")
    return Stage(
        record.text("name"), tuple(step for one in record.records("steps", "一步") if (step := _step(one, grounds)) is not None)
    )


def _step(record: Record, grounds: Grounds) -> Step | None:
    record.known(*TARGETS, "why")
    named = [key for key in TARGETS if key in record.pairs]
    if len(named) != 1:
        record.notes.add("guide-shape", record.node.at, "一步要指到一样东西", "写 entry、quiz、assessment 中的一个")
        return None
    key = named[0]
    target = record.text(key)
    if key == "entry":
        grounds.entries(record, key, "学习路径")
    return Step(key, target, grounds.statement(record, "why", "为什么学"), record.pairs[key].at)


def _issue(record: Record, grounds: Grounds) -> Issue:
    record.known("number", "when", "theme", "speaker")
    return Issue(
        record.text("number"),
        grounds.statement(record, "when", "日期"),
        grounds.statement(record, "theme", "主题"),
        grounds.statement(record, "speaker", "主讲"),
    )


def _row(record: Record, grounds: Grounds, width: int) -> Row:
    record.known("entry", "name", "group", "cells")
    cells = grounds.statements(record, "cells", "栏")
    if len(cells) != width - 1:
        record.notes.add(
            "guide-shape",
            record.node.at,
            f"这一行写了 {len(cells)} 栏，应有 {width - 1} 栏",
            "名称写在 name，其余各栏按 columns 的次序写在 cells",
        )
    return Row(
        grounds.entries(record, "entry", "对应条目"),
        grounds.statement(record, "name", "名称", True),
        record.text("group", ""),
        cells,
    )


def check(piece: Piece, library: Library) -> Iterator[Problem]:
    """Every step, entry and source that a guide names is there."""
    guide: Guide = piece.value
    yield from check_mentions(piece.path, guide.mentions, library)
    for stage in guide.stages:
        for step in stage.steps:
            folder = {"quiz": "quizzes", "assessment": "assessments"}.get(step.what)
            if folder is None:
                continue
            known = library.pieces.get(folder, {})
            if step.target not in known:
                near = nearest(step.target, list(known))
                hint = f"是不是“{near}”？" if near else f"在 content/{folder}/ 里先写好"
                yield Problem(
                    "dangling-reference", Spot(piece.path, *step.at), f"没有“{step.target[:40]}”这份{TARGETS[step.what]}", hint
                )


PATHS = WorkpieceKind("paths", "学习与登记", read, check)
