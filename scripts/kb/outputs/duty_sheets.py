"""From a list of duties to its table, one way for page, XLSX and CSV; each kind of list has its own columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kb.model.library import Library
from kb.model.value import EntryRef, Text
from kb.office.sheet import TICK, Cell, Column, Sheet
from kb.workpieces.duties import DutyList, Task
from kb.workpieces.grounds import UNSET

Maker = Callable[[DutyList, Task, Library], Cell]
UNMEASURED = "无量化指标"


def sheet_of(value: DutyList, library: Library) -> Sheet:
    """The table of the list."""
    if value.kind.charted:
        return _chart_sheet(value, library)
    columns, makers = _columns(value)
    rows = tuple(
        (Cell(str(number)), *(make(value, task, library) for make in makers)) for number, task in enumerate(value.tasks, 1)
    )
    return Sheet(value.title, (Column("序号", 3, True), *columns), rows, subtitle(value), notes_of(value), value.title)


def subtitle(value: DutyList) -> str:
    """Kind, year and state, as they stand under the title on paper."""
    year = f"{value.year}年" if value.year != UNSET else UNSET
    parts = [f"种类：{value.kind.name}", f"年度：{year}", f"状态：{value.state}"]
    if value.version:
        parts.append(f"版本：{value.version}")
    return "　".join(parts)


def notes_of(value: DutyList) -> tuple[str, ...]:
    """What stands below the table: counts, reporting, the editor's notes."""
    notes = [note.text for note in value.notes]
    if value.report.text:
        notes.insert(0, f"报送：{value.report.text}")
    if value.declared:
        gap = f"；{value.gap.text}" if value.gap.text else ""
        notes.insert(0, f"声明 {value.declared} 项，实列 {len(value.tasks)} 项{gap}")
    return tuple(notes)


def _columns(value: DutyList) -> tuple[list[Column], list[Maker]]:
    name = value.kind.name
    group: list[tuple[Column, Maker]] = (
        [(Column("方面", 5), lambda v, t, b: Cell(t.group))] if any(t.group for t in value.tasks) else []
    )
    tasks: list[tuple[Column, Maker]] = [(Column(value.kind.tasks, 15), lambda v, t, b: text_cell(t.task))]
    owners: list[tuple[Column, Maker]] = [
        (Column("责任", 6), lambda v, t, b: Cell("、".join(t.owner))),
        (Column("协同", 6), lambda v, t, b: Cell("、".join(t.partner))),
    ]
    when: list[tuple[Column, Maker]] = [(Column("频次或时限", 8), _when)]
    measure: list[tuple[Column, Maker]] = [(Column("指标或完成标志", 12), _measure)]
    evidence: list[tuple[Column, Maker]] = [(Column("佐证", 10), lambda v, t, b: _joined(t.evidence))]
    basis: list[tuple[Column, Maker]] = [(Column("依据", 10), lambda v, t, b: basis_cell(t.basis, b))]
    done: list[tuple[Column, Maker]] = [(Column("完成情况", 7), lambda v, t, b: Cell())]
    if value.kind.levelled:
        tiers = [_tier(tier.name, f"{tier.role}（{tier.name}）") for tier in value.tiers]
        chosen = [*group, *tasks, *tiers, owners[1], *when, *measure, *evidence, *basis]
    elif value.kind.opposed:
        instead: list[tuple[Column, Maker]] = [
            (Column("应当怎样", 15), lambda v, t, b: text_cell(t.instead)),
            (Column("自查：无", 4, True), lambda v, t, b: Cell(TICK)),
            (Column("自查：有", 4, True), lambda v, t, b: Cell(TICK)),
            (Column("整改中", 4, True), lambda v, t, b: Cell(TICK)),
        ]
        chosen = [*group, (Column("不得做、易踩空", 15), lambda v, t, b: text_cell(t.task)), *instead, *basis]
    elif value.kind.staged:
        ticks = [(Column(stage, 5, True), _tick) for stage in value.stages]
        work: list[tuple[Column, Maker]] = [(Column("业务任务", 13), lambda v, t, b: text_cell(t.work))]
        chosen = [*work, *tasks, owners[0], *ticks, *done]
    elif name == "主体责任清单":
        chosen = [owners[0], *tasks, *when, *measure, *evidence, *done, *basis]
    elif name == "事项清单":
        chosen = [*group, *tasks, *owners, *when, *evidence, *done, *basis]
    else:
        chosen = [*group, *tasks, *measure, *owners, *when, *evidence, *done, *basis]
    return [column for column, _ in chosen], [make for _, make in chosen]


def _tier(name: str, label: str) -> tuple[Column, Maker]:
    return Column(label, 11), lambda value, task, library: text_cell(task.share(name))


def _tick(value: DutyList, task: Task, library: Library) -> Cell:
    return Cell(TICK)


def text_cell(text: Text) -> Cell:
    """A statement as a cell."""
    return Cell(text.text, text.cites)


def _joined(texts: Iterable[Text]) -> Cell:
    items = list(texts)
    return Cell("；".join(text.text for text in items), tuple(dict.fromkeys(cite for text in items for cite in text.cites)))


def when_of(task: Task) -> str:
    """When a task is due, in words."""
    words = []
    if task.cadence is not None:
        words.append(task.cadence.text + (f"（{task.cadence.note}）" if task.cadence.note else ""))
    if task.deadline is not None:
        words.append(f"{task.deadline}前")
    return "，".join(words) or (UNSET if task.cadence_open else "")


def _when(value: DutyList, task: Task, library: Library) -> Cell:
    return Cell(when_of(task), task.cadence.cites if task.cadence else ())


def _measure(value: DutyList, task: Task, library: Library) -> Cell:
    text = task.measure.text
    counted = any(char.isdigit() or char in "一二两三四五六七八九十每全" for char in text)
    return Cell(text, task.measure.cites, flag="" if counted or not value.kind.measured else UNMEASURED)


def basis_cell(basis: Iterable[EntryRef], library: Library) -> Cell:
    """Entries by title, each with its article; those this edition does not show are left out."""
    links = tuple((f"{library.shown[ref.target].title}{ref.place}", ref.target) for ref in basis if ref.target in library.shown)
    return Cell("；".join(words for words, _ in links), links=links)


def _chart_sheet(value: DutyList, library: Library) -> Sheet:
    depth: dict[str, int] = {}
    rows = []
    for unit in value.units:
        depth[unit.role] = depth.get(unit.under, 0) + 1
        rows.append((Cell(str(depth[unit.role])), Cell(unit.role), Cell(unit.under or "—"), text_cell(unit.duty)))
    columns = (Column("级", 3, True), Column("组织", 10), Column("上级", 10), Column("职责", 30))
    return Sheet(value.title, columns, tuple(rows), subtitle(value), notes_of(value), value.title)
