"""From the rows of the calendar to what falls into this month and the next, in the terminal."""

from __future__ import annotations

import datetime
import re
import sys

from kb.editing.reading import take
from kb.outputs.calendar_rows import Row, rows_of
from kb.project import Project


def show_agenda(project: Project, month: str | None, role: str | None) -> int:
    """Print two months of work, periods that end in them marked. 2: no such month or role."""
    today = month or f"{datetime.date.today():%Y-%m}"
    found = re.fullmatch("([1-9][0-9]{3})-(0[1-9]|1[0-2])", today)
    if not found:
        print(f"kb：月份“{today[:20]}”要写成 2026-11", file=sys.stderr)
        return 2
    library = take(project).library
    known = library.schema.vocabularies["roles"].words()
    if role and role not in known:
        print(f"kb：没有“{role[:20]}”这个责任主体，写法见 content/vocabulary/roles.yml", file=sys.stderr)
        return 2
    rows = [row for row in rows_of(library) if not role or known[role] in row.roles]
    year, number = int(found[1]), int(found[2])
    for at in (number, number % 12 + 1):
        here = [row for row in rows if at in row.months]
        print(f"{year + (at < number)}年{at}月，{len(here)} 项：")
        for row in here:
            print(f"  {row.title.text}（{row.when.text}{_ends(row, at)}）{'、'.join(row.roles)}")
    print(f"另有 {sum(1 for row in rows if not row.months)} 项没有写明月份，见日历的“待定”。")
    return 0


def _ends(row: Row, month: int) -> str:
    """A remark where the period within which it is to be done ends in this month."""
    if row.window == 1:
        return ""
    last = month % row.window == 0 if len(row.months) == 12 else month == row.months[-1]
    return "，本月到期" if last else ""
