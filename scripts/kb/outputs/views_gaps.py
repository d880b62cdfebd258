"""From the references between rules and methods to 制度体系与缺口: which rule is carried out by what, and where one side is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kb.model.entry import Card
from kb.model.library import sorted_cards
from kb.outputs.plan import Plan, Site

TITLE = "制度体系与缺口"
DESCRIPTION = "每项制度由哪些做法落实；哪些做法还没有写明制度依据，哪些制度还没有配套做法"
BASIS, CARRIED_OUT = "依据", "相关做法"
"""Labels of the fields that tie a method to its rule and a rule to its methods."""
LIST_SIZE = 300
METHODS_SHOWN = 8


def plan(site: Site) -> Iterator[Plan]:
    """views/gaps.html."""
    library = site.library
    methods, rules = library.of_type("method"), library.of_type("rule")
    by_rule: dict[str, list[Card]] = {card.id: [] for card in rules}
    grounded: set[str] = set()
    for card in (*methods, *library.of_type("case")):
        for target in _tied(card, BASIS):
            if target in by_rule:
                grounded.add(card.id)
                by_rule[target].append(card)
    for rule in rules:
        for target in _tied(rule, CARRIED_OUT):
            other = library.shown.get(target)
            if other is not None and other.type == "method":
                by_rule[rule.id].append(other)
    tied = {card.id: sorted_cards({one.id: one for one in by_rule[card.id]}.values()) for card in rules[:LIST_SIZE]}
    groundless = [card for card in methods if card.id not in grounded]
    unmet = [card for card in rules if not by_rule[card.id]]
    topics = [term.value for term in library.schema.vocabularies["topics"].terms]
    by_topic = [
        (topic, [(card, _cited_rules(card, library.shown)) for card in groundless[:LIST_SIZE] if card.topic == topic])
        for topic in topics
    ]

    def values(page: object) -> dict[str, Any]:
        field = library.schema.types["rule"].field("rank") if "rule" in library.schema.types else None
        ranks = [
            (rank, [(card, tied[card.id]) for card in rules[:LIST_SIZE] if card.subtype == rank])
            for rank in (field.options if field else ())
        ]
        return {
            "ranks": [(rank, found) for rank, found in ranks if found],
            "by_topic": [(topic, found) for topic, found in by_topic if found],
            "groundless": len(groundless),
            "unmet": unmet[:LIST_SIZE],
            "counts": (len(rules), len(methods), len(unmet)),
            "limit": METHODS_SHOWN,
        }

    yield site.page(
        "views/gaps.html",
        "views/index.html",
        "pages/views_gaps.html.j2",
        TITLE,
        DESCRIPTION,
        (
            [(card.force, card.verified) for card in rules[:LIST_SIZE]],
            site.cards_digest(rules[:LIST_SIZE]),
            [(key, len(found), site.cards_digest(found[:METHODS_SHOWN])) for key, found in tied.items()],
            [
                (topic, [(site.cards_digest([card]), site.cards_digest(cited)) for card, cited in found])
                for topic, found in by_topic
            ],
            site.cards_digest(unmet[:LIST_SIZE]),
            (len(rules), len(methods), len(groundless), len(unmet)),
        ),
        values,
    )


def _tied(card: Card, label: str) -> list[str]:
    """Ids that a field of an entry names."""
    targets, labels, *_ = card.ref_columns
    return [target for target, via in zip(targets, labels, strict=True) if via == label] if label in labels else []


def _cited_rules(card: Card, shown: Any) -> list[Card]:
    """Rules that a method only mentions: the nearest thing to a basis it has."""
    keys = dict.fromkeys(target for target in card.targets if target in shown and shown[target].type == "rule")
    return [shown[key] for key in keys]
