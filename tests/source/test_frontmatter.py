"""The two halves of an entry, and where in its header something stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.problem import Notebook
from kb.source.frontmatter import HeaderLines, read_header, split


def told(notes: Notebook) -> list[tuple[str, int, int]]:
    return [(problem.code, problem.spot.line, problem.spot.column) for problem in notes.problems]


def test_header_and_body_with_the_line_on_which_it_begins() -> None:
    notes = Notebook("a.md")
    assert split("---\na: 1\n---  \n\n甲\n", notes) == ("a: 1", "\n甲\n", 4)
    assert notes.problems == []


def test_a_rule_in_the_body_does_not_end_it() -> None:
    assert split("---\na: 1\n---\n甲\n\n---\n乙", Notebook("a.md")) == ("a: 1", "甲\n\n---\n乙", 4)


@pytest.mark.parametrize(
    ("text", "problem", "words"),
    [
        ("", ("header-missing", 1, 1), "kb new"),
        ("\n\u3000\n", ("header-missing", 1, 1), "kb new"),
        ("# 甲\n", ("header-missing", 1, 1), "第一行写 ---"),
        ("甲\n---\na: 1\n---\n", ("header-missing", 1, 1), "第 2 行才出现 ---"),
        (" ---\na: 1\n---\n", ("header-missing", 1, 1), "顶格写"),
        ("———\na: 1\n———\n", ("header-missing", 1, 1), "三个半角减号"),
        ("---\na: 1\n\n甲\n", ("header-unclosed", 1, 1), "下一行写 ---"),
        ("---\na: 1\n----\n甲\n", ("header-unclosed", 3, 1), "顶格的三个半角减号"),
        ("---\na: 1\n ---\n甲\n", ("header-unclosed", 3, 1), "顶格的三个半角减号"),
    ],
)
def test_what_is_wrong_with_the_fences(text: str, problem: tuple[str, int, int], words: str) -> None:
    notes = Notebook("a.md")
    assert split(text, notes) is None
    assert told(notes) == [problem]
    assert words in notes.problems[0].hint


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("", ("header-empty", 2, 1)),
        ("# 只有注释", ("header-empty", 2, 1)),
        ("- a", ("header-shape", 2, 1)),
        ("一行文字", ("header-shape", 2, 1)),
        ("a: " + "甲" * 30_000, ("header-too-large", 2, 1)),
        ("甲：一\n乙: &x 1", ("fullwidth-colon", 2, 2)),
    ],
)
def test_what_is_wrong_with_the_header_is_said_once(header: str, problem: tuple[str, int, int]) -> None:
    notes = Notebook("a.md")
    assert read_header(header, notes) is None
    assert told(notes) == [problem]


def test_words_are_found_in_values_over_several_lines() -> None:
    lines = HeaderLines("---\napplies: >-\n  机关各党支部。\n  日常 [@a:1]\nduty: 日常\n---\n")
    assert lines.find("[@a:1]", (2, 10)) == (4, 6)
    assert lines.find("日常", (5, 7)) == (5, 7)
    assert lines.find("没有", (2, 10)) == (2, 10)
    assert lines.place("机关各党支部。 日常 [@a:1]", 8, (2, 10)) == (4, 3)
    assert lines.place("甲乙", 1, (2, 10)) == (2, 10)


@given(
    st.lists(
        st.sampled_from(["---", "--- \t", "----", " ---", "---\u3000", "\n", "\n", "甲: 1", "", " ", "\r", "\x0b"]), max_size=10
    ).map("".join)
)
def test_the_first_two_lines_of_three_dashes_bound_the_header(text: str) -> None:
    lines = text.split("\n")
    dashes = [number for number, line in enumerate(lines) if line.rstrip(" \t") == "---"]
    expected = None
    if len(dashes) > 1 and dashes[0] == 0:
        end = dashes[1]
        expected = ("\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 2)
    assert split(text, Notebook("a.md")) == expected
