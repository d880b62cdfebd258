"""Judge by containment, and score a run.

A query names groups of words; an entry answers when every group has a word in it. A word that is its title or an alias
counts 4, inside one of them 3, in a heading 2, in the text 1; several groups count their rounded mean.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bench.search.corpus import Entry
from kb.search.normalise import flat


@dataclass(frozen=True)
class Query:
    """A judged query."""

    id: str
    kind: str
    text: str
    groups: list[list[str]]


def queries(path: Path) -> list[Query]:
    """Queries of a file: `queries:` with id, kind, q, all."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["queries"]
    return [Query(str(row["id"]), row["kind"], str(row["q"]), row["all"]) for row in rows]


@cache
def squashed(text: str) -> str:
    """Folded without breaks."""
    return flat(text)


def grades(asked: Sequence[Query], entries: Iterable[Entry]) -> dict[str, dict[str, int]]:
    """query → entry → 1-4, answering entries only."""
    wanted = {query.id: [[squashed(str(word)) for word in group] for group in query.groups] for query in asked}
    out: dict[str, dict[str, int]] = {query.id: {} for query in asked}
    for entry in entries:
        names = [squashed(name) for name in [entry.title, *entry.aliases]]
        headings = [squashed(heading) for heading, _ in entry.sections]
        body = "\n".join(flat(text) for _, text in entry.sections)
        for id, groups in wanted.items():
            found = [max(grade(word, names, headings, body) for word in group) for group in groups]
            if all(found):
                out[id][entry.id] = max(1, int(sum(found) / len(found) + 0.5))
    return out


def grade(word: str, names: list[str], headings: list[str], body: str) -> int:
    """How prominently an entry holds a word."""
    if word in names:
        return 4
    if any(word in name for name in names):
        return 3
    if any(word in heading for heading in headings):
        return 2
    return int(word in body)


def ndcg(relevant: Mapping[str, int], ids: Sequence[str]) -> float:
    """nDCG at 10."""
    gain = sum((2 ** relevant.get(id, 0) - 1) / math.log2(rank + 2) for rank, id in enumerate(ids[:10]))
    best = sorted(relevant.values(), reverse=True)[:10]
    ideal = sum((2**each - 1) / math.log2(rank + 2) for rank, each in enumerate(best))
    return gain / ideal if ideal else 1.0


def by_kind(asked: Sequence[Query], judged: Mapping[str, Mapping[str, int]], res: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Mean nDCG of each kind, and of all under "全部"."""
    scores: dict[str, list[float]] = {"全部": []}
    for query in asked:
        value = ndcg(judged[query.id], [str(id) for id in res.get(query.id, [])])
        scores.setdefault(query.kind, []).append(value)
        scores["全部"].append(value)
    return {kind: statistics.fmean(values) for kind, values in scores.items() if values}
