"""From the cards of all files to the library, and to the problems that lie between its entries and beside them."""

from __future__ import annotations

import contextlib
import marshal
import os
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from kb import snapshot
from kb.checks.attachment import CHECKED, check_attachment, check_names
from kb.checks.library import check_card, check_cards, check_library, shelve, touched_by, unread
from kb.checks.shelf import Shelf
from kb.checks.wording import near_duplicates, sketch_of
from kb.disk.cache import Cache
from kb.disk.history import dates_of_change
from kb.model.entry import Card
from kb.model.library import Library
from kb.model.schema import Schema
from kb.problem import Level, Problem
from kb.processes import Aside, may_fork
from kb.project import Project
from kb.source.folder import MAX_ASSET_BYTES, RACY, Found, Listing
from kb.source.frozen import card_of, freeze_problems, thaw_problems
from kb.source.library import Consulted, join
from kb.workpieces import KINDS
from kb.workpieces.kind import Piece, check_pieces, read_pieces

APART_FROM = 1_000
"""With fewer entries than this a process of its own for the checks between them costs more than it saves."""
Rest = Callable[[], list[Problem]]
"""Gives the problems that were still being looked for; once only."""


def join_all(
    project: Project,
    cache: Cache,
    state: bytes,
    schema: Schema,
    edition: str,
    problems: list[Problem],
    listing: Listing,
    digests: dict[str, bytes],
    edits: Collection[tuple[Card, Card]] | None = None,
    stack: contextlib.ExitStack | None = None,
) -> tuple[Library, list[Problem], Rest | None]:
    """The library joined from all cards, and all problems with `problems` (of the registers and the list of files) first;
    `digests` by path, in order. `edits` are the cards (before, after) of all entries that changed since the last look, where
    they are few and none came or went: then only what they touch is held against the others again.

    With a `stack`, what lies between the entries may be left to a process of its own that ends with it: the third value
    then gives those problems.
    """
    rows, again = snapshot.rows_of(cache, digests)
    cards = [card_of(card) for _, _, card, _ in rows if card is not None]
    for _, _, _, frozen in rows:
        if frozen:
            problems += thaw_problems(frozen)
    pieces, others = pieces_of(project, listing)
    consulted = Consulted(digests)
    files = {found.path: found for found in listing.files}
    library = join(cards, schema, dates_of_change(project.root, cache), edition)
    library = replace(library, pieces=pieces, digests=consulted, unread=unread(library, files))
    shelf = shelve(cards, library, files)
    others += check_names(files)
    others += _attachments(project, listing.files, cache)
    others += check_library(shelf)
    others += check_pieces(library, KINDS)
    problems += others
    library = replace(library, digests=digests)
    twins_of = snapshot.last_twins(cache)

    kept, touched = _kept(cache, state, edits, shelf)

    def look() -> tuple[list[bytes], dict[str, bytes]]:
        by_path = {one.path: one for one in cards}
        fresh = check_cards(shelf) if touched is None else {path: check_card(by_path[path], shelf) for path in touched}
        between = {path: frozen for path, frozen in kept.items() if path not in fresh}
        between |= {path: freeze_problems(found) for path, found in fresh.items() if found}
        sketches = {path: sketch_of(one) for path, one in by_path.items()}
        twins = twins_of(sketches)
        wrong = any(problem.level is Level.ERROR for found in fresh.values() for problem in found)
        packed = snapshot.packed(state, shelf, sketches, twins, between, others, consulted.keys_seen, wrong)
        alike = freeze_problems(near_duplicates(twins, by_path))
        return [*between.values(), alike], packed | (snapshot.packed_rows(rows) if again else {})

    def settle(frozen: list[bytes], packed: dict[str, bytes]) -> list[Problem]:
        snapshot.store(cache, packed)
        return [problem for row in frozen for problem in thaw_problems(row)]

    faulty = any(problem.level is Level.ERROR for problem in problems)
    if stack is None or faulty or touched is not None or len(cards) < APART_FROM or not may_fork():
        return library, problems + settle(*look()), None
    aside = stack.enter_context(Aside(look))
    return library, problems, lambda: settle(*aside.result())


def _kept(
    cache: Cache, state: bytes, edits: Collection[tuple[Card, Card]] | None, shelf: Shelf
) -> tuple[dict[str, bytes], set[str] | None]:
    """What was found between the entries at the last look, and the paths of the cards that must be looked at again; all: None."""
    between = snapshot.found_between(cache, state)
    if between is None or edits is None:
        return {}, None
    touched = touched_by(edits, shelf)
    return ({}, None) if touched is None else (between, touched)


def pieces_of(project: Project, listing: Listing) -> tuple[dict[str, dict[str, Piece]], list[Problem]]:
    """The working instruments, and what is wrong in their files."""
    return read_pieces(project, (found.path for found in listing.files if found.kind == "data"), KINDS)


def _attachments(project: Project, files: Iterable[Found], cache: Cache) -> list[Problem]:
    """What attachments and data files give away; each is read again only when it changed."""
    stored = cache.meta("attachments")
    known: dict[str, tuple[int, int, bytes]] = marshal.loads(stored) if stored else {}
    rows: dict[str, tuple[int, int, bytes]] = {}
    for found in files:
        if found.kind not in {"asset", "data"} or not found.path.lower().endswith(CHECKED):
            continue
        row = known.get(found.path)
        if row is None or row[:2] != (found.mtime, found.size):
            now = time.time_ns()
            with open(os.path.join(project.root, found.path), "rb") as file:
                problems = check_attachment(found.path, file.read(MAX_ASSET_BYTES + 1))
            row = (0 if now - found.mtime < RACY else found.mtime, found.size, freeze_problems(problems))
        rows[found.path] = row
    if rows != known:
        cache.set_meta("attachments", marshal.dumps(rows))
    return [problem for _, _, frozen in rows.values() if frozen for problem in thaw_problems(frozen)]
