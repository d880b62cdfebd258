"""What the tests of laws share: a small generated base, and a clean build of the same content beside it."""

from __future__ import annotations

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
def house() -> Path:
    """The repository."""
    return Path(__file__).resolve().parents[2]
