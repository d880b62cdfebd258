"""The DOCX: true styles and fields, East Asian fonts, steady bytes; LibreOffice opens it and finds the same book."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from tests.print.conftest import Printed, squeezed

from kb.print.blocks import Block, Box, Form, List, Table
from kb.print.book import Book, chinese
from kb.print.word_docx import make_docx

NAME = "lianzheng"


@pytest.fixture(scope="module")
def printed(shelf: dict[str, Printed]) -> Printed:
    return shelf[NAME]


@pytest.fixture(scope="module")
def data(printed: Printed) -> bytes:
    return make_docx(printed.book, printed.pages)


@pytest.fixture(scope="module")
def opened(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """LibreOffice's PDF of it, made with a profile of its own."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "book.docx").write_bytes(data)
    words = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf"]
    subprocess.run([*words, "--outdir", str(folder), str(folder / "book.docx")], capture_output=True, check=True, timeout=240)
    return folder / "book.pdf"


def headings(book: Book) -> list[tuple[str, str]]:
    """(style, words) of every heading that stands in the contents."""
    found = []
    for number, chapter in enumerate(book.chapters, 1):
        found.append(("heading 1", f"第{chinese(number)}章　{chapter.title}"))
        found += [("heading 2", f"{chinese(place)}、{section.title}") for place, section in enumerate(chapter.sections, 1)]
        found += [("heading 2", "讨论题")] if chapter.questions else []
    return found


def tables(blocks: Iterable[Block]) -> int:
    count = 0
    for block in blocks:
        if isinstance(block, List):
            count += sum(tables(item.blocks) for item in block.items)
        elif not isinstance(block, Box):
            count += isinstance(block, Table | Form)
    return count


def test_headings_are_styles(data: bytes, printed: Printed) -> None:
    paragraphs = Document(io.BytesIO(data)).paragraphs
    found = [
        (one.style.name.lower(), one.text) for one in paragraphs if one.style and one.style.style_id in {"Heading1", "Heading2"}
    ]
    wanted = headings(printed.book)
    assert found[: len(wanted)] == wanted
    assert found[-1] == ("heading 1", "索引")


def test_contents_are_filled_and_the_same_as_the_pdf(data: bytes, printed: Printed) -> None:
    document = Document(io.BytesIO(data))
    rows = [one.text for one in document.paragraphs if one.style and one.style.style_id in {"TOC1", "TOC2"}]
    wanted = headings(printed.book)
    assert len(rows) >= len(wanted)
    first = printed.book.chapters[0].sections[0]
    assert rows[1] == f"一、{first.title}\t{printed.pages.sections[first.id]}"
    xml = document.element.xml
    assert r'TOC \o "1-2" \h \z \u' in xml
    kinds = re.findall(r'fldCharType="(\w+)"', xml)
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end")
    bookmarks = re.findall(r'<w:bookmarkStart w:id="(\d+)" w:name="([^"]+)"', xml)
    assert len({name for _, name in bookmarks}) == len(bookmarks) == len({number for number, _ in bookmarks})
    wanted_marks = set(re.findall(r"PAGEREF (\S+) ", xml)) | set(re.findall(r'w:anchor="([^"]+)"', xml))
    assert wanted_marks <= {name for _, name in bookmarks}


def test_every_style_names_an_east_asian_font(data: bytes) -> None:
    tree = Document(io.BytesIO(data)).styles.element
    bare = []
    for style in tree.findall(qn("w:style")):
        fonts = style.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        if fonts is None or not fonts.get(qn("w:eastAsia")):
            bare.append(style.get(qn("w:styleId")))
    assert set(bare) <= {"DefaultParagraphFont", "TableNormal", "NoList", "Hyperlink"}


def test_running_heads_and_page_numbers_are_fields(data: bytes, printed: Printed) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        parts = {name: file.read(name).decode() for name in file.namelist() if re.match(r"word/(head|foot|front)", name)}
        settings = file.read("word/settings.xml").decode()
    assert all('STYLEREF "heading 1"' in xml for name, xml in parts.items() if re.match(r"word/head\d", name))
    assert " PAGE " in parts["word/footOdd.xml"] and 'w:val="right"' in parts["word/footOdd.xml"]
    assert " PAGE " in parts["word/footEven.xml"] and 'w:val="left"' in parts["word/footEven.xml"]
    assert printed.book.title in parts["word/headEven.xml"]
    assert "<w:evenAndOddHeaders/>" in settings and "<w:mirrorMargins/>" in settings
    page = Document(io.BytesIO(data)).sections[-1]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)  # type: ignore[union-attr]
    assert (round(page.top_margin.mm), round(page.left_margin.mm)) == (37, 28)  # type: ignore[union-attr]


def test_heads_of_tables_repeat(data: bytes) -> None:
    document = Document(io.BytesIO(data))
    headed = [one for one in document.tables if "<w:tblHeader/>" in one._tbl.xml]
    assert len(headed) > 10


def test_same_input_same_bytes(data: bytes, printed: Printed) -> None:
    assert make_docx(printed.book, printed.pages) == data


def test_libreoffice_opens_the_same_book(opened: Path, printed: Printed, data: bytes) -> None:
    info = subprocess.run(["pdfinfo", str(opened)], capture_output=True, text=True, check=True).stdout
    found = re.search(r"^Pages: +(\d+)$", info, re.M)
    assert found
    assert abs(int(found.group(1)) - printed.pages.total) <= 0.15 * printed.pages.total
    text = squeezed(subprocess.run(["pdftotext", "-raw", str(opened), "-"], capture_output=True, check=True).stdout.decode())
    at = text.index("第一章", text.index("附录一"))
    for _, heading in headings(printed.book):
        at = text.index(squeezed(heading), at)
    wanted = 1 + sum(
        bool(section.facts) + tables(section.blocks) for chapter in printed.book.chapters for section in chapter.sections
    )
    wanted += sum(tables(one.blocks) for one in printed.book.appendices)
    assert len(Document(io.BytesIO(data)).tables) == wanted


def test_libreoffice_shows_the_chapter_above_its_pages(opened: Path, printed: Printed) -> None:
    leaves = subprocess.run(["pdftotext", "-raw", str(opened), "-"], capture_output=True, check=True).stdout.decode().split("\f")
    heads = {squeezed(leaf.strip().split("\n")[0]) for leaf in leaves if leaf.strip()}
    assert squeezed(printed.book.title) in heads
    for number, chapter in enumerate(printed.book.chapters, 1):
        assert squeezed(f"第{chinese(number)}章{chapter.title}") in heads
