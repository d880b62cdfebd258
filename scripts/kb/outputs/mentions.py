"""From the backlinks of an entry to those its own page shows, and, where they are many, to a page that lists them all."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from kb.model.entry import Card
from kb.outputs.plan import Plan, Site
from kb.render.context import Page
from kb.syntax.text import in_quotes

SHOWN = 16
"""Mentions that an entry's page shows at most: what every reader of it loads must not grow with the library."""
PLATE = "topics/index.html"
"""A skeleton one folder down that stands under no heading of the menu: a type's own names its neighbours as such."""
TEMPLATE = "pages/mentions.html.j2"


class Group(NamedTuple):
    """Entries of one type: those shown, and how many there are."""

    label: str
    cards: list[Card]
    total: int


def plan(site: Site) -> Iterator[Plan]:
    """mentions/<id>.html for every entry that more than `SHOWN` others mention."""
    shown = site.library.shown
    face_of = site.card_digests.__getitem__
    base = site.digest("mentions", site.template_digest(TEMPLATE), site.macros)
    for key, mentioning in site.library.backward.items():
        if len(mentioning) > SHOWN:
            card = shown[key]
            # put together by hand: there may be thousands of them
            said = f"{key}\n{card.title}\n{card.type}\n".encode() + b"".join(map(face_of, mentioning))
            digest = hashlib.blake2b(base + said, digest_size=16).digest()
            yield Plan(address(card), digest, functools.partial(_make, site, card, mentioning))


def _make(site: Site, card: Card, mentioning: tuple[str, ...]) -> bytes:
    title = f"提到{in_quotes(card.title)}的条目"

    def values(page: Page) -> dict[str, Any]:
        return {"card": card, "groups": grouped(site, mentioning), "title": title}

    return site.page(address(card), PLATE, TEMPLATE, title, "", (), values).make()


def address(card: Card) -> str:
    """Where all mentions of an entry are listed, from the site's root."""
    return f"mentions/{card.id}.html"


def grouped(site: Site, keys: tuple[str, ...]) -> list[Group]:
    """Entries by type, in the order of the types."""
    groups: dict[str, list[Card]] = {}
    for key in keys:
        card = site.library.shown[key]
        groups.setdefault(card.type, []).append(card)
    return [Group(kind.label, found, len(found)) for kind in site.kinds if (found := groups.get(kind.name))]


def shown_of(groups: list[Group], most: int = SHOWN) -> list[Group]:
    """The same with no more than `most` entries in all: those of small groups, and of the others an even share.

    One entry of each group is shown in any case, for the types are few.
    """
    rest, share = most, most
    for left, size in zip(range(len(groups), 0, -1), sorted(group.total for group in groups), strict=True):
        share = max(1, rest // left)
        if size > share:
            break
        rest -= size
        share = size
    return [group._replace(cards=group.cards[:share]) for group in groups]
