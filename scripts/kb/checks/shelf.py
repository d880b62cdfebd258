"""What the checks between entries are handed, and what such a check is."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from kb.checks.titles import KnownTitles
from kb.model.entry import Card
from kb.model.library import Library
from kb.problem import Problem
from kb.schema.kinds import nearest

MAX_GUESSED = 300
"""Words for which the nearest id is looked for in one check: each goes through all ids, a hundredth of a second where there are
ten thousand. Where more are wrong the ids themselves have been moved, and no guess helps."""


@dataclass(frozen=True)
class Shelf:
    """What the checks between entries look at: every card in order of path, the library, the files of content/."""

    cards: Collection[Card]
    library: Library
    files: Collection[str]
    titles: KnownTitles

    @functools.cached_property
    def moved(self) -> Mapping[str, str]:
        """Former id -> the id it became."""
        return {old: card.id for card in self.cards for old in card.former}

    @functools.cached_property
    def _ids(self) -> list[str]:
        return list(self.library.cards)

    @functools.cached_property
    def _guessed(self) -> dict[tuple[str, bool], str]:
        return {}

    def nearest(self, word: str, sources: bool = False) -> str:
        """The id most like a word, with `sources` among those of source documents too; "" where none is near. An entry that
        is gone is missed by many: each word is looked for once, and no more than MAX_GUESSED words."""
        known = self._guessed.get((word, sources))
        if known is None:
            if len(self._guessed) >= MAX_GUESSED:
                return ""
            documents = self.library.schema.documents if sources else ()
            known = self._guessed[word, sources] = nearest(word, [*documents, *self._ids])
        return known


Check = Callable[[Shelf], Iterator[Problem]]
"""Looks at all cards. What it finds hangs on what others see of the cards (`Card.public`) and on `title_line` alone."""
CardCheck = Callable[[Card, Shelf], Iterator[Problem]]
"""Looks at one card, beside what others see of the rest."""
