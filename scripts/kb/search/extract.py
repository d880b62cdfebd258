"""One entry → everything the index needs of it, as bytes.

A term is a single character or a pair of neighbours (UTF-16 units, so JavaScript sees the same ones). A pair keeps how
strongly it stands in the entry and, modulo eight, where: eight bits are enough to test that the pairs of a phrase follow
one another. Places are counted from the start of each clause, beginning at a number the clause itself gives, so that an
edit in one clause leaves the places in all others alone, and with them the shards.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from kb.search.document import Document
from kb.search.normalise import BREAK, Units, folded_units

Codes = npt.NDArray[np.uint32]
Bytes = npt.NDArray[np.uint8]
Keys = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

HEADER = struct.Struct("<IIHH")
# how strongly a term stands in an entry
ONCE, FEW, MANY, HEADING = 0, 1, 2, 3
_STRENGTH = np.array([ONCE, ONCE, FEW, FEW, MANY], dtype=np.uint8)
_PLACES = 8
"""Bits below a pair's code that tell its place; the one above them tells that it stands in a heading."""
_BITS = np.uint64(1) << np.arange(_PLACES, dtype=np.uint64)
_ZERO = np.zeros(1, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Extract:
    """A blob, unpacked: `pairs` and `units` are sorted term codes, the arrays beside them belong to them."""

    text: str
    length: int
    pairs: Codes
    pair_strength: Bytes
    pair_places: Bytes
    units: Codes
    unit_strength: Bytes


def extract(document: Document) -> bytes:
    """All terms of an entry and its text for excerpts, packed. Pure: the result may be kept as long as the entry is."""
    sections = [list(section) for section in document.sections]
    if document.summary:
        sections.insert(0, ["", document.summary])
    # between the two stands a break, which no term crosses: one pass does for both
    folded, length = folded_units(BREAK.join([text for _, text in sections]), BREAK.join([heading for heading, _ in sections]))
    inside = folded != ord(BREAK)
    units, unit_strength, _ = _count(_unit_keys(folded, inside, length), 0)
    pairs, pair_strength, places = _count(_pair_keys(folded, inside, length), _PLACES)
    # a pair begins with a unit that is there already: only how many begin with each is kept
    edges = np.concatenate((np.searchsorted(pairs, units << np.uint32(16)), (len(pairs),)))
    followers = (edges[1:] - edges[:-1]).astype("<u4")
    # not compressed: what zlib would save of it costs more time than the disk does
    text = json.dumps(sections, ensure_ascii=False, separators=(",", ":")).encode("utf-16-le")
    head = HEADER.pack(len(pairs), len(units), length_step(length), 0)
    arrays = (units.astype("<u2"), unit_strength, followers, pairs.astype("<u2"), pair_strength, places)
    return b"".join((head, *(array.tobytes() for array in arrays), text))


def unfold(blob: bytes) -> Extract:
    """The way back."""
    pairs, units, length, _ = HEADER.unpack_from(blob)
    at = HEADER.size
    arrays: list[npt.NDArray[np.generic]] = []
    for count, kind in ((units, "<u2"), (units, "u1"), (units, "<u4"), (pairs, "<u2"), (pairs, "u1"), (pairs, "u1")):
        array = np.frombuffer(blob, dtype=kind, count=count, offset=at)
        at += array.nbytes
        arrays.append(array)
    first, unit_strength, followers, second, strength, places = arrays
    unit_codes = first.astype(np.uint32)
    pair_codes: Codes = np.repeat(unit_codes, followers.astype(np.intp)) << np.uint32(16)
    pair_codes |= second.astype(np.uint32)
    return Extract(
        blob[at:].decode("utf-16-le"),
        length,
        pair_codes,
        strength.astype(np.uint8),
        places.astype(np.uint8),
        unit_codes,
        unit_strength.astype(np.uint8),
    )


def length_step(length: int) -> int:
    """Length in steps of a fifth: near enough for ranking, and an edit seldom changes it."""
    return min(90, round(math.log2(length + 1) * 4))


def _unit_keys(folded: Units, inside: Mask, length: int) -> Keys:
    """code << 1 | stands in a heading, for all units that are no break; the headings begin behind `length`."""
    keys = folded.astype(np.uint64) << np.uint64(1)
    keys[length:] |= np.uint64(1)
    return keys[inside]


def _pair_keys(folded: Units, inside: Mask, length: int) -> Keys:
    """code << 9 | stands in a heading << 8 | bit of its place, for all pairs within clauses."""
    # a clause begins at the start and behind each break, one at the very end excepted
    edges = np.concatenate((_ZERO, np.flatnonzero(~inside[:-1]) + 1, (len(folded),)))
    begin = edges[:-1]
    shift = np.repeat(folded.take(begin) - begin, edges[1:] - begin)
    bits = _BITS.take(np.arange(len(folded) - 1) + shift[:-1] & 7)
    bits[length:] |= np.uint64(1 << _PLACES)
    wide = folded.astype(np.uint64)
    keys = (wide[:-1] << np.uint64(16) | wide[1:]) << np.uint64(_PLACES + 1) | bits
    return cast(Keys, keys[inside[:-1] & inside[1:]])


def _count(keys: Keys, places: int) -> tuple[Codes, Bytes, Bytes]:
    """Keys → each code once in order, its strength, the bits of all its places."""
    if not len(keys):
        return np.empty(0, np.uint32), np.empty(0, np.uint8), np.empty(0, np.uint8)
    keys.sort()
    codes = (keys >> np.uint64(places + 1)).astype(np.uint32)
    edges = np.concatenate((_ZERO, np.flatnonzero(codes[1:] != codes[:-1]) + 1, (len(codes),)))
    begin = edges[:-1]
    flags = np.bitwise_or.reduceat(keys.astype(np.uint16), begin)
    strength = _STRENGTH.take(edges[1:] - begin, mode="clip")
    headed = (flags >> np.uint16(places) & np.uint16(1)).astype(np.uint8)
    return codes[begin], np.maximum(strength, headed * np.uint8(HEADING)), flags.astype(np.uint8)
