"""From the path of an entry to its file: never outside content/, never over a change that was not seen, in one step."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import tempfile
import threading
from pathlib import Path

from kb.model.schema import Schema
from kb.project import Project
from kb.schema.kinds import SLUG

_PATH = re.compile(r"content/([a-z0-9-]{1,60})/([a-z0-9-]{1,100})\.md")
_writing = threading.Lock()


class PathRefusedError(Exception):
    """This is no place for an entry. Holds the reason for the editor."""


class ChangedError(Exception):
    """The file is not what the editor was shown; `data` is what it holds now, None where it is gone."""

    def __init__(self, data: bytes | None) -> None:
        super().__init__()
        self.data = data


def digest(data: bytes | None) -> str:
    """Names what a file held when it was read; "" for a file that is not there."""
    return "" if data is None else hashlib.sha256(data).hexdigest()


def locate(project: Project, schema: Schema, path: str) -> Path:
    """The file of content/<folder of a type>/<id>.md. Raises PathRefusedError for everything else, links included."""
    found = _PATH.fullmatch(path)
    if not found or found.group(1) not in schema.folders or not SLUG.fullmatch(found.group(2)):
        raise PathRefusedError("条目要在 content/ 的类型文件夹里，文件名是编号加 .md")
    folder = project.content / found.group(1)
    file = folder / f"{found.group(2)}.md"
    if folder.is_symlink() or file.is_symlink() or file.resolve() != project.content.resolve() / found.group(1) / file.name:
        raise PathRefusedError("这里是一个链接，可能指到 content 之外")
    if file.exists() and not file.is_file():
        raise PathRefusedError("这不是普通文件")
    return file


def read(file: Path) -> bytes | None:
    """What a file holds, None where it is not there. Links are not followed (PathRefusedError)."""
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise PathRefusedError(f"打不开这个文件：{fault.strerror}") from fault
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise PathRefusedError("这不是普通文件")
        return stream.read()


def write(file: Path, data: bytes, seen: str) -> None:
    """Put `data` in the place of what was `seen` (its digest): who reads meanwhile sees the old text or the new one.

    Raises ChangedError where the file holds something else by now, OSError where the disk refuses.
    """
    with _writing:
        before = read(file)
        if digest(before) != seen:
            raise ChangedError(before)
        if before == data:
            return
        file.parent.mkdir(exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        scratch = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            scratch.chmod(stat.S_IMODE(file.stat().st_mode) if before is not None else 0o644)
            _switch(scratch, file, before)
        finally:
            scratch.unlink(missing_ok=True)
        _settle(file.parent)


def _switch(scratch: Path, file: Path, before: bytes | None) -> None:
    if before is None:
        try:
            _claim(scratch, file)
        except FileExistsError:
            raise ChangedError(read(file)) from None
        return
    now = read(file)
    if now != before:
        raise ChangedError(now)
    scratch.replace(file)


def _claim(scratch: Path, file: Path) -> None:
    """Give the new file its name. Unlike a rename this refuses to take the place of one that came meanwhile."""
    try:
        os.link(scratch, file)
    except FileExistsError:
        raise
    except OSError:  # a share without hard links
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        scratch.replace(file)


def _settle(folder: Path) -> None:
    """Have the disk keep the new name too, where it can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
