"""From renamed and retired entries to small pages at their old addresses that lead on; no script is needed."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from kb.model.entry import Card
from kb.outputs.plan import Plan, Site

_PAGE = """<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self'">
<meta http-equiv="refresh" content="0; url={href}">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="canonical" href="{href}">
<title>{title}</title>
</head>
<body><p>{why}：<a href="{href}">{title}</a></p></body>
</html>
"""


def plan(site: Site) -> Iterator[Plan]:
    """A page for every former id of a shown entry, and for every retired entry that a shown one stands in for."""
    library = site.library
    for card in library.shown.values():
        for old in card.former:
            if old not in library.cards:
                yield _page(site, f"{library.schema.types[card.type].folder}/{old}.html", card, "本条已换地址")
    for key, card in library.cards.items():
        heir = library.heir(card) if card.retired and card.visibility == "公开" else None
        if heir is not None and heir.id in library.shown:
            yield _page(site, f"{library.schema.types[card.type].folder}/{key}.html", heir, "本条已停用，请看")


def _page(site: Site, address: str, card: Card, why: str) -> Plan:
    href, title = f"../{site.library.url(card)}", escape(card.title)
    data = _PAGE.format(href=href, title=title, why=why).encode()
    return Plan(address, site.digest("redirect", data), lambda: data)
