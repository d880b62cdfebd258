"""From all cards to the titles they are known by, against which a title named in a text is held."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kb.model.entry import Card

_BETWEEN = re.compile(r"》[^《》]*《")
LONG = 6
"""Characters: shorter titles are too often a letter apart by right (《代表法》《监督法》)."""


@dataclass(frozen=True)
class KnownTitles:
    """Names of the rules in order of path, and the titles of all entries; both without 《》."""

    rules: tuple[str, ...]
    entries: frozenset[str]

    @functools.cached_property
    def of_rules(self) -> frozenset[str]:
        return frozenset(self.rules)

    @functools.cached_property
    def whole(self) -> Mapping[str, str]:
        """Name without what follows in brackets -> full name."""
        return {bare(name): name for name in self.rules}

    @functools.cached_property
    def short(self) -> Mapping[str, str]:
        """What a rule's name becomes when a letter is left out -> the name."""
        short: dict[str, str] = {}
        for name in self.rules:
            if len(name) >= LONG:
                for variant in shorter(name):
                    short.setdefault(variant, name)
        return short


def known_titles(cards: Iterable[Card]) -> KnownTitles:
    """The titles that these cards (in order of path) are known by."""
    rules: dict[str, None] = {}
    entries = set()
    for card in cards:
        entries.add(card.title.strip("《》"))
        if card.type == "rule":
            rules.update(dict.fromkeys(rule_names((card.title, *card.aliases, card.official))))
    return KnownTitles(tuple(rules), frozenset(entries))


def rule_names(names: Iterable[str]) -> Iterator[str]:
    """Names without their 《》; a full title may name two documents in one: 《……规定》及《……实施细则》."""
    return (part for name in names for part in _BETWEEN.split(name.strip("《》")))


def shorter(name: str) -> Iterator[str]:
    """The name and all it becomes when one letter is left out: two names a letter apart share one of these."""
    yield name
    for at in range(len(name)):
        yield name[:at] + "\0" + name[at + 1 :]
        yield name[:at] + name[at + 1 :]


def bare(name: str) -> str:
    """A title without the brackets behind it (（试行）, （2023年修订）)."""
    return re.sub(r"（[^（）]*）$", "", name)
