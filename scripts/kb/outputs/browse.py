"""From all cards to the browse page: a complete list without scripts, facets with counts with them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from kb.model.entry import Card
from kb.outputs.plan import Plan, Site, paged
from kb.render.context import Page

LIST_SIZE = 400
"""Entries on one page of the plain list."""
SHARD_SIZE = 256
FACETS = (
    ("type", "类型"),
    ("topic", "主题"),
    ("organs", "四个机关"),
    ("functions", "履职职能"),
    ("levels", "层级"),
    ("roles", "责任主体"),
    ("year", "年份"),
    ("places", "地区"),
    ("status", "状态"),
)


def shard_count(entries: int, size: int) -> int:
    """A power of two, so that it seldom changes as a library grows."""
    count = 1
    while count * size < entries:
        count *= 2
    return count


def bucket(key: str, count: int) -> int:
    """Where an id belongs; hangs on nothing but the id, so that one edit touches one shard."""
    return zlib.crc32(key.encode()) % count


def plan(site: Site) -> Iterator[Plan]:
    """browse.html (and its following pages), browse/<n>.js with the data."""
    library = site.library
    order = {kind.name: kind.order for kind in library.schema.ordered_types()}
    cards = sorted(library.shown.values(), key=lambda card: (order[card.type], card.sort_key, card.id))
    count = shard_count(len(cards), SHARD_SIZE)
    shards: list[list[Card]] = [[] for _ in range(count)]
    for card in cards:
        shards[bucket(card.id, count)].append(card)
    for number, shard in enumerate(shards):
        yield Plan(f"browse/{number}.js", site.digest("browse", number, site.cards_digest(shard)), _shard(site, number, shard))
    pages = paged(cards, LIST_SIZE)
    names = [f"browse{f'-{number}' if number > 1 else ''}.html" for number in range(1, len(pages) + 1)]
    for number, rows in enumerate(pages, 1):
        values: dict[str, Any] = {
            "rows": rows,
            "groups": [(kind, [card for card in rows if card.type == kind.name]) for kind in library.schema.ordered_types()],
            "names": names,
            "number": number,
            "total": len(cards),
            "shards": count,
            "facets": json.dumps(_facets(site), ensure_ascii=False),
        }
        yield site.page(
            names[number - 1],
            "browse.html",
            "pages/browse.html.j2",
            "筛选" if number == 1 else f"筛选（第{number}页）",
            "按类型、主题、机关、职能、层级、责任主体、年份、地区筛选全部条目",
            (number, names, len(cards), count, site.cards_digest(rows)),
            _same(values),
        )


def _same(values: dict[str, Any]) -> Callable[[Page], dict[str, Any]]:
    return lambda page: values


def _facets(site: Site) -> list[tuple[str, str, list[str]]]:
    """(key, label, words in their order): the words of the data are numbers into these lists."""
    schema = site.library.schema
    words = {name: [term.value for term in vocabulary.terms] for name, vocabulary in schema.vocabularies.items()}
    lists = {
        "type": [kind.label for kind in schema.ordered_types()],
        "topic": words["topics"],
        "organs": words["organs"],
        "functions": words["functions"],
        "levels": words["levels"],
        "roles": words["roles"],
        "places": words["places"],
        "status": ["均有来源", "含待核对内容"],
    }
    return [(key, label, lists.get(key, [])) for key, label in FACETS]


def _shard(site: Site, number: int, cards: list[Card]) -> Any:
    def make() -> bytes:
        places = {key: {word: at for at, word in enumerate(words)} for key, _, words in _facets(site)}
        kinds = {kind.name: kind.label for kind in site.library.schema.ordered_types()}
        rows = []
        for card in cards:
            numbers: list[Any] = [site.library.url(card), card.title, card.summary]
            for key, _ in FACETS:
                if key == "type":
                    numbers.append(places[key][kinds[card.type]])
                elif key == "status":
                    numbers.append(int(card.editorial))
                elif key == "topic":
                    numbers.append(places[key].get(card.topic, -1))
                elif key == "year":
                    numbers.append(int(card.year or 0))
                else:
                    numbers.append([places[key][word] for word in getattr(card, key) if word in places[key]])
            rows.append(numbers)
        data = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        return f"kbBrowse({number},{data});\n".encode()

    return make
