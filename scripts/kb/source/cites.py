"""Citations in running text: `[@key:place]` behind a statement names what it rests on."""

from __future__ import annotations

import re

from kb.model.value import Cite, Text

CITE = re.compile(r"\[@([^\s\[\]:：]+)(?:[:：][ ]?([^\[\]]+))?\]")
_TAIL = re.compile(r"(?:[ ]*\[@[^\[\]]+\])+[ ]*$")


def find_cites(text: str) -> tuple[Cite, ...]:
    """All citations of a text in order."""
    if "[@" not in text:
        return ()
    return tuple(Cite(found.group(1), (found.group(2) or "").strip()) for found in CITE.finditer(text))


def split_cites(text: str) -> Text:
    """The text without the citations at its end, and these."""
    tail = _TAIL.search(text)
    if not tail:
        return Text(text)
    return Text(text[: tail.start()].rstrip(), find_cites(tail.group()))
