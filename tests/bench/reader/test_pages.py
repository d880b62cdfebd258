"""The slow line is slow, bytes are those of the wire, and what moves is seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bench.reader.nginx import serving
from bench.reader.pages import Line, window
from bench.search.browser import chromium

PLAIN = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><link rel="stylesheet" href="s.css">'
MOVING = '<div id="top"></div><p id="low">下面的一段</p><script src="late.js"></script>'
LATE = """requestAnimationFrame(() => setTimeout(() => { document.getElementById("top").style.height = "200px"; }, 300));"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    site = tmp_path_factory.mktemp("site")
    (site / "index.html").write_text(f"{PLAIN}<p>{'一样的话。' * 4000}</p>", "utf-8")
    (site / "moving.html").write_text(f"{PLAIN}{MOVING}", "utf-8")
    (site / "late.js").write_text(LATE, "utf-8")
    (site / "s.css").write_text("p { margin: 0 }", "utf-8")
    with serving(site) as where:
        yield where


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


def test_a_slow_line_waits_once_for_the_page_and_once_for_its_style(browser: Any, address: str) -> None:
    with window(browser, Line("等", 400, 8e6, 8e6)) as one:
        visit = one.visit(address)
    assert 0.8 <= visit.fcp < 5
    assert visit.requests == 2


def test_bytes_are_those_of_the_wire(browser: Any, address: str, tmp_path: Path) -> None:
    with window(browser, Line("快", 0, 0, 0)) as one:
        first = one.visit(address)
        again = one.visit(address)
    # 60 kB of text, packed, and the headers of the policy
    assert 300 < first.parts[""] < 5000
    assert first.shift == 0
    # nothing new: answers of 304 without a body
    assert 0 < again.bytes < first.bytes


def test_what_moves_is_named(browser: Any, address: str, tmp_path: Path) -> None:
    with window(browser, Line("快", 0, 0, 0)) as one:
        visit = one.visit(f"{address}moving.html")
    assert visit.shift > 0
    assert "low" in visit.moved
