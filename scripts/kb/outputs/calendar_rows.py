"""From the cadences of duties and entries to the rows of the work calendar: in which months, or still open and why."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kb.model.library import Library
from kb.model.value import Cadence, Date, Text
from kb.office.ics import Event
from kb.office.sheet import Cell, Column, Sheet
from kb.outputs.duty_sheets import when_of
from kb.outputs.role_tasks import lists_of, parts_of
from kb.schema.cadence import read_cadence
from kb.syntax.cites import split_cites
from kb.workpieces.grounds import UNSET

START_YEAR = 2026
"""First year of what recurs without end; a list with a year of its own is bound to that year."""
_STEP = {"月": 1, "季度": 3, "半年": 6, "两月": 2, "二月": 2, "2月": 2, "三月": 3, "3月": 3, "四月": 4, "4月": 4, "6月": 6}
"""Months from one period to the next."""
_WEEKS = {"周": 1, "两周": 2, "二周": 2, "2周": 2}
OPEN = ("年内，月份由本单位定", "遇事即办", "经常", UNSET)
"""Why a row stands under 待定."""


@dataclass(frozen=True)
class Row:
    """One line of the calendar. `months` is empty where the cadence is open; `open` then says why."""

    uid: str
    title: Text
    when: Text
    roles: tuple[str, ...]
    months: tuple[int, ...]
    window: int
    """Months within which each turn falls: 1 = in that very month."""
    rule: str
    start: date | None
    open: str
    link: str
    """Address of the list or entry it comes from."""
    source: str
    daily: bool = False

    @functools.cached_property
    def line(self) -> str:
        """Everything a reader sees of the row in one string, for keys: far cheaper than its repr."""
        cites = [f"{cite.key}:{cite.place}" for cite in (*self.title.cites, *self.when.cites)]
        dates = (*map(str, self.months), str(self.window), self.rule, str(self.start), self.open, str(self.daily))
        return "\t".join((self.uid, self.title.text, self.when.text, self.link, self.source, *self.roles, *dates, *cites))


def rows_of(library: Library) -> list[Row]:
    """All rows: those of the live lists first, then the entries that no list stands for."""
    rows = list(_from_lists(library))
    covered = {
        ref.target
        for value in lists_of(library)
        if value.live
        for task in value.tasks
        if task.cadence is not None or task.cadence_open or task.deadline
        for ref in task.basis
    }
    rows += _from_entries(library, covered)
    return rows


def _from_lists(library: Library) -> Iterator[Row]:
    told: dict[tuple[str, str], tuple[str, set[str]]] = {}
    for value in lists_of(library):
        if not value.live or value.kind.opposed:
            continue
        for task in value.tasks:
            cadence = task.cadence
            if cadence is None and not task.cadence_open and task.deadline is None:
                continue
            roles = tuple(role for role, _, _ in parts_of(value, task, library) if role != UNSET)
            # two lists may name the same duty: the first one stands for it, as long as no role is lost
            same = (task.basis[0].target if task.basis else task.task.text, cadence.text if cadence else "")
            first, known = told.setdefault(same, (value.id, set(roles)))
            if first != value.id and known.issuperset(roles):
                continue
            known.update(roles)
            cites = cadence.cites if cadence else ()
            year = int(value.year) if value.year.isdigit() else 0
            yield _row(
                f"{value.id}-{task.id or f'{task.at[0]}'}", task.task, Text(when_of(task), cites), roles, cadence, task.deadline,
                year, f"duties/{value.id}.html", value.title,
            )  # fmt: skip


def _from_entries(library: Library, covered: set[str]) -> Iterator[Row]:
    for card in library.in_order:
        if not card.cadences or card.id in covered:
            continue
        for number, words in enumerate(card.cadences, 1):
            text, cadence = _understood(words)
            if cadence is None:
                continue
            title = f"{card.title}：{cadence.note}" if len(card.cadences) > 1 and cadence.note else card.title
            yield _row(
                f"{card.id}-{number}", Text(title), text, card.roles, cadence, None, 0, library.url(card),
                f"条目：{library.type_of(card).label}",
            )  # fmt: skip


@functools.lru_cache(4096)
def _understood(words: str) -> tuple[Text, Cadence | None]:
    """A cadence as written, read once however many entries write it so."""
    text = split_cites(words)
    return text, read_cadence(text.text, text.cites)


def _row(
    uid: str, title: Text, when: Text, roles: tuple[str, ...], cadence: Cadence | None, deadline: Date | None, year: int,
    link: str, source: str,
) -> Row:  # fmt: skip
    first = year or START_YEAR
    until = f";UNTIL={year}1231" if year else ""
    if deadline is not None and deadline.month:
        start = date(deadline.year, deadline.month, deadline.day or 1)
        return Row(uid, title, when, roles, (deadline.month,), 1, "", start, "", link, source)
    if cadence is None:
        return Row(uid, title, when, roles, (), 0, "", None, OPEN[3], link, source)
    if cadence.months:
        start = date(first, cadence.months[0], 1)
        return Row(uid, title, when, roles, cadence.months, len(cadence.months), f"FREQ=YEARLY{until}", start, "", link, source)
    if cadence.unit in _STEP:
        step = _STEP[cadence.unit]
        interval = f";INTERVAL={step}" if step > 1 else ""
        return Row(
            uid,
            title,
            when,
            roles,
            tuple(range(1, 13)),
            step,
            f"FREQ=MONTHLY{interval}{until}",
            date(first, 1, 1),
            "",
            link,
            source,
        )
    if cadence.unit in _WEEKS:
        step = _WEEKS[cadence.unit]
        interval = f";INTERVAL={step}" if step > 1 else ""
        monday = date(first, 1, 1 + (8 - date(first, 1, 1).isoweekday()) % 7)
        return Row(uid, title, when, roles, tuple(range(1, 13)), 1, f"FREQ=WEEKLY{interval}{until}", monday, "", link, source, True)
    if cadence.unit == "日":
        return Row(uid, title, when, roles, tuple(range(1, 13)), 1, f"FREQ=DAILY{until}", date(first, 1, 1), "", link, source, True)
    reason = (
        OPEN[0] if cadence.unit else OPEN[1] if cadence.event or cadence.loose in {"适时", "及时", "按需", "一次性"} else OPEN[2]
    )
    return Row(uid, title, when, roles, (), 0, "", None, reason, link, source)


SINGLE, WITHIN = "●", "○"
"""Marks of the table: done in that month; done within these months."""


def year_sheet(title: str, rows: list[Row], library: Library) -> Sheet:
    """The table of twelve months with a column for what has no date yet."""
    months = tuple(Column(f"{number}月", 2, True) for number in range(1, 13))
    columns = (
        Column("序号", 3, True), Column("事项", 16), Column("责任", 10), Column("频次", 10), *months, Column("待定", 6), Column("出自", 9),
    )  # fmt: skip
    ordered = sorted(rows, key=lambda row: (not row.months, row.window, row.months, OPEN.index(row.open) if row.open else 0))
    cells = []
    empty, marked = Cell(), (Cell(WITHIN), Cell(SINGLE))
    for number, row in enumerate(ordered, 1):
        mark = marked[row.window == 1]
        marks = tuple([mark if month in row.months else empty for month in range(1, 13)])
        cells.append((
            Cell(str(number)), Cell(row.title.text, row.title.cites), Cell("、".join(row.roles)), Cell(row.when.text, row.when.cites),
            *marks, Cell(row.open), Cell(row.source, links=((row.source, row.link),)),
        ))  # fmt: skip
    notes = (
        f"{SINGLE} 当月办；{WITHIN} 在标出的这几个月里办，按季度、半年的每期办一次。",
        "“待定”一栏的事项没有写明月份，不进日程文件；定下月份后写进清单，就会排进日历。",
    )
    return Sheet(
        title, columns, tuple(cells), f"共 {len(rows)} 项，其中 {sum(1 for row in rows if row.months)} 项有月份", notes, title
    )


def events(rows: list[Row]) -> Iterator[Event]:
    """What can stand in a diary: everything with a month. Each falls on the first day of its period, all day."""
    for row in rows:
        if row.start is None:
            continue
        within = "" if row.window == 1 else f"（{row.window}个月内办完）"
        about = [f"频次：{row.when.text}", f"责任：{'、'.join(row.roles)}" if row.roles else "", f"出自：{row.source}"]
        if row.rule and not row.daily:
            about.append("提醒放在期间的第一天，哪天办由本单位定。")
        yield Event(
            f"{row.uid}@renda-dangjian-kb", row.start, row.rule, row.title.text + within, "\n".join(part for part in about if part),
            ("机关党建",),
        )  # fmt: skip
