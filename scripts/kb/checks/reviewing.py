"""From the review records of one entry to what is wrong with them: order, persons, and text that changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kb.model.schema import Schema
from kb.model.value import Review
from kb.problem import Level, Problem, Spot
from kb.source.entry import EntryReading
from kb.syntax.sealing import STAGES, seal

RELEASE_CODES = frozenset({"review-missing", "review-reopened", "review-unsealed"})
"""Faults that a preview lets pass and a release does not."""


def for_release(problems: Iterable[Problem]) -> list[Problem]:
    """The same problems; what is published without the reviews it needs is an error."""
    return [
        replace(problem, level=Level.ERROR) if problem.code in RELEASE_CODES and problem.level is Level.WARNING else problem
        for problem in problems
    ]


def reviewing(reading: EntryReading, schema: Schema) -> Iterator[Problem]:
    """三审: three people, in order, of the text as it stands."""
    entry, card = reading.entry, reading.card
    if entry is None or card is None or reading.header is None:
        return
    needed = schema.stages(card.type, card.visibility)
    value = entry.values.get("reviews")
    told = [one for one in value if isinstance(one, Review)] if isinstance(value, tuple) else []
    node = reading.header.get("reviews") or reading.header.get("status")
    at = node.at if node else (1, 1)

    def problem(code: str, message: str, hint: str, level: Level = Level.ERROR) -> Problem:
        return Problem(code, Spot(reading.path, *at), message, hint, level)

    if told:
        now = seal(reading.text)
        current = [one for one in told if one.seen == now or not one.seen]
        yield from _order(current, problem)
        if card.reopened:
            level = Level.WARNING if card.published and needed else Level.ADVICE
            yield problem(
                "review-reopened",
                "审过以后内容又改了，要重新审核",
                f"从初审起再审一遍：kb review {card.id} --stage 初审 --by 姓名",
                level,
            )
            return
        if needed and any(not one.seen for one in told):
            hint = f"用 kb review {card.id} 登记，它会记下审的是哪一版"
            yield problem("review-unsealed", "审核记录没有封记，看不出审的是哪一版", hint, Level.WARNING)
            return
    missing = [stage for stage in needed if stage not in card.stages]
    if missing and card.published:
        hint = f"先把状态改为“送审”，审过再发布：kb review {card.id} --stage {missing[0]} --by 姓名"
        yield problem("review-missing", f"已发布，还没有过{'、'.join(missing)}", hint, Level.WARNING)


def _order(told: list[Review], problem: object) -> Iterator[Problem]:
    assert callable(problem)
    last, people, date = -1, dict[str, str](), ""
    for one in told:
        if one.stage not in STAGES:
            continue
        rank = STAGES.index(one.stage)
        if rank != last + 1:
            yield problem("review-order", f"审核次序不对：{one.stage}", "按 初审、复审、终审 的次序，每审一次")
        if one.by in people:
            yield problem("review-same-person", f"{one.stage}和{people[one.by]}是同一人“{one.by}”", "三审由三个不同的人做")
        if one.on.iso < date:
            yield problem("review-order", f"{one.stage}的日期 {one.on.iso} 早于前一审", "核对日期")
        last, date = rank, one.on.iso
        people.setdefault(one.by, one.stage)
