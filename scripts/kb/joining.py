"""From the cards of all files to the library, and to the problems that lie between its entries and beside them."""

from __future__ import annotations

import contextlib
import marshal
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from kb import snapshot
from kb.checks.attachment import CHECKED, check_attachment
from kb.checks.library import check_cards, check_library, shelve
from kb.checks.wording import near_duplicates, sketch_of
from kb.disk.cache import Cache
from kb.disk.history import dates_of_change
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
    stack: contextlib.ExitStack | None = None,
) -> tuple[Library, list[Problem], Rest | None]:
    """The library joined from all cards, and all problems with `problems` (of the registers and the list of files) first;
    `digests` by path, in order.

    With a `stack`, what lies between the entries may be left to a process of its own that ends with it: the third value
    then gives those problems.
    """
    rows, again = snapshot.rows_of(cache, digests)
    cards = [card_of(card) for _, _, card, _ in rows if card is not None]
    for _, _, _, frozen in rows:
        problems += thaw_problems(frozen)
    pieces, others = pieces_of(project, listing)
    consulted = Consulted(digests)
    library = replace(join(cards, schema, dates_of_change(project.root, cache), edition), pieces=pieces, digests=consulted)
    shelf = shelve(cards, library, {found.path: found for found in listing.files})
    others += _attachments(project, listing.files, cache)
    others += check_library(shelf)
    others += check_pieces(library, KINDS)
    problems += others
    library = replace(library, digests=digests)
    twins_of = snapshot.last_twins(cache)

    def look() -> tuple[bytes, dict[str, bytes]]:
        between = check_cards(shelf)
        by_path = {one.path: one for one in cards}
        sketches = {path: sketch_of(one) for path, one in by_path.items()}
        twins = twins_of(sketches)
        found = [problem for rows in between.values() for problem in rows]
        found += near_duplicates(twins, by_path)
        kept = snapshot.packed(state, shelf, sketches, twins, between, others, consulted.keys_seen)
        return freeze_problems(found), kept | (snapshot.packed_rows(rows) if again else {})

    def settle(frozen: bytes, packed: dict[str, bytes]) -> list[Problem]:
        snapshot.store(cache, packed)
        return thaw_problems(frozen)

    faulty = any(problem.level is Level.ERROR for problem in problems)
    if stack is None or faulty or len(cards) < APART_FROM or not may_fork():
        return library, problems + settle(*look()), None
    aside = stack.enter_context(Aside(look))
    return library, problems, lambda: settle(*aside.result())


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
