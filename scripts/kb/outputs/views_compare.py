"""From items that several source documents name to 地区与来源对照: one institution, what each source says of it, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from markupsafe import Markup

from kb.model.entry import Card
from kb.model.schema import SourceDocument, Term
from kb.outputs.plan import Plan, Site
from kb.outputs.views_reading import bytes_digest, read_shown, statements
from kb.render.context import Page

TITLE = "地区与来源对照"
DESCRIPTION = "同一项制度或做法，各份来源分别怎样写、怎样做，按方面并排对照"
PAGE_SIZE = 60
"""Institutions on one page of a topic."""


class Institution(NamedTuple):
    """An entry that covers something two or more documents name: the paragraphs of each document that it rests on."""

    card: Card
    places: tuple[tuple[str, tuple[int, ...]], ...]


def institutions(site: Site) -> list[Institution]:
    """By title: every entry that claims an item of several documents and cites at least two of them."""
    library = site.library
    found: dict[str, dict[str, set[int]]] = {}
    for item in library.schema.items.values():
        if len({document for document, _ in item.at}) < 2:
            continue
        for key in library.coverage.get(item.id, ()):
            at = found.setdefault(key, {})
            for document, paragraph in item.at:
                at.setdefault(document, set()).add(paragraph)
    order = list(library.schema.documents)
    rows = []
    for key, named in found.items():
        card = library.shown[key]
        for document, paragraph in card.documents:
            named.setdefault(document, set()).add(paragraph)
        cited = {document for document, _ in card.documents}
        places = tuple((name, tuple(sorted(named[name]))) for name in order if name in named and name in cited)
        if len(places) > 1:
            rows.append(Institution(card, places))
    return sorted(rows, key=lambda row: (row.card.sort_key, row.card.id))


def plan(site: Site) -> Iterator[Plan]:
    """views/compare.html and a page for each topic that has something to compare."""
    schema = site.library.schema
    rows = institutions(site)
    groups = [
        (topic, [row for row in rows if row.card.topic == topic.value][:PAGE_SIZE]) for topic in schema.vocabularies["topics"].terms
    ]
    groups = [(topic, found) for topic, found in groups if found]
    documents = list(schema.documents.values())
    yield site.page(
        "views/compare.html",
        "views/index.html",
        "pages/views_compare.html.j2",
        TITLE,
        DESCRIPTION,
        [(topic, site.cards_digest(row.card for row in found), [row.places for row in found]) for topic, found in groups],
        lambda page: {
            "groups": [(topic, [(row.card, dict(row.places)) for row in found]) for topic, found in groups],
            "documents": documents,
            "total": len(rows),
        },
    )
    for topic, found in groups:
        yield _topic_page(site, topic, found)


def _topic_page(site: Site, topic: Term, rows: list[Institution]) -> Plan:
    cards = [row.card for row in rows]
    # what a statement links to or cites is told by its title, and by whether it is here at all
    named = site.named_digest(key for card in cards for key in site.library.forward.get(card.id, ()))
    return site.page(
        f"views/compare-{topic.slug}.html",
        "views/index.html",
        "pages/views_compare_topic.html.j2",
        f"{TITLE}：{topic.value}",
        f"{topic.value}方面的制度和做法，各份来源并排看",
        (bytes_digest(site, cards), site.cards_digest(cards), named, [row.places for row in rows]),
        lambda page: {"topic": topic, "rows": [_row(site, page, row) for row in rows]},
    )


def _row(site: Site, page: Page, row: Institution) -> dict[str, Any]:
    page.source = row.card.path
    documents: list[SourceDocument] = [site.library.schema.documents[name] for name, _ in row.places]
    aspects: dict[str, dict[str, list[Markup]]] = {}
    for one in statements(site, row.card, read_shown(site, row.card)):
        html = Markup(page.statement(one.text, one.cites))
        for name in dict.fromkeys(cite.key for cite in one.cites):
            if any(name == document.id for document in documents):
                aspects.setdefault(one.aspect, {}).setdefault(name, []).append(html)
    return {"card": row.card, "documents": documents, "places": dict(row.places), "aspects": list(aspects.items())}
