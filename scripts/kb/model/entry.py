"""An entry as read, and its card: the little of it that other pages need to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kb.model.value import Value


class Heading(NamedTuple):
    """A heading of a body; `anchor` is unique within the page."""

    level: int
    text: str
    anchor: str
    line: int


class Ref(NamedTuple):
    """A mention of another entry: from a field, a link or a citation. `via` is the label shown in messages."""

    target: str
    via: str
    line: int
    column: int
    types: tuple[str, ...] = ()


class FileLink(NamedTuple):
    """A relative link or image that leads to a file of content/ (not to an entry)."""

    path: str
    text: str
    line: int
    column: int


class Claim(NamedTuple):
    """An item of a source document that an entry says it covers."""

    item: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: header values by key and the Markdown body."""

    id: str
    type: str
    path: str
    values: Mapping[str, Value]
    body: str
    body_line: int
    headings: tuple[Heading, ...]


class Card(NamedTuple):
    """What the rest of the site knows of an entry. Plain strings and tuples only, so that ten
    thousand of them load in a few hundredths of a second."""

    id: str
    type: str
    path: str
    title: str
    title_line: int
    sort_key: str
    aliases: tuple[str, ...]
    summary: str
    topic: str
    organs: tuple[str, ...]
    functions: tuple[str, ...]
    levels: tuple[str, ...]
    roles: tuple[str, ...]
    audience: tuple[str, ...]
    places: tuple[str, ...]
    year: str
    status: str
    visibility: str
    review_by: str
    stages: tuple[str, ...]
    subtype: str
    documents: tuple[tuple[str, int], ...]
    """Source paragraphs it rests on: (document, paragraph), sorted."""
    editorial: bool
    """True while it holds unconfirmed 编者整理."""
    claims: tuple[Claim, ...]
    refs: tuple[Ref, ...]
    files: tuple[FileLink, ...]
    expansion: tuple[str, ...]
    """Short lines a glossary or an index shows beside the title."""

    @property
    def published(self) -> bool:
        return self.status == "已发布"
