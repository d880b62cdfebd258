"""From a title to its lines on a cover: broken between words, as even as the words allow."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

MOST = 10
"""Characters of a line of the cover, in every style."""
NOUNS = (
    "工作手册",
    "培训手册",
    "学习手册",
    "实务手册",
    "操作手册",
    "案例选编",
    "文件选编",
    "制度汇编",
    "资料汇编",
    "问答",
    "读本",
    "指南",
)
"""What a title may end in: a line of its own, if there is to be more than one."""
JOINING, CLOSING = "与和及暨", "、，：；·—　"
NOUN_COST, JOIN_COST = 0.0, 4.0
"""How many characters of unevenness a break before a noun, or beside a joining word, is worth."""


def cover_lines(title: str, given: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The lines of a title; `given` are those that the handbook asks for. One that finds no place to break stays whole."""
    if given:
        return given
    if len(title) <= MOST:
        return (title,)
    breaks = dict(_breaks(title))
    for count in range(1, len(breaks) + 1):
        found = []
        for places in itertools.combinations(sorted(breaks), count):
            lines = tuple(title[start:end].strip() for start, end in itertools.pairwise((0, *places, len(title))))
            lengths = [len(line) for line in lines]
            if max(lengths) <= MOST and min(lengths) > 1:
                found.append((max(lengths) - min(lengths) + sum(breaks[place] for place in places), lines))
        if found:
            return min(found)[1]
    return (title,)


def _breaks(title: str) -> Iterator[tuple[int, float]]:
    """(place, cost) of every break: before a final noun, before and behind a joining word, behind a sign."""
    for place, char in enumerate(title):
        if char in CLOSING and place + 1 < len(title):
            yield place + 1, NOUN_COST
        elif char in JOINING and 1 < place < len(title) - 2:
            yield place, JOIN_COST
            yield place + 1, JOIN_COST
    for noun in NOUNS:
        if title.endswith(noun) and title[: -len(noun)][-1:] not in JOINING:
            yield len(title) - len(noun), NOUN_COST
