"""From one saved entry to its page, ahead of the build that brings the whole site up to date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple, TypeVar

from kb import snapshot
from kb.checks.entry import check_entry
from kb.disk.cache import Cache
from kb.disk.history import dates_of_change
from kb.drawing import ensure_shell
from kb.intake import cache_path
from kb.model.entry import Card
from kb.outputs.entries import draw_entry, template_of
from kb.outputs.plan import Site, Stock
from kb.problem import Level
from kb.project import MAX_FILE_BYTES, Project
from kb.render.shell import load_shell
from kb.schema.loading import SchemaLoader
from kb.source.entry import read_entry
from kb.source.library import Deferred, shows, targets_of
from kb.workpieces import KINDS
from kb.workpieces.kind import Piece, read_pieces

V = TypeVar("V")


class Drawn(NamedTuple):
    """An entry's page, drawn ahead of the build."""

    url: str
    html: bytes
    alone: bool
    """Whether no other page can show what has changed."""


class _Above(Mapping[str, V]):
    """A mapping with a few values that are newer than those below them; the keys are the same."""

    def __init__(self, newer: Mapping[str, V], below: Mapping[str, V]) -> None:
        self._newer = newer
        self._below = below

    def __getitem__(self, key: str) -> V:
        return self._newer[key] if key in self._newer else self._below[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._below)

    def __len__(self) -> int:
        return len(self._below)


class Glimpse:
    """What the last build knew, kept open to draw single pages with.

    A page is drawn only where the entry has no error and stays among the shown ones: then it is, byte for byte, the page
    that the build will make, unless that finds fault with how it agrees with others.
    """

    def __init__(self, project: Project, target: Path, edition: str, name: str, address: str) -> None:
        self.project = project
        self.edition = edition
        self.cache_file = cache_path(project, target)
        self.target = target
        self.name, self.address = name, address
        self._cache: Cache | None = None
        self._site: Site | None = None
        self._built: Mapping[str, Card] = {}
        self._cards: dict[str, Card] = {}
        self._forward: dict[str, tuple[str, ...]] = {}

    def renew(self) -> None:
        """Look at what a finished build left."""
        self.close()
        cache = self._cache = Cache(self.cache_file)
        schema = SchemaLoader(self.project).load()
        dates = Deferred(lambda: dates_of_change(self.project.root, cache))
        library = snapshot.last(cache, schema, dates, self.edition)
        if library is not None:
            self._built, self._cards, self._forward = library.shown, {}, {}
            library = replace(
                library,
                shown=_Above(self._cards, library.shown),
                forward=_Above(self._forward, library.forward),
                pieces=_pieces(self.project),
            )
            shell = load_shell(ensure_shell(self.project, schema))
            stock = Stock(self.target, {}, {}, lambda: False, lambda paths: {}, False)
            site = self._site = Site(self.project, library, shell, self.name, self.address, b"", {}, {}, stock)
            # what the first page would wait for is made ready now, while no one waits
            for kind in schema.ordered_types():
                site.templates.get_template(template_of(site, kind.name))
            len(dates)
            for card in site.library.shown.values():
                self.page(self.project.root / card.path)
                break
            self.go_on()

    def go_on(self) -> None:
        """Look at what a build left that changed the insides of entries only: all else is still known.

        Whatever is read until the next call is of one moment, though another build may write meanwhile.
        """
        if self._cache is not None:
            self._cache.db.rollback()
            # all that was written is put into the file now: while this reads on, the next build could not begin its log anew
            self._cache.db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            self._cache.db.execute("BEGIN")
            self._cache.meta("")

    def page(self, path: Path) -> Drawn | None:
        """The page of an entry that has just been saved; None where only a build can tell."""
        site = self._site
        if site is None or not path.is_relative_to(self.project.content):
            return None
        name = path.relative_to(self.project.root).as_posix()
        library = site.library
        before = self._built.get(PurePosixPath(name).stem)
        if before is None or before.path != name or path.is_symlink() or not path.is_file():
            return None
        try:
            with path.open("rb") as file:
                data = file.read(MAX_FILE_BYTES + 1)
        except OSError:
            return None  # gone in this moment, or not to be read: the build says so
        reading = read_entry(name, data, before.type, library.schema)
        problems = check_entry(reading, library.schema)
        card, entry = reading.card, reading.entry
        if card is None or entry is None or any(problem.level is Level.ERROR for problem in problems):
            return None
        if not shows(self.edition, card):
            return None
        alone = card.public == before.public
        if alone:
            self._cards.pop(card.id, None)
            self._forward.pop(card.id, None)
        else:
            if any(target not in library.cards for target in card.targets):
                return None
            self._cards[card.id] = card
            self._forward[card.id] = targets_of(card, library.shown)
        return Drawn(library.url(card), draw_entry(site, card, entry), alone)

    def close(self) -> None:
        """Let go of the cache."""
        self._site = None
        if self._cache is not None:
            self._cache.db.close()
            self._cache = None


def _pieces(project: Project) -> dict[str, dict[str, Piece]]:
    """The working instruments; only their folders are looked through, not the thousands of entries."""
    paths = sorted(path for kind in KINDS for path in (project.content / kind.folder).rglob("*.yml"))
    return read_pieces(project, (path.relative_to(project.root).as_posix() for path in paths if not path.is_symlink()), KINDS)[0]
