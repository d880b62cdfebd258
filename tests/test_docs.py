"""What docs/ show as samples can be copied as they stand."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.conftest import ROOT

from kb.build import check
from kb.problem import Level
from kb.project import Project

_FENCED = re.compile(r"^```yaml\n(.*?)^```$", re.M | re.S)
_FOLDERS = {"tasks": "duties", "sections": "forms", "chapters": "handbooks", "questions": "quizzes"}
SAMPLES = [
    (page.name, next(folder for key, folder in _FOLDERS.items() if re.search(rf"^{key}:", text, re.M)), text)
    for page in sorted((ROOT / "docs").glob("*.md"))
    for text in _FENCED.findall(page.read_text("utf-8"))
]


def test_there_are_samples_of_each_kind() -> None:
    assert {folder for _, folder, _ in SAMPLES} == set(_FOLDERS.values())


@pytest.mark.parametrize(("page", "folder", "text"), SAMPLES, ids=[f"{page}-{folder}" for page, folder, _ in SAMPLES])
def test_sample_holds(page: str, folder: str, text: str, tmp_path: Path) -> None:
    """Beside this house's own content, which it names, a sample has no fault."""
    root = tmp_path / "kb"
    for name in ("content", "templates"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "mkdocs.yml", root)
    path = root / "content" / folder / "sample-of-docs.yml"
    path.write_text(text, "utf-8")
    problems = [one for one in check(Project(root)).problems if one.spot.path == path.relative_to(root).as_posix()]
    assert [f"{one.spot} {one.message}" for one in problems if one.level is Level.ERROR] == []
