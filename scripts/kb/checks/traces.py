"""From one entry to what the checks between entries need of it: titles named in 《》 and a sketch of its wording."""

from __future__ import annotations

import re
from array import array

from kb.schema.policy import normal
from kb.source.entry import EntryReading
from kb.syntax.cites import CITE

SHINGLE = 5
"""Characters in a shingle: two clauses that share one share a phrase."""
SKETCH = 24
"""Smallest hashes that are kept of an entry (bottom-k sketch, Broder 1997): overlap is known to about a tenth."""
MOST_QUOTED = 500
"""Titles kept of one entry: the longest list of rules has a tenth of them."""
_QUOTED = re.compile(r"《([^《》\n]{2,80})》")
_HEADING = re.compile(r"^#+ .*$", re.M)


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
    """The sketch of an entry's body, b"" where it is too short to be compared."""
    import numpy

    if reading.entry is None:
        return b""
    text = normal(_HEADING.sub("", CITE.sub("", reading.entry.body)))
    if len(text) < 4 * SHINGLE:
        return b""
    codes = numpy.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(numpy.uint64)
    mixed = numpy.zeros(len(codes) - SHINGLE + 1, dtype=numpy.uint64)
    for at in range(SHINGLE):
        mixed = (mixed ^ codes[at : at + len(mixed)]) * numpy.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> numpy.uint64(29)
    return bytes(numpy.unique((mixed >> numpy.uint64(32)).astype("<u4"))[:SKETCH].tobytes())


def values(data: bytes) -> array[int]:
    """The hashes of a sketch, ascending."""
    found = array("I")
    found.frombytes(data)
    return found
