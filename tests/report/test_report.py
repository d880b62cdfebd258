"""From problems to lines: order, marks, and nothing that a terminal or a code host could take for a command."""

from __future__ import annotations

import json

from kb.problem import Level, Notebook, Problem, Spot, worst
from kb.report import FORMATS, as_json, github, summary, text

NASTY = Problem("bad-file-name", Spot("content/terms/a\nb\x1b[31m%,:.md", 0, 0), "文件名“a\r\nb”不合写法", "改名\u202e　了")


def test_text_has_a_line_for_the_problem_and_one_for_the_hint() -> None:
    assert text([Problem("tab", Spot("content/a.md", 3, 1), "行首用了制表符", "改成空格")], 7) == (
        "content/a.md:3:1 tab 行首用了制表符\n    → 改成空格\n检查了 7 条：1 处错误。\n"
    )


def test_text_without_a_hint_and_with_a_level() -> None:
    assert (
        text([Problem("tab", Spot("content/a.md"), "多余", level=Level.ADVICE)], 1).splitlines()[0]
        == "content/a.md:0:0 tab （建议）多余"
    )


def test_text_shows_control_characters_as_text() -> None:
    lines = text([NASTY], 0).split("\n")
    assert lines[0] == "content/terms/a\\nb\\x1b[31m%,:.md:0:0 bad-file-name 文件名“a\\r\\nb”不合写法"
    assert lines[1] == "    → 改名\\u202e　了"


def test_github_escapes_what_would_end_a_command() -> None:
    (line,) = github([NASTY], 0).splitlines()
    assert line.startswith("::error file=content/terms/a%0Ab\x1b[31m%25%2C%3A.md,line=1,col=1,title=bad-file-name::")
    assert "%0D%0A" in line


def test_json_keeps_the_words_as_they_are() -> None:
    (row,) = json.loads(as_json([NASTY], 0))["problems"]
    assert row["path"] == NASTY.spot.path
    assert row["message"] == NASTY.message


def test_summary_counts_by_level() -> None:
    notes = Notebook("a")
    for level in (Level.ADVICE, Level.WARNING, Level.ADVICE, Level.ERROR):
        notes.add("x", (1, 1), "甲", level=level)
    assert summary(notes.problems, 3) == "检查了 3 条：1 处错误，1 处提醒，2 处建议。"
    assert summary([], 0) == "检查了 0 条：没有问题。"
    assert worst(notes.problems) is Level.ERROR
    assert worst([]) is None


def test_problems_sort_as_the_files_read() -> None:
    spots = [("b", 1, 1), ("a", 10, 1), ("a", 2, 9), ("a", 2, 10)]
    problems = [Problem("x", Spot(*spot), "甲") for spot in spots]
    assert [problem.spot for problem in sorted(problems, key=lambda one: one.order)] == [
        Spot("a", 2, 9),
        Spot("a", 2, 10),
        Spot("a", 10, 1),
        Spot("b", 1, 1),
    ]


def test_every_format_takes_no_problems() -> None:
    assert [FORMATS[name]([], 0) != "" for name in sorted(FORMATS)] == [False, True, True]
