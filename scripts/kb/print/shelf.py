"""site_build/books: which books have been made, from what, and whether they still say what the content says."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from kb.project import Project

SHELF = "books.json"
SUFFIX = {"pdf": "PDF", "docx": "DOCX", "booklet": "骑马订小册子"}


@dataclass(frozen=True, slots=True)
class Made:
    """One file on the shelf."""

    name: str
    """File name within the folder."""
    form: str
    """pdf, docx or booklet."""
    size: int
    pages: int
    """Pages of the PDF, sides of paper of a booklet, 0 where it is not known (DOCX)."""
    digest: str


@dataclass(frozen=True, slots=True)
class Row:
    """One book as made."""

    name: str
    """Name of its files without the ending: the handbook's id, and what was asked for besides."""
    id: str
    title: str
    subtitle: str
    edition: str
    date: str
    style: str
    scope: str
    """公开 or 内部."""
    entries: int
    key: str
    """Digest of what it was made from, as far as that is told without composing it."""
    text: str
    """Digest of the composed book, the templates and the fonts."""
    sources: tuple[tuple[str, str], ...]
    """(path, digest of its bytes) of the handbook's file and of every entry in it."""
    files: tuple[Made, ...]


def folder(project: Project) -> Path:
    """Where finished books lie."""
    return project.output / "books"


def read_shelf(project: Project) -> dict[str, Row]:
    """The books made so far by name; empty where there are none or the list is not readable."""
    try:
        given = json.loads((folder(project) / SHELF).read_text("utf-8"))
        rows = [
            Row(**{**row, "sources": tuple(map(tuple, row["sources"])), "files": tuple(Made(**one) for one in row["files"])})
            for row in given
        ]
    except (FileNotFoundError, json.JSONDecodeError, TypeError, KeyError):
        # the list is our own and can be made again: a torn or older one only means that the books are made anew
        return {}
    return {row.name: row for row in rows}


def write_shelf(project: Project, rows: dict[str, Row]) -> None:
    """Write the list, sorted by name; the old one stands until the new one is whole."""
    target = folder(project) / SHELF
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    fresh.write_text(json.dumps([asdict(rows[name]) for name in sorted(rows)], ensure_ascii=False, indent=1) + "\n", "utf-8")
    fresh.replace(target)


STYLE_NAMES = {"公文": "-a4", "16开": "-16k", "A5": "-a5"}
"""What a style asked for on the command line adds to the file's name."""


def standing(project: Project, row: Row) -> bool:
    """Whether all files of a row are there, as large as they were."""
    place = folder(project)
    return all((place / one.name).is_file() and (place / one.name).stat().st_size == one.size for one in row.files)
