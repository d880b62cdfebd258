"""What a reader sees while an entry's page is still arriving: the title first, and nothing that moves afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from bench.search.browser import until
from playwright.sync_api import Route, expect

Open = Callable[..., Any]
_SHIFTS = """
window.shifted = [];
new PerformanceObserver(list => list.getEntries().forEach(one => {
  if (!one.hadRecentInput) window.shifted.push([one.value, ...one.sources.map(s => s.node && (s.node.className || s.node.nodeName))]);
})).observe({ type: "layout-shift", buffered: true });
"""
_LOOKS = """[...document.querySelectorAll(".md-header *, .kb-nav *, .kb-kicker, h1, .kb-lead")].map(one => {
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const seen = ["color", "fontFamily", "fontSize", "fontWeight", "letterSpacing", "lineHeight", "borderTopWidth", "borderBottomWidth",
    "borderBottomColor", "visibility", "fill", "stroke"].map(name => style[name]);
  return [one.nodeName + "." + one.getAttribute("class"), box.left, box.top, box.width, box.height, ...seen];
})"""
"""Where everything stands that shows first, and what it looks like."""


def entry_of(pages: list[str]) -> str:
    return next(name for name in pages if name.startswith("methods/") and not name.endswith("index.html"))


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("large", [False, True])
def test_title_first_and_nothing_moves(
    reader: Open, origins: dict[str, str], pages: list[str], width: int, scheme: Literal["light", "dark"], large: bool
) -> None:
    """The style sheet is held back: title and summary stand already, where they will stay and as they will look."""
    window = reader(origins["http"], width=width, height=844)
    window.context.add_init_script(_SHIFTS)
    if large:
        window.context.add_init_script("localStorage.setItem('kb-size', 'large')")
    page = window.page
    page.emulate_media(color_scheme=scheme)
    held: list[Route] = []
    page.route("**/assets/site.*.css", lambda route: held.append(route))
    page.goto(origins["http"] + entry_of(pages), wait_until="commit")
    expect(page.locator(".kb-lead")).to_be_visible()
    until(page, "performance.getEntriesByName('first-contentful-paint').length > 0")
    before = page.evaluate(_LOOKS)
    assert page.locator(".kb-facts").count() == 0
    route: Route = held[0]
    route.continue_()
    page.wait_for_load_state("load")
    expect(page.locator(".km-link")).to_be_visible()
    page.wait_for_timeout(200)
    assert page.evaluate(_LOOKS) == before
    assert page.evaluate("window.shifted") == []


def test_header_shows_whole(reader: Open, origins: dict[str, str], pages: list[str]) -> None:
    """However long the parser rests on the way, nothing shows before the title: half a header would move as the rest of it comes."""
    window = reader(origins["http"])
    window.context.add_init_script(_SHIFTS)
    name = entry_of(pages)

    def piece_by_piece(route: Route) -> None:
        text = route.fetch().text()
        # a script that the parser waits for, in the middle of the header
        route.fulfill(
            body=text.replace("<label class=kb-menu", '<script src="wait.js"></script><label class=kb-menu', 1),
            content_type="text/html",
        )

    held: list[Route] = []
    window.page.route(f"**/{name}", piece_by_piece)
    window.page.route("**/wait.js", lambda route: held.append(route))
    window.page.goto(origins["http"] + name, wait_until="commit")
    until(window.page, "document.querySelector('.kb-logo') !== null")
    window.page.wait_for_timeout(300)
    assert window.page.evaluate("performance.getEntriesByType('paint').length") == 0
    held[0].fulfill(body="", content_type="text/javascript")
    window.page.wait_for_load_state("load")
    expect(window.page.locator("h1")).to_be_visible()
    assert window.page.evaluate("window.shifted") == []


def test_menu_of_a_phone(reader: Open, origins: dict[str, str], pages: list[str]) -> None:
    """It opens without scripts, by a tap or the keyboard, leads to every part of the site, and Escape closes it."""
    for scripts in (True, False):
        window = reader(origins["http"], width=390, height=844, scripts=scripts)
        page = window.open(entry_of(pages))
        menu = page.get_by_role("navigation", name="导航")
        expect(menu).to_be_hidden()
        page.locator("label.kb-menu").click()
        expect(menu).to_be_visible()
        expect(menu.get_by_role("link", name="工作日历")).to_be_visible()
        page.locator("label.kb-menu").click()
        expect(menu).to_be_hidden()
        page.get_by_role("checkbox", name="打开目录").focus()
        page.keyboard.press("Space")
        expect(menu).to_be_visible()
        if scripts:
            page.keyboard.press("Escape")
            expect(menu).to_be_hidden()


def test_marks_tell_their_source(reader: Open, origins: dict[str, str], pages: list[str]) -> None:
    """An entry's page names its sources once, below; a mark says which of them when the pointer rests on it."""
    page = reader(origins["http"]).open(entry_of(pages))
    mark = page.locator(".kb-body a.kc").first
    assert mark.get_attribute("title") is None
    mark.hover()
    told = mark.get_attribute("title") or ""
    named = [words.strip() for words in page.locator(".kb-from > li > a:first-child").all_inner_texts()]
    assert any(told.startswith(name + "，第") and told.endswith("段") for name in named), (told, named)


def test_marks_of_editors_tell_their_rule(reader: Open, origins: dict[str, str], pages: list[str], site: Path) -> None:
    """Beside the mark stands the article only; the rule's title is looked up at the page's end."""
    name = next(name for name in pages if name.startswith("methods/") and "<a class=kd " in (site / name).read_text("utf-8"))
    page = reader(origins["http"]).open(name)
    mark = page.locator(".kb-body a.kd, .kb-facts a.kd").first
    place = mark.get_attribute("title") or ""
    assert "《" not in place
    mark.hover()
    target = (mark.get_attribute("href") or "").rpartition("/")[2]
    title = page.locator(f".kb-links a[href$='{target}']").first.inner_text()
    assert mark.get_attribute("title") == title + place
    mark.hover()
    assert mark.get_attribute("title") == title + place


def test_dark_as_the_system_until_the_reader_chooses(reader: Open, origins: dict[str, str]) -> None:
    page = reader(origins["http"]).page
    page.emulate_media(color_scheme="dark")
    page.goto(origins["http"] + "index.html")
    body = page.locator("body")
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    page.locator(".kb-dark").click()
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    page.reload()
    expect(body).to_have_attribute("data-md-color-scheme", "default")


def test_browse_asks_for_its_data_before_its_styles(reader: Open, origins: dict[str, str]) -> None:
    """What the facets need is under way while the style sheet still is."""
    window = reader(origins["http"])
    page = window.page
    held: list[Route] = []
    page.route("**/assets/site.*.css", lambda route: held.append(route))
    with page.expect_response("**/browse/methods.js"), page.expect_response("**/assets/js/browse.js"):
        page.goto(origins["http"] + "browse.html", wait_until="commit")
    route: Route = held[0]
    assert page.locator(".kb-browse--on").count() == 0
    route.continue_()
    expect(page.locator(".kb-browse__side input:enabled").first).to_be_visible()


_FACETS = """[...document.querySelectorAll(".kb-browse__side label")].map(one => one.textContent)"""


@pytest.mark.parametrize("choose", [False, True])
def test_browse_shows_numbers_and_results_before_its_data(reader: Open, origins: dict[str, str], choose: bool) -> None:
    """While the data of the types are on their way, the page shows what nothing chosen gives; a choice made then is
    answered when they are there; and with nothing chosen their coming changes nothing, not even the rows' elements."""
    page = reader(origins["http"]).page
    held: list[Route] = []
    page.route("**/browse/terms.js", lambda route: held.append(route))
    page.goto(origins["http"] + "browse.html", wait_until="commit")
    status = page.get_by_role("status")
    expect(status).to_have_text(re.compile(r"符合条件的 \d+ 条"))
    rows = page.locator("#kb-browse .kb-rows")
    expect(rows.locator("li")).to_have_count(60)
    expect(page.locator(".kb-more")).to_be_hidden()
    numbers, whole = page.evaluate(_FACETS), status.inner_text()
    mark = "document.querySelector('#kb-browse .kb-rows > li').mine = true"
    page.evaluate(mark)
    if choose:
        page.get_by_role("checkbox", name="术语").check()
        expect(status).to_have_text("正在取数据……")
        expect(rows).to_have_attribute("aria-busy", "true")
    held[0].continue_()
    page.wait_for_load_state("load")
    if choose:
        expect(status).to_have_text(re.compile(r"符合条件的 \d+ 条"))
        assert status.inner_text() != whole
        expect(rows).to_have_attribute("aria-busy", "false")
        page.get_by_role("checkbox", name="术语").uncheck()
    else:
        assert page.evaluate("document.querySelector('#kb-browse .kb-rows > li').mine")
    expect(status).to_have_text(whole)
    expect(page.locator(".kb-more")).to_be_visible()
    assert page.evaluate(_FACETS) == numbers


def test_printing_is_offered_where_it_works(reader: Open, origins: dict[str, str], pages: list[str]) -> None:
    """The button is the script's: without scripts there is none that does nothing."""
    name = entry_of(pages)
    page = reader(origins["http"]).page
    page.add_init_script("window.print = () => { window.printed = (window.printed || 0) + 1; }")
    page.goto(origins["http"] + name)
    page.get_by_role("button", name="打印本条").click()
    assert page.evaluate("window.printed") == 1
    silent = reader(origins["http"], scripts=False).open(name)
    assert silent.locator(".kb-acts button").count() == 0
