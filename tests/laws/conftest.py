"""What the tests of laws share: a small generated base, and a clean build of the same content beside it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bench.build.corpus import write

from kb.project import Project


@pytest.fixture(scope="module", autouse=True)
def one_program(steady_program: None) -> None:
    """A law compares what one and the same program makes."""


@pytest.fixture(scope="module")
def make_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Project]]:
    """Makes a fresh generated knowledge base of so many entries."""
    yield lambda size: write(tmp_path_factory.mktemp("base"), size)


@pytest.fixture(scope="session")
def kb_env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which `python -m kb` is this program as it stands now: a copy that no one edits while the tests run."""
    house = Path(__file__).resolve().parents[2]
    copy = tmp_path_factory.mktemp("program") / "scripts"
    shutil.copytree(house / "scripts", copy, ignore=shutil.ignore_patterns("__pycache__"))
    return {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")} | {"PYTHONPATH": str(copy)}
