"""Builds in a process of their own, below all others in rank, so that pages are drawn and painted while they run."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from kb.build import Result, build
from kb.disk.publish import STAMP
from kb.intake import cache_path
from kb.outputs.entries import ContentMovedError
from kb.project import Project
from kb.serve.watching import SETTLE

_RANK = 5
"""How far below the browser and the preview itself a build stands where processors are short (nice)."""
_MANY = 500
"""More names than this are not counted one by one."""


class Built(NamedTuple):
    """What a build did, and which files other than pages came out different: None where that may be any."""

    result: Result
    files: frozenset[str] | None


class Builder:
    """A process that builds when it is told to; `ring` is called, by a thread, when it has done so."""

    def __init__(self, project: Project, target: Path, edition: str, ring: Callable[[], None]) -> None:
        # not forked: what threads of this process hold would be held in the other one for ever
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_serve_builds, args=(theirs, project, target, edition))
        self._process.start()
        theirs.close()
        self._ring = ring
        self._built: Built | None = None
        self._ended = False
        self.busy = False
        threading.Thread(target=self._listen, daemon=True).start()

    def begin(self) -> None:
        """Bring the site up to date, in the background."""
        self.busy = True
        self._line.send(None)

    def result(self) -> Built | None:
        """What the build that was begun did, once; None while it runs. Raises RuntimeError where its process has ended."""
        if self._ended:
            raise RuntimeError("生成站点的进程中断了，原因见上面")
        built, self._built = self._built, None
        if built is not None:
            self.busy = False
        return built

    def close(self) -> None:
        group = self._process.pid
        if hasattr(os, "killpg") and group:
            with contextlib.suppress(ProcessLookupError):  # it has not made a group yet
                os.killpg(group, signal.SIGTERM)
        self._process.terminate()
        self._process.join()

    def _listen(self) -> None:
        while not self._ended:
            try:
                self._built = self._line.recv()
            except (EOFError, OSError):
                self._ended = True
            self._ring()


def _serve_builds(line: Connection, project: Project, target: Path, edition: str) -> None:
    """Build whenever there is a word on the line, until it is cut."""
    if hasattr(os, "fork"):
        os.setsid()  # Ctrl-C is for the preview; that ends this process, and those that a build has begun, together
        os.nice(_RANK)
    while True:
        try:
            line.recv()
            line.send(_rebuilt(project, target, edition))
        except (EOFError, BrokenPipeError):
            return


def _rebuilt(project: Project, target: Path, edition: str) -> Built:
    """Build; where a file changed under way, once more."""
    before = _stamp(target)
    while True:
        try:
            result = build(project, target, edition)
        except ContentMovedError:
            time.sleep(SETTLE)
        else:
            return Built(result, _changed(cache_path(project, target).with_suffix(".changed"), before, _stamp(target)))


def _changed(path: Path, before: str, after: str) -> frozenset[str] | None:
    if before == after:
        return frozenset()
    if not path.is_file():
        return None
    builds, *names = path.read_text("utf-8").splitlines()
    files = frozenset(name for name in names if not name.endswith(".html"))
    return files if builds == f"# {before} {after}" and len(files) <= _MANY else None


def _stamp(target: Path) -> str:
    """The build that the site came from, "" where there is none."""
    try:
        return (target / STAMP).read_text("utf-8").strip()
    except FileNotFoundError:
        return ""
