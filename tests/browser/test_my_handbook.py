"""我的手册 from the disk: collect on entry pages, order, print as one document, export as a handbook for kb book."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kb.problem import Notebook
from kb.schema.loading import Record
from kb.syntax.tree import parse_tree
from kb.workpieces.handbooks import read

NAMES = ("methods/sanhui-yike", "methods/zhuti-dangri", "terms/shuyu-shenghuohui")


@pytest.fixture
def page(chromium: Browser, site: Path) -> Iterator[Page]:
    """A page with empty storage; any error on it fails the test."""
    context = chromium.new_context()
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert faults == []


def collect(page: Page, site: Path) -> None:
    for name in NAMES:
        page.goto((site / f"{name}.html").as_uri())
        page.click("text=收入我的手册")
        assert page.inner_text(".km-act") == "移出我的手册"


def names(page: Page) -> list[str]:
    # the list is drawn once the page has been painted
    expect(page.locator(".km-name").first).to_be_visible()
    return [text.split("\n")[0].split(" ")[0] for text in page.locator(".km-name").all_inner_texts()]


def test_collected_entries_are_ordered_printed_and_exported(page: Page, site: Path, tmp_path: Path) -> None:
    collect(page, site)
    page.goto((site / "handbooks/mine.html").as_uri())
    assert [name[:4] for name in names(page)] == ["三会一课", "主题党日", "民主生活"]
    page.fill("text=书名", "支部学习资料")
    page.click("[aria-label='下移“三会一课”']")
    page.reload()
    assert [name[:4] for name in names(page)] == ["主题党日", "三会一课", "民主生活"]
    page.pdf(path=str(tmp_path / "mine.pdf"), prefer_css_page_size=True)
    text = "".join(
        subprocess.run(["pdftotext", "-raw", str(tmp_path / "mine.pdf"), "-"], capture_output=True, check=True)
        .stdout.decode()
        .split()
    )
    order = [text.index(words) for words in ("支部学习资料", "目录", "一、主题党日", "二、三会一课", "出处")]
    assert order == sorted(order)
    assert "会后三件事" in text and "收入我的手册" not in text and "按下面的次序印" not in text
    with page.expect_download() as given:
        page.click("text=导出手册文件")
    exported = Path(given.value.path()).read_text("utf-8")
    notes = Notebook("wo-de-shouce.yml")
    tree = parse_tree(exported, notes)
    assert tree is not None
    handbook = read("wo-de-shouce", Record(tree, notes, "手册"))
    assert notes.problems == [] and handbook is not None
    assert handbook.title == "支部学习资料"
    assert list(handbook.chapters[0].entries) == ["zhuti-dangri", "sanhui-yike", "shuyu-shenghuohui"]


def test_an_entry_can_be_taken_out_again(page: Page, site: Path) -> None:
    collect(page, site)
    page.click("text=移出我的手册")
    assert page.inner_text(".km-link") == "我的手册（2）"
    page.goto((site / "handbooks/mine.html").as_uri())
    page.click("[aria-label='移出“主题党日”']")
    assert names(page) == ["三会一课"]


def test_what_storage_holds_is_never_run(chromium: Browser, site: Path) -> None:
    """Another page on the same disk may have written there: markup is cut down to plain text and tables. The policy
    refuses the handlers as soon as they are parsed, and says so; hence no watch on the console here."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto((site / "handbooks/mine.html").as_uri())
    bad = '<p onclick="x()">一</p><img src=x onerror="document.title=1"><a href="javascript:x()">二</a><script>document.title=2</script><iframe src="x"></iframe>'
    item = {"id": "sanhui-yike", "title": "<b>三会</b>", "html": bad, "kicker": "", "lead": "", "sources": ["甲"]}
    page.evaluate("value => localStorage.setItem('kb-my-handbook', value)", json.dumps({"items": [item, {"id": "../x"}, 5]}))
    page.reload()
    expect(page.locator(".km-list li")).to_have_count(1)
    assert page.inner_text(".km-name").startswith("<b>三会</b>")
    made = page.locator("#km-print").inner_html()
    assert not any(word in made for word in ("onclick", "onerror", "<img", "javascript", "<script", "<iframe"))
    assert page.title().startswith("我的手册")
    context.close()


@pytest.mark.parametrize("broken", ["", "{", "5", "null", '{"items": 7}', '{"items": [null, {}]}'])
def test_a_broken_store_is_an_empty_one(page: Page, site: Path, broken: str) -> None:
    page.goto((site / "handbooks/mine.html").as_uri())
    page.evaluate("value => localStorage.setItem('kb-my-handbook', value)", broken)
    page.reload()
    expect(page.locator("#km-mine")).to_contain_text("还没有收条目")


def test_a_long_title_breaks_between_words_on_the_cover(page: Page, site: Path) -> None:
    collect(page, site)
    page.goto((site / "handbooks/mine.html").as_uri())
    page.fill("text=书名", "区人大常委会机关支部委员与党务干部培训手册")
    page.evaluate("window.print = () => {}")
    page.click("text=打印成册")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 640, "height": 900})
    words = page.locator(".km-cover__word")
    assert words.all_inner_texts() == ["区人大常委会机关支部委员与", "党务干部", "培训手册"]
    tops = [round(box["y"]) for box in (words.nth(at).bounding_box() for at in range(3)) if box is not None]
    assert tops[0] < tops[1] == tops[2]
