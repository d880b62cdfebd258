"""From one entry to what in it must not be published, unless someone has cleared it by name and with a reason."""

from __future__ import annotations

from collections.abc import Iterator

from kb.checks.privacy import Finding, most_telling
from kb.model.schema import Schema
from kb.model.value import Review
from kb.problem import Level, Problem, Spot
from kb.source.entry import EntryReading
from kb.syntax.text import place

REASON = 4
"""Characters: fewer than this beside the cleared words are no reason."""


def secrecy(reading: EntryReading, schema: Schema) -> Iterator[Problem]:
    """Personal numbers, addresses and classification marks anywhere in the file, header and comments too."""
    cleared = _cleared(reading)
    used = [False] * len(cleared)
    fence = _header_end(reading.text)
    for finding in most_telling(reading.text):
        beside = next((number for number, one in enumerate(cleared) if finding.text.strip() in one.note), None)
        if beside is not None:
            used[beside] = used[beside] or finding.offset > fence or not _within_cleared(reading, finding)
            if _reasoned(cleared[beside], finding.text.strip()):
                continue
        yield _problem(reading, finding, beside is not None)
    node = reading.header.get("cleared") if reading.header else None
    for one, fits in zip(cleared, used, strict=True):
        if not fits and node is not None:
            yield Problem(
                "cleared-unused",
                Spot(reading.path, *node.at),
                f"保密例外“{one.note[:20]}”在本条里用不上",
                "note 里的原文要与正文一字不差；已不需要的删去",
                Level.WARNING,
            )


def _cleared(reading: EntryReading) -> list[Review]:
    value = reading.entry.values.get("cleared") if reading.entry else None
    return [one for one in value if isinstance(one, Review)] if isinstance(value, tuple) else []


def _reasoned(one: Review, words: str) -> bool:
    rest = one.note.replace(words, "")
    return sum(char.isalnum() for char in rest) >= REASON


def _header_end(text: str) -> int:
    end = text.find("\n---", 3)
    return end if text.startswith("---") else -1


def _within_cleared(reading: EntryReading, finding: Finding) -> bool:
    """True where the finding is only the exception's own quotation of it."""
    line = place(reading.text, finding.offset)[0]
    node = reading.header.get("cleared") if reading.header else None
    if node is None or reading.header is None:
        return False
    after = [key.at[0] for key, _ in reading.header.pairs if key.at[0] > node.at[0]]
    return node.at[0] <= line < min(after, default=10**9)


def _problem(reading: EntryReading, finding: Finding, named: bool) -> Problem:
    line, column = place(reading.text, finding.offset)
    hint = "保密例外的 note 里除了原文还要写理由" if named else finding.hint
    if not named and finding.level is Level.ERROR and finding.code != "secret-mark":
        hint += "；确可公开的，在信息头 cleared 里写明谁核准和理由"
    return Problem(finding.code, Spot(reading.path, line, column), f"出现{finding.label}：{finding.shown}", hint, finding.level)
