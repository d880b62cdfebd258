"""What the tests of laws share: a small generated base, and a clean build of the same content beside it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bench.build.corpus import write

from kb import intake
from kb.project import Project


@pytest.fixture(scope="module")
def make_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Project]]:
    """Makes a fresh generated knowledge base of so many entries."""
    yield lambda size: write(tmp_path_factory.mktemp("base"), size)


@pytest.fixture(scope="module", autouse=True)
def steady_program() -> Iterator[None]:
    """The program's own digest is taken once: someone may be editing it while the tests run."""
    digest = intake.code_digest()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "code_digest", lambda: digest)
        yield


@pytest.fixture(scope="session")
def kb_env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which `python -m kb` is this program as it stands now: a copy that no one edits while the tests run."""
    house = Path(__file__).resolve().parents[2]
    copy = tmp_path_factory.mktemp("program") / "scripts"
    shutil.copytree(house / "scripts", copy, ignore=shutil.ignore_patterns("__pycache__"))
    return {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")} | {"PYTHONPATH": str(copy)}
