"""From brand entries to 品牌墙 with filters, and to 荣誉册 with what the sources leave out said so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from kb.model.entry import Card
from kb.model.value import UNSTATED
from kb.outputs.plan import Plan, Site
from kb.outputs.views_reading import bytes_digest, read_shown, words
from kb.outputs.views_timeline import basis_of, in_words

WALL_TITLE = "品牌墙"
WALL_DESCRIPTION = "全部品牌、活动日、示范基地和荣誉，可按类别、主题、地区筛选，矩阵里看得出哪里还空着"
HONOURS_TITLE = "荣誉册"
HONOURS_DESCRIPTION = "来源写到的荣誉：谁获得、谁授予、哪一年、出自哪一段，原文缺的照写缺"
HONOUR = "荣誉"
WALL_SIZE = 300


class Brand(NamedTuple):
    """A brand as the wall shows it."""

    card: Card
    owner: str
    grantor: str
    when: str
    basis: str


def plan_wall(site: Site) -> Iterator[Plan]:
    """views/brands.html."""
    library = site.library
    cards = library.of_type("brand")[:WALL_SIZE]
    field = library.schema.types["brand"].field("kind") if "brand" in library.schema.types else None
    kinds = [kind for kind in (field.options if field else ()) if any(card.subtype == kind for card in cards)]
    topics = [term.value for term in library.schema.vocabularies["topics"].terms]
    facets = [
        ("kind", "类别", kinds),
        ("topic", "主题", [topic for topic in topics if any(card.topic == topic for card in cards)]),
        (
            "place",
            "地区",
            [term.value for term in library.schema.vocabularies["places"].terms if any(term.value in card.places for card in cards)]
            + ["未载明"],
        ),
    ]
    counts = [(topic, [sum(card.topic == topic and card.subtype == kind for card in cards) for kind in kinds]) for topic in topics]

    def values(page: object) -> dict[str, Any]:
        return {"brands": [_brand(site, card) for card in cards], "facets": facets, "kinds": kinds, "counts": counts}

    yield _page(site, "brands", "pages/views_brands.html.j2", WALL_TITLE, WALL_DESCRIPTION, cards, values)


def plan_honours(site: Site) -> Iterator[Plan]:
    """views/honours.html."""
    cards = [card for card in site.library.of_type("brand") if card.subtype == HONOUR][:WALL_SIZE]

    def values(page: object) -> dict[str, Any]:
        honours = sorted((_brand(site, card) for card in cards), key=lambda one: (not one.when, one.when, one.card.sort_key))
        return {"honours": honours, "undated": sum(not one.when for one in honours)}

    yield _page(site, "honours", "pages/views_honours.html.j2", HONOURS_TITLE, HONOURS_DESCRIPTION, cards, values)


def _page(site: Site, name: str, template: str, title: str, description: str, cards: list[Card], values: Any) -> Plan:
    parts = (bytes_digest(site, cards), site.cards_digest(cards))
    return site.page(f"views/{name}.html", "views/index.html", template, title, description, parts, values)


def _brand(site: Site, card: Card) -> Brand:
    entry = read_shown(site, card)
    grantor = words(entry.values.get("grantor"))
    basis = basis_of(card, int(card.when[:4]), site.library.schema) if card.when else ""
    return Brand(
        card,
        words(entry.values.get("owner")),
        "" if grantor == UNSTATED else grantor,
        in_words(card.when) if card.when else "",
        basis,
    )
