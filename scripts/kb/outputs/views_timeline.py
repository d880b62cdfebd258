"""From dated entries and the register of sources to 时间线: stated years, derived years and the editor's dates drawn apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from kb.model.entry import Card
from kb.model.schema import Schema, SourceDocument
from kb.model.value import Date
from kb.outputs.plan import Plan, Site

TITLE = "时间线"
DESCRIPTION = "有确证年份的事件按年排列；年份由上下文推得的、由编者补充待核对的，用不同样式画出"
STATED, DERIVED, EDITORIAL = "来源写明", "推得", "编者整理"
YEAR_SIZE = 60
"""Events that one year shows."""


class Event(NamedTuple):
    """Something with a year: `date` in ISO form as far as it is known, `words` as a reader says it."""

    date: str
    words: str
    basis: str
    title: str
    note: str
    url: str
    tag: str


class _Year(NamedTuple):
    """A year: its documents, the first of its dated entries, how many events it has in all, methods that name it."""

    year: str
    documents: list[SourceDocument]
    cards: list[Card]
    total: int
    methods: list[Card]


def plan(site: Site) -> Iterator[Plan]:
    """views/timeline.html."""
    library = site.library
    dated = [card for card in library.in_order if card.type in {"case", "brand", "rule"}]
    undated = [card for card in dated if card.type == "case" and not card.when][:YEAR_SIZE]
    methods: dict[str, list[Card]] = {}
    for card in library.in_order:
        if card.type == "method" and card.year:
            methods.setdefault(card.year, []).append(card)
    documents: dict[str, list[SourceDocument]] = {}
    for document in sorted(library.schema.documents.values(), key=lambda document: document.year):
        documents.setdefault(document.year[:4], []).append(document)
    cards: dict[str, list[Card]] = {}
    for card in sorted((card for card in dated if card.when), key=lambda card: card.when):
        cards.setdefault(card.when[:4], []).append(card)
    # only what is shown is looked at more closely, and makes another page
    rows = [
        _Year(
            year, documents.get(year, []), cards.get(year, [])[:YEAR_SIZE], len(documents.get(year, ())) + len(cards.get(year, ())),
            methods.get(year, [])[:YEAR_SIZE],
        )
        for year in sorted({*documents, *cards, *methods} - {""})
    ]  # fmt: skip

    def values(page: object) -> dict[str, Any]:
        years = []
        for row in rows:
            events = [_of_document(document) for document in row.documents] + [_of_card(site, card) for card in row.cards]
            events.sort(key=lambda event: event.date)
            years.append((row.year, events[:YEAR_SIZE], row.total, row.methods))
        return {"years": years, "undated": undated, "stated": STATED, "derived": DERIVED, "editorial": EDITORIAL}

    yield site.page(
        "views/timeline.html",
        "views/index.html",
        "pages/views_timeline.html.j2",
        TITLE,
        DESCRIPTION,
        (
            [(row.year, row.total, [(card.when, card.year, card.documents) for card in row.cards]) for row in rows],
            [site.cards_digest([*row.cards, *row.methods]) for row in rows],
            site.cards_digest(undated),
        ),
        values,
    )


def basis_of(card: Card, year: int, schema: Schema) -> str:
    """Whether the year is stated by a document that the entry rests on, or only follows from a context.

    Stated means that the document bears this very year in its title (year_note 标题写明 in the register).
    """
    documents = [schema.documents[name] for name, _ in card.documents]
    return STATED if any(one.year_note.startswith("标题写明") and one.year == f"{year:04}" for one in documents) else DERIVED


def _of_document(document: SourceDocument) -> Event:
    basis = STATED if document.year_note.startswith("标题写明") else DERIVED
    words = f"{document.year[:4]}年" + (f"{int(document.year[5:7])}月以后" if len(document.year) > 4 else "")
    return Event(
        document.year,
        words,
        basis,
        document.title,
        f"来源文献成文年份。{document.year_note}",
        f"sources/{document.id}.html",
        "来源文献",
    )


def _of_card(site: Site, card: Card) -> Event:
    library = site.library
    # an issuing date of a rule is never in the five documents: an editor wrote it down
    basis = EDITORIAL if card.type == "rule" and card.when != card.year else basis_of(card, int(card.when[:4]), library.schema)
    tag = "制度发布" if basis == EDITORIAL else library.type_of(card).label
    return Event(card.when, in_words(card.when), basis, card.title, card.summary, library.url(card), tag)


def in_words(iso: str) -> str:
    """2023-05-26 as 2023年5月26日, as far as it goes."""
    return str(Date(*map(int, iso.split("-"))))
