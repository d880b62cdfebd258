"""A file's problems as a report has them: the gravest are told, all are counted."""

from __future__ import annotations

from kb.problem import MORE, MOST_TOLD, Level, Problem, Spot, bounded
from kb.report import summary, text


def problems(number: int, level: Level, path: str = "content/terms/a.md", line: int = 1) -> list[Problem]:
    return [Problem("x", Spot(path, line + at, 1), f"第{at}处", "", level) for at in range(number)]


def test_few_stand_as_they_are_in_order() -> None:
    found = [*problems(3, Level.ADVICE, line=10), *problems(2, Level.ERROR)]
    assert bounded(reversed(found)) == sorted(found, key=lambda one: one.order)


def test_many_are_cut_gravest_first_and_the_count_stays_true() -> None:
    found = [*problems(MOST_TOLD, Level.ADVICE), *problems(30, Level.ERROR, line=9000), *problems(5, Level.WARNING, "content/b.md")]
    kept = bounded(found)
    assert sum(one.level is Level.ERROR and one.code == "x" for one in kept) == 30, "后面的错误不被前面的建议挤掉"
    assert [(one.count, one.level) for one in kept if one.code == MORE] == [(30, Level.ADVICE)]
    assert summary(kept, 2) == "检查了 2 条：30 处错误，5 处提醒，200 处建议。"
    assert kept[:5] == problems(5, Level.WARNING, "content/b.md")


def test_cutting_twice_counts_each_once() -> None:
    found = [*problems(500, Level.ERROR), *problems(700, Level.WARNING)]
    once = bounded(found)
    assert bounded(once) == once
    twice = bounded([*once, *problems(10, Level.ERROR, line=3)])
    for kept, errors in ((once, 500), (twice, 510)):
        assert sum(one.count for one in kept if one.level is Level.ERROR) == errors
        assert sum(one.count for one in kept if one.level is Level.WARNING) == 700
        assert len(kept) == MOST_TOLD + 2


def test_a_report_lists_no_more_than_asked_and_counts_all() -> None:
    said = text(problems(50, Level.ERROR), 1, 10)
    assert said.count("content/terms/a.md") == 10
    assert "还有 40 处没有列出" in said
    assert said.endswith("检查了 1 条：50 处错误。\n")
