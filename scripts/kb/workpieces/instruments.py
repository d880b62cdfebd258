"""From the data files to the entries they serve: which lists, forms and self-assessments a method's page offers."""

from __future__ import annotations

from typing import NamedTuple

from kb.model.library import Library


class Instrument(NamedTuple):
    """A list, form or self-assessment that belongs to an entry."""

    label: str
    title: str
    folder: str
    id: str

    @property
    def url(self) -> str:
        """Address of its page from the site's root."""
        return f"{self.folder}/{self.id}.html"


def instruments_of(library: Library) -> dict[str, list[Instrument]]:
    """Entry id -> its lists, its forms, its self-assessments, each by title."""
    found: dict[str, list[Instrument]] = {}
    for folder, label, refs in (("duties", "清单", "entry"), ("forms", "表单", "method"), ("assessments", "自评", "method")):
        for piece in sorted(library.pieces.get(folder, {}).values(), key=lambda piece: (piece.value.title, piece.id)):
            for target in dict.fromkeys(ref.target for ref in getattr(piece.value, refs)):
                found.setdefault(target, []).append(Instrument(label, piece.value.title, folder, piece.id))
    return found
