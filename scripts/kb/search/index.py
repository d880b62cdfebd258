"""A clean index."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection

from kb.search import layout, lexicon, names
from kb.search.document import Listing
from kb.search.files import Files, Keep, held
from kb.search.joining import Joining, length_of, sections_of
from kb.search.layout import Synonyms
from kb.search.script import Scripts
from kb.search.shards import PAIRS, UNITS, Shelf
from kb.search.slots import assign, capacity


def build(
    ids: Collection[str],
    entry: Callable[[str], tuple[Listing, bytes]],
    synonyms: Synonyms,
    scripts: Scripts,
    keep: Keep = held,
) -> Files:
    """A clean index. `entry` gives an entry's listing and blob, and is asked once for each; `scripts` are the bundles of the
    search script.

    Shards and texts are only written when they are asked for, in any process that was forked since; until then `keep` has
    what they are made from.
    """
    slots = assign(ids)
    shape = layout.Shape(capacity(len(slots)))
    contents = layout.Contents(shape)
    named: dict[int, names.Named] = {}
    joining = Joining(shape.bits, keep)
    for id, slot in slots.items():  # numbers rise, so that the entries of one file of names come together
        if named and names.part_of(next(iter(named))) != names.part_of(slot):
            yield layout.names_file(contents, named)
            named = {}
        listing, blob = entry(id)
        joining.add(slot, blob)
        named[slot] = names.Named(listing, length_of(blob))
        yield layout.text_file(slot, listing, sections_of(blob), keep)
    if named:
        yield layout.names_file(contents, named)
    common: dict[int, int] = {}
    for family in (PAIRS, UNITS):
        shelf = Shelf(family, shape.bits[family.name], keep)
        for keys in joining.groups(family):
            for number, mark in shelf.add(keys):
                yield contents.put(family.name, number, mark, functools.partial(shelf.shard, number))
            if family is PAIRS:
                common |= layout.levels(keys, shape.threshold)
    for number, neighbours in lexicon.gather(common.items()).items():
        mark, data = lexicon.encode(number, neighbours)
        yield contents.put("l", number, mark, functools.partial(bytes, data))
    yield from layout.head(contents, slots, layout.folded(synonyms), scripts)
