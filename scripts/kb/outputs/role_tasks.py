"""From all live lists and entries to what each role (责任主体) has to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kb.model.entry import Card
from kb.model.library import Library
from kb.model.value import Cite, Text
from kb.office.sheet import Cell, Column, Sheet
from kb.outputs.duty_sheets import text_cell, when_of
from kb.syntax.cites import split_cites
from kb.workpieces.duties import DutyList, Task
from kb.workpieces.grounds import canonical


@dataclass(frozen=True, slots=True)
class RoleTask:
    """A task as one role sees it: in what part (领导, 责任, 协同 …) and what exactly."""

    list: DutyList
    task: Task
    part: str
    what: Text


def lists_of(library: Library) -> list[DutyList]:
    """All lists, those of the latest year first, then by kind and title."""
    values: list[DutyList] = [piece.value for piece in library.pieces.get("duties", {}).values()]
    return sorted(values, key=lambda value: (value.state == "存档", not value.year.isdigit(), -_year(value), value.title, value.id))


def _year(value: DutyList) -> int:
    return int(value.year) if value.year.isdigit() else 0


def parts_of(value: DutyList, task: Task, library: Library) -> Iterator[tuple[str, str, Text]]:
    """(role, part, what) for everyone a task concerns, once for each role."""
    told: set[str] = set()
    found = [(tier.role, tier.name, task.share(tier.name)) for tier in value.tiers if task.share(tier.name).text]
    found += [(role, "责任", Text("")) for role in task.owner] + [(role, "协同", Text("")) for role in task.partner]
    for role, part, what in found:
        name = canonical(role, library)
        if name not in told:
            told.add(name)
            yield name, part, what


def tasks_by_role(library: Library) -> dict[str, list[RoleTask]]:
    """Role -> its tasks, in the order of the lists."""
    found: dict[str, list[RoleTask]] = {}
    for value in lists_of(library):
        if not value.live or value.kind.opposed:
            continue
        for unit in value.units:
            task = Task("", unit.at, "", unit.duty, Text(""), (), (), (), None, False, None, Text(""), (), Text(""), ())
            found.setdefault(canonical(unit.role, library), []).append(RoleTask(value, task, "职责", Text("")))
        for task in value.tasks:
            for role, part, what in parts_of(value, task, library):
                found.setdefault(role, []).append(RoleTask(value, task, part, what))
    return found


def entry_duties(library: Library) -> dict[str, list[tuple[Card, str]]]:
    """Role -> (entry, its line that says what the role does); names that stand for no role are left out."""
    words = library.schema.vocabularies["roles"].words()
    names: dict[str, list[str]] = {}
    found: dict[str, list[tuple[Card, str]]] = {}
    for card in library.in_order:
        for line in card.duties:
            head, colon, _ = line.partition("：")
            if not colon or "[@" in head:
                continue  # a colon of a citation parts nothing
            roles = names.get(head)
            if roles is None:
                named = dict.fromkeys(words.get(part.strip(), "") for part in head.split("、"))
                roles = names[head] = [name for name in named if name]
            for role in roles:
                found.setdefault(role, []).append((card, line))
    return found


def duty_of(line: str) -> Text:
    """What such a line says behind the names."""
    text = split_cites(line)
    return Text(text.text.partition("：")[2], text.cites)


def role_sheet(role: str, rows: list[RoleTask], duties: list[tuple[Card, str]], library: Library) -> Sheet:
    """Everything one role has to do, lists first, then entries."""
    columns = (
        Column("序号", 3, True), Column("事项", 16), Column("承担什么", 14), Column("频次或时限", 9), Column("指标或完成标志", 12),
        Column("出自", 12),
    )  # fmt: skip
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        what = f"{row.part}：{row.what.text}" if row.what.text else row.part
        cites: tuple[Cite, ...] = row.what.cites
        cells.append((
            text_cell(row.task.task), Cell(what, cites), Cell(when_of(row.task), row.task.cadence.cites if row.task.cadence else ()),
            text_cell(row.task.measure), Cell(row.list.title, links=((row.list.title, f"duties/{row.list.id}.html"),)),
        ))  # fmt: skip
    for card, line in duties:
        when = "；".join(split_cites(words).text for words in card.cadences)
        link = ((card.title, card.id),)
        cells.append(
            (
                Cell(card.title, links=link),
                text_cell(duty_of(line)),
                Cell(when),
                Cell(),
                Cell(f"条目：{library.type_of(card).label}"),
            )
        )
    numbered = tuple((Cell(str(number)), *row) for number, row in enumerate(cells, 1))
    return Sheet(f"{role}的事项", columns, numbered, f"清单 {len(rows)} 项，条目写明的分工 {len(duties)} 项", (), role)
