"""Posting lists, cut into files.

Every posting is one 64-bit key: the term's hash, the entry's number, how strongly the term stands there, and at which
places. Sorted keys are the whole index; a shard is the stretch of keys whose hashes begin alike. The hash is a product
with an odd number, so it can be undone and two terms never share one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb.search.extract import Bytes, Codes
from kb.search.packing import Numbers, pack, text_of, unpack

Keys = npt.NDArray[np.uint64]

HASH_SHIFT = np.uint64(32)
SLOT_SHIFT = np.uint64(10)
SLOT_MASK = np.uint64((1 << 22) - 1)
STRENGTH_SHIFT = np.uint64(8)
STRENGTH_MASK = np.uint64(3)
PLACES_MASK = np.uint64(255)
# shards encoded at a time: enough to be quick, few enough to be light on memory
BATCH = 256


@dataclass(frozen=True, slots=True)
class Family:
    """Pairs or single characters: how their codes are hashed and whether they know their places."""

    name: str
    width: int
    factor: int
    placed: bool

    def hashes(self, codes: Codes) -> Keys:
        """Term codes → hashes."""
        mask = np.uint64((1 << self.width) - 1)
        return (codes.astype(np.uint64) * np.uint64(self.factor)) & mask

    def codes(self, hashes: Keys) -> Codes:
        """The way back."""
        mask = np.uint64((1 << self.width) - 1)
        inverse = np.uint64(pow(self.factor, -1, 1 << self.width))
        return ((hashes * inverse) & mask).astype(np.uint32)


PAIRS = Family("p", 32, 0x9E3779B1, True)
UNITS = Family("u", 16, 0x9E37, False)


def _rank_places() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Places numbered so that few bits come first: those with up to three take one byte."""
    order = sorted(range(1, 256), key=lambda bits: (bits.bit_count(), bits))
    rank = np.zeros(256, dtype=np.int64)
    rank[order] = np.arange(255)
    return rank, np.array(order, dtype=np.uint8)


_RANK, _BITS = _rank_places()


def keys_of(family: Family, codes: Codes, slot: int, strength: Bytes, places: Bytes | None) -> Keys:
    """The keys of one entry's terms."""
    keys = family.hashes(codes) << HASH_SHIFT
    keys |= np.uint64(slot << int(SLOT_SHIFT))
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

    hashes: Keys
    counts: Numbers


def terms_in(keys: Keys) -> Terms:
    """Count entries by term."""
    hashes = keys >> HASH_SHIFT
    starts = np.flatnonzero(np.diff(hashes, prepend=~hashes[:1]))
    return Terms(hashes[starts], np.diff(starts, append=len(keys)))


def encode(family: Family, keys: Keys, bits: int) -> Iterator[tuple[int, bytes]]:
    """Sorted keys → (shard number, file) for every shard that is not empty."""
    total = 1 << bits
    unit = np.uint64(1) << np.uint64(32 + family.width - bits)
    for first in range(0, total, BATCH):
        low, high = np.uint64(first) * unit, np.uint64(min(first + BATCH, total) - 1) * unit + (unit - np.uint64(1))
        start, end = np.searchsorted(keys, low), np.searchsorted(keys, high, side="right")
        if end > start:
            yield from _encode_batch(family, keys[start:end], bits)


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
    for number, t0, t1, p0, p1 in zip(term_shard[term_from], term_from, term_to, post_from, post_to, strict=True):
        head = head_text[head_at[2 * t0] : head_at[2 * t1]]
        post = post_text[post_at[p0] : post_at[p1]]
        body = f'"{head}","{post}","{marks[p0:p1]}"' if family.placed else f'"{head}","{post}"'
        yield int(number), f'kbSearch.shard("{family.name}",{number},{body})\n'.encode()


def decode(family: Family, number: int, bits: int, data: bytes) -> Keys:
    """A shard's file → its keys."""
    fields = data.decode().split('"')
    heads = unpack(fields[3]).reshape(-1, 2)
    posts = unpack(fields[5])
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
        keys |= _BITS[unpack(fields[7])]
    return keys
