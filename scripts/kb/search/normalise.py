"""Fold a text so that what differs only in writing becomes equal.

Case, width, traditional characters, quotes, brackets and blanks vanish; every other mark becomes a line break, which no
word and no phrase crosses. The same table and the same two steps live in `assets/js/search/normal.js`; a parity test
holds them together.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kb.search.packing import unpack

TABLES = Path(__file__).parent / "tables"
BREAK = "\n"
Units = npt.NDArray[np.uint16]
_GONE, _STRANGE = 0xFFFF, 0xFFFE
"""In place of a unit: it vanishes; it becomes more than one unit or is half a character, and `normalise` is asked."""

_RUN = re.compile("[〇零一二三四五六七八九]{2,}")
_YEAR = re.compile("(?:一九|二零)..")
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")


class _Folding(dict[int, str | int]):
    """A translation table that remembers characters which stay as they are: a miss costs an exception inside str."""

    def __missing__(self, code: int) -> int:
        self[code] = code
        return code


@cache
def table_text(name: str) -> str:
    """A committed table, as it stands on disk."""
    return (TABLES / name).read_text(encoding="utf-8")


@cache
def _folding() -> _Folding:
    table = json.loads(table_text("normal.json"))
    folding = _Folding()
    code = 0
    for gap, target in zip(unpack(table["gaps"]).tolist(), table["to"], strict=True):
        code += gap
        folding[code] = target
    for entry in table["many"]:
        folding[ord(entry[0])] = entry[1:]
    for char in table["drop"]:
        folding[ord(char)] = ""
    code = 0
    breaks = unpack(table["breaks"]).tolist()
    for gap, length in zip(breaks[::2], breaks[1::2], strict=True):
        code += gap
        for each in range(code, code + length):
            folding[each] = BREAK
        code += length
    return folding


@cache
def _unit_folding() -> Units:
    """UTF-16 unit → the one unit it becomes."""
    table = np.arange(0x10000, dtype=np.uint16)
    table[0xD800:0xE000] = table[_STRANGE:] = _STRANGE
    for code, target in _folding().items():
        if code < 0x10000 and isinstance(target, str):
            table[code] = _GONE if not target else ord(target) if len(target) == 1 and target <= "\uffff" else _STRANGE
    return table


@cache
def _numerals() -> npt.NDArray[np.bool_]:
    table = np.zeros(0x10000, dtype=bool)
    table[[ord(char) for char in "〇零一二三四五六七八九"]] = True
    return table


def _digits(run: re.Match[str]) -> str:
    """二〇二〇 and 二零二零 are numbers, 一九四九 is a year; 三五 and 一一 are words and stay."""
    text = run.group()
    if "〇" in text or (len(text) == 4 and _YEAR.match(text)):
        return text.translate(_DIGITS)
    return text


def normalise(text: str) -> str:
    """The folded text, with `\\n` where words are kept apart."""
    return _RUN.sub(_digits, text.translate(_folding()))


def folded_units(body: str, headings: str) -> tuple[Units, int]:
    """What `normalise` makes of both, as UTF-16 units with a break between them, and where this break stands."""
    units = np.frombuffer(f"{body}{BREAK}{headings}".encode("utf-16-le"), dtype="<u2")
    folded = _unit_folding().take(units)
    kept = folded < _STRANGE
    if not kept.all():
        if (folded == _STRANGE).any():
            before, behind = (normalise(text).encode("utf-16-le") for text in (f"{body}{BREAK}", headings))
            return np.frombuffer(before + behind, dtype="<u2"), len(before) // 2 - 1
        folded = folded[kept]
    numeral = _numerals().take(folded)
    if (numeral[1:] & numeral[:-1]).any():
        text = _RUN.sub(_digits, folded.tobytes().decode("utf-16-le"))
        folded = np.frombuffer(text.encode("utf-16-le"), dtype="<u2")
    return folded, int(np.count_nonzero(kept[: len(body)]))


def flat(text: str) -> str:
    """The folded text without breaks: how names are compared."""
    return normalise(text).replace(BREAK, "")
