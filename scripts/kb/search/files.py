"""The names of the index's files, and the marks by which a reader knows that they belong together.

A numbered file keeps its name from build to build, so that a copy over the network moves only what changed inside it.
It carries a mark that follows from its content, and the start file lists the marks of all: a reader who has one build's
start file refuses another build's files. The start file is called by the hash of its content, which only `boot.js`
tells.
"""

from __future__ import annotations

import functools
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import NamedTuple, Protocol

FORMAT = 3
ROOT = "search/"
BOOT = ROOT + "boot.js"
MARK_LENGTH = 4
EMPTY = "." * MARK_LENGTH


class File(NamedTuple):
    """One file of the index: two with equal paths and keys have equal bytes."""

    path: str
    key: bytes
    make: Callable[[], bytes]


Files = Iterator[File]


class Kept(Protocol):
    """Gives back bytes that were put aside, in this process or one forked since: all of them, or `size` from `at` on."""

    def __call__(self, at: int = 0, size: int | None = None) -> bytes: ...


Keep = Callable[[bytes], Kept]
"""Puts bytes aside."""


def digest(*parts: bytes) -> bytes:
    """A key made of parts."""
    hash_ = blake2b(digest_size=16)
    for part in parts:
        hash_.update(len(part).to_bytes(8, "little") + part)
    return hash_.digest()


def held(data: bytes) -> Kept:
    """Keeps bytes where they are: in memory."""
    return functools.partial(_part, data)


def _part(data: bytes, at: int = 0, size: int | None = None) -> bytes:
    return data[at:] if size is None else data[at : at + size]


def whole(path: str, data: bytes) -> File:
    """A file that is made already."""
    return File(path, digest(data), held(data))


def content_hash(data: bytes, size: int = 3) -> str:
    """Short hash of a file; three bytes are four characters."""
    return urlsafe_b64encode(blake2b(data, digest_size=size).digest()).decode()


def numbered(folder: str, number: int) -> str:
    """A numbered file: pairs `p/`, single characters `u/`, names `n/`, neighbours `l/`."""
    return f"{ROOT}{folder}/{number}.js"


def named(name: str, data: bytes) -> str:
    """A file there is only one of: `start`, `tables`, `sounds` and the scripts."""
    return f"{ROOT}{name}.{content_hash(data, 9)}.js"


def text(slot: int) -> str:
    """An entry's text for excerpts. It carries its title and needs no mark: the script compares."""
    return f"{ROOT}t/{slot >> 10}/{slot}.js"


class Marks:
    """The marks of one folder's files, by number."""

    def __init__(self, packed: str = "") -> None:
        self._values = [packed[i : i + MARK_LENGTH] for i in range(0, len(packed), MARK_LENGTH)]

    def __getitem__(self, number: int) -> str:
        return self._values[number] if number < len(self._values) else EMPTY

    def __setitem__(self, number: int, value: str) -> None:
        while number >= len(self._values):
            self._values.append(EMPTY)
        self._values[number] = value

    def __str__(self) -> str:
        while self._values and self._values[-1] == EMPTY:
            self._values.pop()
        return "".join(self._values)
