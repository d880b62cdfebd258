"""A planned file: its address, the digest of everything it is made from, and the making of it when that is needed."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kb.model.entry import Card
from kb.model.library import Library
from kb.model.schema import EntryType
from kb.project import Project
from kb.render.context import Page, Written
from kb.render.shell import Shell
from kb.render.templates import digest_of, environment
from kb.source.spool import Spool

if TYPE_CHECKING:
    import jinja2

    from kb.outputs.calendar_rows import Row


class Plan(NamedTuple):
    """One file of the site. Two plans with equal keys make equal bytes."""

    path: str
    key: bytes
    make: Callable[[], bytes]
    long: bool = False
    """Whether it may take hundreds of times as long as an entry's page: such files are begun first."""


@dataclass(frozen=True, slots=True)
class Stock:
    """What the present site holds, for outputs that bring something up to date instead of making it anew."""

    folder: Path
    standing: Mapping[str, bytes]
    """path -> key of every file of the present site; empty where there is none to build on."""
    stale: Mapping[str, tuple[Card | None, bytes]]
    """path of an entry -> its card and packed terms as the present site knows them, for all that changed since."""
    index_fits: Callable[[], bool]
    """Whether the present search index was made by the same program, schema and edition."""
    postings: Callable[[Iterable[str] | None], dict[str, bytes]]
    """path -> packed terms of entries as they are now; None asks for all."""
    only_entries: bool
    """Whether nothing but entries has changed since the present site was planned."""


@dataclass(frozen=True)
class Site:
    """What an output works from."""

    project: Project
    library: Library
    shell: Shell
    name: str
    address: str
    """Where the site is served from, ending in "/"; only feeds and site maps need it."""
    key: bytes
    """Digest of the program, the schema and the settings."""
    digests: Mapping[str, bytes]
    """path -> digest of an entry's bytes."""
    files: Mapping[str, object]
    """Paths under content/ that are there."""
    stock: Stock
    spool: Spool | None = None
    """The entries that this build has read, put aside for their pages."""

    @functools.cached_property
    def templates(self) -> jinja2.Environment:
        from kb.outputs.table_rows import table_rows  # most edits make no table

        made = environment(self.project)
        made.globals["table_rows"] = table_rows
        return made

    @functools.cached_property
    def kinds(self) -> list[EntryType]:
        """The types in their order."""
        return self.library.schema.ordered_types()

    @functools.cached_property
    def calendar(self) -> list[Row]:
        """The rows of the work calendar, for the calendar itself and for home."""
        from kb.outputs.calendar_rows import rows_of  # an edit of wording needs none

        return rows_of(self.library)

    @functools.cached_property
    def macros(self) -> bytes:
        return digest_of(*sorted((self.project.templates / "pages").glob("_*.j2")))

    @functools.cached_property
    def card_digests(self) -> dict[str, bytes]:
        """id -> what tells whether lists and links show something else of an entry."""
        changed = self.library.changed
        return {key: card.face + changed.get(card.path, "").encode() for key, card in self.library.shown.items()}

    @functools.cached_property
    def _written(self) -> dict[tuple[int, bool], Written]:
        return {}

    def page_at(self, url: str, source: str = "", lists_sources: bool = False) -> Page:
        """A page of this site; `source` is the path of the file that its relative links start from."""
        written = self._written.setdefault((url.count("/"), lists_sources), Written())
        return Page(self.library, url, source, written, lists_sources)

    @functools.cached_property
    def _template_digests(self) -> dict[str, bytes]:
        return {}

    def template_digest(self, name: str) -> bytes:
        known = self._template_digests
        if name not in known:
            known[name] = digest_of(self.project.templates / name)
        return known[name]

    def digest(self, *parts: object) -> bytes:
        """A key made of the site's own and these parts (bytes as they are, tuples piece by piece, all else by its repr)."""
        digest = hashlib.blake2b(self.key, digest_size=16)
        for part in parts:
            # bytes within a tuple stand for all entries of a page: their repr would be four times as long
            for piece in part if type(part) is tuple else (part,):
                digest.update(piece if isinstance(piece, bytes) else repr(piece).encode())
                digest.update(b"\0")
            digest.update(b"\0")
        return digest.digest()

    def cards_digest(self, cards: Iterable[Card]) -> bytes:
        known = self.card_digests
        return b"".join([known[card.id] for card in cards])

    def named_digest(self, keys: Iterable[str]) -> bytes:
        """Of entries that are named: as far as they are shown, for whether they are makes a difference too."""
        known = self.card_digests
        return b"".join([key.encode() + known[key] for key in dict.fromkeys(keys) if key in known])

    def page(
        self,
        url: str,
        plate: str,
        template: str,
        title: str,
        description: str,
        parts: object,
        values: Callable[[Page], dict[str, Any]],
        long: bool = False,
    ) -> Plan:
        """A page made by a template of templates/ and stamped into the skeleton drawn for `plate`."""

        def make() -> bytes:
            page = self.page_at(url)
            given = values(page)
            toc = toc_html(page.contents)
            html = self.templates.get_template(template).render(page=page, site=self, library=self.library, root=page.root, **given)
            return self.stamp(plate, url, title, description, html, toc)

        return Plan(
            url, self.digest(url, plate, title, description, self.template_digest(template), self.macros, parts), make, long
        )

    def stamp(self, plate: str, url: str, title: str, description: str, html: str, toc: str = "") -> bytes:
        full = self.name if url == "index.html" else f"{title} - {self.name}"
        return self.shell.skeletons[plate].stamp(full, description, html, toc)

    def changed_on(self, card: Card) -> str:
        """ISO date of the entry's last change, "" where git does not know."""
        return self.library.changed.get(card.path, "")


Output = Callable[[Site], Iterator[Plan]]


def toc_html(contents: list[tuple[str, str]]) -> str:
    """The contents list beside a page, from (anchor, words) of its headings."""
    if len(contents) < 2:
        return ""
    items = "".join([f'<li><a href="#{escape(anchor)}">{escape(words)}</a>' for anchor, words in contents])
    return f"<nav class=kb-toc aria-label=本页目录><div><b>本页目录</b><ul>{items}</ul></div></nav>"


def paged(rows: list[Card], size: int) -> list[list[Card]]:
    """Rows in pages of `size`; at least one page."""
    return [rows[at : at + size] for at in range(0, len(rows), size)] or [[]]
