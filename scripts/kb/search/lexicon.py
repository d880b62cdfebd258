"""Which characters commonly stand beside which: what misspelt words are mended from.

A character's file lists its neighbours to the right and to the left, commonest first, behind a digit for how common.
Only pairs that many entries share are kept, and only the power of two of their number, so an edit hardly ever
touches these files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from kb.search.extract import Codes
from kb.search.files import content_hash
from kb.search.packing import Numbers

FILES = 64
RIGHT, LEFT = 0, 1
# (character, side) → {neighbour: level}
Neighbours = dict[tuple[str, int], dict[str, int]]


def threshold(capacity: int) -> int:
    """Entries a pair must stand in."""
    return max(2, capacity // 512)


def levels(codes: Codes, counts: Numbers, least: int) -> npt.NDArray[np.int8]:
    """How common each pair is: 0-9, or -1 if it is left out."""
    first, second = codes >> np.uint32(16), codes & np.uint32(0xFFFF)
    han = (first >= 0x4E00) & (first <= 0x9FFF) & (second >= 0x4E00) & (second <= 0x9FFF)
    level = np.full(len(codes), -1, dtype=np.int8)
    kept = han & (counts >= least)
    level[kept] = np.minimum(np.log2(counts[kept] // least), 9).astype(np.int8)
    return level


def file_of(char: str) -> int:
    """Which file a character stands in."""
    return ord(char) % FILES


def sides(code: int) -> Iterator[tuple[str, int, str]]:
    """A pair as seen from its two characters."""
    left, right = chr(code >> 16), chr(code & 0xFFFF)
    yield left, RIGHT, right
    yield right, LEFT, left


def gather(pairs: Iterable[tuple[int, int]]) -> dict[int, Neighbours]:
    """(code, level) pairs → the content of every file."""
    files: dict[int, Neighbours] = defaultdict(lambda: defaultdict(dict))
    for code, level in pairs:
        for char, side, other in sides(code):
            files[file_of(char)][char, side][other] = level
    return files


def encode(number: int, neighbours: Neighbours) -> tuple[str, bytes]:
    """One file: its mark, its content."""
    rows = []
    for char in sorted({char for (char, _), others in neighbours.items() if others}):
        rows.append(char + _ranked(neighbours.get((char, RIGHT), {})) + "," + _ranked(neighbours.get((char, LEFT), {})))
    text = " ".join(rows)
    mark = content_hash(text.encode())
    return mark, f'kbSearch.neighbours({number},"{mark}","{text}")\n'.encode()


def decode(data: bytes) -> Neighbours:
    """The way back."""
    neighbours: Neighbours = defaultdict(dict)
    for row in data.decode().split('"')[3].split():
        for side, text in enumerate(row[1:].split(",")):
            level = 0
            for char in text:
                if char.isascii():
                    level = int(char)
                else:
                    neighbours[row[0], side][char] = level
    return neighbours


def _ranked(others: dict[str, int]) -> str:
    out: list[str] = []
    last = -1
    for char, level in sorted(others.items(), key=lambda item: (-item[1], item[0])):
        if level != last:
            out.append(str(level))
            last = level
        out.append(char)
    return "".join(out)
