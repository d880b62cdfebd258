"""The blobs of many entries → their postings as arrays in order, without looking at each term.

The columns of many blobs are put end to end and unfolded at once, which is several times quicker than one after another.
The keys of each such lot are dealt out to groups of neighbouring shards right away and put aside; a group is gathered and
put in order when it is asked for. What is sorted at a time stays in the processor's cache, and what is held at a time does
not grow with the library.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from kb.search.extract import HEADER, Bytes, Codes
from kb.search.files import Keep, Kept
from kb.search.shards import BATCH_BITS, HASH_SHIFT, PAIRS, SLOT_SHIFT, STRENGTH_SHIFT, UNITS, Family, Keys

AT_ONCE = 512
"""Blobs joined at a time: few enough to be light on memory."""
GROUP_BITS = 8
"""At most so many groups, as a power of two: one byte tells which a key belongs to."""
Group = npt.NDArray[np.uint8]
_SIXTEEN = np.uint64(16)


class Joining:
    """Takes blobs with the numbers of their entries, in rising order; gives all keys, a group of shards at a time."""

    def __init__(self, bits: Mapping[str, int], keep: Keep) -> None:
        """`bits` are the shards of each family, as a power of two; `keep` has the keys until they are asked for."""
        self._keep = keep
        self._blobs: list[bytes] = []
        self._slots: list[int] = []
        self._groups = {family.name: min(GROUP_BITS, bits[family.name] - BATCH_BITS) for family in (PAIRS, UNITS)}
        self._lots: dict[str, list[tuple[Kept, list[int]]]] = {PAIRS.name: [], UNITS.name: []}

    def add(self, slot: int, blob: bytes) -> None:
        """One more entry; its number is greater than those before."""
        self._blobs.append(blob)
        self._slots.append(slot)
        if len(self._blobs) == AT_ONCE:
            self._join()

    def groups(self, family: Family) -> Iterator[Keys]:
        """The sorted keys of a family, whole batches of shards at a time; they are given away: asked for once."""
        self._join()
        lots = self._lots.pop(family.name)
        for group in range(1 << self._groups[family.name]):
            parts = [kept(edges[group], edges[group + 1] - edges[group]) for kept, edges in lots]
            yield _in_order(family, np.frombuffer(b"".join(parts), dtype=np.uint64))

    def _join(self) -> None:
        if not self._blobs:
            return
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
        slots = np.array(self._slots, dtype=np.uint32) << np.uint32(SLOT_SHIFT)
        codes: Codes = np.repeat(first.astype(np.uint32) << np.uint32(16), followers.astype(np.intp))
        codes |= second.astype(np.uint32)
        self._deal(PAIRS, codes, np.repeat(slots, pairs), _bytes(strength), _bytes(places))
        self._deal(UNITS, first.astype(np.uint32), np.repeat(slots, units), _bytes(unit_strength), None)
        self._blobs.clear()
        self._slots.clear()

    def _deal(self, family: Family, codes: Codes, low: npt.NDArray[np.uint32], strength: Bytes, places: Bytes | None) -> None:
        """Make the keys of a lot, as `keys_of` does, and put them by groups; `low` is given away."""
        hashes = family.hashes(codes)
        low |= strength.astype(np.uint32) << np.uint32(STRENGTH_SHIFT)
        if places is not None:
            low |= places
        groups = self._groups[family.name]
        group = (hashes >> np.uint32(family.width - groups)).astype(np.uint8)
        # numpy sorts narrow numbers by counting them: no comparisons, and what is equal keeps its order
        order = np.argsort(group, kind="stable")
        keys: Keys = hashes.take(order).astype(np.uint64) << HASH_SHIFT
        keys |= low.take(order)
        ends = np.cumsum(np.bincount(group, minlength=1 << groups)) * keys.itemsize
        self._lots[family.name].append((self._keep(keys.tobytes()), [0, *ends.tolist()]))


def _in_order(family: Family, keys: Keys) -> Keys:
    """Keys whose entries rise, by hash and within each hash by entry: from the lower half of the hash to the upper."""
    keys = keys.take(np.argsort((keys >> HASH_SHIFT).astype(np.uint16), kind="stable"))
    if family.width > 16:
        keys = keys.take(np.argsort((keys >> (HASH_SHIFT + _SIXTEEN)).astype(np.uint16), kind="stable"))
    return keys


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
