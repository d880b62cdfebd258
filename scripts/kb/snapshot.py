"""From the last look at the whole library to the present one, where only the insides of a few entries have changed since.

Most edits touch the wording of one entry. Nothing that other pages show can change then (`Card.public`), so the joined
library and what was found between its entries hold as they are, but for the entry itself and for near-duplicates.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from kb.disk.cache import Cache
from kb.model.entry import Card
from kb.model.library import Library
from kb.model.schema import Schema
from kb.problem import Level, Problem
from kb.source.frozen import freeze_problems, thaw_card, thaw_problems
from kb.source.library import FetchedCards

if TYPE_CHECKING:
    from kb.checks.shelf import Shelf
    from kb.checks.wording import Twins

_VIEW, _BETWEEN, _SKETCHES, _ROWS = "view", "between", "sketches", "rows"
AGAIN = 200
"""With more rows that differ from those kept in one piece, all are fetched one by one and kept anew."""
LARGEST = 500_000_000
"""Bytes of the piece; SQLite takes no value above twice that."""
Row = tuple[str, bytes, tuple[Any, ...] | None, bytes]
"""What is known of an entry's file: path, digest, its card as a plain tuple, frozen problems."""


class View(NamedTuple):
    """A library without its cards, and what was found between its entries that hangs on no single one."""

    key: bytes
    """Digest of everything but the entries' files."""
    paths: dict[str, str]
    """id -> path of every card, in the library's order."""
    shown: tuple[str, ...]
    forward: dict[str, tuple[str, ...]]
    backward: dict[str, tuple[str, ...]]
    coverage: dict[str, tuple[str, ...]]
    rules: tuple[str, ...]
    titles: tuple[str, ...]
    problems: bytes
    """Frozen: those of the registers, the working instruments, the attachments and the whole library."""
    twins: tuple[tuple[str, str, int], ...]
    consulted: tuple[str, ...]
    """Paths of entries whose very bytes the checks of working instruments looked at."""


@dataclass(frozen=True, slots=True)
class Present:
    """The library as it is now, with all problems between its entries."""

    library: Library
    problems: list[Problem]


def packed(
    key: bytes,
    shelf: Shelf,
    sketches: Mapping[str, bytes],
    twins: Sequence[Twins],
    between: Mapping[str, bytes],
    others: Sequence[Problem],
    consulted: Collection[str],
    faulty: bool,
) -> dict[str, bytes]:
    """The whole library as it is remembered, for `store`; nothing where there is an error that is not an entry's own, for
    that is mended soon.

    `between` holds, frozen, what was found of single cards beside the others, by path, `faulty` tells whether an error is among
    it; `others` is all else.
    """
    if faulty or any(problem.level is Level.ERROR for problem in others) or shelf.library.unread or not key:
        return dict.fromkeys((_VIEW, _BETWEEN, _SKETCHES), b"")
    library = shelf.library
    view = View(
        key,
        {id: card.path for id, card in library.cards.items()},
        tuple(library.shown),
        dict(library.forward),
        dict(library.backward),
        dict(library.coverage),
        shelf.titles.rules,
        tuple(sorted(shelf.titles.entries)),
        freeze_problems(others),
        tuple(map(tuple, twins)),  # type: ignore[arg-type]
        tuple(sorted(consulted)),
    )
    return _packed(view, between, sketches)


def rows_of(cache: Cache, digests: Mapping[str, bytes]) -> tuple[list[Row], bool]:
    """What is known of every file in `digests`, in that order, and whether to keep it anew (`packed_rows`).

    marshal brings up ten thousand cards in one piece in a third of the time that it takes for them one by one, for they have
    most of their words in common.
    """
    stored = cache.meta(_ROWS)
    held: dict[str, Row] = {row[0]: row for row in marshal.loads(stored)} if stored else {}
    others = [path for path, digest in digests.items() if path not in held or held[path][1] != digest]
    if len(others) > AGAIN:
        return [(path, digest, _loaded(card), problems) for path, digest, card, problems in cache.rows()], True
    for path in others:
        held[path] = (path, digests[path], _loaded(cache.card(path)), cache.problems_of(path))
    return [held[path] for path in digests], False


def _loaded(card: bytes) -> tuple[Any, ...] | None:
    return marshal.loads(card) if card else None


def packed_rows(rows: Sequence[Row]) -> dict[str, bytes]:
    """The rows in one piece, for `store`."""
    data = marshal.dumps(rows)  # type: ignore[arg-type]
    return {_ROWS: data if len(data) <= LARGEST else b""}


def forget_rows(cache: Cache) -> None:
    """What was understood of the files holds no longer, whatever their digests."""
    cache.set_meta(_ROWS, b"")


def store(cache: Cache, library: Mapping[str, bytes]) -> None:
    """Remember what `packed` made, or nothing from now on."""
    for name, value in library.items():
        if cache.meta(name) != value:  # to read it is ten times as cheap as to write it
            cache.set_meta(name, value)


def _packed(view: View, between: Mapping[str, bytes], sketches: Mapping[str, bytes]) -> dict[str, bytes]:
    return {
        _VIEW: marshal.dumps(tuple(view)), _BETWEEN: marshal.dumps((view.key, dict(between))), _SKETCHES: marshal.dumps(dict(sketches)),
    }  # fmt: skip


def recall(cache: Cache, key: bytes) -> View | None:
    """What was remembered, if all but the entries' files is still the same."""
    stored = cache.meta(_VIEW)
    if not stored or not key:
        return None
    view = View._make(marshal.loads(stored))
    return view if view.key == key else None


def found_between(cache: Cache, key: bytes) -> dict[str, bytes] | None:
    """What was found of single cards beside the others at the last look, frozen, by path; None where all but the entries' files
    is not the same as then."""
    stored = cache.meta(_BETWEEN)
    if not stored or not key:
        return None
    kept, between = marshal.loads(stored)
    return between if kept == key else None


def last(cache: Cache, schema: Schema, changed: Mapping[str, str], edition: str) -> Library | None:
    """The library as it was when it was last looked at, whatever has changed since; None where that is not remembered."""
    stored = cache.meta(_VIEW)
    return _library(cache, View._make(marshal.loads(stored)), schema, changed, edition, {}) if stored else None


def renew(
    cache: Cache,
    view: View,
    edited: Collection[Card],
    schema: Schema,
    changed: Mapping[str, str],
    edition: str,
    files: Collection[str],
    digests: Mapping[str, bytes],
) -> Present | None:
    """The library after edits that left `Card.public` as it was; None where it must be joined anew after all."""
    if any(card.path in view.consulted or card.former for card in edited):
        return None
    library = _library(cache, view, schema, changed, edition, digests)
    others = thaw_problems(view.problems)
    by_path = {card.path: card for card in edited}
    if any(problem.spot.path in by_path for problem in others):
        return None
    between = found_between(cache, view.key) or {}
    if not edited and not view.twins:
        return Present(library, [*others, *_thawed(between)])
    from kb.checks.wording import Twins, near_duplicates  # an unchanged library need not load the checks

    twins = [Twins._make(row) for row in view.twins]
    if edited:
        from kb.checks.library import check_card
        from kb.checks.shelf import Shelf
        from kb.checks.titles import KnownTitles

        shelf = Shelf(library.cards.values(), library, files, KnownTitles(view.rules, frozenset(view.titles)))
        for card in by_path.values():
            noted = check_card(card, shelf)
            if any(problem.level is Level.ERROR for problem in noted):
                return None
            if noted:
                between[card.path] = freeze_problems(noted)
            else:
                between.pop(card.path, None)
        sketches: dict[str, bytes] = marshal.loads(cache.meta(_SKETCHES))
        twins = list(_twins(twins, sketches, by_path))
        store(cache, _packed(view._replace(twins=tuple(map(tuple, twins))), between, sketches))  # type: ignore[arg-type]
    paths = {path for one in twins for path in (one.first, one.other)}
    of_twins = {path: found for path in paths if (found := thaw_card(cache.card(path))) is not None}
    return Present(library, [*others, *_thawed(between), *near_duplicates(twins, of_twins)])


def _thawed(between: Mapping[str, bytes]) -> Iterator[Problem]:
    return (problem for rows in between.values() for problem in thaw_problems(rows))


def last_twins(cache: Cache) -> Callable[[Mapping[str, bytes]], list[Twins]]:
    """From sketches to the near-duplicates of the whole library: those of the last look, where no wording has changed since.

    What it returns can be called in a process that has no cache.
    """
    stored, kept = cache.meta(_SKETCHES), cache.meta(_VIEW)

    def twins_of(sketches: Mapping[str, bytes]) -> list[Twins]:
        from kb.checks.wording import Twins, find_twins  # as in renew

        if stored and kept and marshal.loads(stored) == sketches:
            return [Twins._make(row) for row in View._make(marshal.loads(kept)).twins]
        return find_twins(sketches)

    return twins_of


def _twins(standing: Collection[Twins], sketches: dict[str, bytes], by_path: Mapping[str, Card]) -> Iterator[Twins]:
    """The near-duplicates after an edit; `sketches` are brought up to date."""
    from kb.checks.wording import find_twins, sketch_of, touched_by  # as in renew

    before = {**sketches}
    for path, card in by_path.items():
        if path in sketches:
            sketches[path] = sketch_of(card)
    moved = {path for path in by_path if before.get(path) != sketches.get(path)}
    if not moved:
        yield from standing
        return
    touched = touched_by(before, sketches, moved)
    fresh = [one for one in standing if not (one.first in touched and one.other in touched)]
    yield from sorted([*fresh, *find_twins(sketches, touched)])


def _library(
    cache: Cache, view: View, schema: Schema, changed: Mapping[str, str], edition: str, digests: Mapping[str, bytes]
) -> Library:
    def fetch(key: str) -> Card:
        card = thaw_card(cache.card(view.paths[key]))
        assert card is not None, key
        return card

    cards = FetchedCards(view.paths, fetch)
    shown = FetchedCards(dict.fromkeys(view.shown), cards.__getitem__)
    return Library(schema, cards, shown, view.forward, view.backward, view.coverage, changed, edition, digests=digests)
