"""From a blank form to a DOCX that Word and WPS go on editing: 宋体 title, 黑体 heads, 仿宋 text, bordered tables, A4."""

from __future__ import annotations

import io
from typing import Any

from kb.office.form import Blank, Grid, Slot
from kb.office.steady import steady
from kb.office.xlsx import FANG, HEI, MADE, SONG


def form_document(blank: Blank, author: str) -> bytes:
    """One form, portrait or landscape."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    document = Document()
    core = document.core_properties
    core.title, core.author, core.last_modified_by, core.comments = blank.title, author, author, ""
    core.created = core.modified = MADE
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    if blank.wide:
        page.orientation = WD_ORIENT.LANDSCAPE
        page.page_width, page.page_height = Mm(297), Mm(210)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(20), Mm(17), Mm(24), Mm(22)
    # the template that python-docx brings takes Chinese for English: its punctuation would stand in the middle of the line
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    normal = document.styles["Normal"]
    normal.font.size = Pt(11)
    _faces(normal.element.get_or_add_rPr(), FANG)
    normal.paragraph_format.space_after = Pt(0)
    _write(document.add_paragraph(), blank.title, SONG, 18, bold=True).alignment = WD_ALIGN_PARAGRAPH.CENTER
    line = (297 if blank.wide else 210) - 46
    for grid in blank.grids:
        heading = _write(document.add_paragraph(), grid.heading, HEI, 12)
        heading.paragraph_format.space_before = Pt(8)
        heading.paragraph_format.space_after = Pt(3)
        heading.paragraph_format.keep_with_next = True
        if grid.hint:
            _write(document.add_paragraph(), grid.hint, FANG, 10).paragraph_format.keep_with_next = True
        _table(document, grid, line)
    for number, words in enumerate(blank.foot):
        foot = _write(document.add_paragraph(), f"{'注：' if number == 0 else '　　'}{words}", FANG, 10)
        if number == 0:
            foot.paragraph_format.space_before = Pt(6)
    _page_numbers(page.footer.paragraphs[0])
    out = io.BytesIO()
    document.save(out)
    return steady(out.getvalue())


def _table(document: Any, grid: Grid, line: int) -> None:
    from docx.enum.table import WD_ROW_HEIGHT_RULE
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    table = document.add_table(rows=len(grid.rows), cols=len(grid.widths))
    table.style = "Table Grid"
    table.autofit = False
    total = sum(grid.widths)
    millimetres = [width * line / total for width in grid.widths]
    for column, width in zip(table.columns, millimetres, strict=True):
        column.width = Mm(width)
    for number, slots in enumerate(grid.rows):
        row = table.rows[number]
        row.height_rule = WD_ROW_HEIGHT_RULE.AT_LEAST
        row.height = Mm(max(9.0, 6.5 * max(slot.lines for slot in slots) + 2.5))
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number < grid.head_rows:
            properties.append(OxmlElement("w:tblHeader"))
        cells = row.cells
        at = 0
        for slot in slots:
            cell = cells[at] if slot.span == 1 else cells[at].merge(cells[at + slot.span - 1])
            cell.width = Mm(sum(millimetres[at : at + slot.span]))
            _fill(cell, slot)
            at += slot.span


def _fill(cell: Any, slot: Slot) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = _write(cell.paragraphs[0], slot.text, HEI if slot.head else FANG, 11)
    if not slot.left:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _write(paragraph: Any, text: str, face: str, size: int, bold: bool = False) -> Any:
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.bold = bold or None
    _faces(run._r.get_or_add_rPr(), face)
    return paragraph


def _faces(properties: Any, face: str) -> None:
    """Name the face for Chinese and Latin text alike; Word asks for both."""
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), face)


def _page_numbers(paragraph: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for words, field in (("第 ", "PAGE"), (" 页，共 ", "NUMPAGES"), (" 页", "")):
        _write(paragraph, words, SONG, 9)
        if field:
            element = OxmlElement("w:fldSimple")
            element.set(qn("w:instr"), field)
            run = OxmlElement("w:r")
            text = OxmlElement("w:t")
            text.text = "1"
            run.append(text)
            element.append(run)
            paragraph._p.append(element)
