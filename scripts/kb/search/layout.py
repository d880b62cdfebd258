"""What a clean build and a patch have in common: how many files there are, the ones that stand at the head, the texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kb.search import files, lexicon, shards
from kb.search.document import Listing
from kb.search.normalise import flat, table_text
from kb.search.script import Scripts
from kb.search.shards import PAIRS, UNITS, Keys

FORMAT = 2
Files = Iterator[tuple[str, bytes]]
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
    """The hashes that the start file lists."""

    shape: Shape
    hashes: dict[str, files.Hashes] = field(default_factory=dict)

    def put(self, folder: str, number: int, data: bytes) -> str:
        """A numbered file has this content: its path."""
        hash_ = files.content_hash(data)
        self.hashes[folder][number] = hash_
        return files.hashed(folder, number, hash_)


def levels(keys: Keys, least: int) -> dict[int, int]:
    """Pair code → how common it is, for the pairs that are common enough."""
    terms = shards.terms_in(keys)
    codes = PAIRS.codes(terms.hashes)
    level = lexicon.levels(codes, terms.counts, least)
    kept = level >= 0
    return dict(zip(codes[kept].tolist(), level[kept].tolist(), strict=True))


def text_file(slot: int, listing: Listing, sections: str) -> bytes:
    """An entry's text; `sections` are JSON as its blob holds them."""
    head = json.dumps([listing.id, listing.url, listing.title], ensure_ascii=False, separators=(",", ":"))
    return f"kbSearch.text({slot},{head},{sections})\n".encode()


def head(contents: Contents, slots: Mapping[str, int], synonyms: Synonyms, scripts: Scripts) -> Files:
    """Tables, scripts, start file and boot file, in the order they depend on one another."""
    tables = f"kbSearch.tables({table_text('normal.json').strip()},{table_text('alphabet.json').strip()})\n".encode()
    yield files.named("tables", tables), tables
    lookalikes = json.dumps(_lookalikes(), ensure_ascii=False)
    sounds = scripts.late + f"kbSearch.sounds({table_text('pinyin.json').strip()},{lookalikes})\n".encode()
    yield files.named("sounds", sounds), sounds
    core, page = files.named("core", scripts.core), files.named("page", scripts.page)
    yield core, scripts.core
    yield page, scripts.page
    groups = [list(dict.fromkeys(filter(None, map(flat, group)))) for group in synonyms]
    start = {
        "format": FORMAT,
        "entries": len(slots),
        "capacity": contents.shape.capacity,
        "slots": max(slots.values(), default=-1) + 1,
        "bits": contents.shape.bits,
        "tables": files.named("tables", tables),
        "sounds": files.named("sounds", sounds),
        "threshold": contents.shape.threshold,
        "synonyms": [group for group in groups if len(group) > 1],
        "hashes": {folder: str(hashes) for folder, hashes in contents.hashes.items()},
    }
    # texts are asked for with this mark behind their name, so that no cache answers with one of an earlier build
    start["build"] = files.content_hash(json.dumps(start).encode(), 6)
    data = f"kbSearch.begin({json.dumps(start, ensure_ascii=False, separators=(',', ':'))})\n".encode()
    yield files.named("start", data), data
    yield files.BOOT, f'kbSearch.boot("{core}","{files.named("start", data)}","{page}")\n'.encode()


def _lookalikes() -> str:
    rows = table_text("lookalikes.txt").splitlines()
    return " ".join(row.strip() for row in rows if row.strip() and not row.startswith("#"))


def previous(read: Read) -> tuple[Contents, set[str]] | None:
    """What a standing index lists, and its head files but boot.js; None if it has another format or is none."""
    boot = read(files.BOOT)
    if boot is None:
        return None
    _, core, _, path, _, page, _ = boot.decode().split('"')
    data = read(path)
    if data is None:
        return None
    text = data.decode()
    start = json.loads(text[text.index("(") + 1 : text.rindex(")")])
    if start["format"] != FORMAT:
        return None
    hashes = {folder: files.Hashes(0, packed) for folder, packed in start["hashes"].items()}
    return Contents(Shape(start["capacity"]), hashes), {path, core, page, start["tables"], start["sounds"]}
