"""A quiz paper as PDF and DOCX: every question once and in order, the key on a page of its own, the same bytes each time."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

from docx import Document
from tests.print.conftest import HOUSE, squeezed

from kb.print.fonts import choose, folders
from kb.print.papers import Asked, Part, paper_book
from kb.print.typst_pdf import Pages, make_pdf
from kb.print.word_docx import make_docx
from kb.project import Project

PARTS = (
    Part(
        "单选",
        "每题只有一个正确答案",
        tuple(
            Asked(number, f"第{number}题问什么？", [("A", "甲"), ("B", "乙乙乙" * (number % 3 * 5 + 1))], "B", f"第{number}题的道理。", "三会一课")
            for number in range(1, 21)
        ),
        "（　　）",
        False,
    ),
    Part("简答", "写出要点", (Asked(21, "为什么？", [], "要点一；要点二", "两点都要。", "主题党日"),), "", True),
)  # fmt: skip
BOOK = paper_book("paper-shi-a", "content/quizzes/shi.yml", "试验试卷（A卷）", "知识库", PARTS)


def read(data: bytes, base: Path) -> list[str]:
    path = base / "paper.pdf"
    path.write_bytes(data)
    subprocess.run(["qpdf", "--check", path], check=True, capture_output=True)
    text = subprocess.run(["pdftotext", "-raw", path, "-"], check=True, capture_output=True).stdout.decode()
    return [squeezed(page) for page in text.split("\f")[:-1]]


def test_the_pdf_holds_every_question_and_the_key_behind_them(tmp_path: Path) -> None:
    fonts = choose(folders(Project(HOUSE), only_bundled=True))
    made = make_pdf(Project(HOUSE), BOOK, fonts)
    assert made.data == make_pdf(Project(HOUSE), BOOK, fonts).data
    pages = read(made.data, tmp_path)
    key = next(place for place, page in enumerate(pages) if page.startswith("试验试卷（A卷）答案"))
    assert key > 0 and key % 2 == 0, "printed on both sides, the key must not stand behind the paper"
    for number in range(1, 21):
        page = next(page for page in pages if f"第{number}题问什么" in page)
        assert re.search(rf"第{number}题问什么？.*?B．乙", page), "a question and its options stand on one page"
    paper, answers = "".join(pages[:key]), "".join(pages[key:])
    assert [int(number) for number in re.findall(r"第(\d+)题问什么", paper)] == list(range(1, 21))
    assert "的道理" not in paper
    assert all(f"第{number}题的道理。" in answers for number in range(1, 21))
    assert "要点一；要点二" in answers


def test_the_docx_numbers_on_through_its_parts_and_breaks_before_the_key() -> None:
    data = make_docx(BOOK, Pages({}, (), (), 0))
    assert data == make_docx(BOOK, Pages({}, (), (), 0))
    document = Document(io.BytesIO(data))
    headings = [
        (one.style.style_id, one.text) for one in document.paragraphs if one.style is not None and "Heading" in one.style.style_id
    ]
    assert headings == [
        ("Heading1", "试验试卷（A卷）"),
        ("Heading3", "一、单选题（20 题，每题只有一个正确答案；每题＿＿分，共＿＿分）"),
        ("Heading3", "二、简答题（1 题，写出要点；每题＿＿分，共＿＿分）"),
        ("Heading2", "试验试卷（A卷）答案"),
    ]
    behind = next(one for one in document.paragraphs if one.text == "试验试卷（A卷）答案")
    assert behind.paragraph_format.page_break_before
    (table,) = document.tables
    assert [row.cells[0].text for row in table.rows] == ["题号", *map(str, range(1, 22))]
    assert 'w:val="21"' in document.part.numbering_part._element.xml
