"""kb import: what a Word document or Markdown file becomes, and what stays behind."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from PIL import Image

from kb.checks.attachment import check_attachment
from kb.source.pictures import told


def photo(path: Path) -> Path:
    exif = Image.Exif()
    exif[0x010F] = "手机"
    Image.new("RGB", (8, 8), (200, 20, 20)).save(path, "PNG", exif=exif)
    return path


@pytest.fixture
def word(tmp_path: Path) -> Path:
    made = docx.Document()
    made.core_properties.author = "张某某"
    made.add_heading("支部学习日", 0)
    made.add_paragraph("固定每月一天*学习*。")
    made.add_heading("做法步骤", 1)
    made.add_paragraph("列计划", style="List Number")
    made.add_paragraph("开会 <b>", style="List Number")
    made.add_heading("细目", 3)
    made.add_paragraph("甲", style="List Bullet")
    made.add_paragraph("1. 不是列表")
    table = made.add_table(2, 2)
    for row, words in zip(table.rows, (("项目", "次数"), ("学习|讨论", "每月\n1次")), strict=True):
        for cell, text in zip(row.cells, words, strict=True):
            cell.text = text
    made.add_picture(str(photo(tmp_path / "a.png")))
    made.sections[0].header.paragraphs[0].text = "内部"
    path = tmp_path / "学习日.docx"
    made.save(str(path))
    return path


def test_word_document(base: Path, word: Path, kb: Callable[..., Any]) -> None:
    ran = kb(base, "import", str(word), "--type", "工作法")
    assert (ran.status, ran.err) == (0, ""), ran
    text = (base / "content/methods/zhi-bu-xue-xi-ri.md").read_text("utf-8")
    head, _, body = text.partition("\n---\n")
    assert "\ntitle: 支部学习日\n" in head
    assert "\nstatus: 草稿" in head
    assert body.strip() == (
        "固定每月一天\\*学习\\*。\n\n## 做法步骤\n\n1. 列计划\n1. 开会 \\<b\\>\n\n### 细目\n\n- 甲\n\n1\\. 不是列表\n\n"
        "| 项目 | 次数 |\n| --- | --- |\n| 学习\\|讨论 | 每月 1次 |\n\n![图1，请写一句图上是什么](../assets/zhi-bu-xue-xi-ri/tu-1.png)"
    )
    assert told((base / "content/assets/zhi-bu-xue-xi-ri/tu-1.png").read_bytes()) == []
    assert "作者和修订人的名字（1 个）" in ran.out
    assert "页眉页脚" in ran.out
    assert "张某某" not in text + ran.out
    checked = kb(base, "check", "--errors")
    assert "raw-html" not in checked.out
    assert "dead-link" not in checked.out


def test_tracked_changes_are_taken_as_accepted(base: Path, tmp_path: Path, kb: Callable[..., Any]) -> None:
    from docx.oxml import parse_xml

    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    made = docx.Document()
    paragraph = made.add_paragraph("每月")
    paragraph._p.append(
        parse_xml(f'<w:del {space} w:id="1" w:author="李某"><w:r><w:delText>一</w:delText><w:t>旧</w:t></w:r></w:del>')
    )
    paragraph._p.append(parse_xml(f'<w:ins {space} w:id="2" w:author="李某"><w:r><w:t>两次</w:t></w:r></w:ins>'))
    made.save(str(tmp_path / "a.docx"))
    ran = kb(base, "import", str(tmp_path / "a.docx"), "--type", "term", "--id", "a")
    assert "\n每月两次\n" in (base / "content/terms/a.md").read_text("utf-8")
    assert "修订痕迹（2 处" in ran.out


def test_markdown(base: Path, tmp_path: Path, kb: Callable[..., Any]) -> None:
    photo(tmp_path / "p.png")
    (tmp_path / "x.md").write_text(
        "---\nauthor: 张\n---\n# 学习\n\n# 做法\n\n甲<br>乙 ![图](p.png) ![外](../p.png)\n\n## 细\n\n丙\n", "utf-8"
    )
    ran = kb(base, "import", str(tmp_path / "x.md"), "--type", "term", "--id", "xuexi")
    text = (base / "content/terms/xuexi.md").read_text("utf-8")
    assert text.endswith("## 做法\n\n甲乙 ![图](../assets/xuexi/tu-1.png) 外\n\n### 细\n\n丙\n")
    assert "张" not in text
    assert "../p.png" in ran.out


@pytest.mark.parametrize(
    ("name", "data", "status", "said"),
    [
        ("a.doc", b"x", 2, "另存为 .docx"),
        ("a.docx", b"x", 1, "文件坏了"),
        ("none.docx", None, 2, "没有文件"),
    ],
)
def test_refused(name: str, data: bytes | None, status: int, said: str, base: Path, tmp_path: Path, kb: Callable[..., Any]) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    ran = kb(base, "import", str(tmp_path / name), "--type", "term")
    assert (ran.status, said in ran.err) == (status, True), ran
    assert not (base / "content/terms").exists()


def test_never_over_an_entry(base: Path, tmp_path: Path, kb: Callable[..., Any]) -> None:
    (tmp_path / "x.md").write_text("# 甲\n", "utf-8")
    ran = kb(base, "import", str(tmp_path / "x.md"), "--type", "term", "--id", "sanhui-yike")
    assert (ran.status, "已有" in ran.err) == (2, True)
    assert kb(base, "import", str(tmp_path / "x.md"), "--type", "没有").status == 2


def test_clean(base: Path, tmp_path: Path, kb: Callable[..., Any]) -> None:
    path = photo(tmp_path / "p.png")
    before = Image.open(io.BytesIO(path.read_bytes())).tobytes()
    assert "清除了" in kb(base, "clean", str(path)).out
    assert told(path.read_bytes()) == []
    assert Image.open(path).tobytes() == before


def test_clean_inside_a_document(base: Path, word: Path, tmp_path: Path, kb: Callable[..., Any]) -> None:
    """What `kb check` sends people to `kb clean` for, that does."""
    codes = [one.code for one in check_attachment("content/assets/a.docx", word.read_bytes())]
    assert "picture-metadata" in codes
    words = [one.text for one in docx.Document(str(word)).paragraphs]
    assert "清除了" in kb(base, "clean", str(word)).out
    after = [one.code for one in check_attachment("content/assets/a.docx", word.read_bytes())]
    assert after == [code for code in codes if code != "picture-metadata"]
    assert [one.text for one in docx.Document(str(word)).paragraphs] == words
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    assert kb(base, "clean", str(tmp_path / "a.pdf")).status == 2


def test_an_official_document_has_headings_without_styles(base: Path, tmp_path: Path, kb: Callable[..., Any]) -> None:
    """Title in the middle, “一、” and “（一）” on lines of their own; what is hidden stays behind, what loses its look is told."""
    made = docx.Document()
    made.add_paragraph("关于开展支部学习的安排").alignment = WD_ALIGN_PARAGRAPH.CENTER
    made.add_paragraph("各党支部：")
    made.add_paragraph("一、总的要求")
    made.add_paragraph("一、学在平时。平时多学。")
    made.add_paragraph("（一）时间安排")
    line = made.add_paragraph("每月学一次")
    line.add_run("藏着的话").font.hidden = True
    line.add_run("①").font.superscript = True
    made.save(str(tmp_path / "a.docx"))
    ran = kb(base, "import", str(tmp_path / "a.docx"), "--type", "term", "--id", "xuexi")
    assert ran.status == 0, ran.err
    text = (base / "content/terms/xuexi.md").read_text("utf-8")
    assert "title: 关于开展支部学习的安排\n" in text
    assert "\n## 一、总的要求\n" in text
    assert "\n### （一）时间安排\n" in text
    assert "\n一、学在平时。平时多学。\n" in text
    assert "藏着" not in text
    assert "隐藏的文字（1 处）" in ran.out
    assert "上标" in ran.out
