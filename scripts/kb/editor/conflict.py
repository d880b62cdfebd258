"""From a text that was not saved and the file that changed meanwhile to both side by side, and one that holds the changes of both."""

from __future__ import annotations

import difflib
from typing import Any

from kb.editor import files
from kb.editor.draft import Draft
from kb.editor.fields import UnwritableError
from kb.editor.house import House
from kb.editor.spans import read_head
from kb.editor.texts import shown

CONTEXT = 2
"""Unchanged lines shown around a difference."""
MAX_ROWS = 400
"""Rows of a difference that are shown."""


def conflict(house: House, draft: Draft, mine: str, data: bytes | None) -> dict[str, Any]:
    """Both texts, line against line; and one that holds what was changed on either side, where that is possible."""
    seen = shown(data) if data is not None else None
    theirs = seen.text if seen is not None else ""
    return {
        "gone": data is None,
        "digest": files.digest(data),
        "text": theirs,
        "mine": mine,
        "rows": differences(theirs, mine),
        "joined": _joined(house, draft, theirs) if data is not None else None,
    }


def _joined(house: House, draft: Draft, theirs: str) -> str | None:
    """The text on the disk with what was changed here, None where both changed the same."""
    base, now = read_head(draft.base), read_head(theirs)
    if draft.text is not None or base is None or now is None:
        return None
    for key in draft.values:
        was, is_ = base.place(key), now.place(key)
        if (was.plain if was else "") != (is_.plain if is_ else ""):
            return None
    if draft.body is not None and base.body.strip() != now.body.strip():
        return None
    try:
        return draft.whole(house, theirs)
    except UnwritableError:
        return None


def differences(before: str, after: str) -> list[list[str]]:
    """[mark, line, other line]: "=" the same in both, "-" only before, "+" only after, "~" changed, "…" lines left out."""
    old, new = before.split("\n"), after.split("\n")
    rows: list[list[str]] = []
    groups = difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT)
    for number, group in enumerate(groups):
        if number or group[0][1]:
            rows.append(["…", "", ""])
        for tag, one, last, other, end in group:
            pairs = max(last - one, end - other)
            for at in range(pairs):
                left = old[one + at] if one + at < last else None
                right = new[other + at] if other + at < end else None
                mark = "=" if tag == "equal" else "-" if right is None else "+" if left is None else "~"
                rows.append([mark, left or "", right or ""])
    return rows[:MAX_ROWS]
