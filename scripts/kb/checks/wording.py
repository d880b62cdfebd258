"""From the cards' traces to problems of wording between entries: near-duplicates, and official titles a letter off."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from kb.checks.shelf import Shelf
from kb.checks.traces import values
from kb.model.entry import Card
from kb.problem import Level, Problem, Spot

NEAR = 0.5
"""Share of common shingles (Jaccard) from which two entries are called alike."""
COMMON = 12
"""A phrase that this many entries share is a formula, not a copy."""
LONG = 6
"""Characters: shorter titles are too often a letter apart by right (《代表法》《监督法》)."""
_OFFICIAL = re.compile(r"(条例|规定|办法|准则|规则|细则|章程|(?<![方做办写])法|意见|决定)(（[^（）]*）)?$")


def near_duplicates(shelf: Shelf) -> Iterator[Problem]:
    """Two entries that say the same in the same words, with the share."""
    owners: dict[int, list[int]] = {}
    cards = [card for card in shelf.cards if card.sketch and card.status != "停用"]
    sketches = [values(card.sketch) for card in cards]
    for number, sketch in enumerate(sketches):
        for value in sketch:
            owners.setdefault(value, []).append(number)
    pairs: Counter[tuple[int, int]] = Counter()
    for found in owners.values():
        if 1 < len(found) <= COMMON:
            pairs.update((one, other) for at, one in enumerate(found) for other in found[at + 1 :])
    for (one, other), count in sorted(pairs.items()):
        if count < 4:
            continue
        share = _share(set(sketches[one]), set(sketches[other]))
        if share >= NEAR:
            card, first = cards[other], cards[one]
            yield Problem(
                "near-duplicate",
                Spot(card.path, card.title_line, 1),
                f"与 {first.path}“{first.title}”约有 {round(share * 100)}% 的文字相同",
                "合成一条；确是两件事的，只留各自不同的内容，互相链接",
                Level.WARNING,
            )


def _share(one: set[int], other: set[int]) -> float:
    """Jaccard similarity estimated from two bottom-k sketches."""
    size = min(len(one), len(other))
    union = sorted(one | other)[:size]
    return sum(value in one and value in other for value in union) / size


def official_titles(shelf: Shelf) -> Iterator[Problem]:
    """A title in 《》 that is nearly one of the rule library is a slip; the nearest is named."""
    known: dict[str, Card] = {}
    for card in shelf.cards:
        if card.type == "rule":
            for name in (card.title, *card.aliases, card.official):
                known.setdefault(name.strip("《》"), card)
    whole = {_bare(name): name for name in known}
    named = {card.title.strip("《》") for card in shelf.cards}
    short: dict[str, str] = {}
    for name in known:
        if len(name) >= LONG:
            for variant in _shorter(name):
                short.setdefault(variant, name)
    for card in shelf.cards:
        for title, line, column in card.quoted:
            if len(title) < LONG or title in known or title in named:
                continue
            near = next((short[variant] for variant in _shorter(title) if variant in short), "")
            if near and title not in whole and _bare(near) != _bare(title):
                yield Problem(
                    "title-slip",
                    Spot(card.path, line, column),
                    f"《{title}》与制度库里的《{near}》只差一个字",
                    f"写错了，改成《{near}》；确是另一份文件，在制度库里给它建一条",
                    Level.WARNING,
                )
            elif title in whole:
                message = f"《{title}》的全称是《{whole[title]}》"
                yield Problem("title-slip", Spot(card.path, line, column), message, "第一次出现时写全称", Level.ADVICE)
            elif not near and card.published and _OFFICIAL.search(title):
                hint = "核对全称；常用的，在制度库里建一条"
                yield Problem("title-unknown", Spot(card.path, line, column), f"制度库里没有《{title}》", hint, Level.ADVICE)


def _shorter(name: str) -> Iterator[str]:
    """The name and all it becomes when one letter is left out: two names a letter apart share one of these."""
    yield name
    for at in range(len(name)):
        yield name[:at] + "\0" + name[at + 1 :]
        yield name[:at] + name[at + 1 :]


def _bare(name: str) -> str:
    return re.sub(r"（[^（）]*）$", "", name)
