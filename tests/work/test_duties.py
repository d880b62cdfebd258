"""Lists of duties: page, XLSX and CSV say the same; the workbook is set up for print; roles get all that is theirs."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from tests.work.reading import tables_of

from kb.model.library import Library
from kb.office.sheet import Cell, Column, Sheet
from kb.office.xlsx import tab_name, workbook
from kb.outputs.org_chart import draw
from kb.outputs.role_tasks import tasks_by_role
from kb.workpieces.duties import DutyList

HOUSE = Path(__file__).resolve().parents[2]
LISTS = sorted(path.stem for path in (HOUSE / "content" / "duties").glob("*.yml"))


def rows_of(path: Path) -> tuple[list[list[str]], int]:
    """The rows of a workbook from the heads down, notes left out, and the row of the heads."""
    page = openpyxl.load_workbook(path).active
    assert page is not None
    head = next(row for row in range(1, 5) if page.cell(row, 2).value)
    last = page.auto_filter.ref.rpartition(":")[2].strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") if page.auto_filter.ref else head
    rows = page.iter_rows(min_row=head, max_row=int(last), values_only=True)
    return [[str(cell) if cell is not None else "" for cell in row] for row in rows], head


@pytest.mark.parametrize("name", LISTS)
def test_page_xlsx_and_csv_agree(site: Path, name: str) -> None:
    (shown,) = [table for table in tables_of(site / f"duties/{name}.html") if "kw-table" in table.css]
    book, _ = rows_of(site / f"tools/duties/{name}.xlsx")
    data = (site / f"tools/duties/{name}.csv").read_bytes()
    assert len(shown) > 1
    assert book == shown
    assert data.startswith(b"\xef\xbb\xbf") and b"\r\n" in data
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig")))) == shown


@pytest.mark.parametrize("name", ["sanji-zeren-qingdan", "renwu-fenjiebiao", "fumian-qingdan", "siji-zuzhi"])
def test_workbook_is_set_up_for_an_office(site: Path, name: str) -> None:
    page = openpyxl.load_workbook(site / f"tools/duties/{name}.xlsx").active
    assert page is not None
    _, head = rows_of(site / f"tools/duties/{name}.xlsx")
    assert page.freeze_panes == f"A{head + 1}"
    assert page.auto_filter.ref is not None and page.auto_filter.ref.startswith(f"A{head}:")
    assert page.page_setup.orientation == "landscape" and page.page_setup.paperSize == 9
    assert (
        page.sheet_properties.pageSetUpPr.fitToPage and page.page_setup.fitToWidth in {1, None} and page.page_setup.fitToHeight == 0
    )
    assert page.print_title_rows == f"$1:${head}"
    assert page["A1"].font.name == "宋体" and page["A1"].value
    assert page.cell(head, 1).font.name == "黑体"
    assert page.cell(head + 1, 2).font.name == "仿宋" and page.cell(head + 1, 2).alignment.wrap_text
    assert sum(column.width for column in page.column_dimensions.values()) < 160, "打印出来字太小"


def test_all_lists_in_one_workbook(site: Path) -> None:
    book = openpyxl.load_workbook(site / "tools/duties/all.xlsx")
    assert len(book.sheetnames) == len(LISTS)


def test_every_level_and_measure_is_there(library: Library) -> None:
    """The matrix that is shipped has no gap: each task has all three levels and says when it is done."""
    value: DutyList = library.pieces["duties"]["sanji-zeren-qingdan"].value
    assert [tier.name for tier in value.tiers] == ["领导", "负责", "落实"]
    for task in value.tasks:
        assert [name for name, text in task.shares if text.text] == ["领导", "负责", "落实"]
        assert task.measure.text


def test_roles_get_their_tasks(site: Path, library: Library) -> None:
    tasks = tasks_by_role(library)
    assert {"机关党组", "机关党委", "党支部", "机关纪委"} <= tasks.keys()
    for role, slug in (("机关党委", "jiguan-dangwei"), ("党支部书记", "dangzhibu-shuji")):
        (shown,) = tables_of(site / f"duties/of-{slug}.html")
        first = [row[1] for row in shown[1:]]
        assert [task.task.task.text for task in tasks[role]] == first[: len(tasks[role])]
        book, _ = rows_of(site / f"tools/duties/of-{slug}.xlsx")
        assert book == shown


def test_archived_lists_stay_out(library: Library) -> None:
    archived = {piece.id for piece in library.pieces["duties"].values() if piece.value.state == "存档"}
    assert archived == {"yaodian-2020", "siyou-fangan"}
    assert not [row for rows in tasks_by_role(library).values() for row in rows if row.list.id in archived]


def test_declared_count_is_told(site: Path) -> None:
    assert "声明 16 项，实列 4 项" in (site / "duties/siyou-fangan.html").read_text("utf-8")


def test_chart_draws_every_unit_once(library: Library) -> None:
    for name in ("siji-zuzhi", "dangzu-fendangzu", "dangqun-zuzhi"):
        value: DutyList = library.pieces["duties"][name].value
        picture = draw(value.units, value.title)
        assert picture.count("<rect") == len(value.units)
        assert picture.count("<path") == sum(1 for unit in value.units if unit.under)
        for unit in value.units:
            assert f">{unit.role}</text>" in picture


def test_chart_escapes_what_it_is_given(library: Library) -> None:
    from dataclasses import replace

    unit = library.pieces["duties"]["siji-zuzhi"].value.units[0]
    picture = draw([replace(unit, role="<b>&", duty=replace(unit.duty, text='"<i>'))], "<x>")
    assert "<b>" not in picture and "<i>" not in picture and "<x>" not in picture


def test_formulas_stay_text() -> None:
    sheet = Sheet("表", (Column("甲"), Column("乙")), ((Cell("=1+1"), Cell("http://甲")), (Cell("@甲"), Cell("{=1}"))))
    from kb.office.csv_table import csv_bytes

    page = openpyxl.load_workbook(io.BytesIO(workbook([sheet], "甲"))).active
    assert page is not None
    assert [page["A3"].data_type, page["B3"].data_type, page["A4"].data_type, page["B4"].data_type] == ["s"] * 4
    assert page["A3"].hyperlink is None and page["B3"].hyperlink is None
    assert csv_bytes(sheet).decode("utf-8-sig") == "甲,乙\r\n'=1+1,http://甲\r\n'@甲,{=1}\r\n"


def test_workbook_bytes_are_steady() -> None:
    sheet = Sheet("表[1]:*?/\\'", (Column("甲"),), ((Cell("乙"),),), "副题", ("注一", "注二"))
    data = workbook([sheet, sheet], "甲")
    assert data == workbook([sheet, sheet], "甲")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "2026-01-01" in archive.read("docProps/core.xml").decode()
    taken: set[str] = set()
    names = [tab_name(Sheet("长" * 40, (), ()), taken) for _ in range(12)]
    assert len(set(names)) == 12 and all(len(name) <= 31 for name in names)
