"""What the site and `kb due` show of reviews and dates."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.host.conftest import entry

from kb.build import build
from kb.project import Project

ENTRY = "content/terms/sanzhang-qingdan.md"


@pytest.fixture
def whole(base: Path) -> Path:
    shutil.copytree(ROOT / "templates", base / "templates", dirs_exist_ok=True)
    shutil.copy(ROOT / "mkdocs.yml", base)
    (base / "scripts").symlink_to(ROOT / "scripts")
    (base / "content/terms").mkdir()
    (base / ENTRY).write_text(entry("三张清单", more="review_by: 2027-03-31\n"), "utf-8")
    return base


def test_state_on_the_page(whole: Path, kb: Callable[..., Any]) -> None:
    page = whole / "site_build/site/terms/sanzhang-qingdan.html"
    assert not build(Project(whole)).failed
    assert "未登记三审" in page.read_text("utf-8")
    for stage, by in (("初审", "张三"), ("复审", "李四"), ("终审", "王五")):
        assert kb(whole, "review", "sanzhang-qingdan", "--stage", stage, "--by", by).status == 0
        assert not build(Project(whole), release=True).failed
        assert f"已过{stage}" in page.read_text("utf-8")
        assert by not in page.read_text("utf-8"), "审核人的名字不上网"
    (whole / ENTRY).write_text((whole / ENTRY).read_text("utf-8").replace("第一句", "改过的一句"), "utf-8")
    assert not build(Project(whole)).failed
    assert "审后有改动，待重审" in page.read_text("utf-8")


def test_dates_on_the_upkeep_page_and_in_due(whole: Path, kb: Callable[..., Any]) -> None:
    assert not build(Project(whole)).failed
    page = (whole / "site_build/site/views/upkeep.html").read_text("utf-8")
    assert "2027-03-31" in page
    assert "从未" in page
    assert "三张清单" not in kb(whole, "due", "--on", "2027-03-30").out
    due = kb(whole, "due", "--on", "2027-03-31").out
    assert "2027-03-31　到了复核日期：三张清单" in due
    assert "从未对照正式文本核对：支部工作条例" in due
    rule = whole / "content/rules/zhibu-gongzuo-tiaoli.md"
    rule.write_text(rule.read_text("utf-8").replace("rank:", "verified: 2026-03-31\nrank:"), "utf-8")
    assert "一年以上没有核对：支部工作条例" in kb(whole, "due", "--on", "2027-03-31").out
    assert "支部工作条例" not in kb(whole, "due", "--on", "2027-03-30").out
    assert kb(whole, "due", "--on", "明天").status == 2
