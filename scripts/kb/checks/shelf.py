"""What the checks between entries are handed, and what such a check is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from kb.model.entry import Card
from kb.model.library import Library
from kb.problem import Problem


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the checks between entries look at: every card in order of path, the library, the files of content/."""

    cards: tuple[Card, ...]
    library: Library
    files: Collection[str]
    unread: Collection[str] = frozenset()
    """Ids of entries whose header could not be understood: what they would say is not held against others."""


Check = Callable[[Shelf], Iterator[Problem]]
