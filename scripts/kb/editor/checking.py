"""From the unsaved text of one entry to its problems, each with the field it belongs to: the checks of `kb check`, run on this text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from kb.checks.entry import check_entry
from kb.checks.library import check_card, duplicate_ids, duplicate_titles, shelve
from kb.checks.shelf import Check
from kb.checks.traces import quoted, sketch, values
from kb.checks.upkeep import moved_ids
from kb.checks.wording import FEW, Twins, find_twins, near_duplicates, sketch_of
from kb.editor.spans import Head, Place, read_head
from kb.intake import Intake
from kb.model.entry import Card
from kb.model.library import Library
from kb.model.schema import EntryType
from kb.problem import Problem, bounded
from kb.source.entry import EntryReading, read_entry
from kb.source.library import targets_of

LIVE_CHECKS: tuple[Check, ...] = (duplicate_ids, duplicate_titles, moved_ids)
"""The checks of the whole library that are run while someone types, beside those of one card. What is left out
(coverage of the sources) is not about one entry."""


def read_draft(intake: Intake, path: str, text: str) -> EntryReading:
    """The unsaved text as `kb check` would read it."""
    kind = intake.library.schema.folders[path.split("/")[1]]
    return read_entry(path, text.encode(), kind.name, intake.library.schema)


def with_draft(intake: Intake, reading: EntryReading) -> tuple[Library, Card] | None:
    """The library as it would be with this text, shown to readers whatever its status; None where the header gives no card."""
    if reading.card is None:
        return None
    card = reading.card._replace(quoted=quoted(reading), sketch=sketch(reading))
    library = intake.library
    shown = {**library.shown, card.id: card}
    forward = targets_of(card, shown)
    return replace(
        library, cards={**library.cards, card.id: card}, shown=shown, forward={**library.forward, card.id: forward}
    ), card


def check_draft(intake: Intake, reading: EntryReading) -> list[Problem]:
    """All problems of this text, those between it and the rest of the library included."""
    problems = check_entry(reading, intake.library.schema)
    joined = with_draft(intake, reading)
    if joined is not None:
        library, card = joined
        others = [one for one in intake.library.cards.values() if one.path != card.path]
        # one's own entry stands last: what is the same in two entries is told of the later one
        shelf = shelve([*others, card], library, {**intake.files, card.path: None})
        problems += check_card(card, shelf)
        problems += [problem for check in LIVE_CHECKS for problem in check(shelf) if problem.spot.path == card.path]
        problems += _alike(card, others)
    return bounded(problems)


def _alike(card: Card, others: Iterable[Card]) -> list[Problem]:
    """Near-duplicates of this entry; most others are told apart at a glance."""
    own = set(values(sketch_of(card)))
    if not own:
        return []
    near = {one.path: one for one in others if len(own.intersection(values(sketch_of(one)))) >= FEW}
    near[card.path] = card
    twins = find_twins({path: sketch_of(one) for path, one in near.items()})
    mine = [
        Twins(one.first if one.other == card.path else one.other, card.path, one.percent) for one in twins if card.path in one[:2]
    ]
    return list(near_duplicates(mine, near))


def placed(problems: Iterable[Problem], text: str, kind: EntryType) -> list[dict[str, Any]]:
    """Problems for the page: `field` is a key, "body", or "" where they belong to the whole; `item` counts
    list items and `inner` the lines of the body as it is shown, both from 1."""
    head = read_head(text)
    lacking = {f"缺少“{field.label}”（{field.key}）": field.key for field in kind.fields}
    # the page shows the body without the blank lines above it
    blank = len(head.body) - len(head.body.lstrip("\n")) if head is not None else 0
    rows = []
    for problem in problems:
        line = problem.spot.line
        field, item, inner = lacking.get(problem.message, ""), 0, 0
        if head is not None and not field and line > 1:
            first = len(head.lines) + 3
            if line >= first:
                field, inner = "body", max(line - first + 1 - blank, 1)
            else:
                field, item = _place(head, (line - 2, problem.spot.column - 1))
        rows.append(
            {
                "code": problem.code,
                "level": str(problem.level),
                "line": line,
                "column": problem.spot.column,
                "message": problem.message,
                "hint": problem.hint,
                "field": field if field == "body" or kind.field(field) is not None else "",
                "item": item,
                "inner": inner,
            }
        )
    return rows


def _place(head: Head, at: tuple[int, int]) -> tuple[str, int]:
    place = next((one for one in head.places if one.first <= at[0] < one.last), None)
    return (place.key, _item(place, at)) if place is not None else ("", 0)


def _item(place: Place, at: tuple[int, int]) -> int:
    """Which item of a list stands at (row, column), from 1; 0 where none does."""
    for number, one in enumerate(place.items or (), 1):
        if one.start <= at <= one.end or (place.flow is None and one.start[0] <= at[0] <= one.end[0]):
            return number
    return 0
