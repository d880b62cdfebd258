"""A call in a process of its own: its result, its faults, its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from kb.processes import Aside


def test_its_result() -> None:
    big = b"x" * 3_000_000  # more than a pipe holds
    with Aside(lambda: (os.getpid(), big)) as aside:
        number, data = aside.result()
    assert number != os.getpid() and data == big


def test_what_it_raises_is_raised_here() -> None:
    def fail() -> None:
        raise KeyError("content/a.md")

    with Aside(fail) as aside, pytest.raises(KeyError, match=r"content/a\.md") as caught:
        aside.result()
    assert "in fail" in caught.value.__notes__[0]


def test_an_exit_is_passed_on() -> None:
    """MkDocs leaves a program with SystemExit where its settings are faulty."""

    def leave() -> None:
        sys.exit(3)

    with Aside(leave) as aside, pytest.raises(SystemExit) as caught:
        aside.result()
    assert caught.value.code == 3


def test_its_process_is_killed() -> None:
    with Aside(lambda: os.kill(os.getpid(), signal.SIGKILL)) as aside, pytest.raises(ChildProcessError, match="-9"):
        aside.result()


def test_leaving_ends_it() -> None:
    began = time.monotonic()
    with Aside(lambda: time.sleep(60)):
        pass
    assert time.monotonic() - began < 30


FORKS_AGAIN = """
import multiprocessing, os
from kb.processes import Aside
def inner():
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return sum(pool.map(abs, range(100)))
with Aside(inner) as one, multiprocessing.get_context("fork").Pool(2) as pool:
    print(sum(pool.map(abs, range(100))), one.result())
"""


def test_both_sides_may_have_processes_of_their_own() -> None:
    done = subprocess.run([sys.executable, "-c", FORKS_AGAIN], env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
                          capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert done.stdout.split() == ["4950", "4950"], done.stderr
