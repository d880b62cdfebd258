"""From one entry to the runs of its text that stand word for word in a registered source document."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from kb.model.schema import Schema
from kb.problem import Level, Problem, Spot
from kb.schema.policy import RUN
from kb.source.entry import EntryReading
from kb.syntax.text import place

_NAMES = re.compile(r"《[^《》\n]*》|“[^“”\n]*”|\[@[^\[\]\n]*\]|\]\([^()\n]*\)")
_LATIN = frozenset(string.ascii_lowercase + string.digits)
_MOST = 5
"""Runs told of one entry: more say nothing new."""


def copying(reading: EntryReading, schema: Schema) -> Iterator[Problem]:
    """Runs of RUN characters or more, punctuation not counted; titles, quotations and the entry's own names are free."""
    if not schema.runs or reading.entry is None:
        return
    # a break at each name: what stands before and behind it is no single run
    text = _NAMES.sub(lambda found: "\n" * len(found.group()), reading.text.lower())
    for name in (reading.card.title, *reading.card.aliases) if reading.card else ():
        text = text.replace(name.lower(), "\n" * len(name))
    start = 0
    told = 0
    for piece in text.split("\n"):
        places = [start + at for at, char in enumerate(piece) if char in _LATIN or "\u3400" <= char <= "\u9fff"]
        plain = "".join(text[at] for at in places)
        at = 0
        while at + RUN <= len(plain) and told < _MOST:
            document = schema.runs.get(plain[at : at + RUN])
            if document is None:
                at += 1
                continue
            end = at + RUN
            while end < len(plain) and plain[end - RUN + 1 : end + 1] in schema.runs:
                end += 1
            told += 1
            source = schema.documents[document]
            yield Problem(
                "copied",
                Spot(reading.path, *place(reading.text, places[at])),
                f"这 {end - at} 个字与来源“{source.short}”原文相同：“{plain[at : at + 18]}……”",
                "换成自己的话；确要引原话的，加上引号",
                Level.WARNING,
            )
            at = end
        start += len(piece) + 1
