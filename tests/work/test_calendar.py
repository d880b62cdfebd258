"""The calendar: page, table and diary files agree; what has no month stays out of the diary and stands under 待定."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import icalendar
import pytest
from tests.work.reading import tables_of
from tests.work.test_duties import rows_of

from kb.model.library import Library
from kb.model.value import Date, Text
from kb.office.ics import Event, calendar, folded
from kb.outputs.calendar_rows import OPEN, Row, _turns, due_in, events
from kb.outputs.calendar_rows import rows_of as rows_of_library
from kb.schema.cadence import read_cadence


@pytest.fixture(scope="module")
def rows(library: Library) -> list[Row]:
    return rows_of_library(library)


def diary(path: Path) -> list[icalendar.Event]:
    """The events of a file as another program reads them."""
    return list(icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT"))


def test_diary_holds_what_has_a_month(site: Path, rows: list[Row]) -> None:
    found = diary(site / "tools/calendar/all.ics")
    assert {str(event["UID"]) for event in found} == {f"{row.uid}@renda-dangjian-kb" for row in rows if row.months}
    assert len(found) == len({str(event["UID"]) for event in found}) > 15
    assert any(not row.months for row in rows)


def test_diary_file_keeps_to_the_standard(site: Path) -> None:
    for path in (site / "tools/calendar").glob("*.ics"):
        data = path.read_bytes()
        assert data.startswith(b"BEGIN:VCALENDAR\r\n") and data.endswith(b"END:VCALENDAR\r\n")
        assert b"\n" not in data.replace(b"\r\n", b"")
        assert max(map(len, data.split(b"\r\n"))) <= 75
        whole = icalendar.Calendar.from_ical(data)
        assert [str(zone["TZID"]) for zone in whole.walk("VTIMEZONE")] == ["Asia/Shanghai"]
        assert str(whole["X-WR-TIMEZONE"]) == "Asia/Shanghai"
        for event in whole.walk("VEVENT"):
            assert type(event["DTSTART"].dt) is datetime.date
            assert event["DTEND"].dt - event["DTSTART"].dt == datetime.timedelta(days=1)
            assert "RRULE" in event


def test_each_role_has_its_own(site: Path, rows: list[Row], library: Library) -> None:
    slugs = {term.value: term.slug for term in library.schema.vocabularies["roles"].terms}
    for role in {role for row in rows for role in row.roles}:
        mine = {f"{row.uid}@renda-dangjian-kb" for row in rows if role in row.roles and row.months}
        path = site / f"tools/calendar/{slugs[role]}.ics"
        assert path.exists() == bool(mine), "空的日程文件有的程序不收，不该生成"
        if mine:
            assert {str(event["UID"]) for event in diary(path)} == mine


def test_page_and_table_agree(site: Path, rows: list[Row]) -> None:
    for page, name in (("index", "all"), ("dangzhibu", "dangzhibu")):
        (shown,) = [table for table in tables_of(site / f"calendar/{page}.html") if "kw-table" in table.css]
        book, _ = rows_of(site / f"tools/calendar/{name}.xlsx")
        dated = len(shown)
        assert book[:dated] == shown
        assert all(row[-2] in OPEN and not any(row[4:16]) for row in book[dated:])
        text = re.sub(r"<[^>]+>", "", (site / f"calendar/{page}.html").read_text("utf-8"))
        assert all(row[1] in text for row in book[dated:])
    assert len(rows) == len(rows_of(site / "tools/calendar/all.xlsx")[0]) - 1


RULES = [
    ("每月", range(1, 13), 1, "FREQ=MONTHLY", "2026-01-01"),
    ("每季度1次", range(1, 13), 3, "FREQ=MONTHLY;INTERVAL=3", "2026-01-01"),
    ("每半年至少1次", range(1, 13), 6, "FREQ=MONTHLY;INTERVAL=6", "2026-01-01"),
    ("年底", [12], 1, "FREQ=YEARLY", "2026-12-01"),
    ("上半年", range(1, 7), 6, "FREQ=YEARLY", "2026-01-01"),
    ("3月", [3], 1, "FREQ=YEARLY", "2026-03-01"),
    ("11月至2月", [11, 12, 1, 2], 4, "FREQ=YEARLY", "2026-11-01"),
    ("每周", range(1, 13), 1, "FREQ=WEEKLY", "2026-01-05"),
    ("每日", range(1, 13), 1, "FREQ=DAILY", "2026-01-01"),
]


def made(words: str, year: int = 0, deadline: Date | None = None) -> Row:
    cadence = read_cadence(words) if words else None
    return Row("甲-1", Text("甲"), Text(words), (), _turns(cadence, deadline, year), "a.html", "乙")


@pytest.mark.parametrize(("words", "months", "window", "rule", "start"), RULES, ids=[row[0] for row in RULES])
def test_rules(words: str, months: list[int], window: int, rule: str, start: str) -> None:
    row = made(words)
    assert (row.months, row.window, row.turns.rule, str(row.turns.start)) == (tuple(months), window, rule, start)
    bound = made(words, 2027)
    assert bound.turns.rule == f"{rule};UNTIL=20271231" and bound.turns.start is not None and bound.turns.start.year == 2027


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("每年1至2次", OPEN[0]),
        ("每届1次", OPEN[0]),
        ("按期", OPEN[1]),
        ("定期", OPEN[1]),
        ("换届后", OPEN[2]),
        ("适时", OPEN[2]),
        ("经常", OPEN[3]),
        ("", OPEN[4]),
    ],
)
def test_what_has_no_month_stays_open(words: str, reason: str) -> None:
    row = made(words)
    assert (row.months, row.turns.start, row.open) == ((), None, reason)
    assert list(events([row])) == []


def test_a_month_tells_what_is_due() -> None:
    """The rarest first; a quarter's task in its last month; what every day has is no news; then what the next month asks for."""
    words = ["每日", "每月1次", "每季度1次", "每半年1次", "年底", "年初", "上半年", "换届后"]
    rows = [made(one)._replace(uid=one) for one in words]
    told = {month: [(row.uid, by) for row, by in due_in(rows, month)] for month in (5, 6, 11, 12)}
    assert told[5] == [("上半年", "1至6月内"), ("每月1次", "")]
    assert told[6] == [("上半年", "1至6月内"), ("每半年1次", "到本月底"), ("每季度1次", "到本月底"), ("每月1次", "")]
    assert told[11] == [("每月1次", ""), ("年底", "12月")]
    assert told[12] == [
        ("年底", ""), ("每半年1次", "到本月底"), ("每季度1次", "到本月底"), ("每月1次", ""), ("年初", "1月"),
    ]  # fmt: skip


def test_a_deadline_is_a_single_day() -> None:
    row = made("", deadline=Date(2027, 2, 28))
    (event,) = events([row])
    assert (event.start, event.rule, row.months) == (datetime.date(2027, 2, 28), "", (2,))
    assert made("", deadline=Date(2027)).open == OPEN[4]


def test_uid_outlives_new_words(library: Library) -> None:
    """The UID hangs on the task's id, not on its wording: an edited task replaces the old one in a diary."""
    uids = {row.uid for row in rows_of_library(library)}
    assert {"sanji-zeren-qingdan-shuzhi", "renwu-fenjiebiao-zhuti-dangri"} <= uids


def test_folding_and_escapes_come_back_whole() -> None:
    words = "逗号,分号;反斜线\\和\n换行，" + "很长的一句话" * 20
    data = calendar("历,法", [Event("u@x", datetime.date(2026, 1, 1), "FREQ=MONTHLY", words, words, ("甲,乙",))])
    (event,) = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert str(event["SUMMARY"]) == words == str(event["DESCRIPTION"])
    assert folded("短") == "短\r\n".encode()
    parts = folded("字" * 60).split(b"\r\n")
    assert "".join(part.decode().removeprefix(" ") for part in parts) == "字" * 60
