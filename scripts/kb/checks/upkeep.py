"""From the cards to what must be kept up: what is due on a day, rules that no longer hold, ids that moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kb.checks.shelf import Shelf
from kb.model.entry import Card
from kb.problem import Level, Problem, Spot


class Due(NamedTuple):
    """Something to look after: since when (ISO date, may stop at month or year), which entry, why."""

    since: str
    card: Card
    reason: str


def due(cards: Iterable[Card], today: str) -> list[Due]:
    """What is due on `today` (ISO date), the longest overdue first."""
    rows = []
    a_year_ago = f"{int(today[:4]) - 1:04}{today[4:]}"
    for card in cards:
        if card.retired:
            continue
        if card.review_by and card.review_by <= today[: len(card.review_by)]:
            rows.append(Due(card.review_by, card, "到了复核日期"))
        if card.type == "rule" and card.published and not card.repealed:
            if not card.verified:
                rows.append(Due("", card, "制度从未对照正式文本核对"))
            elif card.verified <= a_year_ago[: len(card.verified)]:
                rows.append(Due(card.verified, card, "制度一年以上没有核对"))
    return sorted(rows, key=lambda row: (row.since, row.card.id, row.reason))


def retired_rules(card: Card, shelf: Shelf) -> Iterator[Problem]:
    """An entry that readers use must not lean on a rule that was repealed, nor on an entry that was retired."""
    if card.retired:
        return
    cards = shelf.library.cards
    told: set[str] = set()
    for ref in card.refs:
        target = cards.get(ref.target)
        if target is None or ref.target in told or ref.via == "由哪一条代替":
            continue
        gone = target.retired
        if not gone and not (target.type == "rule" and target.repealed and ref.via in {"依据", "引用", "上位依据"}):
            continue
        told.add(ref.target)
        heir = cards.get(target.replaced_by)
        hint = f"改成 {heir.id}（{heir.title}）" if heir else "改引现行的条目，或删去"
        state = "已停用" if gone else "已废止"
        yield Problem(
            "cites-retired",
            Spot(card.path, ref.line, ref.column),
            f"“{ref.via}”指到的“{target.title}”{state}",
            hint,
            Level.WARNING,
        )


def heirless(shelf: Shelf) -> Iterator[Problem]:
    """The old address of a retired entry leads to one that stands, however many stood in between."""
    library = shelf.library
    for card in shelf.cards:
        if not card.retired or not card.replaced_by or card.replaced_by not in library.cards:
            continue
        heir = library.heir(card)
        if heir is None or not heir.published:
            last = heir or library.cards[card.replaced_by]
            state = f"还是“{heir.status}”" if heir else "也已停用，没有再写由哪一条代替（或互相代替）"
            yield Problem(
                "heir-retired",
                Spot(card.path, card.title_line, 1),
                f"代替它的“{last.title}”{state}，旧地址转不到任何一条",
                "replaced_by 改成现在用的那一条，或删去这一行",
                Level.WARNING,
            )


def moved_ids(shelf: Shelf) -> Iterator[Problem]:
    """A former id leads to one entry and is no entry's id any more."""
    first: dict[str, Card] = {}
    for card in shelf.cards:
        for old in card.former:
            other = shelf.library.cards.get(old) or first.setdefault(old, card)
            if other is not card or old == card.id:
                yield Problem(
                    "former-taken",
                    Spot(card.path, card.title_line, 1),
                    f"曾用编号“{old}”已属于 {other.path}",
                    "从 former 里删去它：一个旧地址只能转到一处",
                )
