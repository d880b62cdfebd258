"""A fault in the content as a value: where it is, what is wrong, what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """How much a problem matters: an error stops the build, a warning and a piece of advice do not."""

    ERROR = "错误"
    WARNING = "提醒"
    ADVICE = "建议"


MOST_TOLD = 200
"""Problems told of one file: more help no one, and a file made to be faulty must not fill the disk with them."""
MORE = "more-problems"


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place in a file of the knowledge base; line and column count from 1, 0 where there is none."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: a stable code for machines, a message and a hint in the editor's words."""

    code: str
    spot: Spot
    message: str
    hint: str = ""
    level: Level = Level.ERROR
    count: int = 1
    """Faults it stands for: more than one where it says how many are not listed."""

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Sort key: by place, so that a report reads like the files do."""
        return (self.spot.path, self.spot.line, self.spot.column, self.code, self.message)


@dataclass(slots=True)
class Notebook:
    """Collects the problems of one file while it is read; the only mutable thing a reader is handed."""

    path: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, at: tuple[int, int], message: str, hint: str = "", level: Level = Level.ERROR) -> None:
        """Record a problem at (line, column) of this file. What is quoted from it may run over lines; a problem is told in one."""
        message, hint = (words.replace("\n", " ") for words in (message, hint))
        self.problems.append(Problem(code, Spot(self.path, at[0], at[1]), message, hint, level))


def bounded(problems: Iterable[Problem]) -> list[Problem]:
    """The problems in order, MOST_TOLD at most of each file, the gravest of them; the rest are counted in one line a level."""
    by_path: dict[str, list[Problem]] = {}
    for problem in sorted(problems, key=lambda one: one.order):
        by_path.setdefault(problem.spot.path, []).append(problem)
    kept: list[Problem] = []
    for found in by_path.values():
        if len(found) <= MOST_TOLD:
            kept += found
            continue
        ranks = {level: number for number, level in enumerate(Level)}
        found.sort(key=lambda one: (one.code == MORE, ranks[one.level]))
        told = found[:MOST_TOLD]
        for level in Level:
            rest = [one for one in found[MOST_TOLD:] if one.level is level]
            if rest:
                count = sum(one.count for one in rest)
                told.append(Problem(MORE, rest[-1].spot, f"还有 {count} 处{level}没有列出", "先改列出的，再检查一次", level, count))
        kept += sorted(told, key=lambda one: one.order)
    return kept


def worst(problems: list[Problem]) -> Level | None:
    """The gravest level among the problems, None where there are none."""
    for level in Level:
        if any(problem.level is level for problem in problems):
            return level
    return None
