"""From the cadences of duties and entries to the rows of the work calendar: in which months, or still open and why."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from kb.model.library import Library
from kb.model.value import Cadence, Date, EntryRef, Text
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
_YEARLY, _REGULAR, _EVENT, _OFTEN = "年内，月份由本单位定", "定期、按期，周期由本单位定", "遇事即办", "经常"
OPEN = (_YEARLY, _REGULAR, _EVENT, _OFTEN, UNSET)
"""Why a row stands under 待定."""


class Turns(NamedTuple):
    """When it is its turn. `months` is empty where that is open; `open` then says why."""

    months: tuple[int, ...] = ()
    window: int = 0
    """Months within which each turn falls: 1 = in that very month."""
    rule: str = ""
    """RFC 5545, 3.3.10."""
    start: date | None = None
    open: str = ""
    daily: bool = False


class Row(NamedTuple):
    """One line of the calendar. Its turns are those of all rows with the same cadence: tens of thousands share a few."""

    uid: str
    title: Text
    when: Text
    roles: tuple[str, ...]
    turns: Turns
    link: str
    """Address of the list or entry it comes from."""
    source: str
    about: str = ""
    """Address of the entry that tells how it is done, "" where that is `link`."""

    @property
    def months(self) -> tuple[int, ...]:
        return self.turns.months

    @property
    def window(self) -> int:
        return self.turns.window

    @property
    def open(self) -> str:
        return self.turns.open

    @property
    def line(self) -> str:
        """Everything a reader sees of the row in one string, for keys: far cheaper than its repr."""
        cites = [f"{cite.key}:{cite.place}" for cite in (*self.title.cites, *self.when.cites)]
        return "\t".join(
            (self.uid, self.title.text, self.when.text, self.link, self.source, self.about, *self.roles, _said(self.turns), *cites)
        )


@functools.lru_cache(1024)
def _said(turns: Turns) -> str:
    return repr(turns)


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
            yield Row(
                f"{value.id}-{task.id or f'{task.at[0]}'}", task.task, Text(when_of(task), cites), roles,
                _turns(cadence, task.deadline, year), f"duties/{value.id}.html", value.title, _about(task.basis, library),
            )  # fmt: skip


def _about(basis: Iterable[EntryRef], library: Library) -> str:
    return next((library.url(library.shown[ref.target]) for ref in basis if ref.target in library.shown), "")


def _from_entries(library: Library, covered: set[str]) -> Iterator[Row]:
    sources = {kind.name: f"条目：{kind.label}" for kind in library.schema.ordered_types()}
    for card in library.in_order:
        if not card.cadences or card.id in covered:
            continue
        url = library.url(card)
        for number, words in enumerate(card.cadences, 1):
            text, note, turns = _read(words)
            if turns is None:
                continue
            title = f"{card.title}：{note}" if note and len(card.cadences) > 1 else card.title
            yield Row(f"{card.id}-{number}", Text(title), text, card.roles, turns, url, sources[card.type])


@functools.lru_cache(4096)
def _read(words: str) -> tuple[Text, str, Turns | None]:
    """(words, note, turns) of a cadence as an entry writes it; many write the same."""
    text = split_cites(words)
    cadence = read_cadence(text.text)
    return (text, "", None) if cadence is None else (text, cadence.note, _turns(cadence, None, 0))


@functools.lru_cache(1024)
def _turns(cadence: Cadence | None, deadline: Date | None, year: int) -> Turns:
    """When the turns of a cadence come, or what has but a deadline; `year` binds them to one year."""
    first = year or START_YEAR
    until = f";UNTIL={year}1231" if year else ""
    if deadline is not None and deadline.month:
        return Turns((deadline.month,), 1, "", date(deadline.year, deadline.month, deadline.day or 1))
    if cadence is None:
        return Turns(open=UNSET)
    if cadence.months:
        return Turns(cadence.months, len(cadence.months), f"FREQ=YEARLY{until}", date(first, cadence.months[0], 1))
    every = tuple(range(1, 13))
    if cadence.unit in _STEP:
        step = _STEP[cadence.unit]
        interval = f";INTERVAL={step}" if step > 1 else ""
        return Turns(every, step, f"FREQ=MONTHLY{interval}{until}", date(first, 1, 1))
    if cadence.unit in _WEEKS:
        step = _WEEKS[cadence.unit]
        interval = f";INTERVAL={step}" if step > 1 else ""
        monday = date(first, 1, 1 + (8 - date(first, 1, 1).isoweekday()) % 7)
        return Turns(every, 1, f"FREQ=WEEKLY{interval}{until}", monday, daily=True)
    if cadence.unit == "日":
        return Turns(every, 1, f"FREQ=DAILY{until}", date(first, 1, 1), daily=True)
    if cadence.unit:
        return Turns(open=_YEARLY)
    if cadence.event or cadence.loose in {"适时", "及时", "按需", "一次性"}:
        return Turns(open=_EVENT)
    return Turns(open=_REGULAR if cadence.loose in {"定期", "按期"} else _OFTEN)


def due_in(rows: list[Row], month: int) -> list[tuple[Row, str]]:
    """What a month brings and by when, the rarest first: what is tied to this month, what must be done by its end (a quarter's
    last month, a half-year's), what every month has; then what is tied to the next month, to prepare for."""
    tied = sorted((row for row in rows if month in row.months and len(row.months) < 12), key=lambda row: row.window)
    recurring = [row for row in rows if len(row.months) == 12 and not row.turns.daily and month % row.window == 0]
    due = [(row, f"{row.months[0]}至{row.months[-1]}月内" if row.window > 1 else "") for row in tied]
    due += [(row, "到本月底" if row.window > 1 else "") for row in sorted(recurring, key=lambda row: -row.window)]
    following = month % 12 + 1
    return due + [(row, f"{following}月") for row in rows if row.window == 1 and row.months == (following,)]


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
        turns = row.turns
        if turns.start is None:
            continue
        within = "" if row.window == 1 else f"（{row.window}个月内办完）"
        about = [f"频次：{row.when.text}", f"责任：{'、'.join(row.roles)}" if row.roles else "", f"出自：{row.source}"]
        if turns.rule and not turns.daily:
            about.append("提醒放在期间的第一天，哪天办由本单位定。")
        yield Event(
            f"{row.uid}@renda-dangjian-kb", turns.start, turns.rule, row.title.text + within, "\n".join(part for part in about if part),
            ("机关党建",),
        )  # fmt: skip
