"""The repository's own lists and forms built once, without the entries' pages, and its library as the outputs see it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.build import build
from kb.disk.cache import Cache
from kb.intake import take_in
from kb.model.library import Library
from kb.outputs import annual_points, calendar, duties, files, forms, table, tools
from kb.project import Project

HOUSE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the repository's content, built; a faulty entry of someone else's is no business of these tests."""
    copy = tmp_path_factory.mktemp("work")
    for name in ("content", "templates", "scripts"):
        shutil.copytree(HOUSE / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HOUSE / "mkdocs.yml", copy / "mkdocs.yml")
    project = Project(copy)
    with pytest.MonkeyPatch.context() as patch:
        mine = (files.plan, duties.plan, calendar.plan, annual_points.plan, forms.plan, tools.plan)
        patch.setattr(table, "OUTPUTS", mine)
        result = build(project)
    assert not result.failed, [problem for problem in result.problems if problem.level.name == "ERROR"][:5]
    return project


@pytest.fixture(scope="session")
def site(house: Project) -> Path:
    return house.site


@pytest.fixture(scope="session")
def library(house: Project) -> Iterator[Library]:
    with Cache(house.cache / "kb.sqlite") as cache:
        yield take_in(house, cache).library
