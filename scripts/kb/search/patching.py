"""A standing index brought up to date, to the very bytes that a clean build would give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kb.search import files, layout, lexicon, names, shards
from kb.search.document import Listing
from kb.search.extract import unfold
from kb.search.layout import Read, Synonyms
from kb.search.script import Scripts
from kb.search.shards import PAIRS, UNITS, Family, Keys
from kb.search.slots import assign, capacity

NO_KEYS = np.empty(0, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one entry: (listing, blob) before and after, None where it was or is not there."""

    before: tuple[Listing, bytes] | None
    after: tuple[Listing, bytes] | None

    @property
    def id(self) -> str:
        """The entry's id, which an edit never changes."""
        side = self.after or self.before
        assert side is not None
        return side[0].id


@dataclass(frozen=True, slots=True)
class Patch:
    """Files to write and files to delete."""

    write: list[tuple[str, bytes]]
    drop: set[str]


def patch(
    read: Read,
    listings: Sequence[Listing],
    changes: Sequence[Change],
    blob_of: Callable[[str], bytes],
    synonyms: Synonyms,
    scripts: Scripts,
) -> Patch | None:
    """Bring the index that `read` gives to the state of `listings`.

    `changes` are all differences to the state it was built from; `blob_of` gives the blob of an entry that did not
    change (a few are renumbered when an entry comes or goes). None if there is no fitting index: build a clean one.
    """
    before = layout.previous(read)
    now = assign(listing.id for listing in listings)
    if before is None or before[0].shape != layout.Shape(capacity(len(now))):
        return None
    contents, old_files = before
    work = _Patching(read, contents, {listing.id: listing for listing in listings}, now, changes, blob_of)
    work.texts()
    for family in (PAIRS, UNITS):
        work.postings(family)
    work.names()
    for path, data in layout.head(contents, now, synonyms, scripts):
        work.put(path, data)
    work.drop.update(old_files)
    return Patch(list(work.write.items()), work.drop - set(work.write) - work.kept)


class _Patching:
    """One patch under way."""

    def __init__(
        self,
        read: Read,
        contents: layout.Contents,
        listings: Mapping[str, Listing],
        now: Mapping[str, int],
        changes: Sequence[Change],
        blob_of: Callable[[str], bytes],
    ) -> None:
        self.read, self.contents, self.listings, self.now = read, contents, listings, now
        self.write: dict[str, bytes] = {}
        self.drop: set[str] = set()
        self.kept: set[str] = set()
        ids = set(now)
        ids -= {change.id for change in changes if change.before is None}
        ids |= {change.id for change in changes if change.before is not None}
        self.old = assign(ids)
        changed = {change.id: change for change in changes}
        moved = [id for id, slot in now.items() if id not in changed and self.old[id] != slot]
        for id in moved:
            side = (listings[id], blob_of(id))
            changed[id] = Change(side, side)
        self.changed = changed

    def put(self, path: str, data: bytes) -> None:
        """Write a file unless it stands there already."""
        if self.read(path) == data:
            self.kept.add(path)
        else:
            self.write[path] = data

    def replace(self, folder: str, number: int, data: bytes | None) -> None:
        """A numbered file gets a new content, or none."""
        hashes = self.contents.hashes[folder]
        old = hashes[number]
        if data is None:
            hashes[number] = files.EMPTY
        else:
            path = self.contents.put(folder, number, data)
            if hashes[number] == old:
                return
            self.write[path] = data
        if old != files.EMPTY:
            self.drop.add(files.hashed(folder, number, old))

    def current(self, folder: str, number: int) -> bytes | None:
        """A numbered file as it stands."""
        hash_ = self.contents.hashes[folder][number]
        if hash_ == files.EMPTY:
            return None
        data = self.read(files.hashed(folder, number, hash_))
        if data is None:
            raise FileNotFoundError(files.hashed(folder, number, hash_))
        return data

    def texts(self) -> None:
        """Texts for excerpts."""
        for id, change in self.changed.items():
            if change.before is not None:
                self.drop.add(files.text(self.old[id]))
            if change.after is not None:
                listing, blob = change.after
                slot = self.now[id]
                self.put(files.text(slot), layout.text_file(slot, listing, unfold(blob).text))

    def postings(self, family: Family) -> None:
        """Shards of one family, and the neighbours that follow from the pairs."""
        gone, come = self._keys(family)
        bits = self.contents.shape.bits[family.name]
        touched = np.unique(shards.shard_of(family, np.concatenate((gone, come)), bits))
        if not len(touched):
            return
        old = [
            shards.decode(family, int(number), bits, data)
            for number in touched
            if (data := self.current(family.name, int(number))) is not None
        ]
        standing = np.concatenate(old) if old else NO_KEYS
        # both sides are sorted, so this is two copies; a set operation would sort millions of keys again
        keys = np.delete(standing, np.searchsorted(standing, gone))
        keys = np.insert(keys, np.searchsorted(keys, come), come)
        fresh = dict(shards.encode(family, keys, bits))
        for number in touched.tolist():
            self.replace(family.name, number, fresh.get(number))
        if family is PAIRS:
            self._neighbours(standing, keys)

    def _keys(self, family: Family) -> tuple[Keys, Keys]:
        sides: tuple[list[Keys], list[Keys]] = ([], [])
        for id, change in self.changed.items():
            if change.before and change.after and change.before[1] == change.after[1] and self.old[id] == self.now[id]:
                continue
            for side, slots, out in zip((change.before, change.after), (self.old, self.now), sides, strict=True):
                if side is None:
                    continue
                found = unfold(side[1])
                out.append(
                    shards.keys_of(PAIRS, found.pairs, slots[id], found.pair_strength, found.pair_places)
                    if family is PAIRS
                    else shards.keys_of(UNITS, found.units, slots[id], found.unit_strength, None)
                )
        before, after = (np.concatenate(side) if side else NO_KEYS for side in sides)
        return np.setdiff1d(before, after), np.setdiff1d(after, before)

    def _neighbours(self, before: Keys, after: Keys) -> None:
        least = self.contents.shape.threshold
        old, new = layout.levels(before, least), layout.levels(after, least)
        wanted = {code: new.get(code) for code in {*old, *new} if old.get(code) != new.get(code)}
        by_file: dict[int, list[tuple[str, int, str, int | None]]] = defaultdict(list)
        for code, level in wanted.items():
            for char, side, other in lexicon.sides(code):
                by_file[lexicon.file_of(char)].append((char, side, other, level))
        for number, rows in by_file.items():
            data = self.current("l", number)
            neighbours = lexicon.decode(data) if data else defaultdict(dict)
            for char, side, other, level in rows:
                if level is None:
                    neighbours[char, side].pop(other, None)
                else:
                    neighbours[char, side][other] = level
            filled = any(neighbours.values())
            self.replace("l", number, lexicon.encode(number, neighbours) if filled else None)

    def names(self) -> None:
        """Files of names that hold a changed or renumbered entry."""
        touched = {names.part_of(slots[id]) for id in self.changed for slots in (self.old, self.now) if id in slots}
        length = {}
        for id, change in self.changed.items():
            if change.after is not None:
                length[self.now[id]] = unfold(change.after[1]).length
        members: dict[int, dict[int, str]] = {number: {} for number in touched}
        for id, slot in self.now.items():
            if names.part_of(slot) in members:
                members[names.part_of(slot)][slot] = id
        for number, inside in members.items():
            data = self.current("n", number)
            known = (names.lengths(number, data) if data else {}) | length
            entries = {slot: names.Named(self.listings[id], known[slot]) for slot, id in inside.items()}
            self.replace("n", number, names.encode(number, entries) if entries else None)
