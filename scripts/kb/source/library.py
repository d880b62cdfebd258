"""From all cards to the library: unique ids, resolved references, backlinks, coverage of the sources."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, ItemsView, Iterable, Iterator, Mapping
from typing import TypeVar

from kb.model.entry import Card
from kb.model.library import Library
from kb.model.schema import Schema

V = TypeVar("V")


class FetchedCards(Mapping[str, Card]):
    """id -> card, each fetched when it is first asked for."""

    def __init__(self, ids: Collection[str], fetch: Callable[[str], Card]) -> None:
        self._ids = ids
        self._fetch = fetch
        self._held: dict[str, Card] = {}

    def __getitem__(self, key: str) -> Card:
        if key not in self._held:
            if key not in self._ids:
                raise KeyError(key)
            self._held[key] = self._fetch(key)
        return self._held[key]

    def __contains__(self, key: object) -> bool:
        return key in self._ids

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


class Deferred(Mapping[str, V]):
    """A mapping that is made when it is first looked into."""

    def __init__(self, make: Callable[[], Mapping[str, V]]) -> None:
        self._make = make

    @functools.cached_property
    def _made(self) -> Mapping[str, V]:
        return self._make()

    def __getitem__(self, key: str) -> V:
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)

    def items(self) -> ItemsView[str, V]:
        return self._made.items()  # not one by one: it may hold a path for every file of a site


class Consulted(Mapping[str, V]):
    """A mapping that remembers in `keys_seen` what was looked up in it."""

    def __init__(self, inner: Mapping[str, V]) -> None:
        self._inner = inner
        self.keys_seen: set[str] = set()

    def __getitem__(self, key: str) -> V:
        self.keys_seen.add(key)
        return self._inner[key]

    def __iter__(self) -> Iterator[str]:
        self.keys_seen.update(self._inner)
        return iter(self._inner)

    def __len__(self) -> int:
        return len(self._inner)


EDITIONS = {"公开": ("公开",), "内部": ("公开", "内部")}


def shows(edition: str, card: Card) -> bool:
    """Whether an edition shows an entry."""
    return card.published and card.visibility in EDITIONS[edition]


def targets_of(card: Card, shown: Collection[str]) -> tuple[str, ...]:
    """Ids of the shown entries that an entry refers to, in order of first mention."""
    own = card.id
    return tuple([target for target in dict.fromkeys(card.targets) if target in shown and target != own])


def join(cards: Iterable[Card], schema: Schema, changed: Mapping[str, str], edition: str = "公开") -> Library:
    """Join the cards; where two share an id the first path keeps it (the check names the second)."""
    known: dict[str, Card] = {}
    for card in cards:
        known.setdefault(card.id, card)
    shown = {key: card for key, card in known.items() if shows(edition, card)}
    order = {kind.name: kind.order for kind in schema.types.values()}
    forward: dict[str, tuple[str, ...]] = {}
    backward: dict[str, list[str]] = {}
    coverage: dict[str, list[str]] = {}
    # in the order in which the lists of others name them
    for card in sorted(shown.values(), key=lambda card: (order[card.type], card.sort_key, card.id)):
        targets = targets_of(card, shown)
        if targets:
            forward[card.id] = targets
        for target in targets:
            backward.setdefault(target, []).append(card.id)
        for row in card.claim_rows:
            coverage.setdefault(row[0], []).append(card.id)
    return Library(
        schema,
        known,
        shown,
        forward,
        {key: tuple(keys) for key, keys in backward.items()},
        {key: tuple(dict.fromkeys(keys)) for key, keys in coverage.items()},
        changed,
        edition,
    )
