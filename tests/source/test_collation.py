"""The order of a Chinese index."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.source.collation import letter, sort_key


def test_titles_sort_by_pinyin() -> None:
    titles = ["支部", "“三会一课”", "案例", "组织", "条例", "《党章》", "谈心谈话", "2020要点", "App"]
    assert sorted(titles, key=sort_key) == ["2020要点", "App", "案例", "《党章》", "“三会一课”", "谈心谈话", "条例", "支部", "组织"]


@pytest.mark.parametrize(
    ("title", "capital"),
    [
        ("啊", "A"),
        ("案", "A"),
        ("八", "B"),
        ("“三会”", "S"),
        ("座", "Z"),
        ("匝", "Z"),
        ("压", "Y"),
        ("app", "A"),
        ("2020", "#"),
        ("", "#"),
        ("！", "#"),
        ("囧", "#"),
        ("𠮷", "#"),
        ("é", "#"),
        ("テ", "#"),
    ],
)
def test_letter(title: str, capital: str) -> None:
    assert letter(sort_key(title)) == capital


@given(st.text(st.characters(codec="utf-8")))
def test_any_title_has_a_place(title: str) -> None:
    assert letter(sort_key(title)) in "#ABCDEFGHIJKLMNOPQRSTUVWXYZ"
