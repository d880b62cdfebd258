"""Shells that are kept: two processes may draw at once, none takes away what another builds from, nothing piles up."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from kb import drawing
from kb.drawing import IDLE_SECONDS, ensure_shell
from kb.project import Project
from kb.render import shell, styles
from kb.schema.loading import SchemaLoader


def drawn(folder: Path, words: str) -> Path:
    (folder / "skeleton").mkdir(parents=True)
    (folder / "skeleton" / "index.html").write_text(words, "utf-8")
    return folder


def aged(folder: Path) -> Path:
    long_ago = time.time() - IDLE_SECONDS - 60
    os.utime(folder, (long_ago, long_ago))
    return folder


def test_the_second_of_two_that_drew_the_same_takes_the_first_ones(tmp_path: Path) -> None:
    folder = tmp_path / "shell" / "key"
    drawing._keep(drawn(tmp_path / "draw-a/shell", "甲"), folder)
    drawing._keep(drawn(tmp_path / "draw-b/shell", "乙"), folder)
    assert (folder / "skeleton/index.html").read_text("utf-8") == "甲"


def test_a_shell_in_use_stays_and_an_idle_one_goes(tmp_path: Path) -> None:
    used = drawn(tmp_path / "shell/used", "在用")
    idle = aged(drawn(tmp_path / "shell/idle", "没人用"))
    drawing._keep(drawn(tmp_path / "draw-a/shell", "新"), tmp_path / "shell/new")
    assert used.is_dir(), "另一个进程正拿它生成"
    assert not idle.exists()
    assert (tmp_path / "shell/new").is_dir()


def test_using_a_shell_keeps_it(base: Path) -> None:
    project = Project(base)
    (base / "mkdocs.yml").write_text("site_name: 试验\n", "utf-8")
    (base / "templates" / "site").mkdir(exist_ok=True)
    schema = SchemaLoader(project).load()
    mine = aged(drawn(project.cache / "shell" / drawing.shell_key(project, schema), "我的"))
    assert ensure_shell(project, schema) == mine
    drawing._keep(drawn(base / "draw-a/shell", "新"), mine.with_name("new"))
    assert mine.is_dir()


def test_another_program_draws_anew(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new release of the program may split or dress the drawn pages otherwise: a shell drawn by the old one is not kept."""
    project = Project(base)
    (base / "mkdocs.yml").write_text("site_name: 试验\n", "utf-8")
    (base / "templates" / "site").mkdir(exist_ok=True)
    schema = SchemaLoader(project).load()
    keys = {drawing.shell_key(project, schema)}
    for module in (drawing, styles, shell):
        other = tmp_path / f"{module.__name__}.py"
        other.write_text(Path(str(module.__file__)).read_text("utf-8") + "# 新版\n", "utf-8")
        (tmp_path / "mkdocs_hook.py").write_bytes(Path(drawing.__file__).with_name("mkdocs_hook.py").read_bytes())
        with monkeypatch.context() as patch:
            patch.setattr(module, "__file__", str(other))
            keys.add(drawing.shell_key(project, schema))
    assert len(keys) == 4


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    left, at_work = drawn(tmp_path / "draw-left", "半截"), drawn(tmp_path / "draw-work", "正画")
    aged(left)
    drawing._keep(drawn(tmp_path / "draw-a/shell", "新"), tmp_path / "shell/new")
    assert not left.exists()
    assert at_work.is_dir()
