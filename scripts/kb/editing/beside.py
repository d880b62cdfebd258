"""From the files of content/ to just as much of the unchanged entries as a changed one must be held against.

A check of a branch must not read ten thousand entries to judge three. Ids and types of entries are their files'
names; the rest of an entry is read when it is asked for. One pass over the bytes of all files finds the few that
may be touched: those that name a changed entry, have its title, or remember former ids.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kb.checks.titles import KnownTitles, rule_names
from kb.model.entry import Card
from kb.model.schema import EntryType, Schema
from kb.model.value import UNSTATED, Text, Value
from kb.problem import Notebook
from kb.project import MAX_FILE_BYTES
from kb.schema.kinds import Reading, read_field
from kb.source.entry import read_entry
from kb.source.folder import Found
from kb.source.frontmatter import read_header

NAMING = ("title", "aliases", "short", "full_title")
"""Header fields that hold what a rule is called."""
FEW = 8
"""Up to so many words each is looked for by itself; more are looked up among all words of a file."""
_TITLE = re.compile(rb"^title[ ]*:[ ]*([^\n]*)$", re.M)
_PLAIN = re.compile(r"[^\s\"'#&*!|>%@`\[\]{},:?\-\\][^\"'#:\\]*")
"""A value that YAML takes as it stands."""
_FORMER = re.compile(rb"^former[ ]*:", re.M)
_NAMES = re.compile(rf"^(?:{'|'.join(NAMING)})[ ]*:[^\n]*(?:\n(?:[ \t-]|#)[^\n]*)*", re.M)
_WORD = re.compile(rb"[a-z0-9][a-z0-9-]+")
_ESCAPED = re.compile(rb"%[0-9A-Fa-f]{2}")


class Touched(NamedTuple):
    """What the change may have moved: `words` are ids and file names that came or went, `headed` ids of entries whose
    headings may have changed, `titles` the titles of changed entries."""

    words: frozenset[str]
    headed: frozenset[str]
    titles: frozenset[str]


@dataclass(slots=True)
class Scan:
    """What the pass over the unchanged entries found, all by path."""

    naming: list[Found] = field(default_factory=list)
    """Those that name a touched entry or file."""
    beside: list[Found] = field(default_factory=list)
    """Those with a title of a changed entry, and those with former ids."""
    titles: dict[str, str] = field(default_factory=dict)
    """Titles as far as they need no YAML."""


class Cards(Mapping[str, Card]):
    """Every entry by id; one that did not change is read when it is asked for. Unchanged entries are taken to be sound:
    their ids are known without reading them."""

    def __init__(self, root: str, schema: Schema, entries: Iterable[Found], changed: Mapping[str, Card | None]) -> None:
        self._root = root
        self._schema = schema
        self._known: dict[str, Card | None] = dict(changed)
        self.by_id: dict[str, list[Found]] = {}
        for found in sorted(entries, key=lambda one: one.path):
            self.by_id.setdefault(id_of(found.path), []).append(found)

    def card(self, found: Found) -> Card | None:
        """The card of one file, None where its header cannot be understood."""
        if found.path not in self._known:
            data = read(self._root, found.path)
            self._known[found.path] = read_entry(found.path, data, found.kind, self._schema, found.size).card
        return self._known[found.path]

    @property
    def read(self) -> int:
        """How many files have been read."""
        return len(self._known)

    def __getitem__(self, key: str) -> Card:
        for found in self.by_id[key]:
            card = self.card(found)
            if card is not None:
                return card
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return any(self._known.get(found.path, found) for found in self.by_id.get(str(key), ()))

    def __iter__(self) -> Iterator[str]:
        return (key for key in self.by_id if key in self)

    def __len__(self) -> int:
        return len(list(iter(self)))


class Unread(Collection[str]):
    """`Library.unread`, looked at when it is asked for."""

    def __init__(self, cards: Cards) -> None:
        self._cards = cards

    def __contains__(self, key: object) -> bool:
        if key not in self._cards.by_id:
            return False
        card = self._cards.get(str(key))
        return card is None or not card.stated

    def __iter__(self) -> Iterator[str]:
        return (key for key in self._cards.by_id if key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Digests(Mapping[str, bytes]):
    """path of an entry -> digest of its bytes, taken when it is asked for."""

    def __init__(self, root: str, paths: Collection[str]) -> None:
        self._root = root
        self._paths = paths

    def __getitem__(self, path: str) -> bytes:
        if path not in self._paths:
            raise KeyError(path)
        return hashlib.blake2b(read(self._root, path), digest_size=16).digest()

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def id_of(path: str) -> str:
    """The id that a file's name gives."""
    return path[path.rfind("/") + 1 :].rpartition(".")[0]


def read(root: str, path: str) -> bytes:
    """The bytes of a file, one more than allowed at most. Raises OSError where it has gone meanwhile."""
    number = os.open(os.path.join(root, path), os.O_RDONLY)  # noqa: PTH118 - ten thousand of them
    try:
        data = os.read(number, MAX_FILE_BYTES + 1)
        while more := os.read(number, MAX_FILE_BYTES + 1 - len(data)):
            data += more
        return data
    finally:
        os.close(number)


def scan(root: str, unchanged: Iterable[Found], touched: Touched) -> Scan:
    """One look at the bytes of every unchanged entry."""
    result = Scan()
    words = [word.encode() for word in touched.words] + [f"{word}.md#".encode() for word in touched.headed]
    ids = {word.encode() for word in (*touched.words, *touched.headed)}
    by_word = len(words) > FEW and all(_WORD.fullmatch(word) for word in ids)
    for found in unchanged:
        data = read(root, found.path)
        title = _TITLE.search(data)
        plain = title.group(1).decode("utf-8", "replace").strip() if title else ""
        if _PLAIN.fullmatch(plain):
            result.titles[found.path] = plain = " ".join(plain.split())
            alike = plain in touched.titles
        else:
            alike = "'" in plain[1:-1] or any(one in plain for one in touched.titles)
        if alike or (b"former" in data and _FORMER.search(data)):
            result.beside.append(found)
        if not words:
            continue
        if by_word:
            named = not ids.isdisjoint(_WORD.findall(data)) and any(word in data for word in words)
        else:
            named = any(word in data for word in words)
        # an address may be written with escapes: such a file is read to be sure
        if named or b"\\" in data or b"&" in data or (b"%" in data and _ESCAPED.search(data)):
            result.naming.append(found)
    return result


def titles(
    root: str, schema: Schema, entries: Iterable[Found], changed: Mapping[str, Card | None], plain: Mapping[str, str]
) -> KnownTitles:
    """The names all entries are known by, as `kb.checks.titles.known_titles` tells them from cards."""
    rules: dict[str, None] = {}
    known = set()
    for found in sorted(entries, key=lambda one: one.path):
        if found.path in plain and found.kind != "rule":
            names: tuple[str, ...] = (plain[found.path],)
        elif found.path in changed:
            card = changed[found.path]
            names = (card.title, *card.aliases, card.official) if card else ()
        else:
            names = _names(read(root, found.path), schema.kind_of(found.kind), schema)
        if not names:
            continue
        known.add(names[0].strip("《》"))
        if found.kind == "rule":
            rules.update(dict.fromkeys(rule_names(names)))
    return KnownTitles(tuple(rules), frozenset(known))


def _names(data: bytes, kind: EntryType, schema: Schema) -> tuple[str, ...]:
    """Title, aliases and full title from those lines of a header alone, () where there is no title."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    head = text[: text.find("\n---", 3) + 1].partition("\n")[2]
    notes = Notebook("")
    header = read_header("\n".join(found.group() for found in _NAMES.finditer(head)) + "\n", notes)
    values: dict[str, Value] = {}
    for key, node in header.pairs if header else ():
        named = kind.field(key.text)
        value = read_field(node, named, Reading(schema, notes)) if named else None
        if value is not None:
            values[key.text] = value
    title, full = values.get("title"), values.get("full_title")
    others = [one for key in ("aliases", "short") for one in _words(values.get(key))]
    official = full.text.strip("《》") if isinstance(full, Text) and full.text != UNSTATED else ""
    return (title, *(one for one in others if one != title), official) if isinstance(title, str) else ()


def _words(value: Value | None) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, tuple) else []
