"""The names of the index's files.

A shard is called by its number and the hash of its content, and the start file lists the hashes; the start file is
called by its own hash, which only `boot.js` tells. So a reader either sees one build whole or a file that is missing,
never two builds mixed, and an edit leaves every file it does not change under its old name.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import blake2b

ROOT = "search/"
BOOT = ROOT + "boot.js"
HASH_LENGTH = 4
EMPTY = "." * HASH_LENGTH


def content_hash(data: bytes, size: int = 3) -> str:
    """Short hash of a file; three bytes are four characters."""
    return urlsafe_b64encode(blake2b(data, digest_size=size).digest()).decode()


def hashed(folder: str, number: int, hash_: str) -> str:
    """A numbered file: pairs `p/`, single characters `u/`, names `n/`, neighbours `l/`."""
    return f"{ROOT}{folder}/{number}.{hash_}.js"


def named(name: str, data: bytes) -> str:
    """A file there is only one of: `start`, `tables`, `sounds`."""
    return f"{ROOT}{name}.{content_hash(data, 9)}.js"


def text(slot: int) -> str:
    """An entry's text for excerpts. It carries its title and needs no hash: the script compares."""
    return f"{ROOT}t/{slot >> 10}/{slot}.js"


class Hashes:
    """The hashes of one folder's files, by number."""

    def __init__(self, count: int, packed: str = "") -> None:
        self._values = [packed[i : i + HASH_LENGTH] for i in range(0, len(packed), HASH_LENGTH)] if packed else [EMPTY] * count

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
