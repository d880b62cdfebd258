"""From sheets to a workbook that looks like office work: title row, frozen heads, filter, wrapped cells, A4 landscape."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Sequence
from typing import Any

from kb.office.sheet import Sheet, words

SONG, FANG, HEI = "宋体", "仿宋", "黑体"
MADE = datetime.datetime(2026, 1, 1)
"""The date written into every file: builds on different days must give the same bytes."""
_TAB = re.compile(r"[\[\]:*?/\\']")
_A4 = 9
_LINE = 15.6
"""Height in points of one line of 11-point text."""
_PAPER = 146
"""Widest table, in Latin digits, that A4 landscape still prints at a legible size."""


def workbook(sheets: Sequence[Sheet], author: str) -> bytes:
    """One workbook, a tab for each sheet."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": sheets[0].title, "author": author, "created": MADE})
    styles = {
        "title": book.add_format({"font_name": SONG, "font_size": 18, "bold": True, "align": "center", "valign": "vcenter"}),
        "subtitle": book.add_format({"font_name": FANG, "font_size": 11, "align": "left", "valign": "vcenter", "text_wrap": True}),
        "head": book.add_format(
            {"font_name": HEI, "font_size": 11, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1,
             "bg_color": "#F2EDE4"}
        ),
        "left": book.add_format({"font_name": FANG, "font_size": 11, "valign": "vcenter", "text_wrap": True, "border": 1}),
        "centre": book.add_format(
            {"font_name": FANG, "font_size": 11, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1}
        ),
        "note": book.add_format({"font_name": FANG, "font_size": 10, "valign": "top", "text_wrap": True}),
    }  # fmt: skip
    taken: set[str] = set()
    for sheet in sheets:
        _write(book.add_worksheet(tab_name(sheet, taken)), sheet, styles)
    book.close()
    return out.getvalue()


def tab_name(sheet: Sheet, taken: set[str]) -> str:
    """A name that Excel accepts: at most 31 characters, none of []:*?/\\', no two alike."""
    base = tab_title(sheet.tab or sheet.title)
    name, number = base, 2
    while name in taken:
        name, number = f"{base}{number}", number + 1
    taken.add(name)
    return name


def tab_title(title: str) -> str:
    """The title cut to what a tab can show, with room for a number behind it."""
    return _TAB.sub("", title)[:28] or "表"


def _write(page: Any, sheet: Sheet, styles: dict[str, Any]) -> None:
    last = len(sheet.columns) - 1
    widths = _widths(sheet)
    total = sum(widths)
    for at, width in enumerate(widths):
        page.set_column(at, at, width)
    _across(page, 0, last, sheet.title, styles["title"])
    page.set_row(0, 34)
    head = 1
    if sheet.subtitle:
        _across(page, 1, last, sheet.subtitle, styles["subtitle"])
        page.set_row(1, _LINE * _lines(sheet.subtitle, total) + 4)
        head = 2
    for at, column in enumerate(sheet.columns):
        page.write_string(head, at, column.label, styles["head"])
    page.set_row(head, max(24, _LINE * max(map(_lines, (column.label for column in sheet.columns), widths)) + 6))
    row = head
    looks = [styles["centre" if column.centred else "left"] for column in sheet.columns]
    for cells in sheet.rows:
        row += 1
        tall = 1
        for at, (cell, style, width) in enumerate(zip(cells, looks, widths, strict=True)):
            if text := words(cell):
                page.write_string(row, at, text, style)
                tall = max(tall, _lines(text, width))
            else:
                page.write_blank(row, at, None, style)
        page.set_row(row, max(22, _LINE * tall + 6))
    if sheet.rows:
        page.autofilter(head, 0, row, last)
    for number, note in enumerate(sheet.notes):
        row += 1
        text = f"注：{note}" if number == 0 else f"　　{note}"
        _across(page, row, last, text, styles["note"])
        page.set_row(row, 14 * _lines(text, total) + 4)
    page.freeze_panes(head + 1, 0)
    page.repeat_rows(0, head)
    page.set_landscape()
    page.set_paper(_A4)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.center_horizontally()
    page.print_area(0, 0, row, last)
    page.set_footer('&C&"宋体"&10第 &P 页，共 &N 页')


def _across(page: Any, row: int, last: int, text: str, style: Any) -> None:
    if last:
        page.merge_range(row, 0, row, last, "", style)
    page.write_string(row, 0, text, style)


def _widths(sheet: Sheet) -> list[float]:
    """Column widths in Latin digits, drawn in together where the table would not fit the paper."""
    wanted = [column.width * 2 + 1 for column in sheet.columns]
    factor = min(1.0, _PAPER / sum(wanted))
    return [round(max(min(width, 5), width * factor), 1) for width in wanted]


def _lines(text: str, width: float) -> int:
    """Lines that the text takes in a column so many digits wide; a Chinese character takes two, half of one is lost at the edge."""
    room = max(2, int(width) - 1)
    if 2 * len(text) <= room and "\n" not in text:
        return 1
    return sum(max(1, -(-sum(2 if ord(char) > 0x2E7F else 1 for char in line) // room)) for line in text.split("\n"))
