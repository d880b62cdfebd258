"""From an entry as read to what the search index keeps of it."""

from __future__ import annotations

from kb.model.schema import Schema
from kb.source.entry import EntryReading


def extract_postings(reading: EntryReading, schema: Schema) -> bytes:
    """The entry's terms for the index, b"" where it has none."""
    return b""
