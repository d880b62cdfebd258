"""The blobs of many entries → their postings as arrays, without looking at each term.

The columns of many blobs are put end to end and unfolded at once, which is several times quicker than one after another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kb.search.extract import HEADER, Bytes, Codes
from kb.search.shards import PAIRS, UNITS, Keys, keys_of

AT_ONCE = 512
"""Blobs joined at a time: few enough to be light on memory."""


@dataclass(slots=True)
class Joining:
    """Takes blobs with the numbers of their entries; gives all keys, sorted."""

    _blobs: list[bytes] = field(default_factory=list)
    _slots: list[int] = field(default_factory=list)
    _keys: dict[str, list[Keys]] = field(default_factory=lambda: {PAIRS.name: [], UNITS.name: []})

    def add(self, slot: int, blob: bytes) -> None:
        """One more entry."""
        self._blobs.append(blob)
        self._slots.append(slot)
        if len(self._blobs) == AT_ONCE:
            self._join()

    def sorted(self, family: str) -> Keys:
        """All keys of a family, which are given away: asked for once."""
        self._join()
        parts = self._keys.pop(family)
        keys: Keys = np.concatenate(parts) if parts else np.empty(0, dtype=np.uint64)
        keys.sort()
        return keys

    def _join(self) -> None:
        if not self._blobs:
            return
        slots = np.array(self._slots)
        heads = [HEADER.unpack_from(blob) for blob in self._blobs]
        pairs, units = (np.array([head[i] for head in heads]) for i in (0, 1))
        columns: list[list[bytes]] = [[], [], [], [], [], []]
        for blob, (count, single, _, _) in zip(self._blobs, heads, strict=True):
            at = HEADER.size
            for column, size in zip(columns, (2 * single, single, 4 * single, 2 * count, count, count), strict=True):
                column.append(blob[at : at + size])
                at += size
        first, unit_strength, followers, second = (_column(columns[i], kind) for i, kind in enumerate(("<u2", "u1", "<u4", "<u2")))
        strength, places = (_column(columns[i], "u1") for i in (4, 5))
        codes: Codes = np.repeat(first.astype(np.uint32) << np.uint32(16), followers.astype(np.intp))
        codes |= second.astype(np.uint32)
        self._keys[PAIRS.name].append(keys_of(PAIRS, codes, np.repeat(slots, pairs), _bytes(strength), _bytes(places)))
        self._keys[UNITS.name].append(keys_of(UNITS, first.astype(np.uint32), np.repeat(slots, units), _bytes(unit_strength), None))
        self._blobs.clear()
        self._slots.clear()


def sections_of(blob: bytes) -> bytes:
    """The text of a blob as it stands there."""
    pairs, units, _, _ = HEADER.unpack_from(blob)
    return blob[HEADER.size + 7 * units + 4 * pairs :]


def length_of(blob: bytes) -> int:
    """The length of an entry, in the steps of `length_step`."""
    length: int = HEADER.unpack_from(blob)[2]
    return length


def _column(parts: Sequence[bytes], kind: str) -> npt.NDArray[np.generic]:
    return np.frombuffer(b"".join(parts), dtype=kind)


def _bytes(column: npt.NDArray[np.generic]) -> Bytes:
    return column.astype(np.uint8, copy=False)
