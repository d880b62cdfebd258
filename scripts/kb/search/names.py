"""Titles, aliases, facets and lengths: what every reader loads at the first search.

They stand in a few files, each for a stretch of entry numbers and complete in itself, so that a new title rewrites one
of them. Facet values are numbered within the file by the combination an entry carries.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from kb.search.document import Listing
from kb.search.files import content_hash
from kb.search.normalise import table_text
from kb.search.packing import ESCAPE, pack_text, unpack

SLOTS_BITS = 11


@dataclass(frozen=True, slots=True)
class Named:
    """An entry's listing beside the length its blob gave."""

    listing: Listing
    length: int


@cache
def _short() -> dict[int, str]:
    """Character → its short code; below U+0800 every other character needs the escape before it."""
    alphabet: str = json.loads(table_text("alphabet.json"))
    codes = [ord(char) for char in alphabet]
    short = {code: pack_text(np.array([number])) for number, code in enumerate(codes)}
    escape = pack_text(np.array([ESCAPE]))
    for code in range(0x800):
        short.setdefault(code, escape + chr(code))
    return short


def shorten(text: str) -> str:
    """Names in short codes: common characters take one or two bytes instead of three."""
    return text.translate(_short())


def part_of(slot: int) -> int:
    """Which file an entry number stands in."""
    return slot >> SLOTS_BITS


def one_line(text: str) -> str:
    """Names are kept one a line, aliases apart by a bar."""
    return " ".join(text.replace("|", "｜").split())


def encode(number: int, entries: Mapping[int, Named]) -> tuple[str, bytes]:
    """One file: its mark, its content; `entries` by entry number."""
    slots = sorted(entries)
    base = number << SLOTS_BITS
    named = [entries[slot] for slot in slots]
    gaps = np.array([slot - before - 1 for before, slot in pairwise([base - 1, *slots])], dtype=np.int64)
    data = {
        "slots": pack_text(gaps),
        "lengths": pack_text(np.array([each.length for each in named], dtype=np.int64)),
        "titles": shorten("\n".join(one_line(each.listing.title) for each in named)),
        "aliases": shorten("\n".join("|".join(map(one_line, each.listing.aliases)) for each in named)),
        "facets": _facets([each.listing for each in named]),
    }
    return _file(number, data)


def _file(number: int, table: Mapping[str, object]) -> tuple[str, bytes]:
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    mark = content_hash(text.encode())
    return mark, f'kbSearch.names({number},"{mark}",{text})\n'.encode()


def _table(data: bytes) -> dict[str, str]:
    text = data.decode()
    table: dict[str, str] = json.loads(text[text.index("{") : text.rindex(")")])
    return table


def _lengths(number: int, table: Mapping[str, str]) -> dict[int, int]:
    slots = np.cumsum(unpack(table["slots"]) + 1) + (number << SLOTS_BITS) - 1
    return dict(zip(slots.tolist(), unpack(table["lengths"]).tolist(), strict=True))


def lengths(number: int, data: bytes) -> dict[int, int]:
    """Entry number → length, read back from a file."""
    return _lengths(number, _table(data))


def with_lengths(number: int, data: bytes, changed: Mapping[int, int]) -> tuple[str, bytes]:
    """The file with other lengths for some of its entries, all else as it stands."""
    table = _table(data)
    known = _lengths(number, table)
    fresh = [changed.get(slot, length) for slot, length in known.items()]
    return _file(number, table | {"lengths": pack_text(np.array(fresh, dtype=np.int64))})


def _facets(listings: Sequence[Listing]) -> dict[str, list[object]]:
    """Facet → [combinations of values, which one each entry carries]; facets in the order they first appear."""
    columns: dict[str, list[object]] = {}
    carried = [dict(listing.facets) for listing in listings]
    for key in dict.fromkeys(key for listing in listings for key, values in listing.facets if values):
        found = [facets.get(key, ()) for facets in carried]
        combinations = sorted(set(found))
        place = {combination: index for index, combination in enumerate(combinations)}
        joined = shorten("\n".join("|".join(map(one_line, combination)) for combination in combinations))
        columns[key] = [joined, pack_text(np.array([place[each] for each in found], dtype=np.int64))]
    return columns
