"""Give every entry a small number that depends on nothing but which entries there are.

Posting lists need small dense numbers, and a build that patches an index must come to the very numbers a clean build
would. So the numbers are places in an ordered hash table with linear probing, whose layout does not depend on the order
of insertion: entries sorted by their hash, each at its home place or right behind the one before. A new entry moves only
the neighbours it pushes aside, one or two on average.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np

SMALLEST = 64
FULLEST = 0.75


def capacity(count: int) -> int:
    """Places in the table: a power of two, so it changes seldom."""
    size = SMALLEST
    while count > size * FULLEST:
        size *= 2
    return size


def assign(ids: Iterable[str]) -> dict[str, int]:
    """Number of each id, in rising order; the last ones may lie a little beyond the capacity, the table does not wrap."""
    names = sorted(set(ids))
    hashes = np.frombuffer(b"".join([blake2b(name.encode(), digest_size=8).digest() for name in names]), dtype=">u8")
    order = np.argsort(hashes.astype(np.uint64), kind="stable")
    homes = (hashes[order] >> np.uint64(64 - (capacity(len(names)).bit_length() - 1))).astype(np.int64)
    # each at its home or right behind the one before: what lies between an entry and its rank never shrinks
    ranks = np.arange(len(names))
    slots = np.maximum.accumulate(homes - ranks) + ranks
    return dict(zip([names[at] for at in order.tolist()], slots.tolist(), strict=True))
