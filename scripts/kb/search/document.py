"""What the index is told about an entry."""

from __future__ import annotations

from dataclasses import dataclass

Facets = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """The part of an entry that every reader loads at the first search: its names and what it can be narrowed by."""

    id: str
    url: str
    title: str
    aliases: tuple[str, ...] = ()
    facets: Facets = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole entry. `url` is relative to the site root; `sections` are (heading, text) in order."""

    id: str
    url: str
    title: str
    aliases: tuple[str, ...] = ()
    summary: str = ""
    facets: Facets = ()
    sections: tuple[tuple[str, str], ...] = ()

    @property
    def listing(self) -> Listing:
        """What `build` and `patch` need besides the blob."""
        return Listing(self.id, self.url, self.title, self.aliases, self.facets)
