"""Citations in running text: `[@key:place]` behind a statement names what it rests on."""

from __future__ import annotations

import re

from kb.model.value import Cite, Text

CITE = re.compile(r"\[@([^\s\[\]:：]+)(?:[:：][ ]?([^\[\]]+))?\]")

BROKEN = re.compile(r"\[@(?![^\s\[\]:：]+(?:[:：][ ]?[^\[\]]+)?\])([^\[\]\n]{0,20})|[【［]@([^\[\]【】［］\n]{0,20})")
"""The beginning of what was meant as one, with the key as far as it can be told."""


def find_cites(text: str) -> tuple[Cite, ...]:
    """All citations of a text in order."""
    if "[@" not in text:
        return ()
    return tuple(Cite(found.group(1), (found.group(2) or "").strip()) for found in CITE.finditer(text))


def split_cites(text: str) -> Text:
    """The text without the citations at its end, and these."""
    end = len(text.rstrip(" "))
    while text.endswith("]", 0, end):
        start = text.rfind("[", 0, end)
        if not CITE.fullmatch(text, max(start, 0), end):
            break
        end = len(text[:start].rstrip(" ")) if text[start - 1 : start] == " " else start
    return Text(text[:end].rstrip(), find_cites(text[end:]))
