"""A glance never misses a slip that the patterns would tell of, and seldom fears one where there is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.checks.glance import may_slip
from kb.checks.punctuation import _clean
from kb.checks.signs import ALL, BLANKED, spotless

SIGNS = "，。；：、！？“”《》（）()[]{}\"'`<>.,;:?!/\\-|#*@ \u3000\t\n\0"
texts = st.text(st.one_of(st.sampled_from(SIGNS + "汉字㐀䶿一鿿09azAZ０９ａＺ％…—"), st.characters(codec="utf-8")), max_size=14)
PIECES = [
    "](",
    "[@a:1]",
    "[a](b c)",
    "`x`",
    "<b>",
    "http://a.b/汉,",
    "\n    汉,",
    "汉",
    ",",
    " ",
    "3",
    "“",
    "”",
    "《",
    "》",
    "。",
    "x",
    "(",
    ")",
]
bodies = st.lists(st.sampled_from(PIECES), max_size=10).map("".join)


@settings(max_examples=2000)
@given(texts)
def test_a_slip_is_never_missed(text: str) -> None:
    assert may_slip(text) or not any(pattern.search(text) for pattern in ALL)


@settings(max_examples=1000)
@given(st.one_of(texts, bodies), st.lists(st.one_of(texts, bodies), max_size=3))
def test_clean_is_what_holding_each_pattern_against_each_part_finds(body: str, values: list[str]) -> None:
    assert _clean(body, values) == (spotless(BLANKED.sub("\0", body)) and all(map(spotless, values)))


@pytest.mark.parametrize(
    "text",
    [
        "- 规定评议小组在志愿服务中的职责，明确“汇总表”由谁准备。\n",
        "| 事项 | 谁来做 |\n|---|---|\n| 预算编制3项 | 党支部 |\n",
        "## 怎么用\n\n2026年6月，AED与kb一起（见《办法》）……完\n",
    ],
)
def test_ordinary_text_is_not_feared(text: str) -> None:
    assert not may_slip(text)
