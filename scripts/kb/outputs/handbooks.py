"""From the handbooks, and the books that `kb book` has made of them, to the page that offers these for download; 我的手册."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from kb.outputs.plan import Plan, Site
from kb.outputs.tools import MINE
from kb.outputs.views_timeline import in_words
from kb.print.shelf import SUFFIX, Row, folder, read_shelf, standing
from kb.render.context import Page
from kb.workpieces.handbooks import Handbook, chapters_of

PLATE = "tools/index.html"
"""The skeleton of the tools' page, one folder below the root as these pages are."""
INDEX = "handbooks/index.html"


class Download(NamedTuple):
    """One file to download."""

    url: str
    name: str
    label: str
    size: str
    pages: int


class Shown(NamedTuple):
    """A handbook as the page lists it."""

    handbook: Handbook
    entries: int
    chapters: tuple[str, ...]
    files: tuple[Download, ...]
    date: str
    stale: bool
    """Whether an entry, or the handbook itself, has changed since the book was made."""


def plan(site: Site) -> Iterator[Plan]:
    """handbooks/index.html, handbooks/mine.html, and the finished files under books/."""
    library = site.library
    pieces = [
        piece
        for _, piece in sorted(library.pieces.get("handbooks", {}).items())
        if library.edition != "公开" or not piece.value.inner
    ]
    shelf = {
        name: row
        for name, row in read_shelf(site.project).items()
        if (row.scope == "公开" or library.edition == row.scope) and not name.endswith("-draft") and standing(site.project, row)
    }
    shown = [_shown(site, piece.value, [row for row in shelf.values() if row.id == piece.id]) for piece in pieces]
    yield site.page(
        INDEX, PLATE, "pages/handbooks.html.j2", "培训手册", "成册的培训手册，可下载 PDF 和 DOCX", repr(shown),
        lambda page: {"shown": shown},
    )  # fmt: skip
    yield site.page(MINE.url, PLATE, "pages/my_handbook.html.j2", MINE.label, MINE.about, "", _mine)
    for row in shelf.values():
        for one in row.files:
            path = folder(site.project) / one.name
            yield Plan(f"books/{one.name}", site.digest("book", one.name, one.digest), path.read_bytes)


def _shown(site: Site, handbook: Handbook, rows: list[Row]) -> Shown:
    chapters = [chapter for chapter in chapters_of(handbook, site.library) if chapter.cards]
    digests = site.digests
    piece = site.library.pieces["handbooks"][handbook.id]
    inside = {card.path for chapter in chapters for card in chapter.cards}
    stale = any(
        {path for path, _ in row.sources} - {piece.path} != inside
        or any((piece.digest if path == piece.path else digests.get(path, b"")).hex() != digest for path, digest in row.sources)
        for row in rows
    )
    files = tuple(
        Download(
            f"books/{one.name}",
            f"{row.title}{_variant(row)}.{one.name.rpartition('.')[2]}",
            f"{SUFFIX[one.form]}{_variant(row)}",
            _size(one.size),
            one.pages,
        )
        for row in rows
        for one in row.files
    )
    date = max((row.date for row in rows), default="")
    names = tuple(chapter.plan.title for chapter in chapters)
    return Shown(handbook, len(inside), names, files, in_words(date) if date else "", stale)


def _variant(row: Row) -> str:
    """What tells a file from the book in its own style: the style asked for."""
    return "" if row.name in {row.id, f"{row.id}-booklet"} else f"（{row.style}）"


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(size // 1000, 1)} KB"


def _mine(page: Page) -> dict[str, Any]:
    return {}
