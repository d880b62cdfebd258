"""Killed at any moment: what stands is one whole site, and the next build puts everything right."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from kb.build import build
from kb.disk.publish import STAMP
from kb.project import Project
from tests.laws.bases import Aside, bytes_of, differences

ROUNDS = 30
SIZE = 30


def test_killed_at_any_moment(make_base: Callable[[int], Project], house: Path, tmp_path: Path) -> None:
    """Two states of the content in turn, thirty builds killed by SIGKILL at moments all over their run."""
    project = make_base(SIZE)
    texts = list(project.content.glob("*s/*-*.md"))
    states = []
    for turn in range(2):
        say(texts, turn)
        aside = Aside(project.root, tmp_path / str(turn))
        assert not build(aside).failed
        states.append(bytes_of(aside.site))
    whole = {state[STAMP]: state for state in states}
    assert len(whole) == 2
    # the state that a build of the present content must reach; `turn` is 1 now
    assert not build(project).failed
    length = timed(project, house)
    chance = random.Random(20260101)
    killed = 0
    for number in range(ROUNDS):
        turn = number % 2
        say(texts, turn)
        process = start(project, house)
        try:
            # more than the whole length at times: a build that ends by itself counts too
            process.wait(length * (0.15 + chance.random()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            killed += 1
        present = bytes_of(project.site)
        assert differences(present, whole[present[STAMP]]) == []
        if number % 5 == 4:
            assert not build(project).failed
            assert differences(bytes_of(project.site), states[turn]) == []
            assert sorted(path.name for path in project.output.iterdir()) == ["cache", "site"]
    assert killed >= ROUNDS // 3


def say(texts: list[Path], turn: int) -> None:
    """Put all entries into one of two states; titles change, so that every list changes too."""
    for path in texts:
        head, sep, rest = path.read_text("utf-8").partition("\ntitle: ")
        title, _, rest = rest.partition("\n")
        path.write_text(f"{head}{sep}{title.removesuffix('（改）')}{'（改）' if turn else ''}\n{rest}", "utf-8")


def start(project: Project, house: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "kb", "build"],
        cwd=project.root,
        env=os.environ | {"PYTHONPATH": str(house / "scripts")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def timed(project: Project, house: Path) -> float:
    """Seconds a build takes that makes every page."""
    (project.cache / "kb.sqlite").unlink()
    began = time.perf_counter()
    assert start(project, house).wait() == 0
    return time.perf_counter() - began
