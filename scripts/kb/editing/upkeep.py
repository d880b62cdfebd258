"""From the library to what is due on a day, in the terminal."""

from __future__ import annotations

import datetime
import sys

from kb.checks.upkeep import due
from kb.editing.reading import take
from kb.project import Project

MOST_UNVERIFIED = 10
"""Rules never held against their text that are named one by one; the upkeep page lists them all."""


def show_due(project: Project, on: str | None, everything: bool) -> int:
    """Print what is due. Exit status 0 whatever is due: it is no fault."""
    day = on or datetime.date.today().isoformat()
    try:
        datetime.date.fromisoformat(day)
    except ValueError:
        print(f"kb：日期“{day}”要写成 2026-11-30", file=sys.stderr)
        return 2
    library = take(project).library
    rows = due(library.cards.values(), day)
    never = [row for row in rows if not row.since]
    dated = [row for row in rows if row.since]
    print(f"到 {day}，该复核、核对的有 {len({row.card.id for row in rows})} 条。")
    for row in dated:
        print(f"  {row.since}　{row.reason}：{row.card.title}（{row.card.path}）")
    shown = never if everything else never[:MOST_UNVERIFIED]
    for row in shown:
        print(f"  从未　　　{row.reason}：{row.card.title}（{row.card.path}）")
    if len(shown) < len(never):
        print(f"  …… 另有 {len(never) - len(shown)} 项制度从未对照正式文本核对，加 --all 全部列出。")
    return 0
