"""Firefox finds what Chromium's engine finds, over http and from a folder, under the strict policy."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.search.firefox import PROGRAM, Firefox, firefox

Search = Callable[..., dict[str, Any]]
QUERIES = [
    "三会一课", "课", "党小组会", "除颤仪", "ＡＥＤ", "shyk", "zuzhi shh", "三会yk", "三汇一课", "支部大会", "組織生活會",
    "2020年起", "党员大会多久开一次", "主题党日 三会一课", '"第一议题"', "三会一课 -每月", "类型:案例 建设", "必须靶发挥", "龘龘龘",
]  # fmt: skip

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="没有 Firefox：apt-get install firefox-esr")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with firefox(tmp_path_factory.mktemp("firefox")) as window:
        yield window


@pytest.fixture(params=["http", "file"])
def base(request: pytest.FixtureRequest, server: str, site: Path) -> str:
    return server if request.param == "http" else site.as_uri() + "/"


def until(browser: Firefox, expression: str, wanted: Callable[[Any], bool]) -> Any:
    """Ask until the answer is as wanted."""
    for _ in range(1200):
        found = browser.ask(expression)
        if wanted(found):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def test_the_same_entries_in_the_same_order(browser: Firefox, base: str, search: Search) -> None:
    browser.go(base + "methods/yiti.html")
    browser.ask("kbSearch.open().then(() => null)")
    one = "query => kbSearch.search(query, {}).then(result => result.hits.map(hit => hit.id))"
    found = browser.ask(f"Promise.all({json.dumps(QUERIES)}.map({one}))")
    for query, ids in zip(QUERIES, found, strict=True):
        assert ids == [hit["id"] for hit in search(query)["hits"]], query


def test_a_typed_query_is_listed_and_opened(browser: Firefox, base: str) -> None:
    browser.go(base + "methods/yiti.html")
    browser.type("/")
    until(browser, "document.activeElement.className", lambda name: name == "kb-panel__input")
    browser.type("shyk")
    titles = "Array.from(document.querySelectorAll('.kb-panel__title')).map(node => node.textContent)"
    assert until(browser, titles, bool)[0] == "三会一课"
    browser.type("\ue015\ue007")  # arrow down, enter
    until(browser, "location.href", lambda address: address == base + "methods/sanhui.html")


def test_the_page_of_results(browser: Firefox, base: str) -> None:
    browser.go(base + "search.html?q=%E4%B8%89%E4%BC%9A%E4%B8%80%E8%AF%BE")
    titles = "Array.from(document.querySelectorAll('.kb-hit__title')).map(node => node.textContent)"
    assert until(browser, titles, bool)[0] == "三会一课"
