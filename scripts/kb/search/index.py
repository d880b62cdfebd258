"""A clean index."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Sequence

from kb.search import layout, lexicon, names
from kb.search.document import Listing
from kb.search.files import Files
from kb.search.joining import Joining, length_of, sections_of
from kb.search.layout import Synonyms
from kb.search.script import Scripts
from kb.search.shards import PAIRS, UNITS, Shelf
from kb.search.slots import assign, capacity


def build(listings: Sequence[Listing], blobs: Iterable[bytes], synonyms: Synonyms, scripts: Scripts) -> Files:
    """A clean index. `blobs` stand in the order of `listings`; `scripts` are the bundles of the search script.

    Shards and texts are only written when they are asked for, in any process that was forked since.
    """
    slots = assign(listing.id for listing in listings)
    shape = layout.Shape(capacity(len(slots)))
    contents = layout.Contents(shape)
    named: dict[int, dict[int, names.Named]] = defaultdict(dict)
    joining = Joining()
    for listing, blob in zip(listings, blobs, strict=True):
        slot = slots[listing.id]
        joining.add(slot, blob)
        named[names.part_of(slot)][slot] = names.Named(listing, length_of(blob))
        yield layout.text_file(slot, listing, sections_of(blob))
    for family in (PAIRS, UNITS):
        keys = joining.sorted(family.name)
        shelf = Shelf(family, keys, shape.bits[family.name])
        for number, mark in shelf.marks():
            yield contents.put(family.name, number, mark, functools.partial(shelf.shard, number))
        if family is PAIRS:
            for number, neighbours in lexicon.gather(layout.levels(keys, shape.threshold).items()).items():
                mark, data = lexicon.encode(number, neighbours)
                yield contents.put("l", number, mark, functools.partial(bytes, data))
    for number, entries in named.items():
        mark, data = names.encode(number, entries)
        yield contents.put("n", number, mark, functools.partial(bytes, data))
    yield from layout.head(contents, slots, layout.folded(synonyms), scripts)
