"""From the cards' traces to problems of wording between entries: near-duplicates, and official titles a letter off."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from kb.checks.shelf import Shelf
from kb.checks.titles import LONG, bare, shorter
from kb.checks.traces import values
from kb.model.entry import Card
from kb.problem import Level, Problem, Spot

NEAR = 0.5
"""Share of common shingles (Jaccard) from which two entries are called alike."""
COMMON = 12
"""A phrase that this many entries share is a formula, not a copy."""
FEW = 4
"""Fewer common shingles than this are chance."""
_OFFICIAL = re.compile(r"(条例|规定|办法|准则|规则|细则|章程|(?<![方做办写])法|意见|决定)(（[^（）]*）)?$")


class Twins(NamedTuple):
    """Two entries (paths, in order) that share `percent` of their wording."""

    first: str
    other: str
    percent: int


def sketch_of(card: Card) -> bytes:
    """What an entry is compared by, b"" for one that is not."""
    return b"" if card.status == "停用" else card.sketch


def find_twins(sketches: Mapping[str, bytes], among: Collection[str] | None = None) -> list[Twins]:
    """Near-duplicates by path; with `among`, only those of which both are of these."""
    wanted = None if among is None else {value for path in among if path in sketches for value in values(sketches[path])}
    owners: dict[int, list[str]] = {}
    for path, sketch in sketches.items():
        for value in values(sketch) if wanted is None else wanted.intersection(values(sketch)):
            owners.setdefault(value, []).append(path)
    pairs: Counter[tuple[str, str]] = Counter()
    for found in owners.values():
        if 1 < len(found) <= COMMON:
            members = found if among is None else [path for path in found if path in among]
            pairs.update((one, other) for at, one in enumerate(members) for other in members[at + 1 :])
    twins = []
    for (one, other), count in pairs.items():
        if count >= FEW:
            share = _share(set(values(sketches[one])), set(values(sketches[other])))
            if share >= NEAR:
                twins.append(Twins(one, other, round(share * 100)))
    return sorted(twins)


def touched_by(before: Mapping[str, bytes], after: Mapping[str, bytes], changed: Collection[str]) -> set[str]:
    """Paths among which twins may have come or gone when the sketches of `changed` became other ones.

    A value counts only where at most COMMON entries have it, so one more owner may also take it from the others.
    """
    stirred = {value for path in changed for value in {*values(before.get(path, b""))} ^ {*values(after.get(path, b""))}}
    touched = set(changed)
    old: dict[int, set[str]] = {value: set() for value in stirred}
    new: dict[int, set[str]] = {value: set() for value in stirred}
    for owners, sketches in ((old, before), (new, after)):
        for path, sketch in sketches.items():
            for value in stirred.intersection(values(sketch)):
                owners[value].add(path)
    for value in stirred:
        if min(len(old[value]), len(new[value])) <= COMMON:
            touched |= old[value] | new[value]
    return touched


def near_duplicates(twins: Collection[Twins], cards: Mapping[str, Card]) -> Iterator[Problem]:
    """Two entries that say the same in the same words, with the share; `cards` by path."""
    for one, other, percent in twins:
        card, first = cards[other], cards[one]
        yield Problem(
            "near-duplicate",
            Spot(card.path, card.title_line, 1),
            f"与 {first.path}“{first.title}”约有 {percent}% 的文字相同",
            "合成一条；确是两件事的，只留各自不同的内容，互相链接",
            Level.WARNING,
        )


def _share(one: set[int], other: set[int]) -> float:
    """Jaccard similarity estimated from two bottom-k sketches."""
    size = min(len(one), len(other))
    union = sorted(one | other)[:size]
    return sum(value in one and value in other for value in union) / size


def official_titles(card: Card, shelf: Shelf) -> Iterator[Problem]:
    """A title in 《》 that is nearly one of the rule library is a slip; the nearest is named."""
    titles = shelf.titles
    for title, line, column in card.quoted:
        if len(title) < LONG or title in titles.of_rules or title in titles.entries:
            continue
        near = next((titles.short[variant] for variant in shorter(title) if variant in titles.short), "")
        if near and title not in titles.whole and bare(near) != bare(title):
            yield Problem(
                "title-slip",
                Spot(card.path, line, column),
                f"《{title}》与制度库里的《{near}》只差一个字",
                f"写错了，改成《{near}》；确是另一份文件，在制度库里给它建一条",
                Level.WARNING,
            )
        elif title in titles.whole:
            message = f"《{title}》的全称是《{titles.whole[title]}》"
            yield Problem("title-slip", Spot(card.path, line, column), message, "第一次出现时写全称", Level.ADVICE)
        elif not near and card.published and _OFFICIAL.search(title):
            hint = "核对全称；常用的，在制度库里建一条"
            yield Problem("title-unknown", Spot(card.path, line, column), f"制度库里没有《{title}》", hint, Level.ADVICE)
