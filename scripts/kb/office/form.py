"""A blank form laid out on a grid, the same for page, DOCX and XLSX: every part is a table of cells with spans."""

from __future__ import annotations

from dataclasses import dataclass

from kb.office.sheet import TICK
from kb.workpieces.forms import Form, Section

WHOLE_LINE = "…"
"""A field label that ends so takes the whole line."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell: its words, how many columns it spans, whether it is a head, how many lines high it must at least be."""

    text: str = ""
    span: int = 1
    head: bool = False
    lines: int = 1
    left: bool = False
    """Left-aligned text that is read, not filled in."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A part of the form as a table; `widths` are shares of the line."""

    heading: str
    hint: str
    kind: str
    """fields, columns, checks, steps or boxes"""
    widths: tuple[int, ...]
    rows: tuple[tuple[Slot, ...], ...]
    head_rows: int = 0


@dataclass(frozen=True, slots=True)
class Blank:
    """A whole form ready for paper; `foot` stands below it in small print."""

    title: str
    wide: bool
    grids: tuple[Grid, ...]
    foot: tuple[str, ...]


def blank_of(form: Form, foot: tuple[str, ...]) -> Blank:
    """The form's parts as grids."""
    return Blank(form.title, form.wide, tuple(_grid(section) for section in form.sections), foot)


def _grid(section: Section) -> Grid:
    for kind, make in _MAKERS:
        if getattr(section, kind):
            widths, rows, head_rows = make(section)
            return Grid(section.heading, section.hint.text, kind, widths, rows, head_rows)
    return Grid(section.heading, section.hint.text, "boxes", (1,), ((Slot(lines=section.lines),),))


Made = tuple[tuple[int, ...], tuple[tuple[Slot, ...], ...], int]


def _fields(section: Section) -> Made:
    rows: list[tuple[Slot, ...]] = []
    pending: str | None = None
    for label in section.fields:
        if label.endswith(WHOLE_LINE):
            if pending is not None:
                rows.append((Slot(pending, head=True), Slot(span=3)))
                pending = None
            rows.append((Slot(label.removesuffix(WHOLE_LINE), head=True), Slot(span=3)))
        elif pending is None:
            pending = label
        else:
            rows.append((Slot(pending, head=True), Slot(), Slot(label, head=True), Slot()))
            pending = None
    if pending is not None:
        rows.append((Slot(pending, head=True), Slot(span=3)))
    left = _label(section.fields)
    return (left, 12 - left, left, 12 - left), tuple(rows), 0


def _label(labels: tuple[str, ...]) -> int:
    """Share, of 24, of the column that holds these labels: on upright paper 4 hold six characters of a line."""
    longest = max(len(label.removesuffix(WHOLE_LINE)) for label in labels)
    return 4 if longest <= 6 else 5 if longest <= 8 else 6


def _columns(section: Section) -> Made:
    widths = section.widths or tuple(max(3, min(12, len(label) + 2)) for label in section.columns)
    head = tuple(Slot(label, head=True) for label in section.columns)
    numbered = section.columns[0] == "序号"
    given = [tuple(Slot(cell, left=not (numbered and at == 0)) for at, cell in enumerate(row)) for row in section.given]
    start = len(given)
    empty = [
        tuple(Slot(str(start + number) if numbered and at == 0 else "") for at in range(len(section.columns)))
        for number in range(1, section.rows + 1)
    ]
    return widths, (head, *given, *empty), 1


def _checks(section: Section) -> Made:
    rows = [tuple(Slot(words, head=True) for words in ("序号", "核对内容", "是", "否", "说明"))]
    rows += [
        (Slot(str(number)), Slot(check.text, left=True), Slot(TICK), Slot(TICK), Slot())
        for number, check in enumerate(section.checks, 1)
    ]
    return (3, 22, 3, 3, 9), tuple(rows), 1


def _steps(section: Section) -> Made:
    rows = [tuple(Slot(words, head=True) for words in ("步骤", "做什么", "谁办", "时间", "办结"))]
    rows += [
        (Slot(str(number)), Slot(step.text, left=True), Slot(), Slot(), Slot(TICK)) for number, step in enumerate(section.steps, 1)
    ]
    return (3, 20, 6, 6, 3), tuple(rows), 1


def _boxes(section: Section) -> Made:
    left = _label(section.boxes)
    return (left, 24 - left), tuple((Slot(label, head=True), Slot(lines=section.lines)) for label in section.boxes), 0


_MAKERS = (("fields", _fields), ("columns", _columns), ("checks", _checks), ("steps", _steps), ("boxes", _boxes))
