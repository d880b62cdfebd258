"""What a reader, a screen reader and an archive get out of the PDF: whole sentences, tags, embedded fonts, equal bytes."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from tests.print.conftest import HOUSE, Printed, squeezed

from kb.intake import Intake
from kb.print.blocks import Block, List, Para, Table, plain, words
from kb.print.compose import compose, compose_sheet
from kb.print.fonts import Fonts
from kb.print.typst_pdf import impose, make_pdf
from kb.project import Project

SENTENCE = re.compile(r"[^。；！？]+[。；！？]?")
ENTRIES = ("sanhui-yike", "dangji-fagui-xuexi", "zhuti-dangri")


def passages(blocks: tuple[Block, ...]) -> list[str]:
    found = []
    for block in blocks:
        if isinstance(block, List):
            for item in block.items:
                found += passages(item.blocks)
        elif isinstance(block, Table):
            found += [words(cell) for row in (block.head, *block.rows) for cell in row]
        elif isinstance(block, Para):
            found.append(words(block.runs))
        else:
            found.append(plain(block))
    return found


@pytest.mark.parametrize("name", ENTRIES)
def test_every_sentence_comes_out_whole(name: str, secretary: Printed) -> None:
    section = next(one for chapter in secretary.book.chapters for one in chapter.sections if one.id == name)
    page = secretary.pages.sections[name] + secretary.shift
    text = re.sub(r"（见?第\d+页）", "", squeezed(secretary.text(page, page + 5)))
    said = [section.summary, *passages(section.blocks)]
    sentences = [found.group() for passage in said for found in SENTENCE.finditer(squeezed(passage))]
    assert len(sentences) > 15
    assert [sentence for sentence in sentences if sentence not in text] == []


def test_no_character_is_lost_or_private(shelf: dict[str, Printed]) -> None:
    for printed in shelf.values():
        assert re.findall("[\ufffd\ue000-\uf8ff\x00-\x08]", printed.text(body=False)) == []


def test_pdf_is_whole_tagged_archival_and_named(shelf: dict[str, Printed]) -> None:
    for printed in shelf.values():
        done = subprocess.run(["qpdf", "--check", str(printed.path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "No syntax or stream encoding errors" in done.stdout
        info = subprocess.run(["pdfinfo", str(printed.path)], capture_output=True, text=True, check=True).stdout
        assert re.search(r"^Tagged: +yes$", info, re.M)
        assert re.search(rf"^Title: +{re.escape(printed.book.title)}$", info, re.M)
        assert re.search(rf"^Author: +{re.escape(printed.book.publisher)}$", info, re.M)
        meta = subprocess.run(["pdfinfo", "-meta", str(printed.path)], capture_output=True, text=True, check=True).stdout
        assert "<pdfaid:part>2<" in meta and "<pdfaid:conformance>A<" in meta and "<pdfuaid:part>1<" in meta


def test_fonts_are_embedded_subsets(secretary: Printed) -> None:
    rows = subprocess.run(["pdffonts", str(secretary.path)], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert len(rows) >= 2
    assert all(re.match(r"[A-Z]{6}\+", row) for row in rows)
    assert all(re.search(r" yes +yes +yes +\d+ +\d+$", row) for row in rows), rows


def test_outline_has_every_chapter_and_entry(secretary: Printed) -> None:
    done = subprocess.run(["qpdf", "--json", "--json-key=outlines", str(secretary.path)], capture_output=True, check=True)
    outlines = json.loads(done.stdout)["outlines"]
    chapters = [row["title"] for row in outlines]
    assert chapters[0] == f"第一章\u3000{secretary.book.chapters[0].title}"
    assert len(chapters) == len(secretary.book.chapters) + len(secretary.book.appendices) + 1
    assert [len(row["kids"]) >= len(chapter.sections) for row, chapter in zip(outlines, secretary.book.chapters, strict=False)]


def test_same_input_same_bytes(secretary: Printed, intake: Intake, fonts: Fonts) -> None:
    again = compose(Project(HOUSE), intake.library, intake.library.pieces["handbooks"]["zhibu-shuji"], secretary.book.house)
    assert again == secretary.book
    assert make_pdf(Project(HOUSE), again, fonts).data == secretary.path.read_bytes()


def test_heads_of_a_table_repeat_on_its_next_page(secretary: Printed) -> None:
    leaves = [squeezed(leaf) for leaf in secretary.leaves()]
    heads = [leaf for leaf in leaves if "名称发布日期效力状态" in leaf]
    assert len(heads) >= 2


def test_booklet_is_in_saddle_order(secretary: Printed, intake: Intake, fonts: Fonts, tmp_path: Path) -> None:
    from dataclasses import replace

    pdf = make_pdf(Project(HOUSE), replace(secretary.book, style="A5"), fonts)
    assert pdf.pages is not None
    (tmp_path / "a5.pdf").write_bytes(pdf.data)
    data, sides = impose(Project(HOUSE), pdf.data, pdf.pages.total)
    made = tmp_path / "booklet.pdf"
    made.write_bytes(data)
    total = -(-pdf.pages.total // 4) * 4
    assert sides == total // 2
    info = subprocess.run(["pdfinfo", str(made)], capture_output=True, text=True, check=True).stdout
    assert re.search(rf"^Pages: +{sides}$", info, re.M) and re.search(r"^Page size: +841\.\d+ x 595\.\d+", info, re.M)

    def half(side: int, right: bool) -> str:
        x = "421" if right else "0"
        words = [
            "pdftotext",
            "-raw",
            "-f",
            str(side),
            "-l",
            str(side),
            "-x",
            x,
            "-y",
            "0",
            "-W",
            "421",
            "-H",
            "596",
            str(made),
            "-",
        ]
        return squeezed(subprocess.run(words, capture_output=True, check=True).stdout.decode())

    def page(number: int) -> str:
        if number > pdf.pages.total:  # type: ignore[union-attr]
            return ""
        words = ["pdftotext", "-raw", "-f", str(number), "-l", str(number), str(tmp_path / "a5.pdf"), "-"]
        return squeezed(subprocess.run(words, capture_output=True, check=True).stdout.decode())

    for sheet in (0, 3, total // 4 - 1):
        front, back = 2 * sheet + 1, 2 * sheet + 2
        expected = (total - 2 * sheet, 2 * sheet + 1, 2 * sheet + 2, total - 2 * sheet - 1)
        found = (half(front, False), half(front, True), half(back, False), half(back, True))
        assert [len(one) for one in found] == [len(page(number)) for number in expected]
        assert [sorted(one) for one in found] == [sorted(page(number)) for number in expected]


def test_a_single_entry_is_a_sheet(intake: Intake, fonts: Fonts, tmp_path: Path) -> None:
    book = compose_sheet(Project(HOUSE), intake.library, intake.library.shown["sanhui-yike"], "知识库")
    pdf = make_pdf(Project(HOUSE), book, fonts)
    assert pdf.pages is not None and 1 <= pdf.pages.total <= 5
    path = tmp_path / "sheet.pdf"
    path.write_bytes(pdf.data)
    text = squeezed(subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True).stdout.decode())
    assert text.startswith("三会一课") and "本章出处" in text and "目录" not in text


def test_templates_may_be_a_link(intake: Intake, fonts: Fonts, tmp_path: Path) -> None:
    """As on a host, where they are the host's own and what is pushed has none."""
    for name in ("templates", "content"):
        (tmp_path / name).symlink_to(HOUSE / name)
    book = compose_sheet(Project(HOUSE), intake.library, intake.library.shown["sanhui-yike"], "知识库")
    assert make_pdf(Project(tmp_path), book, fonts).data == make_pdf(Project(HOUSE), book, fonts).data
