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

from tests.laws.bases import bytes_of, differences

from kb.disk.publish import STAMP
from kb.project import Project

ROUNDS = 30
SIZE = 30


def test_killed_at_any_moment(make_base: Callable[[int], Project], kb_env: dict[str, str]) -> None:
    """Two states of the content in turn, thirty builds killed by SIGKILL at moments all over their run."""
    project = make_base(SIZE)
    texts = list(project.content.glob("*s/*-*.md"))
    states = []
    for turn in range(2):
        say(texts, turn)
        (project.cache / "kb.sqlite").unlink(missing_ok=True)
        began = time.perf_counter()
        assert start(project, kb_env).wait() == 0
        length = time.perf_counter() - began
        states.append(bytes_of(project.site))
    # the second build had its shell drawn already: about as long as those that are to be killed
    whole = {state[STAMP]: state for state in states}
    assert len(whole) == 2
    chance = random.Random(20260101)
    killed = 0
    for number in range(ROUNDS):
        turn = number % 2
        say(texts, turn)
        process = start(project, kb_env)
        try:
            # more than the whole length at times: a build that ends by itself counts too
            began = time.perf_counter()
            process.wait(length * (0.15 + chance.random()))
            # the machine may have become quicker meanwhile: the next ones are to be killed sooner
            length = min(length, time.perf_counter() - began)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            killed += 1
        present = bytes_of(project.site)
        assert differences(present, whole[present[STAMP]]) == []
        if number % 5 == 4:
            assert start(project, kb_env).wait() == 0
            assert differences(bytes_of(project.site), states[turn]) == []
            assert sorted(path.name for path in project.output.iterdir()) == ["cache", "site"]
    assert killed >= ROUNDS // 3


def say(texts: list[Path], turn: int) -> None:
    """Put all entries into one of two states; titles change, so that every list changes too."""
    for path in texts:
        head, sep, rest = path.read_text("utf-8").partition("\ntitle: ")
        title, _, rest = rest.partition("\n")
        path.write_text(f"{head}{sep}{title.removesuffix('（改）')}{'（改）' if turn else ''}\n{rest}", "utf-8")


def start(project: Project, env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "kb", "build"],
        cwd=project.root,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
