"""From an entry as read, or from its card, to what the search index is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.model.entry import Card
from kb.model.schema import Schema
from kb.model.value import UNSTATED, Cadence, Text
from kb.source.entry import EntryReading

if TYPE_CHECKING:
    from kb.search import Listing

FACETS = (
    ("type", ""),
    ("topic", "topic"),
    ("organ", "organs"),
    ("function", "functions"),
    ("level", "levels"),
    ("role", "roles"),
    ("place", "places"),
    ("year", "year"),
)
"""Name in the index -> attribute of the card."""


def extract_postings(reading: EntryReading, schema: Schema) -> bytes:
    """The entry's terms and texts, packed for the index; b"" for what is no entry or cannot be shown."""
    card, outline = reading.card, reading.outline
    if card is None or outline is None or card.type not in schema.types or not card.published:
        return b""
    from kb.search import Document
    from kb.search.extract import extract  # numpy: 0.1 s that an unchanged library need not pay

    known = listing_of(card, schema)
    facts = _facts(reading)
    sections = (("", facts), *outline.sections) if facts else outline.sections
    return extract(Document(known.id, known.url, known.title, known.aliases, card.summary, known.facets, sections))


def listing_of(card: Card, schema: Schema) -> Listing:
    """The part of an entry that every reader of the index loads."""
    from kb.search import Listing  # as above

    kind = schema.types[card.type]
    facets = []
    for name, attribute in FACETS:
        value = kind.label if name == "type" else getattr(card, attribute)
        words = value if isinstance(value, tuple) else (value,) if value else ()
        facets.append((name, words))
    return Listing(card.id, f"{kind.folder}/{card.id}.html", card.title, card.aliases, tuple(facets))


def _facts(reading: EntryReading) -> str:
    """The statements of the header, each on a line of its own."""
    assert reading.entry is not None
    lines: list[str] = []
    for key in reading.type.own:
        value = reading.entry.values.get(key)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Text) and one.text != UNSTATED:
                lines.append(one.text)
            elif isinstance(one, Cadence) and one.text != UNSTATED:
                lines.append(one.text + (f"（{one.note}）" if one.note else ""))
    return "\n".join(lines)
