"""From what editors do to files to the set of paths that were saved, each told as soon as its writer is done."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

SETTLE = 0.03
"""Seconds without another write after which a file counts as saved where nothing tells that its writer has closed it."""
_POLL = 1.0
"""Seconds between two looks at a folder whose changes the system does not tell of; more where a look takes long."""
_SHARE = 10
"""A look takes at most this part of the time."""
_PAIR = 0.005
"""Seconds that the two halves of a rename may lie apart; they are told in one breath."""
_TOLD = frozenset({"created", "modified", "deleted", "moved", "closed"})
_DONE = frozenset({"deleted", "moved", "closed"})
_REMOTE = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "vboxsf", "prl_fs", "virtiofs", "drvfs"})
_MOUNTS = Path("/proc/self/mounts")


class Changes(FileSystemEventHandler):
    """Collects what was written under the watched folders."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._due: dict[str, float] = {}
        self._rung = False

    def on_any_event(self, event: FileSystemEvent) -> None:
        kind = event.event_type
        # that a folder's list of names changed is told by the names themselves; that it went away is not
        if kind in _TOLD and not (event.is_directory and kind == "modified"):
            self.note((os.fsdecode(path) for path in (event.src_path, event.dest_path) if path), done=kind in _DONE)

    def note(self, paths: Iterable[str], done: bool = False) -> None:
        """These files were written; `done` where their writer has let go of them."""
        with self._turn:
            due = time.monotonic() + (0 if done else SETTLE)
            self._due.update((path, due) for path in paths)
            self._turn.notify()

    def ring(self) -> None:
        """Let `wait` return for another reason."""
        with self._turn:
            self._rung = True
            self._turn.notify()

    @property
    def pending(self) -> bool:
        """Whether a file is being written."""
        return bool(self._due)

    def wait(self, until: float | None = None) -> set[str]:
        """What was saved since the last call, as soon as there is something; empty when rung for or at the time `until`
        (of time.monotonic)."""
        with self._turn:
            while True:
                now = time.monotonic()
                ready = {path for path, due in self._due.items() if due <= now}
                for path in ready:
                    del self._due[path]
                if ready or self._rung or (until is not None and until <= now):
                    self._rung = False
                    return ready
                ends = [*self._due.values(), *(() if until is None else (until,))]
                self._turn.wait(min(ends) - now if ends else None)


@contextmanager
def watch(folders: Iterable[Path], changes: Changes) -> Iterator[None]:
    """Tell `changes` of every write below these folders. The system tells of them, except of what others do to a
    network drive, and unless its number of watches is used up: then the files are looked through again and again."""
    folders = tuple(folders)
    _hasten_renames()
    observer = Observer()
    for folder in folders:
        observer.schedule(changes, str(folder), recursive=True)
    silent = tuple(folder for folder in folders if is_remote(folder))
    try:
        observer.start()
    except OSError:
        silent = folders
    stop = threading.Event()
    if silent:
        known = dict(_signatures(silent))
        threading.Thread(target=_look, args=(silent, known, changes, stop), daemon=True).start()
    try:
        yield
    finally:
        stop.set()
        if observer.is_alive():
            observer.stop()
            observer.join()


def _hasten_renames() -> None:
    # a file that is renamed is held back half a second, lest its new name be among what comes next; editors that
    # write a new file and rename it would wait for that at every other save
    if sys.platform == "linux":
        from watchdog.observers.inotify_move_event_grouper import InotifyMoveEventGrouper

        InotifyMoveEventGrouper.delay = _PAIR


def is_remote(folder: Path, mounts: str | None = None) -> bool:
    """Whether a folder lies on a network drive, or one shared with a host system: by the list of mounts, as Linux has it."""
    if mounts is None:
        mounts = _MOUNTS.read_text("utf-8", "surrogateescape") if _MOUNTS.is_file() else ""
    place, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        point = fields[1].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        if len(point) >= len(place) and folder.resolve().is_relative_to(point):
            place, kind = point, fields[2]
    return kind in _REMOTE or kind.startswith("fuse.")


def _look(folders: Iterable[Path], known: dict[str, tuple[int, int]], changes: Changes, stop: threading.Event) -> None:
    pause = _POLL
    while not stop.wait(pause):
        began = time.monotonic()
        found = dict(_signatures(folders))
        moved = {path for path, _ in found.items() ^ known.items()}
        if moved:
            changes.note(moved)
        known = found
        pause = max(_POLL, _SHARE * (time.monotonic() - began))


def _signatures(folders: Iterable[Path]) -> Iterator[tuple[str, tuple[int, int]]]:
    """(path, (time of last write, size)) of every file; what goes away meanwhile is not there."""
    for folder in folders:
        for home, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(home, name)  # noqa: PTH118 - ten thousand of them a second
                try:
                    status = os.lstat(path)
                except FileNotFoundError:
                    continue
                yield path, (status.st_mtime_ns, status.st_size)
