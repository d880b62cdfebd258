"""Processes of a build's own: what they find and make is what one process finds and makes, and faults stop them all."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.laws.bases import bytes_of

from kb.build import build
from kb.project import Project

SIZE = 12
Base = Callable[[int], Project]
PROGRAM = """
import json, sys
from pathlib import Path
from kb import joining, making, processes, reading
from kb.build import build
from kb.outputs import table
from kb.project import Project
making.PARALLEL_FROM = making.APART_FROM = joining.APART_FROM = reading.PARALLEL_FROM = 1
assert processes.may_fork()
if sys.argv[2:]:
    def crash(site):
        raise KeyError("planned from what is faulty")
        yield
    table.OUTPUTS = (crash, *table.OUTPUTS)
done = build(Project(Path(sys.argv[1])))
print(json.dumps([done.failed, sorted(f"{one.spot} {one.code} {one.message}" for one in done.problems)]))
"""


def by_more(project: Project, env: dict[str, str], *words: str) -> Any:
    """[failed, problems] of a build that shares its work wherever it can, or its last words where it crashed."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(project.root), *words], env=env, capture_output=True, text=True, check=False
    )
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr


def test_faults_between_entries_stop_a_build(make_base: Base, kb_env: dict[str, str], tmp_path: Path) -> None:
    """They are found while the site is already being planned: nothing is switched in, and mended content builds as ever."""
    project = make_base(SIZE)
    entry = next((project.content / "methods").glob("*.md"))
    text = entry.read_text("utf-8")
    dangling = text + "\n见[另一条](../methods/there-is-none.md)。[@编者]\n"
    entry.write_text(dangling, "utf-8")
    told = by_more(project, kb_env)
    assert isinstance(told, list), told
    failed, problems = told
    alone = build(project, tmp_path / "alone")
    assert failed and problems == sorted(f"{one.spot} {one.code} {one.message}" for one in alone.problems)
    assert any("there-is-none" in problem for problem in problems)
    assert not project.site.exists()
    entry.write_text(text, "utf-8")
    assert by_more(project, kb_env)[0] is False
    whole = bytes_of(project.site)
    entry.write_text(dangling, "utf-8")
    assert by_more(project, kb_env)[0] is True
    assert bytes_of(project.site) == whole
    entry.write_text(text, "utf-8")
    assert by_more(project, kb_env)[0] is False
    assert bytes_of(project.site) == whole


@pytest.mark.parametrize("faulty", [True, False], ids=["faulty", "sound"])
def test_a_plan_of_faulty_content_may_crash(make_base: Base, kb_env: dict[str, str], faulty: bool) -> None:
    """Then the faults are told; of sound content a crash is one."""
    project = make_base(SIZE)
    if faulty:
        entry = next((project.content / "methods").glob("*.md"))
        entry.write_text(entry.read_text("utf-8") + "\n见[另一条](../methods/there-is-none.md)。[@编者]\n", "utf-8")
    told = by_more(project, kb_env, "crash")
    assert told[0] is True if faulty else "planned from what is faulty" in told
    assert not project.site.exists()
