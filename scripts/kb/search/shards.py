"""Posting lists, cut into files.

Every posting is one 64-bit key: the term's hash, the entry's number, how strongly the term stands there, and at which
places. Sorted keys are the whole index; a shard is the stretch of keys whose hashes begin alike. The hash is a product
with an odd number, so it can be undone and two terms never share one.

A shard's mark follows from its keys alone, so it is known before the shard is written: `Shelf` tells the marks at once
and leaves the writing to whoever needs a shard, in whatever process.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kb.search.extract import Bytes, Codes
from kb.search.files import FORMAT, Keep, Kept, content_hash
from kb.search.packing import Numbers, pack, text_of, unpack

Keys = npt.NDArray[np.uint64]

HASH_SHIFT = np.uint64(32)
SLOT_SHIFT = np.uint64(10)
SLOT_MASK = np.uint64((1 << 22) - 1)
STRENGTH_SHIFT = np.uint64(8)
STRENGTH_MASK = np.uint64(3)
PLACES_MASK = np.uint64(255)
BATCH_BITS = 4
"""Shards written at a time, as a power of two: enough to be quick, few enough to be light on memory."""
_MARK_MASK = (1 << 24) - 1


@dataclass(frozen=True, slots=True)
class Family:
    """Pairs or single characters: how their codes are hashed and whether they know their places."""

    name: str
    width: int
    factor: int
    placed: bool

    def hashes(self, codes: Codes) -> Codes:
        """Term codes → hashes."""
        return codes * np.uint32(self.factor) & np.uint32((1 << self.width) - 1)

    def codes(self, hashes: Codes) -> Codes:
        """The way back."""
        return hashes * np.uint32(pow(self.factor, -1, 1 << self.width)) & np.uint32((1 << self.width) - 1)


PAIRS = Family("p", 32, 0x9E3779B1, True)
UNITS = Family("u", 16, 0x9E37, False)


def _rank_places() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Places numbered so that few bits come first: those with up to three take one byte."""
    order = sorted(range(1, 256), key=lambda bits: (bits.bit_count(), bits))
    rank = np.zeros(256, dtype=np.int64)
    rank[order] = np.arange(255)
    return rank, np.array(order, dtype=np.uint8)


_RANK, _BITS = _rank_places()


def keys_of(family: Family, codes: Codes, slot: int | Numbers, strength: Bytes, places: Bytes | None) -> Keys:
    """The keys of terms: of one entry, or of many with a slot beside each term."""
    keys: Keys = family.hashes(codes).astype(np.uint64) << HASH_SHIFT
    keys |= np.asarray(slot, dtype=np.uint64) << SLOT_SHIFT
    keys |= strength.astype(np.uint64) << STRENGTH_SHIFT
    if places is not None:
        keys |= places
    return keys


def shard_of(family: Family, keys: Keys, bits: int) -> Numbers:
    """Shard number of every key."""
    return (keys >> np.uint64(32 + family.width - bits)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Terms:
    """Which terms a run of keys holds, and in how many entries each stands."""

    hashes: Codes
    counts: Numbers


def terms_in(keys: Keys) -> Terms:
    """Count entries by term."""
    # half the width is half the time: at ten thousand entries these are eight million keys
    hashes = (keys >> HASH_SHIFT).astype(np.uint32)
    starts = _starts(hashes)
    return Terms(hashes[starts], np.diff(starts, append=len(keys)))


def _starts(numbers: npt.NDArray[Any]) -> Numbers:
    """Where each run of equal numbers begins."""
    if not len(numbers):
        return np.zeros(0, dtype=np.int64)
    return np.concatenate(([0], np.flatnonzero(numbers[1:] != numbers[:-1]) + 1))


def _mixed(keys: Keys) -> Keys:
    """Keys well stirred: the low bits of their sum tell one set of keys from another."""
    out = keys * np.uint64(0x9E3779B97F4A7C15)
    out ^= out >> np.uint64(32)
    out *= np.uint64(0xD6E8FEB86659FD93)
    out ^= out >> np.uint64(29)
    return out


def _marks(family: Family, bits: int, keys: Keys, starts: Numbers) -> list[str]:
    """The marks of shards whose keys begin at `starts`, none of them empty."""
    salt = int.from_bytes(content_hash(f"{FORMAT} {family.name} {bits}".encode()).encode(), "big")
    sums = np.add.reduceat(_mixed(keys), starts) if len(starts) else starts
    return [urlsafe_b64encode(((total + salt) & _MARK_MASK).to_bytes(3, "big")).decode() for total in sums.tolist()]


class Shelf:
    """All shards of a family: which there are, their marks, and each one's content when it is asked for."""

    def __init__(self, family: Family, bits: int, keep: Keep) -> None:
        """`keep` has the keys until their shards are asked for."""
        self.family, self.bits, self.keep = family, bits, keep
        self._kept: dict[int, Kept] = {}
        self._batch: tuple[int, dict[int, bytes]] = (-1, {})

    def add(self, keys: Keys) -> Iterator[tuple[int, str]]:
        """Take the sorted keys of whole batches; gives (number, mark) of every shard that is not empty."""
        numbers = shard_of(self.family, keys, self.bits)
        starts = _starts(numbers)
        batches = numbers[starts] >> BATCH_BITS
        for first in _starts(batches).tolist():
            last = int(np.searchsorted(batches, batches[first], side="right"))
            end = starts[last] if last < len(starts) else len(keys)
            self._kept[int(batches[first])] = self.keep(keys[starts[first] : end].tobytes())
        yield from zip(numbers[starts].tolist(), _marks(self.family, self.bits, keys, starts), strict=True)

    def shard(self, number: int) -> bytes:
        """One shard's content; those beside it are written along with it and remembered, for they are asked for next."""
        batch = number >> BATCH_BITS
        if self._batch[0] != batch:
            keys = np.frombuffer(self._kept[batch](), dtype=np.uint64)
            self._batch = (batch, dict(_encode_batch(self.family, keys, self.bits)))
        return self._batch[1][number]


def encode(family: Family, keys: Keys, bits: int) -> Iterator[tuple[int, str, bytes]]:
    """Sorted keys of a few shards → (shard number, mark, content) for each that is not empty."""
    if len(keys):
        for number, data in _encode_batch(family, keys, bits):
            yield number, mark_of(data), data


def mark_of(data: bytes) -> str:
    """The mark that a shard carries."""
    return data[:64].decode("ascii", "ignore").split('"')[3]


def _encode_batch(family: Family, keys: Keys, bits: int) -> Iterator[tuple[int, bytes]]:
    hashes = (keys >> HASH_SHIFT).astype(np.int64)
    slots = ((keys >> SLOT_SHIFT) & SLOT_MASK).astype(np.int64)
    strength = ((keys >> STRENGTH_SHIFT) & STRENGTH_MASK).astype(np.int64)
    fresh = np.diff(hashes, prepend=-1) != 0
    starts = np.flatnonzero(fresh)
    term_hash = hashes[starts]
    counts = np.diff(starts, append=len(keys))
    # each term's distance from the one before in its shard
    shift = family.width - bits
    term_shard = term_hash >> shift
    gaps = np.diff(term_hash, prepend=0)
    opens = np.diff(term_shard, prepend=-1) != 0
    gaps[opens] = term_hash[opens] - (term_shard[opens] << shift)
    # each entry's distance from the one before in its list
    steps = np.diff(slots, prepend=0) - 1
    steps[fresh] = slots[fresh]
    heads, head_at = pack(np.stack((counts, gaps), axis=1).ravel())
    posts, post_at = pack(steps << 2 | strength)
    marks = text_of(pack(_RANK[(keys & PLACES_MASK).astype(np.int64)])[0]) if family.placed else ""
    term_from = np.flatnonzero(opens)
    term_to = np.append(term_from[1:], len(term_hash))
    post_from = starts[term_from]
    post_to = np.append(post_from[1:], len(keys))
    head_text, post_text = text_of(heads), text_of(posts)
    marked = _marks(family, bits, keys, post_from)
    for number, mark, t0, t1, p0, p1 in zip(term_shard[term_from], marked, term_from, term_to, post_from, post_to, strict=True):
        head = head_text[head_at[2 * t0] : head_at[2 * t1]]
        post = post_text[post_at[p0] : post_at[p1]]
        body = f'"{head}","{post}","{marks[p0:p1]}"' if family.placed else f'"{head}","{post}"'
        yield int(number), f'kbSearch.shard("{family.name}",{number},"{mark}",{body})\n'.encode()


def decode(family: Family, number: int, bits: int, data: bytes) -> Keys:
    """A shard's file → its keys."""
    fields = data.decode().split('"')
    heads = unpack(fields[5]).reshape(-1, 2)
    posts = unpack(fields[7])
    counts, gaps = heads[:, 0], heads[:, 1]
    hashes = np.cumsum(gaps) + (number << (family.width - bits))
    steps = (posts >> 2) + 1
    ends = np.cumsum(steps)
    starts = np.cumsum(counts) - counts
    before = np.where(starts > 0, ends[starts - 1], 0)
    slots = ends - np.repeat(before, counts) - 1
    keys = np.repeat(hashes.astype(np.uint64), counts) << HASH_SHIFT
    keys |= slots.astype(np.uint64) << SLOT_SHIFT
    keys |= (posts & 3).astype(np.uint64) << STRENGTH_SHIFT
    if family.placed:
        keys |= _BITS[unpack(fields[9])]
    return keys
