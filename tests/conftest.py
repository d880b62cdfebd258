"""What every test may ask for: a small whole knowledge base on disk, the command `kb` run on it; how processes share the tests."""

from __future__ import annotations

import fcntl
import os
import resource
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import settings

from kb import intake
from kb.cli import main
from kb.model.schema import Schema
from kb.project import Project
from kb.schema.loading import SchemaLoader

TESTS = Path(__file__).parent
ROOT = TESTS.parent
TOGETHER = ("tests/print/", "tests/work/")
"""Rooms whose tests share something dear that is made in memory: one process takes such a room whole, others file by file."""
FIRST = (
    "tests/laws/",
    "tests/browser/test_walk.py",
    "tests/print/",
    "tests/host/",
    "tests/browser/",
    "tests/editor/",
    "tests/work/",
)
"""The long ones, begun first by processes that share the tests, so that none is left over at the end."""

# how long one example takes depends on who else is at work on the machine: speed is shown by benchmarks
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-cases", action="store_true", help="把 tests/cases 的 transcript.txt 改写成现在的输出")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """`pytest -n 2`: which tests stay together."""
    from xdist.scheduler import LoadScopeScheduling

    class Rooms(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return next((room for room in TOGETHER if nodeid.startswith(room)), nodeid.partition("::")[0])

    config.option.loadscopereorder = False
    return Rooms(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        turns = {name: number for number, name in enumerate(FIRST)}
        items.sort(key=lambda item: min((turns[name] for name in FIRST if item.nodeid.startswith(name)), default=len(FIRST)))


def shared(places: pytest.TempPathFactory, name: str, make: Callable[[Path], Path]) -> Path:
    """The place that `make(folder)` returns, made once however many processes share the tests."""
    common = places.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        common = common.parent
    made = common / f"{name}.made"
    with (common / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            folder = common / name
            folder.mkdir()
            made.write_text(str(make(folder)), "utf-8")
    return Path(made.read_text("utf-8"))


def worked() -> float:
    """Seconds of CPU that this process and the ended ones it started have used: a busy machine does not change them."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def lay_base(root: Path) -> Path:
    """tests/base with the real entry types of templates/types, complete and without a fault."""
    shutil.copytree(TESTS / "base", root, dirs_exist_ok=True)
    shutil.copytree(ROOT / "templates" / "types", root / "templates" / "types", dirs_exist_ok=True)
    return root


def dress_base(root: Path) -> Path:
    """The base with the house's looks and settings, so that it can be built."""
    for name in ("templates", "scripts"):
        shutil.copytree(ROOT / name, root / name, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", root / "mkdocs.yml")
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


@pytest.fixture(scope="module")
def steady_program() -> Iterator[None]:
    """The program's own digest is taken once: someone may be editing it while the tests run."""
    digest = intake.code_digest()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "code_digest", lambda: digest)
        yield


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
