"""From the library to its ways in: home, an index of each type, a page of each topic and of each role."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from typing import Any

from kb.model.entry import Card
from kb.model.schema import EntryType
from kb.outputs.calendar_rows import due_in
from kb.outputs.plan import Plan, Site, paged
from kb.outputs.tools import counted
from kb.render.context import Page
from kb.source.collation import letter

PAGE_SIZE = 120
"""Entries on one page of an index: about six screens."""
NEWS = 12
DUE = 12
"""Rows of the calendar that home shows of a month."""


def plan(site: Site) -> Iterator[Plan]:
    """All index pages."""
    yield _home(site)
    for kind in site.library.schema.ordered_types():
        yield from _type_pages(site, kind)
    yield from _term_pages(site, "topics", "topic")
    yield from _term_pages(site, "roles", "roles")


def _home(site: Site) -> Plan:
    library = site.library
    vocabularies = library.schema.vocabularies
    shown = list(library.shown.values())
    news = heapq.nlargest(NEWS, shown, key=lambda card: (site.changed_on(card), card.sort_key))
    of_type, of_topic = Counter(card.type for card in shown), Counter(card.topic for card in shown)
    of_role = Counter(role for card in shown for role in card.roles)
    kinds = [(kind, of_type[kind.name]) for kind in library.schema.ordered_types()]
    topics = [(term, of_topic[term.value]) for term in vocabularies["topics"].terms]
    roles = [(term, of_role[term.value]) for term in vocabularies["roles"].terms]
    months = [(month, found[:DUE], max(0, len(found) - DUE)) for month in range(1, 13) if (found := due_in(site.calendar, month))]
    tools = [(tool, count) for tool, count in counted(site) if count or not tool.folder]
    starts = [library.shown[key] for key in _STARTS if key in library.shown]
    parts = (
        [(kind.label, kind.folder, count) for kind, count in kinds],
        [(term.value, count) for term, count in topics],
        [(term.value, count) for term, count in roles],
        site.cards_digest(news),
        site.cards_digest(starts),
        [(month, [(row.line, by) for row, by in found], more) for month, found, more in months],
        tools,
    )
    values: dict[str, Any] = {
        "kinds": kinds,
        "topics": topics,
        "roles": [(term, count) for term, count in roles if count],
        "news": news,
        "starts": starts,
        "months": months,
        "tools": tools,
        "total": len(shown),
    }
    return site.page("index.html", "index.html", "pages/home.html.j2", site.name, "", parts, lambda page: values)


_STARTS = (
    "sanhui-yike",
    "zhuti-dangri",
    "diyi-yiti",
    "zhongxinzu-xuexi",
    "sanji-zeren-qingdan",
    "jingshi-jiaoyu-jiaocai",
    "dangjian-yewu-ronghe",
    "zhongda-shixiang-qingshi-baogao",
)
"""Entries that home offers first; those a knowledge base does not have are left out."""


def _type_pages(site: Site, kind: EntryType) -> Iterator[Plan]:
    cards = site.library.of_type(kind.name)
    template = f"types/{kind.name}/index.html.j2"
    if not (site.project.templates / template).is_file():
        template = "pages/type_index.html.j2"
    yield from _listing(
        site, kind.folder, "index", f"{kind.folder}/index.html", template, kind.label, kind.description, cards, {"kind": kind}
    )


def _term_pages(site: Site, vocabulary: str, attribute: str) -> Iterator[Plan]:
    words = site.library.schema.vocabularies[vocabulary]
    cards: dict[str, list[Card]] = {term.value: [] for term in words.terms}
    for card in site.library.in_order:
        value = getattr(card, attribute)
        for word in (value,) if isinstance(value, str) else value:
            if word in cards:
                cards[word].append(card)
    rows = [(term, len(cards[term.value])) for term in words.terms]
    plate = f"{vocabulary}/index.html"
    yield site.page(
        plate,
        plate,
        "pages/terms_index.html.j2",
        f"按{words.label}看",
        "",
        [(term.value, term.slug, term.note, count) for term, count in rows],
        lambda page: {"rows": rows, "words": words, "folder": vocabulary},
    )
    for term in words.terms:
        template = f"pages/{vocabulary}_page.html.j2"
        yield from _listing(site, vocabulary, term.slug, plate, template, term.value, term.note, cards[term.value], {"term": term})


def _listing(
    site: Site,
    folder: str,
    stem: str,
    plate: str,
    template: str,
    title: str,
    description: str,
    cards: list[Card],
    more: dict[str, Any],
) -> Iterator[Plan]:
    """The pages of a list: `stem`.html, `stem`-2.html …"""
    pages = paged(cards, PAGE_SIZE)
    names = [f"{folder}/{stem}{f'-{number}' if number > 1 else ''}.html" for number in range(1, len(pages) + 1)]
    said = repr(more)
    for number, rows in enumerate(pages, 1):
        yield site.page(
            names[number - 1],
            plate,
            template,
            title if number == 1 else f"{title}（第{number}页）",
            description,
            (number, len(pages), len(cards), site.cards_digest(rows), said),
            _values(site, rows, number, names, len(cards), more | {"title": title, "description": description}),
        )


def _values(site: Site, rows: list[Card], number: int, names: list[str], total: int, more: dict[str, Any]) -> Any:
    def values(page: Page) -> dict[str, Any]:
        groups: dict[str, list[Card]] = {}
        for card in rows:
            groups.setdefault(letter(card.sort_key), []).append(card)
        kinds = [(kind, [card for card in rows if card.type == kind.name]) for kind in site.library.schema.ordered_types()]
        return {
            "rows": rows,
            "letters": sorted(groups.items()),
            "by_kind": [(kind, found) for kind, found in kinds if found],
            "number": number,
            "names": names,
            "total": total,
            **more,
        }

    return values
