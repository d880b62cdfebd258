"""The panel and the results page in a real browser, over http with the strict policy and from a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run"
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="没有 Chromium")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright import sync_api as sync

    with sync.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture(params=["http", "file"])
def page(request: pytest.FixtureRequest, chromium: Any, server: str, site: Path) -> Iterator[Any]:
    """A page whose base address is the site, and which must not complain."""
    base = server if request.param == "http" else site.as_uri() + "/"
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    tab.base = base
    yield tab
    context.close()
    assert [text for text in complaints if "favicon" not in text and "404 (File not found)" not in text] == []


def said(page: Any, place: str, words: str) -> None:
    """Wait until a place says the words."""
    page.locator(place).filter(has_text=words).wait_for(state="attached")


def test_slash_opens_types_and_enter_goes_to_the_entry(page: Any) -> None:
    page.goto(page.base + "methods/yiti.html")
    page.keyboard.press("/")
    box = page.locator(".kb-panel__input")
    box.wait_for()
    assert page.evaluate("document.activeElement.className") == "kb-panel__input"
    page.keyboard.type("shyk")
    page.wait_for_selector('[role="option"]')
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    active = page.locator("#" + box.get_attribute("aria-activedescendant"))
    assert active.get_attribute("aria-selected") == "true"
    assert "三会一课" in active.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/methods/sanhui.html")


def test_enter_without_a_choice_goes_to_all_results(page: Any) -> None:
    page.goto(page.base + "methods/yiti.html")
    page.keyboard.press("Control+k")
    page.locator(".kb-panel__input").wait_for()
    page.keyboard.type("三会一课")
    page.keyboard.press("Enter")
    page.wait_for_selector(".kb-hit")
    assert "search.html?q=" in page.url
    assert page.locator(".kb-hit__title").first.inner_text() == "三会一课"


def test_escape_gives_the_focus_back(page: Any) -> None:
    page.goto(page.base + "index.html")
    page.locator("[data-kb-search-open]").focus()
    page.keyboard.press("Enter")
    page.locator(".kb-panel__input").wait_for()
    page.keyboard.press("Escape")
    page.locator(".kb-panel").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.hasAttribute('data-kb-search-open')")


def test_sounds_are_fetched_when_letters_are_typed(page: Any) -> None:
    page.goto(page.base + "index.html")
    page.keyboard.press("/")
    # all at once, as an input method gives it: a busy machine would search for the first half of it, which is nowhere found
    page.locator(".kb-panel__input").fill("三会一课")
    page.wait_for_selector(".kb-panel__text")
    assert not page.evaluate("kbSearch.soundsHere()")
    page.locator(".kb-panel__input").fill("zzshh")
    said(page, "#kb-panel-option-0", "组织生活会")


def test_slash_in_a_field_is_a_slash(page: Any) -> None:
    page.goto(page.base + "index.html")
    page.locator("#other").focus()
    page.keyboard.type("a/b")
    assert page.locator("#other").input_value() == "a/b"
    assert page.locator(".kb-panel").count() == 0


def test_tab_stays_inside(page: Any) -> None:
    page.goto(page.base + "index.html")
    page.keyboard.press("/")
    page.locator(".kb-panel__input").wait_for()
    page.keyboard.type("一课")
    page.wait_for_selector('[role="option"]')
    for _ in range(7):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.kb-panel') !== null")


def test_half_composed_letters_are_not_searched(page: Any) -> None:
    page.goto(page.base + "index.html")
    page.keyboard.press("/")
    page.locator(".kb-panel__examples").wait_for()
    page.evaluate(
        "() => { const box = document.querySelector('.kb-panel__input');"
        " box.dispatchEvent(new CompositionEvent('compositionstart'));"
        " box.value = 'san hui'; box.dispatchEvent(new InputEvent('input')); }"
    )
    page.wait_for_timeout(250)
    assert page.locator('[role="option"]').count() == 0
    page.evaluate(
        "() => { const box = document.querySelector('.kb-panel__input'); box.value = '三会';"
        " box.dispatchEvent(new CompositionEvent('compositionend')); }"
    )
    page.wait_for_selector('[role="option"]')


def test_results_are_announced(page: Any) -> None:
    page.goto(page.base + "index.html")
    page.keyboard.press("/")
    page.locator(".kb-panel__input").wait_for()
    page.keyboard.type("三会一课")
    said(page, ".kb-panel [role=status]", "找到")
    page.locator(".kb-panel__input").fill("龘龘龘龘")
    said(page, ".kb-panel [role=status]", "没有找到")
    assert page.locator(".kb-panel__note a").last.get_attribute("href").endswith("browse.html")


def test_facets_narrow_and_the_address_remembers(page: Any) -> None:
    page.goto(page.base + "search.html?q=建设")
    page.wait_for_selector(".kb-hit")
    page.goto(page.base + "search.html?q=三会一课&topic=组织建设")
    page.wait_for_selector(".kb-hit")
    titles = page.locator(".kb-hit__title").all_inner_texts()
    assert "第一议题" not in titles
    box = page.locator('input[name="topic"][value="组织建设"]')
    assert box.is_checked()
    box.uncheck()
    said(page, ".kb-hit__title", "第一议题")
    if page.base.startswith("http"):
        assert "topic" not in page.url


def test_markup_in_a_query_stays_text(page: Any) -> None:
    page.goto(page.base + "search.html?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    said(page, "[data-kb-status]", "没有")
    assert page.locator("main img").count() == 0


def test_a_renewed_site_asks_to_be_refreshed(page: Any) -> None:
    page.goto(page.base + "index.html")
    page.keyboard.press("/")
    page.locator(".kb-panel__examples").wait_for()
    page.evaluate("() => { kbSearch.load = path => Promise.reject(new Error('missing: ' + path)); }")
    page.keyboard.type("围绕中心")
    said(page, ".kb-panel__note", "请刷新")


def test_without_script_the_box_leads_to_the_browse_page(chromium: Any, server: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(server + "methods/yiti.html")
    tab.locator("[data-kb-search-open]").click()
    assert tab.url == server + "browse.html"
    tab.goto(server + "search.html")
    assert tab.locator("noscript").count() or "筛选页" in tab.content()
    context.close()


def test_fits_a_phone_and_vanishes_in_print(chromium: Any, server: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    tab = context.new_page()
    tab.goto(server + "search.html?q=三会一课")
    tab.wait_for_selector(".kb-hit")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    tab.locator("[data-kb-search-open]").click()
    tab.locator(".kb-panel__input").wait_for()
    tab.keyboard.type("三会一课")
    tab.wait_for_selector(".kb-panel__text")
    assert tab.evaluate("document.querySelector('.kb-panel__box').scrollWidth") <= 390
    tab.emulate_media(media="print")
    assert not tab.locator(".kb-panel").is_visible()
    context.close()
