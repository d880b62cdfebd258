"""From a revision to the problems that a branch brings, in time that follows the change and not the library.

Only the changed files are read, and of the others what these must be held against (kb.editing.beside); the wording of
the others comes from the cache, where there is one. What such a look cannot see is named in NOT_SEEN. A small library is
checked whole and the answer is cut to the branch.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from kb.build import Result, check
from kb.checks.attachment import CHECKED, check_attachment, check_names
from kb.checks.entry import check_entry
from kb.checks.library import check_card, duplicate_ids, duplicate_titles
from kb.checks.reviewing import for_release
from kb.checks.shelf import Check, Shelf
from kb.checks.titles import LONG, KnownTitles
from kb.checks.traces import quoted, sketch, values
from kb.checks.upkeep import heirless, moved_ids
from kb.checks.wording import find_twins, near_duplicates, sketch_of
from kb.disk.cache import Cache, use_cache
from kb.editing.beside import Cards, Digests, Touched, Unread, id_of, read, scan, titles
from kb.intake import cache_path, content_key
from kb.model.entry import Card, columns_of
from kb.model.library import Library
from kb.model.schema import Schema
from kb.problem import Level, Problem, bounded
from kb.progress import Progress
from kb.project import Project
from kb.schema.loading import SchemaLoader
from kb.source.entry import read_entry
from kb.source.folder import MAX_ASSET_BYTES, Found, Listing, list_content
from kb.source.frozen import thaw_card
from kb.workpieces import KINDS
from kb.workpieces.kind import check_pieces, read_pieces

NOT_SEEN = {
    "near-duplicate": "与没有改动的条目大段相同",
    "empty-selection": "手册的某一章因这次改动一条也选不到",
}
"""Code -> what it tells: found only by looking at all entries, or (the first) by a cache that knows their wording."""
SMALL = 300
"""Files of a library that is checked whole sooner than it pays to go around it."""
FEW = 300
"""Entries the cache does not know that are read for their wording alone."""
_SCHEMA = ("content/vocabulary/", "content/sources", "content/wording.yml", "templates/types/", "mkdocs.yml")
"""What every entry is read against: where it changed, every entry may have become faulty."""
_BETWEEN: tuple[Check, ...] = (duplicate_ids, duplicate_titles, moved_ids, heirless)


class UnknownRevisionError(Exception):
    """Git does not know the revision, or this is no checkout."""


class Change(NamedTuple):
    """Paths that differ from a revision: those that were there and still are, and those that came or went."""

    altered: frozenset[str]
    moved: frozenset[str]

    @property
    def paths(self) -> frozenset[str]:
        return self.altered | self.moved


class Answer(NamedTuple):
    """The problems of a branch; `unseen` are the codes of NOT_SEEN that were not looked for."""

    result: Result
    unseen: tuple[str, ...]
    read: int
    """Files read besides a look at the bytes of all."""


def changed_since(root: Path, revision: str) -> Change:
    """What differs from `revision` below content/, templates/ and in mkdocs.yml, new files not yet added included.
    Raises UnknownRevisionError."""
    if revision.startswith("-"):
        raise UnknownRevisionError(revision)
    where = ("--", "content", "templates", "mkdocs.yml")
    words = _git(root, "diff", "--name-status", "-z", "--no-renames", "--relative", revision, *where).split("\0")
    fresh = _git(root, "ls-files", "-z", "--others", "--exclude-standard", *where)
    rows = list(zip(words[0::2], words[1::2], strict=False))
    moved = {path for status, path in rows if status != "M"} | {path for path in fresh.split("\0") if path}
    return Change(frozenset(path for status, path in rows if status == "M") - moved, frozenset(moved))


def brought_by(problems: Iterable[Problem], paths: Collection[str]) -> list[Problem]:
    """Errors wherever they show (a removed entry breaks others), warnings and advice of the changed files only."""
    return [one for one in problems if one.level is Level.ERROR or one.spot.path in paths]


def check_changed(project: Project, revision: str, progress: Progress | None = None, release: bool = False) -> Answer:
    """The problems that a branch brings. Raises UnknownRevisionError."""
    change = changed_since(project.root, revision)
    near = None
    if not any(path.startswith(_SCHEMA) for path in change.paths):
        loader = SchemaLoader(project)
        schema = loader.load()
        listing = list_content(project, schema)
        if len(listing.files) > SMALL:
            near = _near(project, schema, listing, loader.problems, change, _sketches(project, loader, schema, listing))
    if near is None:
        result = check(project, progress, release)
        result.problems = brought_by(result.problems, change.paths)
        return Answer(result, (), result.entries)
    problems, count, read_files, unseen = near
    kept = brought_by(bounded(for_release(problems) if release else problems), change.paths)
    return Answer(Result(kept, count, any(one.level is Level.ERROR for one in kept)), unseen, read_files)


def told_besides(answer: Answer) -> str:
    """What a look at the change alone leaves open, in a line; "" after a whole check."""
    if not answer.unseen:
        return ""
    unseen = "；".join(NOT_SEEN[code] for code in answer.unseen)
    return f"只读了改动的和受牵连的 {answer.read} 个文件。没有查的：{unseen}。全部检查用 kb check。\n"


def _sketches(project: Project, loader: SchemaLoader, schema: Schema, listing: Listing) -> dict[str, bytes] | None:
    """path -> sketch of the wording of every entry, None where the cache does not know nearly all of them."""
    entries = [found for found in listing.files if found.kind not in {"asset", "data"}]
    path = cache_path(project)
    if not path.is_file():
        return None

    def known(cache: Cache) -> dict[str, bytes]:
        if cache.meta("schema") != content_key(loader):
            return {}
        signatures = cache.signatures()
        fresh = {found.path for found in entries if signatures.get(found.path, (0, 0, b""))[:2] == (found.mtime, found.size)}
        return {
            name: sketch_of(card) if (card := thaw_card(frozen)) else b"" for name, _, frozen, _ in cache.rows() if name in fresh
        }

    sketches = use_cache(path, known)
    missing = [found for found in entries if found.path not in sketches]
    if len(missing) > FEW:
        return None
    for found in missing:
        reading = read_entry(found.path, read(os.fspath(project.root), found.path), found.kind, schema, found.size)
        card = reading.card and reading.card._replace(sketch=sketch(reading))
        sketches[found.path] = sketch_of(card) if card else b""
    return dict(sorted(sketches.items()))


def _alike(sketches: dict[str, bytes], own: Collection[str], cards: Cards, files: dict[str, Found]) -> list[Problem]:
    """Near-duplicates of changed entries."""
    wanted = {value for path in own for value in values(sketches[path])}
    among = {path for path, one in sketches.items() if path in own or not wanted.isdisjoint(values(one))}
    twins = [one for one in find_twins(sketches, among) if one.other in own]
    concerned = {path for one in twins for path in (one.first, one.other)}
    by_path = {path: card for path in concerned if (card := cards.card(files[path])) is not None}
    return list(near_duplicates([one for one in twins if {one.first, one.other} <= by_path.keys()], by_path))


def _near(
    project: Project, schema: Schema, listing: Listing, problems: list[Problem], change: Change, sketches: dict[str, bytes] | None
) -> tuple[list[Problem], int, int, tuple[str, ...]] | None:
    """(problems, changed entries, files read, what was not looked for) of the changed files and of what they touch; None where only a whole
    check can tell."""
    root = os.fspath(project.root)
    files = {found.path: found for found in listing.files}
    entries = [found for found in listing.files if found.kind not in {"asset", "data"}]
    own = [found for found in entries if found.path in change.paths]
    problems = [*problems, *listing.problems]
    changed: dict[str, Card | None] = {}
    for found in own:
        reading = read_entry(found.path, read(root, found.path), found.kind, schema, found.size)
        problems += check_entry(reading, schema)
        changed[found.path] = reading.card._replace(quoted=quoted(reading)) if reading.card else None
    for found in listing.files:
        if found.path in change.paths and found.kind in {"asset", "data"} and found.path.lower().endswith(CHECKED):
            with (project.root / found.path).open("rb") as file:
                problems += check_attachment(found.path, file.read(MAX_ASSET_BYTES + 1))
    problems += check_names(found.path for found in listing.files if found.path in change.paths)
    cards = Cards(root, schema, entries, changed)
    touched = _touched(change, changed.values())
    seen = scan(root, (found for found in entries if found.path not in change.paths), touched)
    doubles = [found for one in own for found in cards.by_id[id_of(one.path)]]
    row = sorted({found.path for found in (*own, *seen.beside, *doubles)})
    beside = [card for path in row if (card := cards.card(files[path])) is not None]
    names = KnownTitles((), frozenset())
    if any(len(title) >= LONG for card in changed.values() if card for title, _, _ in card.quoted):
        names = titles(root, schema, entries, changed, seen.titles)
    library = Library(schema, cards, {}, {}, {}, {}, {}, digests=Digests(root, files), unread=Unread(cards))
    shelf = Shelf(beside, library, files.keys(), names)
    problems += [problem for check in _BETWEEN for problem in check(shelf)]
    for card in changed.values():
        problems += check_card(card, shelf) if card else ()
    about = touched.words | touched.headed
    for found in seen.naming:
        other = cards.card(found)
        if other is not None:
            # only what it says of the change can have become an error
            other = other._replace(ref_columns=columns_of(ref for ref in other.refs if ref.target in about))
            problems += [one for one in check_card(other, shelf) if one.level is Level.ERROR]
    work = _pieces(project, library, listing, change, touched)
    if work is None:
        return None
    if sketches is not None:
        work += _alike(sketches, {found.path for found in own}, cards, files)
    unseen = tuple(code for code in NOT_SEEN if code != "near-duplicate" or sketches is None)
    return problems + work, len(own), cards.read, unseen


def _touched(change: Change, cards: Iterable[Card | None]) -> Touched:
    words = set()
    for path in change.moved:
        name = path.rpartition("/")[2]
        words |= {id_of(path)} if name.endswith((".md", ".yml")) else {name, quote(name)}
    headed = frozenset(id_of(path) for path in change.altered if path.endswith(".md"))
    return Touched(frozenset(words), headed, frozenset(card.title for card in cards if card))


def _pieces(project: Project, library: Library, listing: Listing, change: Change, touched: Touched) -> list[Problem] | None:
    """Problems of the working instruments that changed or name what did; None where a handbook is among them: it
    selects among all entries."""
    data = [found for found in listing.files if found.kind == "data"]
    kinds = {kind.folder: kind for kind in KINDS}
    words = [word.encode() for word in (*touched.words, *touched.headed)]
    stirred = {
        found.path
        for found in data
        if found.path in change.paths or any(word in read(os.fspath(project.root), found.path) for word in words)
    }
    gone = {path for path in change.paths if path.startswith(tuple(f"content/{folder}/" for folder in kinds))}
    folders = {path.split("/")[1] for path in stirred | gone} & kinds.keys()
    if "handbooks" in folders:
        return None
    if not folders:
        return []
    pieces, problems = read_pieces(project, (found.path for found in data), KINDS)
    full = replace(library, pieces=pieces)
    problems = [one for one in problems if one.spot.path in change.paths]
    return problems + check_pieces(full, [kinds[folder] for folder in sorted(folders)])


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", "-c", "core.quotePath=false", *words], cwd=root, capture_output=True, check=False)
    if done.returncode:
        raise UnknownRevisionError
    return done.stdout.decode("utf-8", "surrogateescape")
