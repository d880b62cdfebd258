"""What a reader does: narrow the list, read in the dark, larger, on a phone, by keyboard, on paper, without scripts."""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from bench.search.browser import until
from playwright.sync_api import Page, expect
from tests.browser.conftest import Open


def given(path: Path) -> list[Any]:
    """What a file of the browse page hands over."""
    return json.loads(path.read_text("utf-8").partition(".push(")[2].rstrip().removesuffix(");"))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def rows(site: Path, facets: list[list[Any]]) -> list[list[Any]]:
    """The records of the browse page in their order: address, title, summary, then for each facet the places of its words."""
    found = []
    kinds = sorted(given(path) for path in (site / "browse").glob("[!_]*.js"))
    for place, folder, runs, texts in kinds:
        shown = []
        for name, number in zip(runs[::2], runs[1::2], strict=True):
            said, part = given(site / f"browse/{folder}/{name}.js")
            assert said == f"{folder}/{name}"
            assert part[0][0] == name
            assert len(part) == number
            shown += [[f"{folder}/{key}.html", title, summary] for key, title, summary in part]
        columns = [[[ord(sign) - 0x30 for sign in words] for words in text.split(",")] for text in texts]
        assert len(columns) == len(facets) - 1
        found += [[*row, [place], *values] for row, *values in zip(shown, *columns, strict=True)]
    return found


@pytest.fixture(scope="module")
def facets(site: Path) -> list[list[Any]]:
    """(key, label, words) of each facet."""
    import html

    found = re.search(r'data-facets="([^"]*)"', (site / "browse.html").read_text("utf-8"))
    assert found
    return json.loads(html.unescape(found.group(1)))  # type: ignore[no-any-return]


def choose(page: Page, facet: str, word: str) -> None:
    """Tick a facet's box as a reader does."""
    page.get_by_role("group", name=facet, exact=True).get_by_role("checkbox", name=re.compile(f"^{re.escape(word)}")).check()


def counts(page: Page, facet: str) -> dict[str, int]:
    """What a facet says beside each of its words."""
    labels = page.get_by_role("group", name=facet, exact=True).locator("label")
    pairs = labels.evaluate_all("all => all.map(l => [l.querySelector('input').value, l.querySelector('.kb-count').textContent])")
    return {word: int(number) for word, number in pairs}


def test_browse_narrows_with_right_counts(reader: Open, origin: str, rows: list[list[Any]], facets: list[list[Any]]) -> None:
    """Two conditions from different facets narrow together; two of one facet widen; counts tell what a further click would give."""
    kinds, topics = facets[0][2], facets[1][2]
    window = reader(origin)
    page = window.open("browse.html")
    expect(page.get_by_role("status")).to_have_text(f"符合条件的 {len(rows)} 条")
    assert counts(page, "类型") == {word: sum(row[3] == [at] for row in rows) for at, word in enumerate(kinds)}
    case = kinds.index("案例")
    choose(page, "类型", "案例")
    cases = [row for row in rows if row[3] == [case]]
    expect(page.get_by_role("status")).to_have_text(f"符合条件的 {len(cases)} 条")
    topic, number = Counter(row[4][0] for row in cases).most_common(1)[0]
    assert counts(page, "主题")[topics[topic]] == number
    # the counts of a facet already chosen say what choosing more of it would add
    assert counts(page, "类型") == {word: sum(row[3] == [at] for row in rows) for at, word in enumerate(kinds)}
    choose(page, "主题", topics[topic])
    expect(page.get_by_role("status")).to_have_text(f"符合条件的 {number} 条")
    titles = page.locator(".kb-browse__main .kb-rows__title")
    expect(titles).to_have_count(min(number, 60))
    assert titles.all_inner_texts() == [row[1] for row in cases if row[4] == [topic]][:60]
    rule = kinds.index("制度")
    choose(page, "类型", "制度")
    both = sum(row[3][0] in {case, rule} and row[4] == [topic] for row in rows)
    expect(page.get_by_role("status")).to_have_text(f"符合条件的 {both} 条")


def test_the_address_keeps_the_selection(reader: Open, origin: str, facets: list[list[Any]]) -> None:
    """A copied address shows a colleague the same; back at nothing chosen the address is plain again."""
    topic = facets[1][2][0]
    window = reader(origin)
    page = window.open("browse.html")
    choose(page, "类型", "工作法")
    choose(page, "主题", topic)
    told = page.get_by_role("status").inner_text()
    address = page.url
    other = reader(origin).page
    other.goto(address)
    expect(other.get_by_role("status")).to_have_text(told)
    assert other.get_by_role("checkbox", checked=True).evaluate_all("all => all.map(box => box.value)") == ["工作法", topic]
    other.get_by_role("button", name=f"去掉条件 主题：{topic}").click()
    assert other.get_by_role("checkbox", checked=True).evaluate_all("all => all.map(box => box.value)") == ["工作法"]
    other.get_by_role("button", name="全部清除").click()
    assert other.url.partition("#")[1] == ""
    # an address that someone cut or mistyped
    other.goto(origin + "browse.html#type=%E0%A4&no=such&year=,,&=x")
    other.reload()
    expect(other.get_by_role("status")).to_contain_text("条")


def test_browse_counts_every_facet(reader: Open, origins: dict[str, str], rows: list[list[Any]], facets: list[list[Any]]) -> None:
    page = reader(origins["http"]).open("browse.html")
    expect(page.get_by_role("status")).to_have_text(f"符合条件的 {len(rows)} 条")
    for at, (_, label, words) in enumerate(facets, 3):
        told = {word: sum(place in row[at] for row in rows) for place, word in enumerate(words)}
        assert sum(told.values()) or label == "地区", label
        assert counts(page, label) == told


def test_browse_starts_with_the_numbers_of_its_data(site: Path, rows: list[list[Any]], facets: list[list[Any]]) -> None:
    (told,) = given(site / "browse/_start.js")
    counted = [[sum(place in row[3 + f] for row in rows) for place in range(len(facet[2]))] for f, facet in enumerate(facets)]
    assert told == counted


def test_browse_shows_all_bit_by_bit(reader: Open, origin: str, rows: list[list[Any]]) -> None:
    """In the order of the library; what is shown of an entry is asked for when it comes in sight."""
    window = reader(origin)
    asked: list[str] = []
    window.context.on("request", lambda request: asked.append(request.url))
    page = window.open("browse.html")
    page.get_by_role("status").filter(has_text="符合条件的").wait_for()
    first = rows[0][0].partition("/")[0]
    assert {
        url.removeprefix(f"{origin}browse/").partition("/")[0]
        for url in asked
        if url.count("/") - origin.count("/") == 2 and "/browse/" in url
    } == {first}
    titles = page.locator(".kb-browse__main .kb-rows__title")
    for shown in range(60, len(rows) + 60, 60):
        expect(titles).to_have_count(min(shown, len(rows)))
        if shown < len(rows):
            page.get_by_role("button", name=re.compile("^再看")).click()
    expect(page.get_by_role("button", name=re.compile("^再看"))).to_be_hidden()
    assert titles.evaluate_all("all => all.map(a => [a.href, a.textContent])") == [[origin + row[0], row[1]] for row in rows]


def test_browse_falls_back_to_the_plain_list(reader: Open, origins: dict[str, str]) -> None:
    """Where data does not come, all entries are listed as they are without scripts, and a line says so."""
    window = reader(origins["http"])
    window.page.route("**/browse/cases.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page = window.open("browse.html")
    expect(page.get_by_text("筛选数据没有装入")).to_be_visible()
    expect(page.locator(".kb-browse__plain .kb-plain a").first).to_be_visible()
    assert page.locator(".kb-browse__side").count() == 0


def test_browse_lists_all_without_scripts(reader: Open, origin: str, rows: list[list[Any]]) -> None:
    window = reader(origin, scripts=False)
    window.open("browse.html")
    found: list[str] = []
    while True:
        found += window.page.locator(".kb-browse__plain .kb-plain a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        following = window.page.locator("a[rel=next]")
        if not following.count():
            break
        following.click()
    assert sorted(found) == sorted(row[0] for row in rows)


def test_reading_without_scripts(reader: Open, origin: str, kinds: list[str]) -> None:
    """Every kind of page shows its heading and its text without scripts."""
    window = reader(origin, scripts=False)
    for name in kinds:
        if name == "404.html":
            continue
        page = window.open(name)
        expect(page.locator("h1")).to_be_visible()
        assert len(page.locator("article.md-content__inner").inner_text()) > 20 or name == "search.html", name


def first_entry(pages: list[str], folder: str) -> str:
    return next(name for name in pages if name.startswith(f"{folder}/") and not name.endswith("index.html"))


def test_dark_is_remembered(reader: Open, origin: str, pages: list[str]) -> None:
    """Chosen once, on this page, the next and after closing the window."""
    window = reader(origin)
    page = window.open("index.html")
    scheme = "document.body.getAttribute('data-md-color-scheme')"
    assert page.evaluate(scheme) == "default"
    page.locator("button[title='切换到深色']").click()
    assert page.evaluate(scheme) == "slate"
    window.open(first_entry(pages, "cases"))
    assert page.evaluate(scheme) == "slate"
    window.page = window.context.new_page()
    assert window.open("browse.html").evaluate(scheme) == "slate"
    window.page.locator("button[title='切换到浅色']").click()
    assert window.page.evaluate(scheme) == "default"


def test_home_tells_what_this_month_asks_for(reader: Open, origin: str) -> None:
    """One month of twelve, named in the heading, with links that lead somewhere; and nothing moves when it comes."""
    window = reader(origin)
    window.page.clock.set_fixed_time(datetime.datetime(2027, 6, 10, 9))
    page = window.open("index.html")
    expect(page.get_by_role("heading", name="6月该办")).to_be_visible()
    shown = page.locator("[data-kw-due] > ul:visible")
    expect(shown).to_have_count(1)
    assert shown.get_attribute("data-month") == "6"
    assert shown.locator("a").count() > 3
    link = shown.locator("a").first
    address = link.get_attribute("href")
    assert address and address.startswith(("methods/", "duties/"))
    link.click()
    expect(page).to_have_url(re.compile(rf"/{re.escape(address)}$"))
    expect(page.locator("article h1")).to_be_visible()


def test_a_cell_of_the_matrix_leads_to_its_entries(reader: Open, origin: str) -> None:
    """The number in the cell is the number that the browse page then finds."""
    window = reader(origin)
    page = window.open("views/matrix.html")
    link = page.locator("article td a[href*='browse.html#']").first
    wanted = int(re.findall(r"\d+", link.inner_text())[0])
    link.click()
    expect(page.locator("#kb-browse [role=status]")).to_contain_text(f"{wanted} 条")


@pytest.mark.parametrize("query", ["支部书记职责", "三会一课多久开一次", "年底要做什么", "组织生活会记录", "民主生活会步骤"])
def test_what_is_found_in_part_stands_behind_what_is_found_whole(reader: Open, origin: str, query: str) -> None:
    """Where the page says that it found some, the first of them stands above the line that tells of partial ones."""
    page = reader(origin).open(f"search.html?q={query}")
    page.locator(".kb-hit").first.wait_for()
    found = page.locator(".kb-hits__part").count()
    said = page.locator("main [role=status]").first.inner_text()
    assert said.startswith("找到") or found == 0, said
    if found:
        assert "kb-hit" in (page.locator(".kb-hits__part").locator("xpath=preceding-sibling::li[1]").get_attribute("class") or "")


def test_larger_text_is_remembered(reader: Open, origin: str, pages: list[str]) -> None:
    window = reader(origin)
    page = window.open("index.html")
    size = "parseFloat(getComputedStyle(document.querySelector('article p')).fontSize)"
    before = page.evaluate(size)
    page.get_by_role("button", name="切换字号").click()
    larger = page.evaluate(size)
    assert larger >= before * 1.15
    page = window.open(first_entry(pages, "methods"))
    assert page.evaluate("document.documentElement.dataset.kbSize") == "large"
    page.get_by_role("button", name="切换字号").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.kbSize || ''") == ""


def test_by_keyboard(reader: Open, origin: str, pages: list[str]) -> None:
    """The first stop skips to the text; each further stop shows where the focus is; none is a trap."""
    window = reader(origin)
    page = window.open(first_entry(pages, "methods"))
    page.keyboard.press("Tab")
    focus = "document.activeElement"
    assert page.evaluate(f"{focus}.getAttribute('href')") == "#kb-main"
    expect(page.locator(".md-skip")).to_be_in_viewport()
    expect(page.locator(".md-skip")).to_have_css("opacity", "1")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_in_viewport()
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focus}.closest('article, .kb-toc') !== null")
    page = window.open(first_entry(pages, "methods"))
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => {
              const one = document.activeElement;
              const style = getComputedStyle(one), box = one.getBoundingClientRect();
              const shown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1 || style.boxShadow !== 'none';
              return [one.tagName + ' ' + (one.getAttribute('href') || one.getAttribute('aria-label') || one.id || one.className), shown, box.width * box.height > 0];
            }"""
        )
        seen.append(at)
    assert len({name for name, _, _ in seen}) > 20
    assert [at for at in seen if not (at[1] and at[2])] == []


def test_on_paper(reader: Open, origins: dict[str, str], pages: list[str]) -> None:
    """Printed: the text alone, dark on white, whichever scheme was on the screen."""
    window = reader(origins["file"])
    page = window.open(first_entry(pages, "methods"))
    page.locator("button[title='切换到深色']").click()
    page.emulate_media(media="print")
    for hidden in (".md-header", ".kb-nav", ".kb-toc", ".kb-top", ".md-footer", ".kb-act", ".kb-acts"):
        for one in page.locator(hidden).all():
            expect(one).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    colours = page.evaluate(
        """() => ['h1', 'article p.kb-lead', '.kb-facts dt', '.kb-facts dd', '.kb-body li, .kb-body p', '.kb-end', '.kb-body h2'].map(css => {
          const one = document.querySelector(css);
          return one ? [css, getComputedStyle(one).color, getComputedStyle(document.body).backgroundColor] : [css, 'rgb(0, 0, 0)', ''];
        })"""
    )
    light = [row for row in colours if max(map(int, re.findall(r"\d+", row[1])[:3])) > 130]
    assert light == []
    assert len(page.pdf(format="A4")) > 10_000


def test_no_page_is_wider_than_a_phone(reader: Open, origins: dict[str, str], kinds: list[str]) -> None:
    """At 390 px, and at 320 px with larger text, nothing needs scrolling sideways but tables in their own boxes."""
    wide = []
    for width, large in ((390, False), (320, True)):
        window = reader(origins["file"], width=width, height=800)
        if large:
            window.context.add_init_script("localStorage.setItem('kb-size', 'large')")
        for name in kinds:
            if name == "404.html":
                continue
            page = window.open(name)
            until(page, "!document.getElementById('kb-browse') || document.querySelector('.kb-browse--on') !== null")
            over = page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth")
            if over > 0:
                culprit = page.evaluate(
                    """() => [...document.querySelectorAll('article *, header *, .md-footer *')]
                      .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1
                        && !e.closest('.kt') && getComputedStyle(e).position !== 'fixed')
                      .map(e => e.tagName + '.' + e.className).slice(0, 3).join(' ')"""
                )
                wide.append(f"{name} at {width}px: {over}px too wide: {culprit}")
    assert not wide, "\n".join(wide)


def test_on_a_phone_the_results_come_first(reader: Open, origin: str) -> None:
    """The conditions are folded up, and open again where there is room."""
    page = reader(origin, width=390, height=844).open("browse.html")
    expect(page.get_by_role("status")).to_be_in_viewport()
    group = page.get_by_role("group", name="主题", exact=True)
    expect(group).to_be_hidden()
    page.get_by_text("选择条件").click()
    expect(group).to_be_visible()
    page.get_by_text("选择条件").click()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(group).to_be_visible()
    expect(page.get_by_text("选择条件")).to_be_hidden()
