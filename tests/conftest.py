"""What every test may ask for: a small whole knowledge base on disk, and the command `kb` run on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from kb.cli import main
from kb.model.schema import Schema
from kb.project import Project
from kb.schema.loading import SchemaLoader

TESTS = Path(__file__).parent
ROOT = TESTS.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-cases", action="store_true", help="把 tests/cases 的 transcript.txt 改写成现在的输出")


def lay_base(root: Path) -> Path:
    """tests/base with the real entry types of templates/types, complete and without a fault."""
    shutil.copytree(TESTS / "base", root, dirs_exist_ok=True)
    shutil.copytree(ROOT / "templates" / "types", root / "templates" / "types", dirs_exist_ok=True)
    return root


class Ran(NamedTuple):
    """What a command left: its exit status and what it printed."""

    status: int
    out: str
    err: str


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The root of a small knowledge base that passes every check."""
    return lay_base(tmp_path / "kb")


@pytest.fixture(scope="session")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Schema:
    """The schema of the small knowledge base."""
    loader = SchemaLoader(Project(lay_base(tmp_path_factory.mktemp("schema"))))
    schema = loader.load()
    assert loader.problems == []
    return schema


@pytest.fixture
def kb(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run `kb -C root words…` in this process."""

    def run(root: Path, *words: str) -> Ran:
        capsys.readouterr()
        try:
            status = main(["-C", str(root), *words])
        except SystemExit as end:
            assert isinstance(end.code, int)
            status = end.code
        return Ran(status, *capsys.readouterr())

    return run
