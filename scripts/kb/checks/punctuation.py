"""From the Chinese of an entry to slips of punctuation and width: GB/T 15834-2011, and no blanks between Chinese and figures."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator

from kb.checks.glance import PAIRS, may_slip, paired
from kb.model.schema import Schema
from kb.problem import Problem
from kb.source.entry import EntryReading
from kb.source.frontmatter import HeaderLines
from kb.syntax.tree import Mapping, Node, Scalar, Sequence

_MOST = 40
"""Slips told of one entry."""
_NAMES = re.compile(r"\]\([^()\n]*\)|\[@[^\[\]\n]*\]")
"""All of `signs.BLANKED` in a text without the beginnings of the rest: links and citations."""
_REST = ("`", "<", "://", "\n    ", "]:")


def punctuation(reading: EntryReading, schema: Schema) -> Iterator[Problem]:
    """Half-width punctuation in Chinese, full-width figures, blanks, doubled and unpaired signs."""
    return itertools.islice(_slips(reading), _MOST)


def _slips(reading: EntryReading) -> Iterator[Problem]:
    if reading.entry is None or reading.header is None:
        return
    if _clean(reading.entry.body, [scalar.text for scalar in _prose(reading)]):
        return  # most entries: one look at the whole instead of one at each line
    from kb.checks.signs import BLANKED, slips_in  # its patterns take longer to make than all else here

    body = BLANKED.sub(lambda found: "\0" * len(found.group()), reading.entry.body)
    fence = False
    for number, line in enumerate(body.split("\n"), reading.entry.body_line):
        if line.lstrip().startswith(("```", "~~~")):
            fence = not fence
        elif not fence and line:
            yield from slips_in(reading.path, line, functools.partial(_behind, number))
    lines = HeaderLines(reading.text)
    for scalar in _prose(reading):
        text = BLANKED.sub(lambda found: "\0" * len(found.group()), scalar.text)
        where = functools.partial(lines.place, scalar.text, at=scalar.at)
        yield from slips_in(reading.path, text, where)


def _prose(reading: EntryReading) -> Iterator[Scalar]:
    """The header's values that are running text."""
    for key, node in reading.header.pairs if reading.header else ():
        field = reading.type.field(key.text)
        if field is not None and (field.of or field.kind) in {"text", "paragraphs", "title"}:
            yield from _scalars(node)


def _clean(body: str, values: list[str]) -> bool:
    """True where no pattern fits and all signs are paired, in the body as a whole and in each value."""
    if body.startswith("    ") or any(begin in body for begin in _REST):
        from kb.checks.signs import BLANKED  # as above

        body = BLANKED.sub("\0", body)
    else:
        body = _NAMES.sub("\0", body)
    whole = "\n".join((body, *values))
    if may_slip(whole):
        from kb.checks.signs import spotless  # as above

        return spotless(body) and all(map(spotless, values))
    return paired(body) and (_unsigned(whole[len(body) :]) or all(map(paired, values)))


def _unsigned(text: str) -> bool:
    return not any(sign in text for pair in PAIRS for sign in pair)


def _behind(number: int, at: int) -> tuple[int, int]:
    return number, at + 1


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _scalars(item)
    else:
        assert isinstance(node, Mapping)
