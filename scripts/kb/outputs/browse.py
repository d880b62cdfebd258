"""From all cards to the browse page: a complete list without scripts, facets with counts with them.

The facets need a few numbers of every entry: a file of them for each type, in the order in which entries are shown. What
is shown of an entry is in other files, of a run of entries each, and only those in sight are asked for.
"""

from __future__ import annotations

import json
import operator
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from kb.model.entry import Card
from kb.outputs.plan import Plan, Site, paged
from kb.render.context import Page

LIST_SIZE = 200
"""Entries on one page of the plain list."""
RUN_LEAST, RUN_STEP, RUN_MOST = 64, 96, 256
"""Entries of a run: at least, how many more on an average, at most."""
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
_FIRST = 0x30
"""The character for the first word of a facet; the comma between entries comes before it."""
_GIVE = "(window.kbBrowse=window.kbBrowse||[]).push"
"""Data that comes before the script waits in a list."""
_STATUS = ("均有来源", "含待核对内容")


def runs(cards: Iterable[Card]) -> list[list[Card]]:
    """Cards, in their order, in runs. Where one begins hangs on the ids near by alone, so that an entry that comes, goes
    or moves touches the run it is in, seldom the next."""
    found: list[list[Card]] = []
    run: list[Card] = []
    for card in cards:
        if len(run) >= RUN_MOST or (len(run) >= RUN_LEAST and zlib.crc32(card.id.encode()) % RUN_STEP == 0):
            found.append(run)
            run = []
        run.append(card)
    return [*found, run] if run else found


def plan(site: Site) -> Iterator[Plan]:
    """browse.html (and its following pages), browse/_start.js with the numbers before anything is chosen, browse/<folder>.js
    with the facets, browse/<folder>/<id>.js with what is shown."""
    library = site.library
    kinds: dict[str, list[Card]] = {kind.name: [] for kind in site.kinds}
    for card in library.in_order:
        kinds[card.type].append(card)
    facets = _facets(site)
    folders: list[str] = []
    faces: list[bytes] = []
    first = ""
    for place, kind in enumerate(site.kinds):
        cards = kinds[kind.name]
        if not cards:
            continue
        parts = runs(cards)
        folders.append(kind.folder)
        seen = site.cards_digest(cards)
        faces.append(seen)
        yield Plan(
            f"browse/{kind.folder}.js", site.digest("browse", place, facets, seen), _columns(place, kind.folder, parts, facets)
        )
        for run in parts:
            name = f"{kind.folder}/{run[0].id}"
            first = first or name
            yield Plan(f"browse/{name}.js", site.digest("browse", "run", site.cards_digest(run)), _rows(name, run))
    yield Plan("browse/_start.js", site.digest("browse", "start", facets, tuple(faces)), _counts(kinds, facets))
    # no folder of a type begins with "_"
    data = ["_start", *([first] if first else []), *folders]
    everything = [card for cards in kinds.values() for card in cards]
    pages = paged(everything, LIST_SIZE)
    names = [f"browse{f'-{number}' if number > 1 else ''}.html" for number in range(1, len(pages) + 1)]
    for number, rows in enumerate(pages, 1):
        values: dict[str, Any] = {
            "groups": [(kind, [card for card in rows if card.type == kind.name]) for kind in site.kinds],
            "names": names,
            "number": number,
            "data": data,
            "parts": len(folders),
            "first": first,
            "facets": json.dumps(facets, ensure_ascii=False, separators=(",", ":")),
        }
        yield site.page(
            names[number - 1],
            "browse.html",
            "pages/browse.html.j2",
            "筛选" if number == 1 else f"筛选（第{number}页）",
            "按类型、主题、机关、职能、层级、责任主体、年份、地区筛选全部条目",
            (number, names, data, first, facets, site.cards_digest(rows)),
            _same(values),
        )


def _same(values: dict[str, Any]) -> Callable[[Page], dict[str, Any]]:
    return lambda page: values


def _facets(site: Site) -> list[tuple[str, str, list[str]]]:
    """(key, label, words in their order): the signs of the data are places in these lists."""
    schema = site.library.schema
    words = {name: [term.value for term in vocabulary.terms] for name, vocabulary in schema.vocabularies.items()}
    lists = {
        "type": [kind.label for kind in site.kinds],
        "topic": words["topics"],
        "organs": words["organs"],
        "functions": words["functions"],
        "levels": words["levels"],
        "roles": words["roles"],
        # a new year is the last, and moves none of the others
        "year": [str(year) for year in sorted({int(card.year) for card in site.library.shown.values() if card.year})],
        "places": words["places"],
        "status": list(_STATUS),
    }
    return [(key, label, lists[key]) for key, label in FACETS]


def _kept(key: str) -> Callable[[Card], Any]:
    """What a card keeps of a facet."""
    return operator.attrgetter("editorial" if key == "status" else key)


def _words(key: str, kept: Any) -> tuple[str, ...]:
    if key == "status":
        return (_STATUS[kept],)
    return kept if isinstance(kept, tuple) else (str(kept),) if kept else ()


def _counts(kinds: dict[str, list[Card]], facets: list[tuple[str, str, list[str]]]) -> Callable[[], bytes]:
    """For every facet, how many entries each of its words has."""

    def make() -> bytes:
        told = [[len(cards) for cards in kinds.values()]]
        for key, _, words in facets[1:]:
            many: Counter[str] = Counter()
            # what cards keep is counted first: there are far fewer different ones than cards
            for kept, times in Counter(map(_kept(key), chain.from_iterable(kinds.values()))).items():
                for word in _words(key, kept):
                    many[word] += times
            told.append([many[word] for word in words])
        return f"{_GIVE}([{json.dumps(told, separators=(',', ':'))}]);\n".encode()

    return make


def _columns(place: int, folder: str, parts: list[list[Card]], facets: list[tuple[str, str, list[str]]]) -> Callable[[], bytes]:
    """A type's place among the types, its folder, its runs (id of the first entry, number of entries) and, for every other
    facet, a text: a character for each word of an entry, a comma between entries."""

    def make() -> bytes:
        texts = []
        for key, _, words in facets[1:]:
            signs = {word: chr(_FIRST + at) for at, word in enumerate(words)}
            kept = _kept(key)
            texts.append(
                ",".join(
                    ["".join([signs[word] for word in _words(key, kept(card)) if word in signs]) for run in parts for card in run]
                )
            )
        told = json.dumps(
            [place, folder, [part for run in parts for part in (run[0].id, len(run))], texts],
            ensure_ascii=False,
            separators=(",", ":"),
        )
        return f"{_GIVE}({told});\n".encode()

    return make


def _rows(name: str, run: list[Card]) -> Callable[[], bytes]:
    def make() -> bytes:
        rows = [(card.id, card.title, card.summary) for card in run]
        told = json.dumps([name, rows], ensure_ascii=False, separators=(",", ":"))
        return f"{_GIVE}({told});\n".encode()

    return make
