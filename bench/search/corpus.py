"""The entries a search is measured on: from a file, from a built site, or those of a site multiplied."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.search import Document

# facets of a corpus file that go by another name in the site
FACETS = {"region": "place"}
SENTENCE = re.compile("(?<=[。；])")


@dataclass(frozen=True)
class Entry:
    """What judging needs to know of an entry."""

    id: str
    title: str
    aliases: list[str]
    sections: list[list[str]]


def entry_of(document: Document) -> Entry:
    """A document as the judge sees it."""
    return Entry(document.id, document.title, list(document.aliases), [list(section) for section in document.sections])


def read(path: Path) -> list[Document]:
    """JSON lines: id, url, title, aliases, facets, secs = [[heading, text], …]."""
    return [document(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def document(row: dict[str, object]) -> Document:
    """One line of a corpus file."""
    facets = row["facets"]
    sections = row["secs"]
    aliases = row["aliases"]
    assert isinstance(facets, dict) and isinstance(sections, list) and isinstance(aliases, list)
    return Document(
        id=str(row["id"]),
        url=str(row["url"]),
        title=str(row["title"]),
        aliases=tuple(aliases),
        facets=tuple((FACETS.get(str(key), str(key)), (str(value),)) for key, value in facets.items()),
        sections=tuple((heading, text) for heading, text in sections),
    )


def of_site(site: Path) -> list[Document]:
    """The entries of a built site, out of its search texts. Aliases are not among them."""
    found: list[Document] = []
    for path in sorted((site / "search/t").glob("*/*.js")):
        text = path.read_text(encoding="utf-8")
        _, (id, url, title), sections = json.loads(f"[{text[text.index('(') + 1 : text.rindex(')')]}]")
        found.append(Document(id, url, title, sections=tuple((heading, body) for heading, body in sections)))
    return found


def enlarge(documents: list[Document], count: int, seed: int = 1) -> Iterator[Document]:
    """The documents, and as many more made of their sentences as it takes to be `count`."""
    rnd = random.Random(seed)
    sentences = [part for each in documents for _, text in each.sections for part in SENTENCE.split(text) if len(part) > 8]
    pieces = [piece for part in sentences for piece in re.split("[，。；：、\\s]", part) if 3 < len(piece) < 14]
    yield from documents
    for number in range(count - len(documents)):
        sections: list[tuple[str, str]] = []
        for heading in rnd.sample(["做法", "成效", "依据", "注意"], 3):
            sections.append((heading, "".join(rnd.choices(sentences, k=rnd.randint(6, 12)))))
        title = rnd.choice(pieces) + rnd.choice(pieces)
        facets = (("type", (rnd.choice(["工作法", "案例", "制度"]),)), ("year", (str(rnd.randint(2012, 2025)),)))
        yield Document(f"more-{number}", f"more/{number}.html", title, facets=facets, sections=tuple(sections))
