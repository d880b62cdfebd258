"""Citations in running text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model.value import Cite, Text
from kb.syntax.cites import find_cites, split_cites


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("没有", ()),
        ("句。[@jiangsu:3]", (Cite("jiangsu", "3"),)),
        ("句。[@jiangsu：第3段][@编者]", (Cite("jiangsu", "第3段"), Cite("编者"))),
        ("[@tiaoli: 第四章 第二节]", (Cite("tiaoli", "第四章 第二节"),)),
        ("[@a:b:c]", (Cite("a", "b:c"),)),
        ("[@ a]", ()),
        ("[@a", ()),
        ("[@]", ()),
        ("[[@a]]", (Cite("a"),)),
    ],
)
def test_find(text: str, cites: tuple[Cite, ...]) -> None:
    assert find_cites(text) == cites


@pytest.mark.parametrize(
    ("text", "said", "cites"),
    [
        ("句。", "句。", ()),
        ("句。 [@a:1] [@b] ", "句。", (Cite("a", "1"), Cite("b"))),
        ("前[@a]后[@b]", "前[@a]后", (Cite("b"),)),
        ("[@a]", "", (Cite("a"),)),
        ("句[注]", "句[注]", ()),
        ("句[注][@a]", "句[注]", (Cite("a"),)),
        ("句]", "句]", ()),
        ("]", "]", ()),
        ("", "", ()),
        ("句 [@a b]", "句 [@a b]", ()),
    ],
)
def test_split(text: str, said: str, cites: tuple[Cite, ...]) -> None:
    assert split_cites(text) == Text(said, cites)


@given(st.lists(st.sampled_from(["句。", "[@a:1]", "[@编者]", " ", "[", "]", "[@", "甲"]), max_size=12).map("".join))
def test_nothing_is_lost_by_splitting(text: str) -> None:
    split = split_cites(text)
    assert text.startswith(split.text)
    assert find_cites(split.text) + split.cites == find_cites(text.rstrip(" "))
    assert split_cites(split.text).cites == ()
