"""The same content gives the same bytes: on another day, in another place, by more processes, through MkDocs."""

from __future__ import annotations

import datetime
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.laws.bases import bytes_of, differences

from kb.build import build
from kb.project import Project

SIZE = 24
Base = Callable[[int], Project]


@pytest.fixture(scope="module")
def base(make_base: Base) -> Project:
    return make_base(SIZE)


@pytest.fixture(scope="module")
def site(base: Project, kb_env: dict[str, str]) -> dict[str, bytes]:
    """What `kb build` makes here and now."""
    assert run(["kb", "build"], base, kb_env)[0] == 0
    return bytes_of(base.site)


def run(words: list[str], project: Project, env: dict[str, str], **extra: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-m", *words], cwd=project.root, env=env | extra, capture_output=True, check=False)
    return done.returncode, (done.stdout + done.stderr).decode()


@pytest.mark.parametrize(
    "place",
    [
        {"TZ": "Pacific/Kiritimati", "LANG": "zh_CN.GB18030", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "Pacific/Niue", "LANG": "C.UTF-8", "PYTHONHASHSEED": "4242", "PYTHONUTF8": "0"},
    ],
    ids=["kiritimati", "niue"],
)
def test_another_place(
    base: Project, site: dict[str, bytes], kb_env: dict[str, str], tmp_path: Path, place: dict[str, str]
) -> None:
    """In the first and the last time zone of the day, with other locales and hash seeds, in another folder, shell drawn anew."""
    other = Project(tmp_path / "别处 x")
    shutil.copytree(base.root, other.root, ignore=shutil.ignore_patterns("site_build"))
    assert run(["kb", "build"], other, kb_env, **place)[0] == 0
    assert differences(bytes_of(other.site), site) == []


def test_no_page_tells_the_day(site: dict[str, bytes]) -> None:
    """Nothing hangs on when it was built: neither today's date nor a time of day is in the site."""
    today = datetime.date.today()
    days = {(today + datetime.timedelta(days=step)) for step in (-1, 0, 1)}
    written = {
        form.encode()
        for day in days
        for form in (day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}", f"{day:%d %b %Y}")
    }
    text = {name: data for name, data in site.items() if not name.startswith("assets/javascripts/")}
    assert [name for name, data in text.items() if any(form in data for form in written)] == []
    clock = re.compile(rb"\b[0-2]\d:[0-5]\d:[0-5]\d\b(?!Z)")
    assert [name for name, data in text.items() if name.endswith((".html", ".xml")) and clock.search(data)] == []


IN_A_POOL = """
import sys
from pathlib import Path
from kb import build, joining, making, processes, reading
from kb.project import Project
making.PARALLEL_FROM = making.APART_FROM = joining.APART_FROM = reading.PARALLEL_FROM = 1
assert processes.may_fork()
assert not build.build(Project(Path(sys.argv[1]))).failed
"""


def test_more_processes(base: Project, site: dict[str, bytes], kb_env: dict[str, str], tmp_path: Path) -> None:
    """Reading and making by a pool of processes gives what one process gives.

    In a process of its own: another test here may have used Typst, after which no build forks.
    """
    other = Project(tmp_path / "base")
    shutil.copytree(base.root, other.root, ignore=shutil.ignore_patterns("site_build"))
    program = [sys.executable, "-c", IN_A_POOL, str(other.root)]
    done = subprocess.run(program, env=kb_env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert differences(bytes_of(other.site), site) == []


def test_through_mkdocs(base: Project, site: dict[str, bytes], kb_env: dict[str, str], tmp_path: Path) -> None:
    """`mkdocs build` writes the site that `kb build` writes, first and again."""
    other = Project(tmp_path / "base")
    shutil.copytree(base.root, other.root, ignore=shutil.ignore_patterns("site_build"))
    for _ in range(2):
        assert run(["mkdocs", "-q", "build"], other, kb_env, NO_MKDOCS_2_WARNING="1") == (0, "")
        assert differences(bytes_of(other.site), site) == []
    assert sorted(path.name for path in other.output.iterdir()) == ["cache", "site"]


def test_mkdocs_refuses_faulty_content(make_base: Base, kb_env: dict[str, str]) -> None:
    """With a fault in the content `mkdocs build` ends with 1 and leaves the site as it was."""
    project = make_base(3)
    assert run(["mkdocs", "-q", "build"], project, kb_env)[0] == 0
    before = bytes_of(project.site)
    entry = next(project.content.glob("methods/*.md"))
    entry.write_text(entry.read_text("utf-8").replace("status: 已发布", "status: 发布了"), "utf-8")
    status, printed = run(["mkdocs", "build"], project, kb_env)
    assert status == 1
    assert "发布了" in printed
    assert differences(bytes_of(project.site), before) == []


def test_what_is_taken_out_of_a_site_comes_back(make_base: Callable[[int], Project]) -> None:
    """Nothing has changed in the content, and still the site is not whole."""
    project = make_base(5)
    assert not build(project).failed
    whole = bytes_of(project.site)
    for name in ("index.html", "build.txt", next(name for name in whole if name.startswith("methods/method-"))):
        (project.site / name).unlink()
        assert not build(project).failed
        assert bytes_of(project.site) == whole
    assert build(project).unchanged


def test_a_faulty_schema_that_is_mended_leaves_nothing_behind(make_base: Callable[[int], Project], tmp_path: Path) -> None:
    """All entries were read anew in between, and no site was made: the index must not take them for new ones."""
    project = make_base(5)
    assert not build(project).failed
    whole = bytes_of(project.site)
    roles = project.content / "vocabulary/roles.yml"
    sound = roles.read_text("utf-8")
    roles.write_text(sound + "  - {value: 一, slug: one}\n  - {value: 一, slug: one}\n", "utf-8")
    assert build(project).failed
    roles.write_text(sound, "utf-8")
    assert not build(project).failed
    assert differences(bytes_of(project.site), whole) == []
