"""kb agenda: two months of work; a period that ends is told; misuse is status 2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kb.project import Project


def test_two_months(house: Project, kb: Callable[..., Any]) -> None:
    ran = kb(house.root, "agenda", "--month", "2026-12")
    assert (ran.status, ran.err) == (0, "")
    december, january = ran.out.split("2027年1月")
    assert december.startswith("2026年12月") and "支部（总支）书记述职并当场点评（年底）" in december
    assert "开好支部党员大会（每季度1次（一般），本月到期）" in december
    assert "述职并当场点评" not in january and "开好支部党员大会（每季度1次（一般））" in january


def test_one_role(house: Project, kb: Callable[..., Any]) -> None:
    ran = kb(house.root, "agenda", "--month", "2026-03", "--role", "青年干部")
    assert "举办机关中青年干部讲坛" in ran.out and "支部委员会会议" not in ran.out


@pytest.mark.parametrize("words", [["--month", "2026-13"], ["--month", "今年"], ["--role", "没有的人"]])
def test_misuse(house: Project, kb: Callable[..., Any], words: list[str]) -> None:
    ran = kb(house.root, "agenda", *words)
    assert ran.status == 2 and ran.out == "" and ran.err.startswith("kb：")
