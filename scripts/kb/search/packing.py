"""Whole numbers as text.

The index travels inside JavaScript string literals, because a script tag is the only loader that works over http with a
strict policy and from a shared drive alike. Base64 hides from gzip what little order the numbers have; one character a
number lets it see them, and UTF-8 makes small numbers short: up to 91 one byte, up to 1,978 two, up to 45,055 three,
beyond that two characters. `assets/js/search/postings.js` holds the way back.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]

ONE_BYTE = 92
TWO_BYTES = 0x7FF - 0xA0  # 0xA1 … 0x7FF
# the last number of two bytes: in names it announces a character that has no number
ESCAPE = ONE_BYTE + TWO_BYTES - 1
DIRECT = 0xB000
LOW_BITS = 12


def _build_tables() -> tuple[npt.NDArray[np.uint32], Numbers]:
    """Number → code point for numbers below DIRECT, and back."""
    points = [code for code in range(0x20, 0x7F) if chr(code) not in '"\\'][:ONE_BYTE]
    points += range(0xA1, 0xA1 + DIRECT - ONE_BYTE)
    forth = np.array(points, dtype=np.uint32)
    back = np.zeros(0x10000, dtype=np.int64)
    back[forth] = np.arange(DIRECT)
    # the sixteen-odd thousand code points behind, up to the surrogates, carry the high part of large numbers
    first = points[-1] + 1
    back[first:0xD800] = -1 - np.arange(0xD800 - first)
    return forth, back


_FORTH, _BACK = _build_tables()
_HIGH = int(_FORTH[-1]) + 1


def pack(numbers: Numbers) -> tuple[npt.NDArray[np.uint32], Numbers]:
    """Code points of all numbers in a row, and where each number begins (one more at the end)."""
    large = numbers >= DIRECT
    if not large.any():
        return _FORTH[numbers], np.arange(len(numbers) + 1)
    starts = np.concatenate(([0], np.cumsum(np.where(large, 2, 1))))
    points = np.empty(int(starts[-1]), dtype=np.uint32)
    at = starts[:-1]
    small = ~large
    points[at[small]] = _FORTH[numbers[small]]
    points[at[large]] = _HIGH + (numbers[large] >> LOW_BITS)
    points[at[large] + 1] = _FORTH[numbers[large] & ((1 << LOW_BITS) - 1)]
    return points, starts


def text_of(points: npt.NDArray[np.uint32]) -> str:
    """The code points as a string."""
    return points.astype("<u4").tobytes().decode("utf-32-le")


def pack_text(numbers: Numbers) -> str:
    """Numbers as one string."""
    return text_of(pack(numbers)[0])


def unpack(text: str) -> Numbers:
    """The numbers a string stands for."""
    values: Numbers = _BACK[np.frombuffer(text.encode("utf-16-le"), dtype="<u2")]
    high = np.flatnonzero(values < 0)
    if not len(high):
        return values
    values[high + 1] += (-1 - values[high]) << LOW_BITS
    return np.delete(values, high)
