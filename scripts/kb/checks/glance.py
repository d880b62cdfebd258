"""From a Chinese text to whether a slip of punctuation can be in it: one look by arrays at which kinds of characters are neighbours.

Most texts hold none, and each pattern of `kb.checks.signs` costs a walk through all of it. What is told here is
only ever “perhaps”: the patterns themselves decide.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_ANY, _HAN, _CLOSE, _MARK, _OPEN, _HALF, _FIGURE, _BLANK, _DOT, _BRACKET, _SQUARE, _NEVER = range(12)
"""Kinds of characters. _NEVER: what is a slip wherever it stands, or may be: full-width figures and letters, straight quotes."""
_CHARACTERS = {
    _CLOSE: "》”）",
    _MARK: "，；：、。",
    _OPEN: "《“（",
    _HALF: ",;:?!",
    _FIGURE: "0123456789",
    _BLANK: " \u3000",
    _DOT: ".",
    _BRACKET: "(",
    _SQUARE: "]",
    _NEVER: '"％',
}
_RANGES = {_HAN: (("\u3400", "\u4dbf"), ("\u4e00", "\u9fff")), _NEVER: (("０", "９"), ("Ａ", "Ｚ"), ("ａ", "ｚ"))}
_SLIPS = (
    *((left, right) for left in (_HAN, _CLOSE) for right in (_HALF, _DOT)),
    (_MARK, _MARK),
    (_DOT, _DOT),
    *((left, _BRACKET) for left in range(12) if left != _SQUARE),
    *((left, _NEVER) for left in range(12)),
)
"""Neighbours that only a slip, or nearly only a slip, brings together."""
_BLANKS = (
    (1 << 1, (_HAN, _CLOSE, _MARK), (_HAN, _OPEN, _BLANK)),
    (1 << 2, (_HAN,), (_FIGURE, _BLANK)),
    (1 << 3, (_FIGURE,), (_HAN, _BLANK)),
)
"""(bit, kinds before a blank, kinds behind it) that make the blank a slip; of several blanks the second is looked at."""
_SLIP, _BEHIND = 1, 3
"""Bit of a slip; shift of a bit of _BLANKS from the neighbours that begin with the blank to those that end with it."""
PAIRS = (("《", "》"), ("“", "”"), ("（", "）"))
"""Signs that open and close."""


def paired(text: str) -> bool:
    """Whether as many signs open as close."""
    return all(text.count(one) == text.count(other) for one, other in PAIRS)


@cache
def _tables() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """(UTF-16 unit → kind, kind << 4 | kind of the next → bits)."""
    import numpy as np

    kinds = np.full(0x10000, _ANY, dtype=np.uint8)
    for kind, characters in _CHARACTERS.items():
        kinds[[ord(char) for char in characters]] = kind
    for kind, ranges in _RANGES.items():
        for first, last in ranges:
            kinds[ord(first) : ord(last) + 1] = kind
    bits = np.zeros(0x100, dtype=np.uint8)
    for left, right in _SLIPS:
        bits[left << 4 | right] |= _SLIP
    for bit, before, behind in _BLANKS:
        for kind in before:
            bits[kind << 4 | _BLANK] |= bit
        for kind in behind:
            bits[_BLANK << 4 | kind] |= bit << _BEHIND
    return kinds, bits


def may_slip(text: str) -> bool:
    """False where no pattern of a slip fits anywhere in the text; signs without their counterpart are not looked for."""
    import numpy as np

    kinds, bits = _tables()
    kind = kinds.take(np.frombuffer(f"\n{text}".encode("utf-16-le"), dtype="<u2"))
    pairs = bits.take(kind[:-1] << 4 | kind[1:])
    # a blank is a slip for what stands on either side of it
    blank = pairs[:-1] << _BEHIND & pairs[1:] & (1 << 1 | 1 << 2 | 1 << 3) << _BEHIND
    return bool((pairs & _SLIP).any() or blank.any())
