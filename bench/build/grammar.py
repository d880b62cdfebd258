"""From a small lexicon of words and sentence patterns to Chinese sentences, by a seeded chance."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

LEXICON = Path(__file__).with_name("lexicon.txt")
_SLOT = re.compile(r"\{(.+?)\}")
_STRIDE = 7919
"""A prime that divides no product of list lengths here, so that stepping by it visits every combination once."""


class Grammar:
    """The words by class, and the sentence patterns by purpose."""

    def __init__(self, path: Path = LEXICON) -> None:
        self.words: dict[str, list[str]] = {}
        self.patterns: dict[str, list[list[str]]] = {}
        name = ""
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("["):
                name = line.strip("[]")
            elif line and not line.startswith("#"):
                if name.endswith(" 句式"):
                    # text at even places, the name of a class at odd ones
                    self.patterns.setdefault(name.removesuffix(" 句式"), []).append(_SLOT.split(line))
                else:
                    self.words.setdefault(name, []).extend(line.split())
        firsts, lasts, ranks = (self.words.pop(key) for key in ("地首", "地尾", "地级"))
        places = [
            f"{first}{last}{ranks[(at + to) % len(ranks)]}" for at, first in enumerate(firsts) for to, last in enumerate(lasts)
        ]
        # no name reads well with the same character twice; order by chance, the same in every run
        self.words["地名"] = [name for name in dict.fromkeys(places) if name[0] != name[1]]
        Random(0).shuffle(self.words["地名"])

    def sentence(self, purpose: str, chance: Random) -> str:
        """One sentence; every slot filled."""
        pick = chance.random
        patterns = self.patterns[purpose]
        pieces = patterns[int(pick() * len(patterns))][:]
        for at in range(1, len(pieces), 2):
            words = self.words[pieces[at]]
            pieces[at] = words[int(pick() * len(words))]
        return "".join(pieces)

    def word(self, kind: str, chance: Random) -> str:
        words = self.words[kind]
        return words[int(chance.random() * len(words))]

    def title(self, pattern: str, number: int) -> str:
        """The title that belongs to a number; different for different numbers."""
        pieces = _SLOT.split(pattern)
        total = 1
        for kind in pieces[1::2]:
            total *= len(self.words[kind])
        lap, place = divmod(number, total)
        place = place * _STRIDE % total
        for at in range(1, len(pieces), 2):
            words = self.words[pieces[at]]
            place, choice = divmod(place, len(words))
            pieces[at] = words[choice]
        return "".join(pieces) + (f"（第{lap + 1}种）" if lap else "")
