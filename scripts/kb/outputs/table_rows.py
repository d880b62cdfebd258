"""From the rows of a sheet to the HTML between those cells that a template must see to."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup, escape

from kb.office.sheet import Cell, Sheet

NUMBER = "序号"
"""Head of a first column whose words are the anchors of the rows."""
UNFILLED = "由本单位填写"
"""What stands in a cell that each office fills in."""


def table_rows(sheet: Sheet) -> Iterator[list[tuple[Markup, Cell | None]]]:
    """Each row as HTML in parts, every part but the last ending where a cell with more than words stands.

    A year's table has twelve columns of marks: told one by one to a template, they were most of its time.
    """
    openings = [
        Markup('<td data-label="{}"{}>').format(column.label, Markup(' class="km"') if column.centred else "")
        for column in sheet.columns
    ]
    numbered = bool(sheet.columns) and sheet.columns[0].label == NUMBER
    for row in sheet.rows:
        parts: list[tuple[Markup, Cell | None]] = []
        html: list[str] = [f'<tr id="r{escape(row[0].text)}">' if numbered and row and row[0].text else "<tr>"]
        for opening, one in zip(openings, row, strict=True):
            html.append(opening)
            if one.links or one.cites or one.flag or one.text == UNFILLED:
                parts.append((Markup("".join(html)), one))
                html = []
            elif one.text:
                html.append(escape(one.text))
            html.append("</td>")
        html.append("</tr>")
        parts.append((Markup("".join(html)), None))
        yield parts
