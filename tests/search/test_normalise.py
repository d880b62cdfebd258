"""One normaliser in two languages."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.normalise import flat, normalise


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("“第一议题”", "第一议题"),
        ("「第一议题」制度", "第一议题制度"),
        ("ＡＥＤ　１２", "aed12"),
        ("民主評議黨員", "民主评议党员"),
        ("二〇二〇年、二○二一年、二零二二年", "2020年2021年2022年"),
        ("一九四九年", "1949年"),
        ("三五个、一一落实", "三五个一一落实"),
        ("学习，贯彻。", "学习\n贯彻\n"),
        ("①㎡Ⅳ", "1m2iv"),
        ("𬭎某", "𬭎某"),
        ("བོད་", "བོད\n"),
    ],
)
def test_what_folds_into_what(written: str, folded: str) -> None:
    assert normalise(written) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_flat_has_no_breaks(text: str) -> None:
    assert "\n" not in flat(text)


def test_python_and_script_fold_ten_thousand_strings_alike(engine: Any) -> None:
    strings = list(sample(10_000))
    script = json.loads(engine.eval(f"JSON.stringify({json.dumps(strings)}.map(text => kbSearch.normalise(text)))"))
    different = [(text, normalise(text), other) for text, other in zip(strings, script, strict=True) if normalise(text) != other]
    assert different == []


def test_script_knows_where_each_character_came_from(engine: Any) -> None:
    places = json.loads(engine.eval("var p = []; kbSearch.normalise('“㎡”二○', p); JSON.stringify(p)"))
    assert places == [1, 1, 3, 4]


def sample(count: int) -> list[str]:
    """Strings over all of Unicode but surrogates, most of them over what really occurs."""
    rnd = random.Random(3)
    common = "三会一课第一议题组织生活会，。、“”《》（）〇○零一二三四五六七八九年月 ABCxyz０１２ＡＢ黨員議題評議關於臺灣①②Ⅳ㎡—－-·…\n\t　"

    def char() -> str:
        kind = rnd.random()
        if kind < 0.6:
            return rnd.choice(common)
        if kind < 0.8:
            return chr(rnd.randrange(0x4E00, 0xA000))
        code = rnd.randrange(0x20000 if kind < 0.95 else 0x110000)
        return "问" if 0xD800 <= code < 0xE000 else chr(code)

    return ["".join(char() for _ in range(rnd.randrange(24))) for _ in range(count)]
