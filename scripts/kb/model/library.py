"""The library: all entries joined, with what refers to what. Frozen; every output reads from it."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kb.model.entry import Card
from kb.model.schema import EntryType, Schema


@dataclass(frozen=True)
class Library:
    """`cards` holds every entry that was read, `shown` the published ones that this edition may show."""

    schema: Schema
    cards: Mapping[str, Card]
    shown: Mapping[str, Card]
    forward: Mapping[str, tuple[str, ...]]
    """id -> ids of shown entries it refers to, in order of first mention."""
    backward: Mapping[str, tuple[str, ...]]
    """id -> ids of shown entries that refer to it, by type and title."""
    coverage: Mapping[str, tuple[str, ...]]
    """source item -> ids of shown entries that claim it."""
    changed: Mapping[str, str]
    """path under content/ -> ISO date of the last commit that touched it."""
    edition: str = "公开"
    pieces: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """folder -> id -> working instrument (kb.workpieces.Piece)."""
    digests: Mapping[str, bytes] = field(default_factory=dict)
    """path of an entry -> digest of its bytes, by which a question knows that its basis has changed."""
    unread: Collection[str] = frozenset()
    """Ids of entries whose header, or state in it, could not be understood: that is told there, and what they would say is not
    held against others."""

    def type_of(self, card: Card) -> EntryType:
        return self.schema.types[card.type]

    def named(self, key: str) -> str:
        """The title of an entry in brackets, "" where it cannot be read."""
        card = self.cards.get(key)
        return f"（{card.title}）" if card else ""

    def url(self, card: Card) -> str:
        """Address of an entry's page from the site's root."""
        return f"{self.schema.types[card.type].folder}/{card.id}.html"

    def find(self, words: str) -> Card | None:
        """The entry that someone means who writes its id, its title, or the path of its file; None where it is no one's, or
        the title of several."""
        key = words.strip().rpartition("/")[2].rpartition("\\")[2].removesuffix(".md")
        if key in self.cards:
            return self.cards[key]
        titled = [card for card in self.cards.values() if card.title.strip("《》") == words.strip().strip("《》")]
        return titled[0] if len(titled) == 1 else None

    def heir(self, card: Card) -> Card | None:
        """The entry that stands in for a retired one, others that were retired since passed over; None where there is none."""
        seen = {card.id}
        after = self.cards.get(card.replaced_by)
        while after is not None and after.retired and after.id not in seen:
            seen.add(after.id)
            after = self.cards.get(after.replaced_by)
        return None if after is None or after.retired else after

    @functools.cached_property
    def in_order(self) -> list[Card]:
        """All shown entries in the order of an index; sorted once for all lists, for each of them asks for it."""
        return sorted_cards(self.shown.values())

    def of_type(self, name: str) -> list[Card]:
        """The shown entries of a type in the order of an index."""
        return [card for card in self.in_order if card.type == name]


def sorted_cards(cards: Iterable[Card]) -> list[Card]:
    """Cards in the order of a Chinese index: by pinyin of the title, then by id."""
    return sorted(cards, key=lambda card: (card.sort_key, card.id))
