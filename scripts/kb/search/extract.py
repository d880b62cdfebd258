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
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb.search.document import Document
from kb.search.normalise import BREAK, normalise

Codes = npt.NDArray[np.uint32]
Bytes = npt.NDArray[np.uint8]

HEADER = struct.Struct("<IIHH")
# how strongly a term stands in an entry
ONCE, FEW, MANY, HEADING = 0, 1, 2, 3
_STRENGTH = np.array([ONCE, ONCE, FEW, FEW, MANY], dtype=np.uint8)


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
    body = normalise(BREAK.join(text for _, text in sections))
    headings = normalise(BREAK.join(heading for heading, _ in sections))
    body_units = np.frombuffer(body.encode("utf-16-le"), dtype="<u2").astype(np.uint32)
    heading_units = np.frombuffer(headings.encode("utf-16-le"), dtype="<u2").astype(np.uint32)
    pairs, pair_strength, places = _pairs(body_units, heading_units)
    units, unit_strength = _units(body_units, heading_units)
    text = json.dumps(sections, ensure_ascii=False, separators=(",", ":")).encode()
    head = HEADER.pack(len(pairs), len(units), length_step(len(body_units)), 0)
    arrays = (pairs, pair_strength, places, units, unit_strength)
    return zlib.compress(head + b"".join(array.tobytes() for array in arrays) + text, 1)


def unfold(blob: bytes) -> Extract:
    """The way back."""
    data = zlib.decompress(blob)
    pairs, units, length, _ = HEADER.unpack_from(data)
    at = HEADER.size
    arrays: list[npt.NDArray[np.generic]] = []
    for count, kind in ((pairs, "<u4"), (pairs, "u1"), (pairs, "u1"), (units, "<u4"), (units, "u1")):
        array = np.frombuffer(data, dtype=kind, count=count, offset=at)
        at += array.nbytes
        arrays.append(array)
    pair_codes, strength, places, unit_codes, unit_strength = arrays
    return Extract(
        data[at:].decode(),
        length,
        pair_codes.astype(np.uint32),
        strength.astype(np.uint8),
        places.astype(np.uint8),
        unit_codes.astype(np.uint32),
        unit_strength.astype(np.uint8),
    )


def length_step(length: int) -> int:
    """Length in steps of a fifth: near enough for ranking, and an edit seldom changes it."""
    return min(90, round(math.log2(length + 1) * 4))


def _pair_codes(units: Codes) -> tuple[Codes, Bytes]:
    """Codes of all pairs within clauses, and the bit of each one's place."""
    if len(units) < 2:
        return np.empty(0, np.uint32), np.empty(0, np.uint8)
    index = np.arange(len(units))
    breaks = units == ord(BREAK)
    start = np.maximum.accumulate(np.where(breaks, index + 1, 0))
    first = units[np.minimum(start, len(units) - 1)]
    place = (index - start + first) & 7
    whole = ~(breaks[:-1] | breaks[1:])
    codes = (units[:-1] << np.uint32(16) | units[1:])[whole]
    return codes, (1 << place[:-1][whole]).astype(np.uint8)


def _pairs(body: Codes, headings: Codes) -> tuple[Codes, Bytes, Bytes]:
    body_codes, body_bits = _pair_codes(body)
    heading_codes, heading_bits = _pair_codes(headings)
    codes = np.concatenate((body_codes, heading_codes))
    if not len(codes):
        return codes, np.empty(0, np.uint8), np.empty(0, np.uint8)
    bits = np.concatenate((body_bits, heading_bits))
    order = np.argsort(codes, kind="stable")
    terms, strength, starts = _count(codes[order])
    places = np.bitwise_or.reduceat(bits[order], starts)
    if len(heading_codes):
        strength[np.searchsorted(terms, heading_codes)] = HEADING
    return terms, strength, places


def _units(body: Codes, headings: Codes) -> tuple[Codes, Bytes]:
    codes = np.sort(np.concatenate((body, headings)))
    codes = codes[codes != ord(BREAK)]
    if not len(codes):
        return codes, np.empty(0, np.uint8)
    terms, strength, _ = _count(codes)
    inside = headings[headings != ord(BREAK)]
    strength[np.searchsorted(terms, inside)] = HEADING
    return terms, strength


def _count(codes: Codes) -> tuple[Codes, Bytes, npt.NDArray[np.intp]]:
    """Sorted codes → each one once, its strength, where its run began."""
    fresh = np.empty(len(codes), dtype=bool)
    fresh[0] = True
    np.not_equal(codes[1:], codes[:-1], out=fresh[1:])
    starts = np.flatnonzero(fresh)
    counts = np.diff(starts, append=len(codes))
    return codes[starts], _STRENGTH[np.minimum(counts, 4)], starts
