"""From a blank form to a workbook page that prints on one A4 width: bordered cells, title, small print below."""

from __future__ import annotations

import io
from typing import Any

from kb.office.form import Blank, Grid, Slot
from kb.office.xlsx import FANG, HEI, MADE, SONG, tab_title

PORTRAIT, LANDSCAPE = 76, 122
"""Width of the paper in Excel's own unit, a Latin digit of the standard font."""
GRID = 24
"""Columns of the sheet that all parts share; a cell of a part spans several."""
_ROW = 24.0


def form_workbook(blank: Blank, author: str) -> bytes:
    """One sheet, ready to print."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": blank.title, "author": author, "created": MADE})
    border = {"border": 1, "text_wrap": True, "valign": "vcenter", "font_size": 11}
    styles = {
        "title": book.add_format({"font_name": SONG, "font_size": 18, "bold": True, "align": "center", "valign": "vcenter"}),
        "heading": book.add_format({"font_name": HEI, "font_size": 12, "valign": "vcenter"}),
        "hint": book.add_format({"font_name": FANG, "font_size": 10, "text_wrap": True, "valign": "vcenter"}),
        "head": book.add_format({**border, "font_name": HEI, "align": "center"}),
        "cell": book.add_format({**border, "font_name": FANG, "align": "center"}),
        "left": book.add_format({**border, "font_name": FANG, "align": "left"}),
        "foot": book.add_format({"font_name": FANG, "font_size": 10, "text_wrap": True, "valign": "top"}),
    }
    page = book.add_worksheet(tab_title(blank.title))
    unit = (LANDSCAPE if blank.wide else PORTRAIT) / GRID
    page.set_column(0, GRID - 1, unit)
    page.merge_range(0, 0, 0, GRID - 1, "", styles["title"])
    page.write_string(0, 0, blank.title, styles["title"])
    page.set_row(0, 36)
    row = 1
    for grid in blank.grids:
        row = _part(page, row, grid, styles, unit)
    for number, words in enumerate(blank.foot):
        text = f"注：{words}" if number == 0 else f"　　{words}"
        row = _line(page, row, text, styles["foot"], unit, 14)
    page.set_paper(9)
    if blank.wide:
        page.set_landscape()
    page.set_margins(left=0.7, right=0.7, top=0.8, bottom=0.7)
    page.fit_to_pages(1, 0)
    page.center_horizontally()
    page.print_area(0, 0, row - 1, GRID - 1)
    page.hide_gridlines(2)
    page.set_footer('&C&"宋体"&10第 &P 页，共 &N 页')
    book.close()
    return out.getvalue()


def _part(page: Any, row: int, grid: Grid, styles: dict[str, Any], unit: float) -> int:
    row = _line(page, row, grid.heading, styles["heading"], unit, 20)
    if grid.hint:
        row = _line(page, row, grid.hint, styles["hint"], unit, 14)
    cuts = spread(grid.widths)
    for slots in grid.rows:
        at, tall = 0, 1
        for slot in slots:
            first, last = cuts[at], cuts[at + slot.span] - 1
            style = styles["head" if slot.head else "left" if slot.left else "cell"]
            if last > first:
                page.merge_range(row, first, row, last, "", style)
            if slot.text:
                page.write_string(row, first, slot.text, style)
            else:
                page.write_blank(row, first, None, style)
            tall = max(tall, slot.lines, _needed(slot, (last - first + 1) * unit))
            at += slot.span
        page.set_row(row, max(_ROW, 16.0 * tall + 6))
        row += 1
    return row


def _line(page: Any, row: int, text: str, style: Any, unit: float, height: float) -> int:
    page.merge_range(row, 0, row, GRID - 1, "", style)
    page.write_string(row, 0, text, style)
    page.set_row(row, height * _needed(Slot(text), GRID * unit) + 4)
    return row + 1


def _needed(slot: Slot, width: float) -> int:
    """Lines that the words take in a cell so many digits wide; a Chinese character takes two."""
    return max(1, -(-sum(2 if ord(char) > 0x2E7F else 1 for char in slot.text) // max(2, int(width))))


def spread(widths: tuple[int, ...]) -> list[int]:
    """Where each column of a part begins on the shared grid, and its end: shares rounded, none without a column."""
    total = sum(widths)
    cuts = [0]
    for number in range(1, len(widths)):
        wanted = round(sum(widths[:number]) * GRID / total)
        cuts.append(min(max(wanted, cuts[-1] + 1), GRID - (len(widths) - number)))
    return [*cuts, GRID]
