"""After an edit only what it touches is held against the others again; what is found is what a look at all of it finds."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from bench.build.corpus import write

from kb import joining
from kb.build import check
from kb.checks.library import touched_by
from kb.project import Project

NAME = "谈心谈话实施办法"


class Cast(NamedTuple):
    """The entries that play a part: one retired for its heir, a draft, one that is named, one that leans on all of these."""

    heir: Path
    retired: Path
    draft: Path
    named: Path
    leaning: Path


def cast(project: Project) -> Cast:
    return Cast(*sorted((project.content / "methods").glob("*.md"))[1:6])  # the very first is linked by all


def put(path: Path, key: str, value: str) -> None:
    path.write_text(re.sub(rf"^{key}: .*", f"{key}: {value}", path.read_text("utf-8"), count=1, flags=re.M), "utf-8")


def cut(path: Path, begin: str) -> None:
    path.write_text(path.read_text("utf-8").partition(begin)[0], "utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Thirty entries, checked."""
    project = write(tmp_path_factory.mktemp("touched"), 30)
    one = cast(project)
    put(one.retired, "status", f"停用\nreplaced_by: {one.heir.stem}")
    put(one.draft, "status", "草稿")
    put(one.named, "title", NAME)
    links = "".join(f"[它]({other.name})" for other in (one.retired, one.draft, one.named))
    one.leaning.write_text(one.leaning.read_text("utf-8") + f"\n见{links}和《{NAME}》。[@编者]\n", "utf-8")
    for path in project.content.rglob("*"):
        if path.is_file():
            os.utime(path, (1_600_000_000, 1_600_000_000))  # what was just written may change again within the same time stamp
    assert not check(project).failed
    return project


EDITS: dict[str, tuple[Callable[[Cast], None], bool]] = {
    "heir renamed": (lambda one: put(one.heir, "title", "接替的做法"), True),
    "draft renamed": (lambda one: put(one.draft, "title", "改了名的草稿"), True),
    "named renamed": (lambda one: put(one.named, "title", "改了名的办法"), True),
    "link lost": (lambda one: cut(one.leaning, "\n见[它]"), True),
    "draft published": (lambda one: put(one.draft, "status", "已发布"), False),
    "another heir": (lambda one: put(one.retired, "replaced_by", one.named.stem), False),
}
"""What is edited, and whether few cards are looked at again."""


@pytest.mark.parametrize(("edit", "few"), EDITS.values(), ids=list(EDITS))
def test_what_is_found_after_an_edit(
    made: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: Callable[[Cast], None], few: bool
) -> None:
    project = Project(tmp_path / "base")
    shutil.copytree(made.root, project.root)
    before = check(project).problems
    edit(cast(project))
    looked: list[set[str] | None] = []

    def spy(*given: object) -> set[str] | None:
        looked.append(touched_by(*given))  # type: ignore[arg-type]
        return looked[-1]

    with monkeypatch.context() as patch:
        patch.setattr(joining, "touched_by", spy)
        onward = check(project)
    shutil.rmtree(project.cache)
    assert onward.problems == check(project).problems
    assert onward.problems != before
    assert len(looked) == 1
    assert (looked[0] is not None and 0 < len(looked[0]) < 25) is few
