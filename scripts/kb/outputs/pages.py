"""From content/pages to the pages that explain: about, how to contribute (with the fields of every type)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from kb.outputs.plan import Plan, Site
from kb.render.context import Page
from kb.schema.kinds import KINDS
from kb.source.entry import read_again

TYPE_DOCS = "contribute"
"""The page behind which the fields of all types are listed."""


def plan(site: Site) -> Iterator[Plan]:
    """A page for each file of content/pages."""
    library = site.library
    for card in library.cards.values():
        if card.type == "page":
            url = f"{PurePosixPath(card.path).stem}.html"
            plate = url if url in site.shell.skeletons else "page.html"
            template = "pages/contribute.html.j2" if card.id == TYPE_DOCS else "pages/plain.html.j2"
            yield site.page(url, plate, template, card.title, card.summary, site.digests[card.path], _values(site, card.path))


def _values(site: Site, path: str) -> Any:
    def values(page: Page) -> dict[str, Any]:
        entry = read_again(path, (site.project.root / path).read_bytes(), "page", site.library.schema)
        page.source = path
        kinds = site.library.schema.ordered_types()
        return {
            "title": entry.values["title"],
            "body": page.body(entry.body),
            "kinds": kinds,
            "common": [field for field in kinds[0].fields if field.key not in kinds[0].own] if kinds else [],
            "kind_labels": {name: kind.label for name, kind in KINDS.items()} | {"list": "列表", "review": "审核记录"},
        }

    return values
