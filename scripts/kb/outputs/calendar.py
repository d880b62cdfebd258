"""From the rows of the calendar to its pages, tables and diary files: all, and one set for each role that has rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from kb.office.sheet import Sheet
from kb.outputs.calendar_rows import OPEN, Row, events, year_sheet
from kb.outputs.duties import book
from kb.outputs.plan import Plan, Site
from kb.render.context import Page

PLATE = "calendar/index.html"
MOST = 300
"""Rows in one calendar, be it page, workbook or diary file: twenty printed pages, nearly one row a day. More are not read, and
what it takes must not grow with the library."""


def plan(site: Site) -> Iterator[Plan]:
    """calendar/index.html, calendar/<role>.html, tools/calendar/*.ics and *.xlsx."""
    rows = site.calendar
    of_role: dict[str, list[Row]] = {}
    for row in rows:
        for role in dict.fromkeys(row.roles):
            of_role.setdefault(role, []).append(row)
    words = site.library.schema.vocabularies["roles"].terms
    terms = [(term, of_role[term.value]) for term in words if term.value in of_role]
    roles = [(term.value, term.slug, len(found), sum(1 for row in found if row.months)) for term, found in terms]
    yield from _set(site, "index", "全年工作日历", "", rows, roles)
    for term, found in terms:
        yield from _set(site, term.slug, f"{term.value}的工作日历", term.value, found, roles)


def _set(site: Site, stem: str, title: str, role: str, found: list[Row], roles: list[tuple[str, str, int, int]]) -> Iterator[Plan]:
    name = "all" if stem == "index" else stem
    # the lists come first, then what entries say: with very many entries these stand on the pages of the roles and their own
    rows, left = found[:MOST], max(0, len(found) - MOST)
    cited = {cite.key for row in rows for cite in (*row.title.cites, *row.when.cites)}
    lines = "\n".join(row.line for row in rows).encode()
    parts = (
        hashlib.blake2b(lines, digest_size=16).digest(),
        left,
        roles,
        sorted((key, site.library.shown[key].title) for key in cited if key in site.library.shown),
    )

    def sheet() -> Sheet:
        return year_sheet(title, rows, site.library)

    def values(page: Page) -> dict[str, Any]:
        return {
            "title": title, "role": role, "name": name, "roles": roles, "rows": rows, "left": left,
            "sheet": year_sheet(title, [row for row in rows if row.months], site.library),
            "periods": _periods(rows),
            "months": [
                (number, [row for row in rows if number in row.months and len(row.months) < 12]) for number in range(1, 13)
            ],
            "dated": any(row.months for row in rows),
            "open": [(reason, given) for reason in OPEN if (given := [row for row in rows if row.open == reason])],
        }  # fmt: skip

    yield site.page(
        f"calendar/{stem}.html", PLATE, "pages/calendar.html.j2", title, "按月份排开的党建事项", parts, values, long=True
    )

    def diary() -> bytes:
        from kb.office.ics import calendar

        return calendar(title, events(rows))

    if any(row.months for row in rows):
        # an empty diary file is refused by some programs
        yield Plan(f"tools/calendar/{name}.ics", site.digest("ics", name, parts), diary, long=True)
    yield book(site, f"tools/calendar/{name}.xlsx", lambda: [sheet()], parts)


def _periods(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """What recurs all the year round, by the length of its period."""
    named = (
        (True, 1, "每天、每周"),
        (False, 1, "每月"),
        (False, 2, "每两月"),
        (False, 3, "每季度"),
        (False, 4, "每四月"),
        (False, 6, "每半年"),
    )
    return [
        (words, found)
        for daily, window, words in named
        if (found := [row for row in rows if len(row.months) == 12 and row.window == window and row.turns.daily is daily])
    ]
