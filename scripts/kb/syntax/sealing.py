"""From the text of an entry to its seal, by which a review is known to be of this text and of no other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from kb.model.value import Review

STAGES = ("初审", "复审", "终审")
UNSEALED = ("reviews", "status")
"""Fields that reviewing itself changes: they are no part of what was seen."""
_TOP = re.compile(r"^([A-Za-z_][A-Za-z0-9_-]*)[ ]*:")


def canonical(text: str) -> str:
    """The text without what reviewing itself writes; line ends and trailing blanks do not count."""
    kept: list[str] = []
    lines = text.split("\n")
    inside, skip = lines[0].rstrip() == "---", False
    for number, line in enumerate(lines):
        if inside and number:
            if line.rstrip() == "---":
                inside = False
            else:
                top = _TOP.match(line)
                if top or line.startswith("#"):
                    skip = bool(top) and top.group(1) in UNSEALED  # type: ignore[union-attr]
                if skip:
                    continue
        kept.append(line.rstrip())
    return "\n".join(kept).rstrip() + "\n"


def seal(text: str) -> str:
    """Twelve letters and figures that stand for the canonical text."""
    return "s" + hashlib.blake2b(canonical(text).encode(), digest_size=6).hexdigest()


def standing(reviews: Iterable[Review], text: str) -> tuple[tuple[str, ...], bool]:
    """(stages this text is through, whether it changed since it was last reviewed).

    A record without a seal counts for what it says: it was written by hand, before `kb review`.
    """
    told = tuple(reviews)
    if not told:
        return (), False
    sealed = [one for one in told if one.seen]
    if not sealed:
        return tuple(one.stage for one in told if one.stage), False
    now = seal(text)
    return tuple(one.stage for one in sealed if one.seen == now and one.stage), sealed[-1].seen != now
