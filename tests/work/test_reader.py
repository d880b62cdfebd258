"""The jobs a reader does in the browser: check oneself against a list, put a draft together, find this month, read without scripts."""

from __future__ import annotations

import datetime
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("没有装 Chromium：apt-get install chromium（make test 会代为安装）")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        browser.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A window; whatever a script complains of is a fault."""
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    page.close()
    assert faults == []


def test_self_check_is_kept_and_cleared(page: Page, site: Path) -> None:
    page.goto((site / "duties/fumian-qingdan.html").as_uri())
    bar = page.locator(".kw-selfbar p")
    expect(bar).to_contain_text("已自查 0 条")
    page.get_by_label("第1条，无").check()
    page.get_by_label("第2条，有").check()
    page.get_by_label("第3条，整改中").focus()
    page.keyboard.press("Space")
    expect(bar).to_contain_text("已自查 3 条，有 1 条，整改中 1 条")
    page.reload()
    expect(bar).to_contain_text("已自查 3 条，有 1 条，整改中 1 条")
    expect(page.get_by_label("第2条，有")).to_be_checked()
    page.get_by_role("button", name="清空自查").click()
    expect(bar).to_contain_text("已自查 0 条")
    page.reload()
    expect(bar).to_contain_text("已自查 0 条")


def test_draft_is_put_together(page: Page, site: Path) -> None:
    page.goto((site / "tools/yaodian.html").as_uri())
    draft = page.locator("[data-kw-draft-text]")
    expect(draft).to_have_text("还没有勾选任务。")
    boxes = page.locator("[data-kw-draft] input")
    boxes.nth(0).check()
    boxes.nth(boxes.count() - 1).check()
    text = draft.inner_text()
    assert text.startswith("（单位）") and "一、" in text and "二、" in text
    first = boxes.nth(0).get_attribute("value")
    assert first is not None and first in text
    page.reload()
    assert first in draft.inner_text()
    with page.expect_download() as found:
        page.get_by_role("button", name="存成文本文件").click()
    saved = Path(found.value.path()).read_bytes()
    assert found.value.suggested_filename == "工作要点草稿.txt"
    assert saved.startswith(b"\xef\xbb\xbf") and first in saved.decode("utf-8-sig") and b"\r\n" in saved
    page.get_by_role("button", name="全选", exact=True).click()
    assert draft.inner_text().count("．") >= boxes.count()
    page.get_by_role("button", name="全不选").click()
    expect(draft).to_have_text("还没有勾选任务。")


def test_this_month_is_marked(page: Page, site: Path) -> None:
    page.goto((site / "calendar/index.html").as_uri())
    marked = page.locator(".kw-month--now")
    expect(marked).to_have_count(1)
    assert marked.get_attribute("data-month") == str(datetime.date.today().month)


@pytest.mark.parametrize(
    "name", ["tools/index", "duties/index", "duties/renwu-fenjiebiao", "calendar/index", "forms/index", "forms/lifa-yijian"]
)
def test_nothing_sticks_out_on_a_phone(page: Page, site: Path, name: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto((site / f"{name}.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_form_prints_alone(page: Page, site: Path) -> None:
    """On paper only the form is left: no head, no facts, no buttons."""
    page.goto((site / "forms/zuzhi-shenghuo-taizhang.html").as_uri())
    page.emulate_media(media="print")
    expect(page.locator(".kw-form")).to_be_visible()
    for gone in (".kb-facts", ".kw-files", "h1", ".md-header"):
        expect(page.locator(gone).first).to_be_hidden()


def test_all_can_be_read_without_scripts(context: BrowserContext, site: Path) -> None:
    assert context.browser is not None
    quiet = context.browser.new_context(java_script_enabled=False)
    page = quiet.new_page()
    for name, words in (
        ("duties/fumian-qingdan", "自查：无"), ("calendar/index", "待定"), ("tools/yaodian", "浏览器没有开启脚本"),
        ("forms/yuqing-liucheng", "流程"),
    ):  # fmt: skip
        page.goto((site / f"{name}.html").as_uri())
        assert words in page.inner_text("body"), name
    page.goto((site / "duties/fumian-qingdan.html").as_uri())
    assert page.locator("td", has_text=re.compile("^□$")).count() >= 30
    quiet.close()


def test_forms_are_sifted_by_words_and_kind(page: Page, site: Path) -> None:
    """What fits stays, headings with nothing beneath them go, and how many are left is said."""
    page.goto((site / "forms/index.html").as_uri())
    rows = page.locator(".kb-rows > li:visible")
    total = rows.count()
    box = page.locator("[data-kw-sift]")
    first = rows.first.locator(".kb-rows__title").inner_text()
    box.locator("input").fill(first)
    assert 1 <= rows.count() < total
    assert f"符合的 {rows.count()} 张" in box.locator("[role=status]").inner_text()
    box.locator("input").fill("")
    button = box.locator("button").first
    button.click()
    kinds = set(page.locator(".kb-rows > li:visible .kb-tag").all_inner_texts())
    assert kinds == {button.get_attribute("value")}
    assert button.get_attribute("aria-pressed") == "true"
    empty = "[...document.querySelectorAll('.kb-rows')].some(list => !list.hidden && ![...list.children].some(row => !row.hidden))"
    assert not page.evaluate(empty)
    button.click()
    assert rows.count() == total
    box.locator("input").fill("没有这样的表")
    assert rows.count() == 0
    assert "没有符合的表单" in box.locator("[role=status]").inner_text()
