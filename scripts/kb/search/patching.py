"""A standing index brought up to date, to the very bytes that a clean build would give."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from kb.search import files, layout, lexicon, names, shards
from kb.search.document import Listing
from kb.search.extract import unfold
from kb.search.files import File
from kb.search.joining import length_of, sections_of
from kb.search.layout import Read
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
    """Files to write and paths to delete."""

    write: list[File]
    drop: set[str]


def patch(
    read: Read,
    ids: Set[str],
    changes: Sequence[Change],
    entry: Callable[[str], tuple[Listing, bytes]],
    listing: Callable[[str], Listing],
    scripts: Scripts,
) -> Patch | None:
    """Bring the index that `read` gives, made by this program with the same synonyms, to the state of `ids`.

    `changes` are all differences to the state it was built from. `entry` and `listing` give what is known of an entry
    that did not change: a few are renumbered when an entry comes or goes, and names stand together in a file. None if
    there is no fitting index: build a clean one.
    """
    standing = layout.previous(read)
    now = assign(ids)
    if standing is None or standing.contents.shape != layout.Shape(capacity(len(now))):
        return None
    work = _Patching(read, standing.contents, listing, now, changes, entry)
    work.texts()
    for family in (PAIRS, UNITS):
        work.postings(family)
    work.names()
    head = list(layout.head(standing.contents, now, standing.synonyms, scripts))
    work.write += head
    written = {file.path for file in work.write}
    return Patch(work.write, (work.drop | standing.head) - written)


class _Patching:
    """One patch under way."""

    def __init__(
        self,
        read: Read,
        contents: layout.Contents,
        listing: Callable[[str], Listing],
        now: Mapping[str, int],
        changes: Sequence[Change],
        entry: Callable[[str], tuple[Listing, bytes]],
    ) -> None:
        self.read, self.contents, self.listing, self.now = read, contents, listing, now
        self.write: list[File] = []
        self.drop: set[str] = set()
        self.changed = {change.id: change for change in changes}
        come = {change.id for change in changes if change.before is None}
        gone = {change.id for change in changes if change.after is None}
        self.old = assign((now.keys() - come) | gone) if come or gone else now
        if self.old is not now:
            for id in [id for id, slot in now.items() if id not in self.changed and self.old[id] != slot]:
                side = entry(id)
                self.changed[id] = Change(side, side)

    def replace(self, folder: str, number: int, mark: str, data: bytes) -> None:
        """A numbered file gets a new content."""
        if self.contents.marks[folder][number] != mark:
            self.write.append(self.contents.put(folder, number, mark, functools.partial(bytes, data)))

    def remove(self, folder: str, number: int) -> None:
        """A numbered file is no more."""
        if self.contents.marks[folder][number] != files.EMPTY:
            self.contents.marks[folder][number] = files.EMPTY
            self.drop.add(files.numbered(folder, number))

    def current(self, folder: str, number: int) -> bytes | None:
        """A numbered file as it stands."""
        if self.contents.marks[folder][number] == files.EMPTY:
            return None
        data = self.read(files.numbered(folder, number))
        if data is None:
            raise FileNotFoundError(files.numbered(folder, number))
        return data

    def texts(self) -> None:
        """Texts for excerpts."""
        for id, change in self.changed.items():
            if change.before is not None:
                self.drop.add(files.text(self.old[id]))
            if change.after is not None:
                listing, blob = change.after
                self.write.append(layout.text_file(self.now[id], listing, sections_of(blob), files.held))

    def postings(self, family: Family) -> None:
        """Shards of one family, and the neighbours that follow from the pairs."""
        gone, come = self._keys(family)
        bits = self.contents.shape.bits[family.name]
        touched = sorted(set(shards.shard_of(family, np.concatenate((gone, come)), bits).tolist()))
        if not touched:
            return
        old = [
            shards.decode(family, number, bits, data)
            for number in touched
            if (data := self.current(family.name, number)) is not None
        ]
        standing = np.concatenate(old) if old else NO_KEYS
        # both sides are sorted, so this is two copies; a set operation would sort millions of keys again
        keys = np.delete(standing, np.searchsorted(standing, gone))
        keys = np.insert(keys, np.searchsorted(keys, come), come)
        filled = set()
        for number, mark, data in shards.encode(family, keys, bits):
            filled.add(number)
            self.replace(family.name, number, mark, data)
        for number in touched:
            if number not in filled:
                self.remove(family.name, number)
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
        before, after = (np.sort(np.concatenate(side)) if side else NO_KEYS for side in sides)
        return _without(before, after), _without(after, before)

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
            if any(neighbours.values()):
                self.replace("l", number, *lexicon.encode(number, neighbours))
            else:
                self.remove("l", number)

    def names(self) -> None:
        """Files of names that hold an entry which came, went, was renumbered or is listed otherwise than before."""
        touched: set[int] = set()
        resized: set[int] = set()
        length: dict[int, int] = {}
        for id, change in self.changed.items():
            listed = [(side[0], length_of(side[1]), slots[id]) if side else None
                      for side, slots in ((change.before, self.old), (change.after, self.now))]  # fmt: skip
            same = listed[0] and listed[1] and (listed[0][0], listed[0][2]) == (listed[1][0], listed[1][2])
            if listed[0] != listed[1]:
                (resized if same else touched).update(names.part_of(side[2]) for side in listed if side)
            if listed[1]:
                length[listed[1][2]] = listed[1][1]
        for number in resized - touched:
            data = self.current("n", number)
            assert data is not None
            self.replace("n", number, *names.with_lengths(number, data, length))
        if not touched:
            return
        members: dict[int, dict[int, str]] = {number: {} for number in touched}
        for id, slot in self.now.items():
            if names.part_of(slot) in members:
                members[names.part_of(slot)][slot] = id
        for number, inside in members.items():
            data = self.current("n", number)
            known = (names.lengths(number, data) if data else {}) | length
            entries = {slot: names.Named(self.listing(id), known[slot]) for slot, id in inside.items()}
            if entries:
                self.replace("n", number, *names.encode(number, entries))
            else:
                self.remove("n", number)


def _without(keys: Keys, others: Keys) -> Keys:
    """Sorted keys less those among the sorted others. (numpy's own set functions load its masked arrays: 15 ms.)"""
    if not len(others):
        return keys
    at = np.minimum(np.searchsorted(others, keys), len(others) - 1)
    left: Keys = keys[others[at] != keys]
    return left
