"""Cards and problems as bytes and back (marshal: plain tuples, strings and numbers only), for the cache and for other processes."""

from __future__ import annotations

import functools
import hashlib
import marshal
from collections.abc import Iterable
from sys import intern
from typing import Any

from kb.model.entry import Card
from kb.problem import Level, Problem, Spot

_LINE, _CLAIMS, _REFS, _FILES, _EXPANSION, _FACE, _DOCUMENTS, _ANCHORS = map(
    Card._fields.index, ("title_line", "claim_rows", "ref_columns", "file_rows", "expansion", "face", "documents", "anchors")
)
_WORDS = tuple(map(Card._fields.index, ("id", "type", "topic", "year", "status", "visibility", "review_by", "force", "when")))
_LISTS = tuple(map(Card._fields.index, ("organs", "functions", "levels", "roles", "audience", "places", "stages")))


@functools.lru_cache(4096)
def _common(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(intern, words))


def freeze_card(card: Card | None) -> bytes:
    """A card as bytes, b"" for none.

    Words that many cards have are interned, which marshal remembers: thawed again, all cards share one of each. That
    halves what a hundred thousand cards take.
    """
    if card is None:
        return b""
    row: list[Any] = list(card)
    row[_FACE] = hashlib.blake2b(repr((row[:_LINE], row[_LINE + 1 : _CLAIMS], row[_EXPANSION])).encode(), digest_size=16).digest()
    for place in _WORDS:
        row[place] = intern(row[place])
    for place in _LISTS:
        row[place] = _common(row[place])
    row[_CLAIMS] = tuple(map(tuple, card.claim_rows))
    targets, vias, lines, columns, types, anchors = card.ref_columns
    row[_REFS] = (
        tuple(map(intern, targets)), tuple(map(intern, vias)), lines, columns, tuple(map(_common, types)), tuple(map(intern, anchors)),
    )  # fmt: skip
    row[_FILES] = tuple(map(tuple, card.file_rows))
    row[_DOCUMENTS] = tuple([(intern(key), paragraph) for key, paragraph in card.documents])
    if card.anchors:
        row[_ANCHORS] = tuple(map(intern, card.anchors))
    return marshal.dumps(tuple(row))


def thaw_card(data: bytes) -> Card | None:
    """The card that `freeze_card` put away."""
    return card_of(marshal.loads(data)) if data else None


def card_of(frozen: tuple[Any, ...]) -> Card:
    """The card whose plain tuple `freeze_card` made bytes of."""
    return Card._make(frozen)


def freeze_problems(problems: Iterable[Problem]) -> bytes:
    """Problems as bytes, b"" for none."""
    rows = [(p.code, p.spot.path, p.spot.line, p.spot.column, p.message, p.hint, p.level.name, p.count) for p in problems]
    return marshal.dumps(rows) if rows else b""


def thaw_problems(data: bytes) -> list[Problem]:
    """The problems that `freeze_problems` put away."""
    if not data:
        return []
    return [
        Problem(code, Spot(path, line, column), message, hint, Level[level], count)
        for code, path, line, column, message, hint, level, count in marshal.loads(data)
    ]
