"""From a generated knowledge base to the same entries in the form each peer reads: header, links, citations, list pages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kb.model.schema import EntryType, Schema
from kb.project import Project
from kb.schema.loading import SchemaLoader

HERE = Path(__file__).parent
TAXONOMIES = ("topic", "organs", "functions", "levels", "roles", "audience", "places", "year")
"""Header keys whose values get a page of their own with a peer that can make them."""
_HEADER = re.compile(r"\A---\n(.*?)\n---\n\n?(.*)\Z", re.S)
_CITE = re.compile(r"\[@([^\]:]+)(?::([^\]]+))?\]")


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of ours as read, its own fields and citations not yet put into words."""

    id: str
    kind: EntryType
    header: dict[str, Any]
    body: str

    @property
    def path(self) -> str:
        return f"{self.kind.folder}/{self.id}.md"


@dataclass(frozen=True, slots=True)
class Flavour:
    """How a peer wants an entry. `frame` is a folder here that is copied beside the pages (settings, layouts)."""

    frame: str
    pages: str
    """Folder of the Markdown files."""
    header: Callable[[Source], dict[str, Any]]
    heading: bool
    """True where the title has to stand in the body as well."""
    lists: Callable[[Library], Iterator[tuple[str, str]]]
    """(path, text) of the pages that lead to the entries, where the peer does not make them itself."""
    without: tuple[str, ...] = ()
    """Lines of mkdocs.yml that are left out."""


class Library:
    """All entries of a generated base."""

    def __init__(self, folder: Path) -> None:
        project = Project(folder)
        self.schema: Schema = SchemaLoader(project).load()
        self.sources: dict[str, Source] = {}
        for kind in self.schema.types.values():
            for path in sorted((project.content / kind.folder).glob("*.md")):
                parts = _HEADER.match(path.read_text("utf-8"))
                assert parts, path
                header = yaml.load(parts[1], yaml.CBaseLoader)
                self.sources[path.stem] = Source(path.stem, kind, header, parts[2])

    def body(self, source: Source) -> str:
        """Fields, text, related entries and citations in Markdown that every peer understands.

        A citation of a document becomes plain words: ours are links, so this spares the peers a little.
        """
        parts = [f"{source.header['summary']}\n"]
        for key in source.kind.own:
            field = source.kind.field(key)
            values = source.header.get(key)
            if field is None or not values:
                continue
            rows = values if isinstance(values, list) else [values]
            if (field.of or field.kind) == "entry":
                rows = [self.link(source, row) for row in rows]
            parts.append(f"## {field.label}\n\n" + "".join(f"- {row}\n" for row in rows))
        parts.append(source.body)
        if related := source.header.get("related"):
            parts.append("## 相关条目\n\n" + "".join(f"- {self.link(source, one)}\n" for one in related))
        parts.append("## 出处\n\n" + "".join(f"- {self.words(source, *place.split(':'))}\n" for place in source.header["sources"]))
        return _CITE.sub(lambda found: f"（{self.words(source, found[1], found[2])}）", "\n".join(parts))

    def link(self, source: Source, other: str) -> str:
        """A Markdown link to another entry."""
        name = other.partition(":")[0]
        target = self.sources[name]
        start = "" if target.kind is source.kind else f"../{target.kind.folder}/"
        return f"[{target.header['title']}]({start}{name}.md)"

    def words(self, source: Source, cited: str, place: str | None = None) -> str:
        """What a citation says."""
        if cited in self.sources:
            return self.link(source, cited) + (place or "")
        return f"{cited}，第{place}段" if place else cited


def taxonomies(source: Source) -> dict[str, Any]:
    """Hugo and Eleventy: a key for each taxonomy."""
    found = {key: value if isinstance(value, list) else [value] for key in TAXONOMIES if (value := source.header.get(key))}
    return {
        "title": source.header["title"],
        "description": source.header["summary"],
        "date": f"{source.header['year']}-01-01",
        "entry": source.id,
        "kind": [source.kind.label],
        **found,
    }


def tags(source: Source) -> dict[str, Any]:
    """Material and Zensical: the values of all taxonomies together."""
    found = taxonomies(source)
    values = [value for key in ("kind", *TAXONOMIES) for value in found.get(key, ())]
    return {"title": found["title"], "description": found["description"], "tags": list(dict.fromkeys(values))}


def section_heads(library: Library) -> Iterator[tuple[str, str]]:
    """Hugo lists a section by itself; it only has to know the section's name."""
    for kind in library.schema.types.values():
        yield f"{kind.folder}/_index.md", f"---\ntitle: {kind.label}\n---\n"


def section_pages(library: Library) -> Iterator[tuple[str, str]]:
    """Zensical: a page of links for each section, a home page."""
    kinds = library.schema.types.values()
    yield "index.md", "# 知识库\n\n" + "".join(f"- [{kind.label}]({kind.folder}/index.md)\n" for kind in kinds)
    for kind in kinds:
        rows = "".join(
            f"- [{source.header['title']}]({source.id}.md)\n" for source in library.sources.values() if source.kind is kind
        )
        yield f"{kind.folder}/index.md", f"# {kind.label}\n\n{rows}"


def tag_pages(library: Library) -> Iterator[tuple[str, str]]:
    """Material: the same and a page of tags."""
    yield from section_pages(library)
    yield "tags.md", "# 标签\n\n<!-- material/tags -->\n"


def section_names(library: Library) -> Iterator[tuple[str, str]]:
    """Eleventy lists by layouts of ours, which read the names of the sections from here."""
    yield "_data/sections.json", yaml_json([{"folder": kind.folder, "label": kind.label} for kind in library.schema.types.values()])


def yaml_json(value: object) -> str:
    """JSON is YAML; one quoting for headers and data files, safe for any title."""
    import json

    return json.dumps(value, ensure_ascii=False)


FLAVOURS: dict[str, Flavour] = {
    "hugo": Flavour("hugo", "content", taxonomies, False, section_heads),
    "eleventy": Flavour("eleventy", "pages", taxonomies, False, section_names),
    "mkdocs": Flavour("mkdocs", "docs", tags, True, tag_pages),
    # its tags take memory by the square of the entries: 1 GB at 500, 3.9 GB at 1,000
    "zensical": Flavour("mkdocs", "docs", tags, True, section_pages, ("  - tags", "  - 标签: tags.md")),
}


def convert(library: Library, flavour: Flavour, folder: Path) -> None:
    """Write all entries in a peer's form into a new folder, with the peer's settings beside them."""
    shutil.copytree(HERE / flavour.frame, folder)
    if flavour.without:
        settings = folder / "mkdocs.yml"
        lines = settings.read_text("utf-8").splitlines()
        assert set(flavour.without) <= set(lines)
        settings.write_text("".join(f"{line}\n" for line in lines if line not in flavour.without), "utf-8")
    pages = folder / flavour.pages
    for kind in library.schema.types.values():
        (pages / kind.folder).mkdir(parents=True, exist_ok=True)
    for source in library.sources.values():
        header = "".join(f"{key}: {yaml_json(value)}\n" for key, value in flavour.header(source).items())
        heading = f"# {source.header['title']}\n\n" if flavour.heading else ""
        (pages / source.path).write_text(f"---\n{header}---\n\n{heading}{library.body(source)}", "utf-8")
    for name, text in flavour.lists(library):
        (pages / name).parent.mkdir(parents=True, exist_ok=True)
        (pages / name).write_text(text, "utf-8")
