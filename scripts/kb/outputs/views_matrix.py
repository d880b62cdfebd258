"""From topics and statutory functions on the cards to 融合矩阵: eight rows, four columns, empty cells shown as such."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from kb.model.entry import Card
from kb.model.schema import Term
from kb.outputs.plan import Plan, Site

TITLE = "融合矩阵"
DESCRIPTION = "党建八个主题与立法、监督、决定、代表四项职能的交叉处，各有哪些条目，哪里还空着"
CELL_SIZE = 12
"""Titles one cell shows; the rest is one click away on the browse page."""


class Cell(NamedTuple):
    """One crossing: the entries shown, how many there are, where to see all of them."""

    function: Term
    cards: list[Card]
    total: int
    url: str


def plan(site: Site) -> Iterator[Plan]:
    """views/matrix.html."""
    schema = site.library.schema
    order = {kind.name: kind.order for kind in schema.ordered_types()}
    cards = sorted(site.library.in_order, key=lambda card: order[card.type])
    cells: dict[tuple[str, str], list[Card]] = {}
    for card in cards:
        for function in card.functions:
            cells.setdefault((card.topic, function), []).append(card)
    functions = schema.vocabularies["functions"].terms
    rows = [
        (topic, [_cell(topic, function, cells.get((topic.value, function.value), [])) for function in functions])
        for topic in schema.vocabularies["topics"].terms
    ]
    filled = sum(1 for _, row in rows for cell in row if cell.total)
    unmarked = sum(not card.functions for card in cards)
    yield site.page(
        "views/matrix.html",
        "views/index.html",
        "pages/views_matrix.html.j2",
        TITLE,
        DESCRIPTION,
        (unmarked, [(topic, [(cell.total, site.cards_digest(cell.cards)) for cell in row]) for topic, row in rows]),
        lambda page: {
            "rows": rows,
            "functions": functions,
            "filled": filled,
            "empty": len(rows) * len(functions) - filled,
            "unmarked": unmarked,
        },
    )


def _cell(topic: Term, function: Term, cards: list[Card]) -> Cell:
    url = f"browse.html#topic={quote(topic.value)}&functions={quote(function.value)}"
    return Cell(function, cards[:CELL_SIZE], len(cards), url)
