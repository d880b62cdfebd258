"""From a command to what it took: wall time, CPU of all its processes, and the most memory they held at once."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

_EVERY = 0.1
"""Least seconds between two looks at the memory."""
_SHARE = 0.01
"""Most of the time that may go into looking: the system counts a process page by page and holds it up meanwhile. Looking ten
times a second made a build of 10,000 entries by six processes a quarter slower (measured)."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds, and megabytes (10^6 bytes) at the peak; `output` is what the command printed."""

    wall: float
    cpu: float
    memory: float
    output: str


class FailedError(Exception):
    """The command did not end well; carries what it printed."""


def run(words: list[str], folder: Path, env: dict[str, str], limit: float = 3600) -> Taken:
    """Run a command to its end and measure it from outside, its children included.

    Raises FailedError where it does not end well, or not within `limit` seconds; then all its processes are ended.
    """
    began = time.perf_counter()
    process = subprocess.Popen(words, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    peak = _Peak(process.pid)
    peak.start()
    assert process.stdout is not None
    # the session is the command's own: nobody else is hit
    late = threading.Timer(limit, os.killpg, (process.pid, signal.SIGKILL))
    late.start()
    try:
        output = process.stdout.read().decode("utf-8", "replace")
    except KeyboardInterrupt:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    finally:
        late.cancel()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    # wait4 has reaped it; tell Popen so, or it would wait for a stranger
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    peak.finish()
    if process.returncode:
        raise FailedError(f"{output}\n超过 {limit:g} 秒，没有等它" if wall >= limit else output)
    return Taken(wall, usage.ru_utime + usage.ru_stime, max(peak.most, usage.ru_maxrss * 1024) / 1e6, output)


def put_away(path: Path, away: Path) -> None:
    """Take something out of sight of a build from nothing, without deleting it: for minutes after so many files were deleted,
    ext4 goes through all of their inodes whenever a file is made, and a third of the build's CPU was that (measured)."""
    if path.exists():
        away.parent.mkdir(exist_ok=True)
        path.rename(away)


class _Peak(threading.Thread):
    """Adds up the proportional set size (shared pages counted once) of a session's processes, again and again."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.session = session
        self.most = 0
        self.done = threading.Event()

    def run(self) -> None:
        pause = _EVERY
        while not self.done.wait(pause):
            began = time.perf_counter()
            self.most = max(self.most, sum(_held(pid) for pid in _members(self.session)))
            pause = max(_EVERY, (time.perf_counter() - began) / _SHARE)

    def finish(self) -> None:
        self.done.set()
        self.join()


def _members(session: int) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                # field 6 is the session; the name in brackets (field 2) may hold blanks
                if int((folder / "stat").read_text().rpartition(")")[2].split()[3]) == session:
                    found.append(int(folder.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def _held(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        pass
    return 0
