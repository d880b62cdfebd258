"""Forms: page, DOCX and XLSX are one form; every one belongs to an entry and says who fills and keeps it."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from itertools import pairwise
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from tests.work.reading import Table, tables_of

from kb.model.library import Library
from kb.office.form import Blank, Grid, Slot, blank_of
from kb.office.form_docx import form_document
from kb.office.form_pdf import form_pdf
from kb.office.form_xlsx import GRID, form_workbook, spread
from kb.outputs.forms import paper_of
from kb.workpieces.forms import Form
from kb.workpieces.instruments import instruments_of

HOUSE = Path(__file__).resolve().parents[2]
FORMS = sorted(path.stem for path in (HOUSE / "content" / "forms").glob("*.yml"))
SOME = FORMS[::5]
SUPPORTED = (
    "dangzu-yiti", "shuzhi-tigang", "minzhu-ceping", "mubiao-kaohe", "xianjin-tuijian", "diyi-yiti-dangzu", "diyi-tongbu-genxue",
    "bidu-lingdu", "zhongxinzu-jihua", "jiangtan-qici", "zuzhi-shenghuo-taizhang", "qinglan-jihua", "yishi-xingtai-baogao",
    "yuqing-liucheng", "zhenggai-taizhang", "sanzhong-yida-hedui", "jieqian-tixing", "jiti-tanhua", "yishi-xingtai-jiancha",
    "qingshi-baogao-taizhang", "dianxing-shiji", "liang-shenfen", "quntuan-cehua", "bangfu-dengji", "lifa-yijian", "shenyi-duban",
    "zhongda-shixiang-liucheng", "lifa-zhuanban", "weidiaoyan-wenjuan", "gongneng-dangzuzhi-dengji",
)  # fmt: skip
"""One form for each of the functions F13, F17-F20, F22-F26, F31, F32, F36, F37, F39-F43, F46, F50, F53-F55, F58-F63."""


def test_all_functions_have_their_form() -> None:
    assert len(FORMS) >= 35
    assert set(SUPPORTED) <= set(FORMS)


def test_each_belongs_somewhere(library: Library) -> None:
    for name in FORMS:
        form: Form = library.pieces["forms"][name].value
        assert form.method and form.method[0].target in library.shown, name
        assert form.filled_by.text and form.kept_by.text, name
        assert form.basis or form.summary.cites, name


def test_titles_on_paper_stand_in_one_pair_of_quotes(library: Library) -> None:
    """The foot names each entry for itself; a title that brings its own quotes gets no second pair."""
    feet = [line for name in FORMS for line in paper_of(library.pieces["forms"][name].value, library).foot]
    assert any("见“" in line and "”、“" in line for line in feet)
    assert not any(doubled in line for line in feet for doubled in ("““", "””", "“《"))


def test_numbers_stand_in_the_middle_of_their_column(library: Library) -> None:
    """Whether they were printed before or are counted on behind, as in lingdao-pingyi."""
    given = [
        row[0]
        for name in FORMS
        for grid in paper_of(library.pieces["forms"][name].value, library).grids
        for row in grid.rows[1:]
        if grid.rows[0][0].text == "序号"
    ]
    assert len(given) > 100 and not any(slot.left for slot in given)


def grids_of(site: Path, name: str) -> list[Table]:
    return [table for table in tables_of(site / f"forms/{name}.html") if "kw-grid" in table.css]


@pytest.mark.parametrize("name", FORMS)
def test_docx_is_the_page(site: Path, name: str) -> None:
    document = docx.Document(str(site / f"tools/forms/{name}.docx"))
    found = []
    for table in document.tables:
        rows = []
        for row in table.rows:
            cells = list({id(cell._tc): cell for cell in row.cells}.values())
            rows.append([cell.text for cell in cells])
        found.append(rows)
    assert found == [list(table) for table in grids_of(site, name)]
    title = document.paragraphs[0]
    assert title.text and title.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"
    page = document.sections[0]
    assert {round(page.page_width.mm), round(page.page_height.mm)} == {210, 297}


@pytest.mark.parametrize("name", SOME)
def test_xlsx_is_the_page(site: Path, name: str) -> None:
    page = openpyxl.load_workbook(site / f"tools/forms/{name}.xlsx").active
    assert page is not None
    rows = [[str(cell) for cell in row if cell is not None] for row in page.iter_rows(values_only=True)]
    wanted = [[cell for cell in row if cell] for table in grids_of(site, name) for row in table]
    at = 0
    for row in wanted:
        if row:
            at = rows.index(row, at) + 1
    assert page.page_setup.paperSize == 9 and page.sheet_properties.pageSetUpPr.fitToPage
    assert page["A1"].font.name == "宋体"


@pytest.mark.parametrize("name", SOME)
def test_pdf_holds_the_form(site: Path, library: Library, name: str) -> None:
    path = str(site / f"tools/forms/{name}.pdf")
    told = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    form: Form = library.pieces["forms"][name].value
    assert re.search("Title: +" + re.escape(form.title), told)
    width, height = map(float, re.findall(r"Page size: +([0-9.]+) x ([0-9.]+) pts \(A4\)", told)[0])
    assert (width > height) == form.wide
    text = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, text=True, check=True).stdout
    bare = re.sub(r"\s", "", text)
    for table in grids_of(site, name):
        for row in table:
            for cell in row:
                assert re.sub(r"\s", "", cell) in bare, cell


def test_wide_forms_lie(site: Path, library: Library) -> None:
    wide = [name for name in FORMS if library.pieces["forms"][name].value.wide]
    assert wide
    for name in wide[:3]:
        page = docx.Document(str(site / f"tools/forms/{name}.docx")).sections[0]
        assert page.page_width > page.page_height
        assert "kw-form--wide" in (site / f"forms/{name}.html").read_text("utf-8")


def test_files_are_steady() -> None:
    slots = (Slot("甲", head=True), Slot(span=2, lines=3))
    blank = Blank(
        "表", True, (Grid("一", "提示", "fields", (4, 8, 8), (slots, (Slot("乙"), Slot("丙"), Slot("丁", left=True)))),), ("注",)
    )
    template = HOUSE / "templates" / "office" / "form.typ"
    assert form_pdf(blank, template) == form_pdf(blank, template)
    for make in (form_document, form_workbook):
        data = make(blank, "甲")
        assert data == make(blank, "甲")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("widths", [(1,), (1, 1), (1, 99), (99, 1, 1), tuple([1] * 24), (2, 4, 9, 4, 5, 5, 7, 5)])
def test_grid_gives_every_column_room(widths: tuple[int, ...]) -> None:
    cuts = spread(widths)
    assert cuts[0] == 0 and cuts[-1] == GRID and len(cuts) == len(widths) + 1
    assert all(one < other for one, other in pairwise(cuts))


def test_rows_fill_the_line(library: Library) -> None:
    """In every part of every form the cells of a row cover all columns, no more."""
    for piece in library.pieces["forms"].values():
        for grid in blank_of(piece.value, ()).grids:
            for row in grid.rows:
                assert sum(slot.span for slot in row) == len(grid.widths), (piece.id, grid.heading)


def test_entries_offer_their_instruments(library: Library) -> None:
    found = instruments_of(library)
    assert {"“三会一课”记录", "支部组织生活年度台账"} <= {one.title for one in found["sanhui-yike"]}
    assert [one.label for one in found["sanji-zeren-qingdan"]] == ["清单", "表单"]
    assert set(found) <= set(library.shown)
