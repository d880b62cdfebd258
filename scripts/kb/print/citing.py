"""From citations and links of a text to runs: notes numbered by chapter, mentions with pages, words for the index."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field

from kb.model.entry import Card
from kb.model.library import Library
from kb.model.value import EDITOR
from kb.print.blocks import Picture, Run, Runs
from kb.print.book import Notes

PICTURES = (".png", ".jpg", ".jpeg", ".gif")


class Numbering:
    """Numbers the citations of one chapter; one number for each paragraph of a source, one for each article of a rule."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.sources: dict[tuple[str, str], str] = {}
        self.editor: dict[tuple[str, str], str] = {}
        self.plain = False

    def cite(self, key: str, place: str) -> Run:
        if key in self.library.schema.documents:
            number = "".join(char for char in place if char.isdigit())
            return Run("note", self.sources.setdefault((key, f"第{number}段"), str(len(self.sources) + 1)), "source")
        if key == EDITOR or key not in self.library.shown:
            self.plain = True
            return Run("note", "编", "editor")
        return Run("note", self.editor.setdefault((key, place), f"编{len(self.editor) + 1}"), "editor")

    def done(self) -> Notes:
        schema = self.library.schema
        return Notes(
            _grouped(self.sources, lambda key: schema.documents[key].title),
            _grouped(self.editor, lambda key: self.library.shown[key].title),
            self.plain,
        )


def _grouped(marks: dict[tuple[str, str], str], title: Callable[[str], str]) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for (key, place), mark in marks.items():
        groups.setdefault(key, []).append((mark, place))
    return tuple((title(key), tuple(rows)) for key, rows in groups.items())


@dataclass(slots=True)
class Scope:
    """What stands in one book: the library, ids of the entries inside, and the words that its index takes up."""

    library: Library
    inside: frozenset[str]
    indexed: set[str] = field(default_factory=set)


class Pointing:
    """Resolves what one text points at; `seen` are the entries whose page has been given in this section already."""

    def __init__(self, scope: Scope, notes: Numbering, path: str, own: str = "") -> None:
        self.scope, self.notes, self.path = scope, notes, path
        self.seen = {own}

    def cite(self, key: str, place: str) -> Run:
        return self.notes.cite(key, place)

    def link(self, target: str, words: str) -> Runs:
        path = target.partition("#")[0]
        full = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), path))
        folder, name = posixpath.split(full.removeprefix("content/"))
        key = name.removesuffix(".md")
        card = self.scope.library.shown.get(key) if folder in self.scope.library.schema.folders else None
        return self.mention(card, words) if card is not None else (Run("text", words),)

    def mention(self, card: Card, words: str) -> Runs:
        """Words that name an entry: with its page where it stands in the book, and in the index in any case."""
        if card.id in self.seen and card.id in self.scope.inside:
            return (Run("xref", words, card.id),)
        self.seen.add(card.id)
        self.scope.indexed.add(card.title)
        kind = "see" if card.id in self.scope.inside else "text"
        return (Run(kind, words, card.id if kind == "see" else ""), Run("index", card.title))

    def picture(self, target: str, alt: str) -> Picture | None:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), target))
        return Picture(path, alt) if path.startswith("content/assets/") and path.endswith(PICTURES) else None
