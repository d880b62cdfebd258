"""A clean index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from kb.search import files, layout, lexicon, names, shards
from kb.search.document import Listing
from kb.search.extract import unfold
from kb.search.layout import Files, Synonyms
from kb.search.script import Scripts
from kb.search.shards import PAIRS, UNITS, Keys
from kb.search.slots import assign, capacity


def build(listings: Sequence[Listing], blobs: Iterable[bytes], synonyms: Synonyms, scripts: Scripts) -> Files:
    """A clean index: (path under the site root, content). `blobs` stand in the order of `listings`; `scripts` are the
    bundles of the search script."""
    slots = assign(listing.id for listing in listings)
    shape = layout.Shape(capacity(len(slots)))
    contents = layout.Contents(shape, {folder: files.Hashes(0) for folder in "punl"})
    named: dict[int, dict[int, names.Named]] = defaultdict(dict)
    keys: dict[str, list[Keys]] = {"p": [], "u": []}
    for listing, blob in zip(listings, blobs, strict=True):
        slot = slots[listing.id]
        found = unfold(blob)
        keys["p"].append(shards.keys_of(PAIRS, found.pairs, slot, found.pair_strength, found.pair_places))
        keys["u"].append(shards.keys_of(UNITS, found.units, slot, found.unit_strength, None))
        named[names.part_of(slot)][slot] = names.Named(listing, found.length)
        yield files.text(slot), layout.text_file(slot, listing, found.text)
    for family in (PAIRS, UNITS):
        joined = np.concatenate(keys[family.name]) if keys[family.name] else np.empty(0, dtype=np.uint64)
        keys[family.name].clear()
        joined.sort()
        for number, data in shards.encode(family, joined, shape.bits[family.name]):
            yield contents.put(family.name, number, data), data
        if family is PAIRS and len(joined):
            for number, neighbours in lexicon.gather(layout.levels(joined, shape.threshold).items()).items():
                data = lexicon.encode(number, neighbours)
                yield contents.put("l", number, data), data
    for number, entries in named.items():
        data = names.encode(number, entries)
        yield contents.put("n", number, data), data
    yield from layout.head(contents, slots, synonyms, scripts)
