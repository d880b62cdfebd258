"""From content/forms/<id>.yml to a blank form (表单): sections of fields, tables, checks and boxes, and who fills and keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.model.library import Library
from kb.model.value import EntryRef, Text
from kb.problem import Level, Problem, Spot
from kb.schema.kinds import nearest
from kb.schema.record import Record
from kb.syntax.tree import Scalar, Sequence
from kb.workpieces.grounds import Grounds, Mention, check_mentions
from kb.workpieces.kind import Piece, WorkpieceKind

KINDS = ("计划表", "记录表", "台账", "核对单", "登记表", "评议表", "测评票", "提纲", "流程卡", "方案", "承诺卡", "汇总表")
ORIENTATIONS = ("纵向", "横向")
MAX_COLUMNS = 16
MAX_ROWS = 60
MAX_LINES = 30
FORM_KEYS = (
    "title", "kind", "summary", "method", "paper", "filled_by", "kept_by", "basis", "sections", "notes",
)  # fmt: skip
SECTION_KEYS = ("heading", "hint", "fields", "columns", "widths", "rows", "given", "checks", "steps", "boxes", "lines")


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a form; exactly one of fields, columns, checks, steps and boxes is filled."""

    heading: str
    hint: Text
    fields: tuple[str, ...]
    """Labels with a blank behind each, two to a line; one that ends in “…” takes a whole line."""
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: int
    """Empty rows under the given ones."""
    given: tuple[tuple[str, ...], ...]
    checks: tuple[Text, ...]
    steps: tuple[Text, ...]
    """Steps of a flow, in order; those that begin with “刚性：” are marked."""
    boxes: tuple[str, ...]
    lines: int
    at: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Form:
    """One form as read."""

    id: str
    title: str
    kind: str
    summary: Text
    method: tuple[EntryRef, ...]
    """Entries that say how the form is used; the first is the one it belongs to."""
    wide: bool
    filled_by: Text
    kept_by: Text
    basis: tuple[EntryRef, ...]
    sections: tuple[Section, ...]
    notes: tuple[Text, ...]
    mentions: tuple[Mention, ...]


def read(id: str, record: Record) -> Form | None:
    """The form in `record`; None where it has no title or no section."""
    record.known(*FORM_KEYS)
    notes, grounds = record.notes, Grounds()
    kind, paper = record.text("kind"), record.text("paper", "纵向")
    for key, word, allowed in (("kind", kind, KINDS), ("paper", paper, ORIENTATIONS)):
        if word and word not in allowed:
            near = nearest(word, allowed)
            hint = (f"是不是“{near}”？" if near else "") + f"可选：{'、'.join(allowed)}"
            notes.add("not-an-option", record.pairs[key].at, f"表单的“{key}”不能是“{word[:20]}”", hint)
    title = record.text("title")
    form = Form(
        id, title, kind, grounds.statement(record, "summary", "说明", required=True), grounds.entries(record, "method", "对应条目"),
        paper == "横向", grounds.statement(record, "filled_by", "谁填", required=True),
        grounds.statement(record, "kept_by", "谁存", required=True), grounds.entries(record, "basis", "依据"),
        tuple(_section(item, grounds) for item in record.records("sections", "表单的部分")),
        grounds.statements(record, "notes", "填表说明"), tuple(grounds.mentions),
    )  # fmt: skip
    if "method" not in record.pairs:
        notes.add("missing-field", record.node.at, "表单缺少“method”", "写它属于哪一条工作法，如 method: sanhui-yike")
    if not form.sections:
        notes.add("missing-field", record.node.at, "表单一部分也没有", "在 sections 下写 fields、columns、checks、steps 或 boxes")
    return form if title and form.sections else None


def _section(record: Record, grounds: Grounds) -> Section:
    record.known(*SECTION_KEYS)
    notes = record.notes
    columns, widths = record.texts("columns"), record.texts("widths")
    given = _given(record, len(columns))
    filled = [key for key in ("fields", "columns", "checks", "steps", "boxes") if key in record.pairs]
    if len(filled) != 1:
        words = "、".join(filled) or "一样也没有"
        notes.add(
            "section-shape",
            record.node.at,
            f"表单的一部分只能写一样内容，这里写了：{words}",
            "fields、columns、checks、steps、boxes 选一样",
        )
    numbers = tuple(int(word) for word in widths if re.fullmatch("[1-9][0-9]?", word))
    if widths and (len(numbers) != len(columns)):
        notes.add(
            "wrong-kind",
            record.pairs["widths"].at,
            f"widths 写了 {len(widths)} 个，栏目有 {len(columns)} 个",
            "每栏一个 1 至 99 的整数，是各栏宽度之比",
        )
        numbers = ()
    if len(columns) > MAX_COLUMNS:
        notes.add(
            "wrong-kind",
            record.pairs["columns"].at,
            f"栏目有 {len(columns)} 个，一张纸放不下",
            f"最多 {MAX_COLUMNS} 个；分成两张表",
        )
    rows, lines = record.integer("rows"), record.integer("lines", 4)
    if rows > MAX_ROWS or lines > MAX_LINES:
        notes.add("wrong-kind", record.node.at, "空行太多", f"rows 最多 {MAX_ROWS}，lines 最多 {MAX_LINES}；要更多就另附页")
        rows, lines = min(rows, MAX_ROWS), min(lines, MAX_LINES)
    return Section(
        record.text("heading"), grounds.statement(record, "hint", "提示"), record.texts("fields"), columns, numbers, rows, given,
        grounds.statements(record, "checks", "核对项"), grounds.statements(record, "steps", "步骤"), record.texts("boxes"),
        lines or 4, record.node.at,
    )  # fmt: skip


def _given(record: Record, width: int) -> tuple[tuple[str, ...], ...]:
    """Rows that are printed filled in; each has as many cells as there are columns, missing ones stay blank."""
    node = record.pairs.get("given")
    if node is None:
        return ()
    rows = []
    for item in node.items if isinstance(node, Sequence) else ():
        cells = item.items if isinstance(item, Sequence) else (item,)
        words = [cell.text.strip() for cell in cells if isinstance(cell, Scalar)]
        if len(words) != len(cells) or len(words) > width:
            record.notes.add(
                "wrong-kind", item.at, f"预填的一行有 {len(cells)} 格，栏目有 {width} 个", "每行写成 [甲, 乙, 丙]，不多于栏目数"
            )
            continue
        rows.append((*words, *[""] * (width - len(words))))
    if not rows and not isinstance(node, Sequence):
        record.notes.add("wrong-kind", node.at, "given 应是列表", "每行以“- ”开头，写成 [甲, 乙]")
    return tuple(rows)


def check(piece: Piece, library: Library) -> Iterator[Problem]:
    """Mentions of nothing; a form that belongs to no entry of the site; twins by title."""
    form: Form = piece.value
    yield from check_mentions(piece.path, form.mentions, library)
    for other in library.pieces.get("forms", {}).values():
        if other.id < form.id and other.value.title == form.title:
            hint = "合成一张；确是两张的，标题里写明区别"
            yield Problem("duplicate-title", Spot(piece.path, 1, 1), f"表单“{form.title}”与 {other.path} 同名", hint)
    if not form.basis and not any(cite.key != "编者" for cite in form.summary.cites):
        hint = "补上 basis，或在 summary 后写出处"
        yield Problem("basis-missing", Spot(piece.path, 1, 1), f"表单“{form.title}”没有依据", hint, Level.WARNING)


FORMS = WorkpieceKind("forms", "表单", read, check)
