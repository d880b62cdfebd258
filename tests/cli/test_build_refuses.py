"""With errors in the content `kb build` replaces nothing in site_build/site."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def photograph(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Every file with its bytes, inode and time of change."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_ino, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def site(base: Path) -> Path:
    """A site as an earlier build may have left it, with a file that no build would make."""
    site = base / "site_build" / "site"
    (site / "methods").mkdir(parents=True)
    (site / "index.html").write_text("旧的首页", "utf-8")
    (site / "methods" / "sanhui-yike.html").write_text("旧的一条", "utf-8")
    (site / "build.txt").write_text("旧\n", "utf-8")
    return site


FAULTS = {
    "entry": ("content/methods/sanhui-yike.md", "没有信息头\n"),
    "page": ("content/pages/about.md", "没有信息头\n"),
    "vocabulary": ("content/vocabulary/topics.yml", "label：主题\n"),
    "sources": ("content/sources.yml", "sources: 无\n"),
    "type": ("templates/types/method/type.yml", "label: 工作法\n"),
    "between": ("content/rules/zhibu-gongzuo-tiaoli.md", None),
}


@pytest.mark.parametrize("name", FAULTS)
def test_errors_leave_the_site_alone(name: str, base: Path, site: Path, kb: Run) -> None:
    path, text = FAULTS[name]
    if text is None:
        (base / path).unlink()
    else:
        (base / path).write_text(text, "utf-8")
    before = photograph(site)
    ran = kb(base, "build")
    assert ran.status == 1
    assert "站点没有改动" in ran.out
    assert photograph(site) == before
    assert [found.name for found in site.parent.iterdir() if found.name not in {"site", "cache"}] == []


def test_errors_make_no_site_where_none_was(base: Path, kb: Run) -> None:
    (base / "content" / "methods" / "sanhui-yike.md").write_text("没有信息头\n", "utf-8")
    assert kb(base, "build").status == 1
    assert not (base / "site_build" / "site").exists()


def test_check_writes_nothing_but_the_cache(base: Path, site: Path, kb: Run) -> None:
    before = photograph(site)
    content = photograph(base / "content")
    assert kb(base, "check").status == 0
    assert photograph(site) == before
    assert photograph(base / "content") == content
    assert {path.name for path in (base / "site_build").iterdir()} == {"site", "cache"}
