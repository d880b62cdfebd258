"""kb check --changed: what a branch brings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.host.conftest import entry, git


def test_changed(base: Path, kb: Callable[..., Any]) -> None:
    (base / "content/terms").mkdir()
    (base / "content/terms/jiu.md").write_text(entry("旧的", "甲,乙。"), "utf-8")
    git(base, "init", "-q", "-b", "main")
    git(base, "add", ".")
    git(base, "commit", "-qm", "开始")
    assert "punctuation" in kb(base, "check").out
    assert "punctuation" not in kb(base, "check", "--changed", "HEAD").out
    (base / "content/terms/xin.md").write_text(entry("新的", "丙,丁。"), "utf-8")
    ran = kb(base, "check", "--changed", "HEAD")
    assert ran.status == 0
    assert "xin.md" in ran.out
    assert "jiu.md" not in ran.out
    (base / "content/rules/zhibu-gongzuo-tiaoli.md").unlink()
    ran = kb(base, "check", "--changed", "main")
    assert ran.status == 1
    assert "content/methods/sanhui-yike.md:14:5 dangling-reference" in ran.out, "撤了一条，别处的引用断了"
    assert kb(base, "check", "--changed", "没有").status == 2
    assert kb(base, "check", "--changed=--output=x").status == 2
    assert not (base / "x").exists()
