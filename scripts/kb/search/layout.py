"""What a clean build and a patch have in common: how many files there are, the ones that stand at the head, the texts."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kb.search import files, lexicon, names, shards
from kb.search.document import Listing
from kb.search.files import FORMAT, File, Files, Keep, Kept
from kb.search.normalise import flat, table_text
from kb.search.script import Scripts
from kb.search.shards import PAIRS, UNITS, Keys

Synonyms = Sequence[Sequence[str]]
Read = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Shape:
    """How many files the index has; steps with its size, so it seldom changes."""

    capacity: int

    @property
    def bits(self) -> dict[str, int]:
        """Shards of each family, as a power of two."""
        return {
            PAIRS.name: max(7, (self.capacity // 4).bit_length() - 1),
            UNITS.name: max(4, (self.capacity // 32).bit_length() - 1),
        }

    @property
    def threshold(self) -> int:
        """Entries a pair must stand in to be offered as a correction."""
        return lexicon.threshold(self.capacity)


@dataclass(slots=True)
class Contents:
    """The marks that the start file lists."""

    shape: Shape
    marks: dict[str, files.Marks] = field(default_factory=lambda: {folder: files.Marks() for folder in "punl"})

    def put(self, folder: str, number: int, mark: str, make: Callable[[], bytes]) -> File:
        """A numbered file has this mark: the file."""
        self.marks[folder][number] = mark
        path = files.numbered(folder, number)
        return File(path, files.digest(mark.encode()), make)


def levels(keys: Keys, least: int) -> dict[int, int]:
    """Pair code → how common it is, for the pairs that are common enough."""
    terms = shards.terms_in(keys)
    codes = PAIRS.codes(terms.hashes)
    level = lexicon.levels(codes, terms.counts, least)
    kept = level >= 0
    return dict(zip(codes[kept].tolist(), level[kept].tolist(), strict=True))


def names_file(contents: Contents, entries: Mapping[int, names.Named]) -> File:
    """The file of names that these entries fill, by their numbers."""
    number = names.part_of(next(iter(entries)))
    mark, data = names.encode(number, entries)
    return contents.put("n", number, mark, functools.partial(bytes, data))


def text_file(slot: int, listing: Listing, sections: bytes, keep: Keep) -> File:
    """An entry's text; `sections` are JSON as its blob holds them."""
    head = json.dumps([listing.id, listing.url, listing.title], ensure_ascii=False, separators=(",", ":")).encode()
    return File(files.text(slot), files.digest(head, sections), functools.partial(_text, slot, len(head), keep(head + sections)))


def _text(slot: int, size: int, kept: Kept) -> bytes:
    data = kept()
    return b"kbSearch.text(%d,%b,%b)\n" % (slot, data[:size], data[size:].decode("utf-16-le").encode())


def folded(synonyms: Synonyms) -> list[list[str]]:
    """Words that mean the same, as the start file has them."""
    groups = [list(dict.fromkeys(filter(None, map(flat, group)))) for group in synonyms]
    return [group for group in groups if len(group) > 1]


def head(contents: Contents, slots: Mapping[str, int], groups: Sequence[Sequence[str]], scripts: Scripts) -> Files:
    """Tables, scripts, start file and boot file, in the order they depend on one another; `groups` of synonyms are
    folded."""
    tables = f"kbSearch.tables({table_text('normal.json').strip()},{table_text('alphabet.json').strip()})\n".encode()
    yield files.whole(files.named("tables", tables), tables)
    lookalikes = json.dumps(_lookalikes(), ensure_ascii=False)
    sounds = scripts.late + f"kbSearch.sounds({table_text('pinyin.json').strip()},{lookalikes})\n".encode()
    # the tables do not change while the program does not: the key tells whether the script among them did
    yield File(files.named("sounds", sounds), files.digest(scripts.late), functools.partial(bytes, sounds))
    core, page = files.named("core", scripts.core), files.named("page", scripts.page)
    yield files.whole(core, scripts.core)
    yield files.whole(page, scripts.page)
    start = {
        "format": FORMAT,
        "entries": len(slots),
        "capacity": contents.shape.capacity,
        "slots": max(slots.values(), default=-1) + 1,
        "bits": contents.shape.bits,
        "tables": files.named("tables", tables),
        "sounds": files.named("sounds", sounds),
        "threshold": contents.shape.threshold,
        "synonyms": groups,
        "marks": {folder: str(marks) for folder, marks in contents.marks.items()},
    }
    # texts are asked for with this mark behind their name, so that no cache answers with one of an earlier build
    start["build"] = files.content_hash(json.dumps(start).encode(), 6)
    data = f"kbSearch.begin({json.dumps(start, ensure_ascii=False, separators=(',', ':'))})\n".encode()
    yield files.whole(files.named("start", data), data)
    yield files.whole(files.BOOT, f'kbSearch.boot("{core}","{files.named("start", data)}","{page}")\n'.encode())


def _lookalikes() -> str:
    rows = table_text("lookalikes.txt").splitlines()
    return " ".join(row.strip() for row in rows if row.strip() and not row.startswith("#"))


@dataclass(frozen=True, slots=True)
class Standing:
    """What a standing index says of itself."""

    contents: Contents
    synonyms: list[list[str]]
    head: set[str]
    """Paths of its head files but boot.js."""


def previous(read: Read) -> Standing | None:
    """The standing index; None if it has another format or is none."""
    boot = read(files.BOOT)
    if boot is None:
        return None
    _, core, _, path, *rest = boot.decode().split('"')
    data = read(path)
    if data is None:
        return None
    text = data.decode()
    start = json.loads(text[text.index("(") + 1 : text.rindex(")")])
    if start["format"] != FORMAT:
        return None
    marks = {folder: files.Marks(packed) for folder, packed in start["marks"].items()}
    return Standing(
        Contents(Shape(start["capacity"]), marks), start["synonyms"], {path, core, rest[1], start["tables"], start["sounds"]}
    )
