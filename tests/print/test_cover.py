"""Titles break between words on the cover, and as the handbook asks where it asks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Ran
from tests.print.test_handbook_files import GOOD, first_method, found

from kb.print.cover import MOST, cover_lines

Kb = Callable[..., Ran]


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("党支部书记工作手册", ("党支部书记工作手册",)),
        ("支部委员与党务干部培训手册", ("支部委员与党务干部", "培训手册")),
        ("机关党员读书班学习手册", ("机关党员读书班", "学习手册")),
        ("党风廉政与风险防控手册", ("党风廉政与", "风险防控手册")),
        ("党的组织、宣传和统战工作常用制度汇编", ("党的组织、宣传和", "统战工作常用制度汇编")),
        ("甲乙丙丁戊己庚辛壬癸甲乙丙丁", ("甲乙丙丁戊己庚辛壬癸甲乙丙丁",)),
    ],
)
def test_a_title_breaks_between_words(title: str, lines: tuple[str, ...]) -> None:
    assert cover_lines(title) == lines
    assert len(lines) == 1 or all(1 < len(line) <= MOST for line in lines)


def test_a_handbook_may_say_where() -> None:
    given = ("人大机关党建", "品牌与案例选编")
    assert cover_lines("人大机关党建品牌与案例选编", given) == given


def test_lines_that_are_not_the_title_are_told(base: Path, kb: Kb) -> None:
    text = GOOD.replace("sanhui-yike", first_method(base)).replace(
        "title: 手册\n", "title: 培训手册\ntitle_lines: [培训, 手册]\n", 1
    )
    assert found(base, kb, text) == []
    told = found(base, kb, text.replace("[培训, 手册]", "[培训, 书册]"))
    assert len(told) == 1
    assert told[0].startswith("content/handbooks/shouce.yml:2:15 section-shape ")
