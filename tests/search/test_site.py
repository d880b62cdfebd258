"""The index of a built site: what is in it besides entries, and that it follows every change."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from bench.build.corpus import write

from kb.build import Result, build
from kb.drawing import ensure_shell
from kb.project import Project
from kb.schema.loading import SchemaLoader

pytestmark = pytest.mark.usefixtures("steady_program")
FORM = """title: 主题党日活动方案
kind: 方案
summary: 活动前填好，报支部委员会议定。[@编者]
filled_by: 支部委员 [@编者]
kept_by: 支部，存一年，用法见[办法](../methods/{method}.md) [@编者]
basis: [{method}]
method: [{method}]
sections:
  - heading: 安排
    fields: [时间, 地点, 主持人]
"""
BOOK = """title: {title}
subtitle: 试印
edition: 2026年版
audience: [普通党员]
{inner}style: 公文
foreword: |
  试印用。
chapters:
  - title: 第一章
    entries: [{method}]
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A base of 30 entries with a form and two handbooks, one of them for inside only."""
    project = write(tmp_path_factory.mktemp("search-site"), 30)
    method = next(iter(sorted((project.content / "methods").glob("*.md")))).stem
    for path, text in (
        ("forms/fangan.yml", FORM.format(method=method)),
        ("handbooks/gongkai.yml", BOOK.format(title="公开手册", inner="", method=method)),
        ("handbooks/neibu.yml", BOOK.format(title="内部手册", inner="visibility: 内部\n", method=method)),
    ):
        (project.content / path).parent.mkdir(exist_ok=True)
        (project.content / path).write_text(text, "utf-8")
    result = build(project)
    assert not result.failed, result.problems
    return project


Indexed = Callable[[], dict[str, bytes]]


@pytest.fixture
def indexed(project: Project) -> Indexed:
    """The files of the search index as they stand."""

    def read() -> dict[str, bytes]:
        root = project.site / "search"
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.js"))}

    return read


def anew(project: Project, aside: Path) -> dict[str, bytes]:
    """The index of a clean build of the same content."""
    shell = ensure_shell(project, SchemaLoader(project).load())
    copy = Project(shutil.copytree(project.root, aside, ignore=shutil.ignore_patterns("site_build")))
    assert not build(copy, shell_folder=shell).failed
    root = copy.site / "search"
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.js"))}


def rebuild(project: Project) -> Result:
    result = build(project)
    assert not result.failed, result.problems
    return result


def texts(index: dict[str, bytes]) -> str:
    return "".join(data.decode() for path, data in index.items() if path.startswith("t/"))


def test_forms_tools_and_topics_are_found(indexed: Indexed) -> None:
    text = texts(indexed())
    for address in ("forms/fangan.html", "handbooks/index.html#gongkai", "calendar/index.html", "topics/", "sources/"):
        assert f',"{address}' in text, address
    assert "用法见办法" in text


def test_what_is_for_inside_only_is_not(indexed: Indexed) -> None:
    assert "内部手册" not in texts(indexed())


def test_an_edited_form_is_found_by_its_new_words(project: Project, indexed: Indexed, tmp_path: Path) -> None:
    path = project.content / "forms/fangan.yml"
    path.write_text(path.read_text("utf-8").replace("时间, 地点", "时间, 乘车办法"), "utf-8")
    rebuild(project)
    assert "乘车办法" in texts(indexed())
    assert indexed() == anew(project, tmp_path / "again")


def test_a_changed_script_reaches_the_site_though_no_entry_changed(project: Project, indexed: Indexed) -> None:
    for name in ("rank", "mend", "page"):
        path = project.templates / f"site/assets/js/search/{name}.js"
        path.write_text(path.read_text("utf-8") + f"self.kbTried_{name} = true;\n", "utf-8")
        rebuild(project)
        assert any(f"kbTried_{name}".encode() in data for data in indexed().values()), name
        assert rebuild(project).unchanged
