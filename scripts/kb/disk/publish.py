"""From finished files to the site that is served: a fresh folder beside it, switched in at once.

Files that did not change are hard links to those of the old site, so their times stand and a copy to
another machine moves only what is new. The switch is one rename that swaps both folders (renameat2 with
RENAME_EXCHANGE, Linux 3.15), elsewhere two renames.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

STAMP = "build.txt"
"""Names the build a site came from; written last."""
THREADS_FROM = 500
"""Fewer files than this are taken over by one thread. A link is nothing but a system call, and two threads make twenty
thousand in half the time; to begin threads takes as long as a few hundred."""
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


class Staging:
    """A folder that becomes the site when everything is in it.

    The site that it takes the place of is not deleted but kept as the `spare`: brought up to date, it becomes the next
    site, so that the cost of a build follows what changed and not how many files there are.
    """

    def __init__(self, target: Path, spare: Path | None = None) -> None:
        self.target = target
        self.folder = target.with_name(f".{target.name}.next")
        self.spare = spare
        self.made: set[str] = set()
        self.follows = target.exists()
        """Whether a site stands whose files may be taken over."""

    def begin(self) -> None:
        """Start with an empty folder."""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.sweep()
        self._drop_spare()
        self.folder.mkdir()

    def begin_with_spare(self, build: str, behind: Iterable[str]) -> bool:
        """Start with the spare, if it is the site of this build; `behind` are the files in which the present one differs.

        False where there is none: then nothing was done.
        """
        if self.spare is None or not build:
            return False
        stamp = self.spare / STAMP
        try:
            if stamp.read_text("utf-8").strip() != build:
                return False
        except FileNotFoundError:
            return False
        # from here on it is no site any more until it is finished
        stamp.unlink()
        self.sweep()
        self.folder = self.spare
        for name in behind:
            self.drop(name)
        self.keep(name for name in behind if name != STAMP)
        return True

    def sweep(self) -> None:
        """Remove what a killed build left beside the target."""
        for leftover in (self.folder, self._old):
            if leftover.exists():
                shutil.rmtree(leftover)

    @property
    def _old(self) -> Path:
        return self.target.with_name(f".{self.target.name}.old")

    def _drop_spare(self) -> None:
        if self.spare is not None and self.spare.exists():
            shutil.rmtree(self.spare)

    def keep(self, names: Iterable[str]) -> list[str]:
        """Take these files over from the present site; returns those that are not there."""
        folders: dict[str, list[str]] = {}
        for name in names:
            folders.setdefault(name.rpartition("/")[0], []).append(name)
        lots = sorted(folders.values(), key=len, reverse=True)
        for lot in lots:
            self.directory(lot[0])
        missing: Iterable[list[str]]
        if sum(map(len, lots)) < THREADS_FROM:
            missing = map(self._take_over, lots)
        else:
            from concurrent.futures import ThreadPoolExecutor  # a small edit need not load it

            with ThreadPoolExecutor(os.cpu_count()) as threads:
                missing = threads.map(self._take_over, lots)
        return [name for lot in missing for name in lot]

    def _take_over(self, names: Iterable[str]) -> list[str]:
        missing = []
        old, new = os.fspath(self.target), os.fspath(self.folder)
        for name in names:
            try:
                os.link(f"{old}/{name}", f"{new}/{name}")
            except (FileNotFoundError, NotADirectoryError):
                missing.append(name)
            except OSError as fault:
                if fault.errno not in {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP}:
                    raise
                shutil.copy2(f"{old}/{name}", f"{new}/{name}")
        return missing

    def names(self) -> set[str]:
        """What is in the folder."""
        return _names(self.folder)

    def present(self) -> set[str]:
        """What is in the present site."""
        return _names(self.target)

    def drop(self, name: str) -> None:
        """Take a file out, and the folders that are empty then."""
        path = f"{self.folder}/{name}"
        try:
            os.unlink(path)
        except (FileNotFoundError, NotADirectoryError):
            return
        except IsADirectoryError:
            shutil.rmtree(path)
        self.made.clear()
        inner = name.rpartition("/")[0]
        while inner:
            try:
                os.rmdir(f"{self.folder}/{inner}")
            except OSError as fault:
                if fault.errno != errno.ENOTEMPTY:
                    raise
                return
            inner = inner.rpartition("/")[0]

    def directory(self, name: str) -> None:
        folder = name.rpartition("/")[0]
        if folder not in self.made:
            os.makedirs(f"{self.folder}/{folder}", exist_ok=True)
            self.made.add(folder)

    def write(self, name: str, data: bytes) -> None:
        """Write a file, or link the present one where its bytes are the same."""
        if self.folder == self.spare:
            # it may be a link to a file of the present site, which must not be written through
            with contextlib.suppress(FileNotFoundError):
                os.unlink(f"{self.folder}/{name}")
        self.directory(name)
        if self.follows and _holds(f"{self.target}/{name}", data) and not self.keep((name,)):
            return
        # a file object would cost as much as the system calls
        handle = os.open(f"{self.folder}/{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest) :]
        finally:
            os.close(handle)

    def switch(self) -> None:
        """Put the folder in the target's place; at every moment one whole site stands there."""
        if not self.target.exists():
            self.folder.rename(self.target)
            return
        if _exchange(self.folder, self.target):
            self._put_by(self.folder)
            return
        self.target.rename(self._old)
        self.folder.rename(self.target)
        self._put_by(self._old)

    def _put_by(self, old: Path) -> None:
        """Keep the old site as the spare."""
        if self.spare is None:
            shutil.rmtree(old)
        elif old != self.spare:
            self.spare.parent.mkdir(parents=True, exist_ok=True)
            try:
                old.rename(self.spare)
            except OSError as fault:
                if fault.errno != errno.EXDEV:
                    raise
                shutil.rmtree(old)


def _holds(path: str, data: bytes) -> bool:
    try:
        if os.stat(path).st_size != len(data):
            return False
        with open(path, "rb") as file:
            return file.read() == data
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return False


def _exchange(one: Path, other: Path) -> bool:
    """Swap two paths in one step; False where the system cannot."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}:
        return False
    raise OSError(number, os.strerror(number), os.fspath(other))


def _names(folder: Path) -> set[str]:
    found: set[str] = set()
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        with os.scandir(f"{folder}/{prefix}") as items:
            for item in items:
                if item.is_dir(follow_symlinks=False):
                    waiting.append(f"{prefix}{item.name}/")
                else:
                    found.add(prefix + item.name)
    return found
