"""From one entry to what the checks between entries need of it: titles named in 《》 and a sketch of its wording."""

from __future__ import annotations

import re
from array import array
from functools import cache
from typing import TYPE_CHECKING

from kb.model.value import UNSTATED
from kb.source.entry import EntryReading

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SHINGLE = 5
"""Characters in a shingle: two clauses that share one share a phrase."""
SKETCH = 24
"""Smallest hashes that are kept of an entry (bottom-k sketch, Broder 1997): overlap is known to about a tenth."""
MOST_QUOTED = 500
"""Titles kept of one entry: the longest list of rules has a tenth of them."""
_QUOTED = re.compile(r"《([^《》\n]{2,80})》")


def quoted(reading: EntryReading) -> tuple[tuple[str, int, int], ...]:
    """(title, line, column) of everything that stands in 《》, each title once."""
    seen: dict[str, tuple[str, int, int]] = {}
    for number, line in enumerate(reading.text.split("\n"), 1) if "《" in reading.text else ():
        for found in _QUOTED.finditer(line) if "《" in line else ():
            if found.group(1) not in seen:
                seen[found.group(1)] = (found.group(1), number, found.start(1) + 1)
        if len(seen) > MOST_QUOTED:
            break
    return tuple(seen.values())[:MOST_QUOTED]


def sketch(reading: EntryReading) -> bytes:
    """The sketch of an entry's words beneath its headings, b"" where they are too few to be compared."""
    import numpy as np

    if reading.outline is None:
        return b""
    # what is left open is left open in the same words everywhere
    codes = kept_codes("\n".join([words for _, words in reading.outline.sections]).replace(UNSTATED, ""))
    if len(codes) < 4 * SHINGLE:
        return b""
    mixed = np.zeros(len(codes) - SHINGLE + 1, dtype=np.uint64)
    for at in range(SHINGLE):
        mixed ^= codes[at : at + len(mixed)]
        mixed *= np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    hashes = (mixed >> np.uint64(32)).astype("<u4")
    hashes.sort()
    fresh = np.ones(len(hashes), dtype=bool)
    np.not_equal(hashes[1:], hashes[:-1], out=fresh[1:])
    return bytes(hashes[fresh][:SKETCH].tobytes())


def kept_codes(text: str) -> npt.NDArray[np.uint64]:
    """The code points of what `kb.schema.policy.normal` leaves of a text."""
    import numpy as np

    codes = _kept().take(np.frombuffer(text.encode("utf-16-le"), dtype="<u2"))
    found: npt.NDArray[np.uint64] = codes[codes != 0].astype(np.uint64)
    return found


@cache
def _kept() -> npt.NDArray[np.uint16]:
    """UTF-16 unit → the same in lower case, 0 for what does not count; nothing beyond the first plane does."""
    import numpy as np

    table = np.zeros(0x10000, dtype=np.uint16)
    for first, last in (("0", "9"), ("a", "z"), ("\u3400", "\u9fff")):
        table[ord(first) : ord(last) + 1] = np.arange(ord(first), ord(last) + 1)
    table[ord("A") : ord("Z") + 1] = np.arange(ord("a"), ord("z") + 1)
    table[[0x130, 0x212A]] = ord("i"), ord("k")  # the two others whose lower case is a Latin letter: İ and the sign of Kelvin
    return table


def values(data: bytes) -> array[int]:
    """The hashes of a sketch, ascending."""
    found = array("I")
    found.frombytes(data)
    return found
