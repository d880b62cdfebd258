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


def plan(site: Site) -> Iterator[Plan]:
    """views/timeline.html."""
    library = site.library
    dated = [card for card in library.in_order if card.type in {"case", "brand", "rule"}]
    named = [card for card in library.in_order if card.type == "method" and card.year]

    def values(page: object) -> dict[str, Any]:
        events = [_of_document(document) for document in library.schema.documents.values() if document.year]
        events += [_of_card(site, card) for card in dated if card.when]
        methods: dict[str, list[Card]] = {}
        for card in named:
            methods.setdefault(card.year, []).append(card)
        by_year: dict[str, list[Event]] = {year: [] for year in methods}
        for event in sorted(events, key=lambda event: event.date):
            by_year.setdefault(event.date[:4], []).append(event)
        years = [
            (year, found[:YEAR_SIZE], len(found), methods.get(year, [])[:YEAR_SIZE]) for year, found in sorted(by_year.items())
        ]
        undated = [card for card in dated if card.type == "case" and not card.when]
        return {"years": years, "undated": undated[:YEAR_SIZE], "stated": STATED, "derived": DERIVED, "editorial": EDITORIAL}

    yield site.page(
        "views/timeline.html",
        "views/index.html",
        "pages/views_timeline.html.j2",
        TITLE,
        DESCRIPTION,
        ([card.when for card in dated], site.cards_digest(dated), site.cards_digest(named)),
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
