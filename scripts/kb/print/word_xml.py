"""The few pieces of WordprocessingML that a book is written with: runs, fields, bookmarks, paragraphs, tables."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from kb.print.blocks import Form
from kb.print.word_styles import SONG, fonts


def run(words: str, properties: str = "") -> str:
    """A run of text; `properties` go into w:rPr."""
    inner = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{inner}<w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def styled(words: str, style: str) -> str:
    """A run in a character style."""
    return run(words, f'<w:rStyle w:val="{style}"/>')


def field(code: str, shown: str) -> str:
    """A field with the result it shows until it is updated."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(shown)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def page_of(bookmark: str, shown: int | None) -> str:
    """The page a bookmark stands on."""
    return field(f"PAGEREF {bookmark} \\h", str(shown or 1))


def link(bookmark: str, inner: str) -> str:
    """A link within the document."""
    return f'<w:hyperlink w:anchor="{bookmark}" w:history="1">{inner}</w:hyperlink>'


def paragraph(style: str, inner: str, properties: str = "") -> str:
    """A paragraph in a style."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{inner}</w:p>'


def tick_box(done: bool | None) -> str:
    """A box to click (w14:checkbox); 方框 and its ticked twin are in every Chinese system font."""
    sign, value = ("☑", "1") if done else ("□", "0")
    return (
        f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{value}"/><w14:checkedState w14:val="2611" w14:font="Segoe UI Symbol"/>'
        '<w14:uncheckedState w14:val="25A1" w14:font="宋体"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent>{run(sign, fonts(SONG))}</w:sdtContent></w:sdt>"
    )


def table(
    widths: list[int], rows: Iterable[tuple[bool, list[tuple[str, str]]]], tall: bool = False, label_column: bool = False
) -> str:
    """A table; each row is (is a head, [(style, inner XML of the cell's paragraphs)]). Heads repeat on every page."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    lines = []
    for head, cells in rows:
        marks = ("" if tall and not head else "<w:cantSplit/>") + ("<w:tblHeader/>" if head else "")
        inner = []
        for place, (width, (style, words)) in enumerate(zip(widths, cells, strict=True)):
            shaded = head or (label_column and place == 0)
            shade = '<w:shd w:val="clear" w:color="auto" w:fill="EFEFEF"/>' if shaded else ""
            body = words if words.startswith("<w:p>") else paragraph(style, words)
            inner.append(
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/></w:tcPr>{body}</w:tc>'
            )
        lines.append(f"<w:tr><w:trPr>{marks}</w:trPr>{''.join(inner)}</w:tr>")
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="24" w:type="dxa"/><w:left w:w="90" w:type="dxa"/>'
        f'<w:bottom w:w="24" w:type="dxa"/><w:right w:w="90" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(lines)}</w:tbl>'
    )


def form_table(widths: list[int], form: Form, line: float) -> str:
    """A blank form: cells that span columns, rows as high as their lines ask, boxes to tick."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = []
    for number, row in enumerate(form.rows):
        height = round(line * (max(cell.lines for cell in row) + 0.5))
        head = "<w:tblHeader/>" if number < form.heads else ""
        cells, at = [], 0
        for cell in row:
            width = sum(widths[at : at + cell.span])
            at += cell.span
            span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
            inner = tick_box(False) if cell.tick else run(cell.text)
            style = "TableHead" if cell.head else "TableText"
            place = '<w:jc w:val="center"/>' if cell.tick or not cell.left else ""
            cells.append(
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}<w:vAlign w:val="center"/></w:tcPr>{paragraph(style, inner, place)}</w:tc>'
            )
        rows.append(
            f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{height}" w:hRule="atLeast"/>{head}</w:trPr>{"".join(cells)}</w:tr>'
        )
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
