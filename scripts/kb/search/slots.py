"""Give every entry a small number that depends on nothing but which entries there are.

Posting lists need small dense numbers, and a build that patches an index must come to the very numbers a clean build
would. So the numbers are places in an ordered hash table with linear probing, whose layout does not depend on the order
of insertion: entries sorted by their hash, each at its home place or right behind the one before. A new entry moves only
the neighbours it pushes aside, one or two on average.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

SMALLEST = 64
FULLEST = 0.75


def capacity(count: int) -> int:
    """Places in the table: a power of two, so it changes seldom."""
    size = SMALLEST
    while count > size * FULLEST:
        size *= 2
    return size


def assign(ids: Iterable[str]) -> dict[str, int]:
    """Number of each id; the last ones may lie a little beyond the capacity, the table does not wrap."""
    hashed = sorted((int.from_bytes(blake2b(id.encode(), digest_size=8).digest(), "big"), id) for id in set(ids))
    size = capacity(len(hashed))
    shift = 64 - (size.bit_length() - 1)
    slots: dict[str, int] = {}
    free = 0
    for value, id in hashed:
        free = max(free, value >> shift)
        slots[id] = free
        free += 1
    return slots
