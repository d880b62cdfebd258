"""From finished files to the site that is served: a fresh folder beside it, switched in at once.

Files that did not change are hard links to those of the old site, so their times stand and a copy to
another machine moves only what is new. The switch is one rename that swaps both folders (renameat2 with
RENAME_EXCHANGE, Linux 3.15), elsewhere two renames.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

STAMP = "build.txt"
"""Names the build a site came from; written last."""
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


class Staging:
    """A folder beside the target that becomes the site when everything is in it."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.folder = target.with_name(f".{target.name}.next")
        self.made: set[str] = set()

    def begin(self) -> None:
        """Start with an empty folder."""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.sweep()
        self.folder.mkdir()

    def sweep(self) -> None:
        """Remove what a killed build left beside the target."""
        for leftover in (self.folder, self._old):
            if leftover.exists():
                shutil.rmtree(leftover)

    @property
    def _old(self) -> Path:
        return self.target.with_name(f".{self.target.name}.old")

    def keep(self, names: Iterable[str]) -> list[str]:
        """Take these files over from the present site; returns those that are not there."""
        missing = []
        old, new = os.fspath(self.target), os.fspath(self.folder)
        for name in names:
            self.directory(name)
            try:
                os.link(f"{old}/{name}", f"{new}/{name}")
            except FileNotFoundError:
                missing.append(name)
            except OSError as fault:
                if fault.errno not in {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP}:
                    raise
                shutil.copy2(f"{old}/{name}", f"{new}/{name}")
        return missing

    def directory(self, name: str) -> None:
        folder = name.rpartition("/")[0]
        if folder not in self.made:
            os.makedirs(f"{self.folder}/{folder}", exist_ok=True)
            self.made.add(folder)

    def write(self, name: str, data: bytes) -> None:
        """Write a file, or link the present one where its bytes are the same."""
        self.directory(name)
        old = f"{self.target}/{name}"
        try:
            with open(old, "rb") as file:
                same = file.read(len(data) + 1) == data
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            same = False
        if same and not self.keep((name,)):
            return
        with open(f"{self.folder}/{name}", "wb") as file:
            file.write(data)

    def switch(self) -> None:
        """Put the folder in the target's place; at every moment one whole site stands there."""
        if not self.target.exists():
            self.folder.rename(self.target)
            return
        if not _exchange(self.folder, self.target):
            self.target.rename(self._old)
            self.folder.rename(self.target)
            shutil.rmtree(self._old)
            return
        shutil.rmtree(self.folder)


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
