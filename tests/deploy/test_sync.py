"""deploy/sync.sh with the real rsync: the other side becomes the site, and only what changed is sent where that can be known."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from bench.build.corpus import HOUSE, write

from kb.build import build
from kb.project import Project

pytestmark = pytest.mark.skipif(shutil.which("rsync") is None, reason="没有 rsync")
LIST, ALL, SAME = "只送变了的", "全部对一遍", "已是最新"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = write(tmp_path_factory.mktemp("sync"), 12)
    assert not build(project).failed
    return project


def sync(project: Project, target: Path) -> str:
    script = [HOUSE / "deploy" / "sync.sh", target, project.site, project.cache / "kb.changed"]
    return subprocess.run(script, check=True, capture_output=True, text=True).stdout


def say(project: Project, words: str) -> None:
    path = next(project.content.glob("methods/*.md"))
    path.write_text(f"{path.read_text('utf-8')}\n{words}。[@编者]\n", "utf-8")
    assert not build(project).failed


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_other_side_follows(project: Project, tmp_path: Path) -> None:
    target = tmp_path / "there"
    assert ALL in sync(project, target)
    assert files(target) == files(project.site)
    assert SAME in sync(project, target)
    say(project, "改了一处")
    assert LIST in sync(project, target)
    assert files(target) == files(project.site)


def test_what_is_gone_goes(project: Project, tmp_path: Path) -> None:
    target = tmp_path / "there"
    sync(project, target)
    new = project.content / "methods" / "new-one.md"
    old = next(project.content.glob("methods/method-*.md"))
    new.write_text(old.read_text("utf-8").replace("title: ", "title: 新的", 1), "utf-8")
    build(project)
    assert LIST in sync(project, target)
    assert (target / "methods" / "new-one.html").is_file()
    new.unlink()
    assert not build(project).failed
    assert LIST in sync(project, target)
    assert files(target) == files(project.site)


def test_a_missed_build_is_noticed(project: Project, tmp_path: Path) -> None:
    """The list leads from the last build to this one; the other side may be older, or half made."""
    target = tmp_path / "there"
    sync(project, target)
    say(project, "第一次")
    say(project, "第二次")
    assert ALL in sync(project, target)
    assert files(target) == files(project.site)
    say(project, "第三次")
    (target / "build.txt").unlink()
    assert ALL in sync(project, target)
    assert files(target) == files(project.site)
