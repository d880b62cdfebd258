"""From shown cards to what only the entry itself tells: its header values, and its statements by source document."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kb.model.entry import Card, Entry
from kb.model.value import Cadence, Cite, Text, Value
from kb.outputs.entries import ContentMovedError
from kb.outputs.plan import Site
from kb.source.entry import read_again
from kb.syntax.cites import CITE, find_cites

_RUN = re.compile(rf"(?:[ ]*{CITE.pattern})+")
_MARKER = re.compile(r"^[ ]*(?:[-*+]|[0-9]{1,3}[.)、])[ ]+")
_CELL = re.compile(r"(?<!\\)\|")


class Statement(NamedTuple):
    """A statement in the editor's words and what it rests on; `aspect` is the field or section it stands in."""

    aspect: str
    text: str
    cites: tuple[Cite, ...]


def read_shown(site: Site, card: Card) -> Entry:
    """The entry behind a card. Raises ContentMovedError where its file changed since it was taken in."""
    data = (site.project.root / card.path).read_bytes()
    if hashlib.blake2b(data, digest_size=16).digest() != site.digests[card.path]:
        raise ContentMovedError(card.path)
    return read_again(card.path, data, card.type, site.library.schema)


def bytes_digest(site: Site, cards: Iterable[Card]) -> list[bytes]:
    """Key part for pages that read whole entries."""
    return [site.digests[card.path] for card in cards]


def words(value: Value | None) -> str:
    """A header value as plain words, "" for none; parts of a list joined by 、."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "、".join(words(one) for one in value)
    return value.text if isinstance(value, Text | Cadence) else str(value)


def statements(site: Site, card: Card, entry: Entry) -> Iterator[Statement]:
    """Every cited statement of an entry: header fields first, then the body section by section."""
    kind = site.library.type_of(card)
    for key in kind.own:
        field, value = kind.field(key), entry.values.get(key)
        if field is None:
            continue
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Text | Cadence) and one.cites:
                for text, cites in _pieces(one.text):
                    yield Statement(field.label, text, cites or one.cites)
    section = "概要"
    for line in entry.body.split("\n"):
        if line.startswith("## "):
            section = CITE.sub("", line[3:]).strip()
        elif "[@" in line and not line.startswith("#"):
            yield from (Statement(section, text, cites) for text, cites in _line(line))


def _line(line: str) -> Iterator[tuple[str, tuple[Cite, ...]]]:
    if not line.lstrip().startswith("|"):
        yield from _pieces(_MARKER.sub("", line).lstrip("> "))
        return
    # a row of a table is one statement: its cells lose their meaning apart
    cells = [CITE.sub("", cell).strip() for cell in _CELL.split(line.strip().strip("|"))]
    head, *rest = [cell for cell in cells if cell] or [""]
    if head:
        yield "：".join([head, "；".join(rest)]) if rest else head, find_cites(line)


def _pieces(text: str) -> Iterator[tuple[str, tuple[Cite, ...]]]:
    """A text cut behind each run of citations."""
    at = 0
    for run in _RUN.finditer(text):
        piece = text[at : run.start()].strip(" ，；、")
        if piece:
            yield piece, find_cites(run.group())
        at = run.end()
    rest = text[at:].strip(" ，；、\n")
    if rest.strip("。"):
        yield rest, ()
