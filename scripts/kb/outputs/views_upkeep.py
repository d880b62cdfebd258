"""From the dates in the entries to 到期与核对: what is to be looked at again and when. The page knows no today: the same content, the same page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kb.outputs.plan import Plan, Site

TITLE = "到期与核对"
DESCRIPTION = "各条下次复核的日期、各项制度上次核对的日期，按先后排；给编者用"
LIST_SIZE = 500


def plan(site: Site) -> Iterator[Plan]:
    """views/upkeep.html."""
    shown = site.library.shown.values()
    dated = sorted((card for card in shown if card.review_by), key=lambda card: (card.review_by, card.id))
    undated = [card for card in site.library.in_order if not card.review_by]
    rules = [card for card in shown if card.type == "rule" and not card.repealed]
    rules.sort(key=lambda card: (card.verified, card.sort_key, card.id))
    months: dict[str, list[Any]] = {}
    for card in dated[:LIST_SIZE]:
        months.setdefault(card.review_by[:7], []).append(card)

    def values(page: object) -> dict[str, Any]:
        return {
            "months": list(months.items()),
            "undated": undated[:LIST_SIZE],
            "rules": rules[:LIST_SIZE],
            "counts": (len(dated), len(undated), sum(not card.verified for card in rules), len(rules)),
        }

    yield site.page(
        "views/upkeep.html",
        "views/index.html",
        "pages/views_upkeep.html.j2",
        TITLE,
        DESCRIPTION,
        (
            [(card.review_by, site.cards_digest([card])) for card in dated[:LIST_SIZE]],
            site.cards_digest(undated[:LIST_SIZE]),
            [(card.verified, card.force, site.cards_digest([card])) for card in rules[:LIST_SIZE]],
            (len(dated), len(undated), len(rules)),
        ),
        values,
    )
