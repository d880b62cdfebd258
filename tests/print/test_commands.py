"""kb book: makes what is asked, remakes what changed and nothing else, and says what cannot be printed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Ran
from tests.print.conftest import HOUSE

Kb = Callable[..., Ran]
ONE, OTHER = "yi", "er"


@pytest.fixture
def house(base: Path) -> Path:
    """The small knowledge base with the print templates and two handbooks that share no entry."""
    shutil.copytree(HOUSE / "templates" / "print", base / "templates" / "print")
    folder = base / "content" / "handbooks"
    folder.mkdir(exist_ok=True)
    for name, kind in ((ONE, "method"), (OTHER, "rule")):
        text = f"title: 手册{name}\nchapters:\n  - title: 全部\n    select: {{type: {kind}}}\nappendices: [来源, 索引]\n"
        (folder / f"{name}.yml").write_text(text, "utf-8")
    return base


def stamps(house: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (house / "site_build" / "books").glob("*.[pd]*")}


def test_books_are_made_once(house: Path, kb: Kb) -> None:
    first = kb(house, "book", "--bundled-fonts")
    assert first.status == 0, first.out + first.err
    made = stamps(house)
    assert set(made) == {f"{ONE}.pdf", f"{ONE}.docx", f"{OTHER}.pdf", f"{OTHER}.docx"}
    again = kb(house, "book", "--bundled-fonts")
    assert again.out.count("没有变化") == 2
    assert stamps(house) == made


def test_only_the_book_that_holds_a_changed_entry_is_made_anew(house: Path, kb: Kb) -> None:
    kb(house, "book", "--bundled-fonts")
    before = stamps(house)
    path = sorted((house / "content" / "methods").glob("*.md"))[0]
    path.write_text(path.read_text("utf-8") + "\n补写的一句。[@编者]\n", "utf-8")
    assert kb(house, "book", "--bundled-fonts").out.count("没有变化") == 1
    after = stamps(house)
    assert before[f"{OTHER}.pdf"] == after[f"{OTHER}.pdf"]
    assert before[f"{ONE}.pdf"] < after[f"{ONE}.pdf"] and before[f"{ONE}.docx"] < after[f"{ONE}.docx"]


def test_a_form_that_changed_is_printed_anew(house: Path, kb: Kb) -> None:
    """A book names the forms of its entries and prints those it chose; another book's are no news to it."""
    form = house / "content" / "forms" / "jilu.yml"
    form.parent.mkdir()
    words = (
        "title: {title}\nkind: 记录表\nsummary: 试验用。[@编者]\nmethod: [sanhui-yike]\nfilled_by: 支部 [@编者]\nkept_by: 支部 [@编者]\n"
        "basis: [zhibu-gongzuo-tiaoli]\nsections:\n  - heading: 一次\n    fields: [时间, 地点]\n"
    )
    form.write_text(words.format(title="会议记录"), "utf-8")
    first = kb(house, "book", "--bundled-fonts")
    assert first.status == 0, first.out + first.err
    before = stamps(house)
    form.write_text(words.format(title="支部会议记录"), "utf-8")
    again = kb(house, "book", "--bundled-fonts")
    after = stamps(house)
    assert before[f"{ONE}.pdf"] < after[f"{ONE}.pdf"], again.out
    assert before[f"{OTHER}.pdf"] == after[f"{OTHER}.pdf"], again.out


def test_formats_are_made_as_they_are_asked_for(house: Path, kb: Kb) -> None:
    kb(house, "book", ONE, "--format", "pdf", "--bundled-fonts")
    assert set(stamps(house)) == {f"{ONE}.pdf"}
    kb(house, "book", ONE, "--format", "docx", "--bundled-fonts")
    rows = json.loads((house / "site_build" / "books" / "books.json").read_text("utf-8"))
    assert [one["name"] for one in rows[0]["files"]] == [f"{ONE}.pdf", f"{ONE}.docx"]
    assert "没有变化" in kb(house, "book", ONE, "--bundled-fonts").out


def test_styles_drafts_and_booklets_stand_beside_the_book(house: Path, kb: Kb) -> None:
    for words in (["--style", "A5"], ["--draft"], ["--booklet"]):
        assert kb(house, "book", ONE, "--format", "pdf", "--bundled-fonts", *words).status == 0
    assert set(stamps(house)) == {f"{ONE}-a5.pdf", f"{ONE}-draft.pdf", f"{ONE}-booklet.pdf"}


def test_a_handbook_that_is_gone_takes_its_book_along(house: Path, kb: Kb) -> None:
    kb(house, "book", "--format", "pdf", "--bundled-fonts")
    (house / "content" / "handbooks" / f"{OTHER}.yml").unlink()
    kb(house, "book", "--format", "pdf", "--bundled-fonts")
    assert set(stamps(house)) == {f"{ONE}.pdf"}


def test_a_torn_list_of_the_shelf_is_made_anew(house: Path, kb: Kb) -> None:
    kb(house, "book", ONE, "--format", "pdf", "--bundled-fonts")
    (house / "site_build" / "books" / "books.json").write_text('[{"id": ', "utf-8")
    assert "没有变化" not in kb(house, "book", ONE, "--format", "pdf", "--bundled-fonts").out


def test_a_wrong_name_is_wrong_use(house: Path, kb: Kb) -> None:
    ran = kb(house, "book", "yii")
    assert ran.status == 2 and "没有“yii”这个手册" in ran.err


def test_faults_in_the_content_stop_the_press(house: Path, kb: Kb) -> None:
    (house / "content" / "handbooks" / f"{ONE}.yml").write_text(
        "title: 手册\nchapters:\n  - title: 甲\n    entries: [meiyou]\n", "utf-8"
    )
    ran = kb(house, "book")
    assert ran.status == 1 and "content/handbooks/yi.yml:4:15 dangling-reference" in ran.out
    assert not (house / "site_build" / "books").exists()


def test_a_character_no_font_holds_is_named_with_its_place(house: Path, kb: Kb) -> None:
    path = sorted((house / "content" / "methods").glob("*.md"))[0]
    text = path.read_text("utf-8") + "\n这里有一个\U0002a6d6字。[@编者]\n"
    path.write_text(text, "utf-8")
    line = text[: text.index("\U0002a6d6")].count("\n") + 1
    ran = kb(house, "book", ONE, "--bundled-fonts")
    assert ran.status == 1
    assert f"content/methods/{path.name}:{line}:6 missing-glyph 字体里没有“\U0002a6d6”（U+2A6D6），印不出来" in ran.out
    assert not (house / "site_build" / "books" / f"{ONE}.pdf").exists()


def test_an_entry_is_printed_as_a_sheet(house: Path, kb: Kb) -> None:
    name = sorted(path.stem for path in (house / "content" / "methods").glob("*.md"))[0]
    assert kb(house, "book", "--entry", name, "--bundled-fonts").status == 0
    assert {path.name for path in (house / "site_build" / "books" / "sheets").iterdir()} == {f"{name}.pdf", f"{name}.docx"}
    for more in (("--booklet",), (ONE,)):
        ran = kb(house, "book", *more, "--entry", name)
        assert (ran.status, "单页" in ran.err) == (2, True)


def test_fonts_says_what_sets_what(house: Path, kb: Kb) -> None:
    out = kb(house, "fonts", "--bundled-fonts").out
    assert "正文（仿宋）：Noto Serif SC" in out and "黑体：Noto Sans SC" in out and "fonts/" in out
