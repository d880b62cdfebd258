"""The same law on the content of this house: what a page names by its title, it names anew, whoever does the naming."""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.laws.bases import bytes_of, clean_build, differences

from kb.build import build
from kb.project import Project

FEW = 12
"""Entries changed at once: fewer find less, with more one hides what the key of a page leaves out of another."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("named") / "kb"
    for name in ("content", "templates", "scripts"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", root)
    project = Project(root)
    assert not build(project).failed
    return project


def retitled(text: str) -> str:
    return re.sub(r"^title: *(.*)$", lambda found: "title: " + found.group(1).strip("《》'\"") + "新", text, count=1, flags=re.M)


def hidden(text: str) -> str:
    return re.sub(r"^visibility: .*$", "visibility: 内部", text, count=1, flags=re.M)


@pytest.mark.parametrize("change", [retitled, hidden])
def test_pages_follow_what_they_name(house: Project, tmp_path: Path, change: Callable[[str], str]) -> None:
    """Try more with KB_EXAMPLES=20."""
    # an entry that a handbook or a question names cannot be hidden
    data = "" if change is retitled else "\n".join(path.read_text("utf-8") for path in sorted(house.content.rglob("*.yml")))
    chance = random.Random(1)
    entries = [
        path
        for path in sorted(house.content.glob("*/*.md"))
        if path.parent.name != "pages" and not re.search(rf"\b{path.stem}\b", data)
    ]
    for _ in range(int(os.environ.get("KB_EXAMPLES", "1"))):
        kept = {path: path.read_text("utf-8") for path in chance.sample(entries, FEW)}
        for texts in ({path: change(text) for path, text in kept.items()}, kept):
            for path, text in texts.items():
                path.write_text(text, "utf-8")
            onward, anew = build(house), clean_build(house, tmp_path / "anew")
            assert not onward.failed, onward.problems
            assert not anew.failed
            assert differences(bytes_of(house.site), bytes_of(tmp_path / "anew/site")) == []
