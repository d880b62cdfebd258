"""What the editor knows of the knowledge base between two savings: its entries, their problems, the look of its pages."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import threading
from collections import Counter
from typing import Any

from kb.disk.cache import Cache, use_cache
from kb.drawing import ensure_shell
from kb.intake import Intake, cache_path, take_in
from kb.model.entry import Card
from kb.model.schema import Schema
from kb.problem import Level
from kb.project import Project
from kb.render.shell import Shell, load_shell

EDITION = "内部"
"""The editor sees what only the inner edition shows."""
_BREAKS = re.compile("[ '-]")
"""What someone may or may not put between the syllables of pinyin."""
UNREAD = "读不懂"
"""The status, in the list, of an entry whose header cannot be read."""
ROWS = 60
"""Entries that one answer lists."""


class House:
    """The one thing here that changes while the server runs: `refresh` puts a newly read state in the old one's place."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._lock = threading.Lock()
        self._shell: Shell | None = None
        self._drawn = project.cache
        self.intake: Intake
        self.refresh()

    @property
    def schema(self) -> Schema:
        return self.intake.library.schema

    def refresh(self) -> None:
        """Read what changed on the disk. The same reading as `kb check`, with its cache."""

        def work(cache: Cache) -> Intake:
            intake = take_in(self.project, cache, EDITION)
            cache.commit()
            return intake

        with self._lock:
            self.intake = use_cache(cache_path(self.project), work)

    def catch_up(self) -> None:
        """Refresh, unless the disk or another program keeps us from it now: then what is known stands until the next time."""
        with contextlib.suppress(OSError, sqlite3.OperationalError):
            self.refresh()

    def furnish(self) -> None:
        """Have the theme drawn now rather than while someone waits for the first preview."""
        _ = self.shell

    @property
    def shell(self) -> Shell:
        """The theme's files; drawn by MkDocs the first time."""
        with self._lock:
            if self._shell is None or not self._drawn.is_dir():  # a build with another theme puts its own in its place
                self._drawn = ensure_shell(self.project, self.schema)
                self._shell = load_shell(self._drawn)
            return self._shell

    def listed(self, words: str, type_name: str, status: str) -> dict[str, Any]:
        """Entries by title, other names or id, the likeliest first; without words the last changed first."""
        intake = self.intake
        cards = intake.library.cards
        faults = Counter(one.spot.path for one in intake.problems if one.level is Level.ERROR)
        remarks = Counter(one.spot.path for one in intake.problems if one.level is Level.WARNING)
        found: list[tuple[tuple[int, int, str], dict[str, Any]]] = []
        by_path = {card.path: card for card in cards.values()}
        for path in intake.digests:
            kind = intake.files[path].kind
            if kind not in self.schema.types:
                continue
            card = by_path.get(path)
            key = path.rpartition("/")[2][:-3]
            rank = _rank(words, card.title if card else "", card.aliases if card else (), key)
            if rank < 0 or (type_name and kind != type_name):
                continue
            if status and (card.status if card else UNREAD) != status:
                continue
            row = {
                "path": path,
                "id": key,
                "title": card.title if card else key,
                "type": kind,
                "status": card.status if card else UNREAD,
                "visibility": card.visibility if card else "",
                "summary": card.summary if card else "信息头读不懂，打开后可以照文字修改。",
                "errors": faults[path],
                "warnings": remarks[path],
            }
            found.append(((rank, 0 if words else -intake.files[path].mtime, card.sort_key if card else key), row))
        found.sort(key=lambda one: one[0])
        return {"total": len(found), "rows": [row for _, row in found[:ROWS]]}

    def matching(self, words: str, types: list[str]) -> list[dict[str, str]]:
        """Entries to refer to."""
        found: list[tuple[tuple[int, str], Card]] = []
        for card in self.intake.library.cards.values():
            rank = _rank(words, card.title, card.aliases, card.id)
            if rank >= 0 and card.type in (types or self.schema.types) and not card.retired:
                found.append(((rank, card.sort_key), card))
        found.sort(key=lambda one: one[0])
        return [self.named(card) for _, card in found[:20]]

    def matching_items(self, words: str) -> list[dict[str, str]]:
        """Items of the source documents to claim."""
        found = [
            ((rank, item.id), {"id": item.id, "title": item.name, "label": "、".join(f"{key}:{at}" for key, at in item.at)})
            for item in self.schema.items.values()
            if (rank := _rank(words, item.name, (), item.id)) >= 0
        ]
        return [row for _, row in sorted(found, key=lambda one: one[0])[:20]]

    def named(self, card: Card) -> dict[str, str]:
        """What a reference to an entry is shown as."""
        kind = self.schema.types[card.type]
        return {
            "id": card.id,
            "title": card.title,
            "label": kind.label,
            "type": card.type,
            "status": card.status,
            "path": card.path,
        }


def _rank(words: str, title: str, others: tuple[str, ...], key: str) -> int:
    """How well an entry answers: 0 best, -1 not at all."""
    if not words:
        return 3
    words = words.strip().lower()
    if title.lower() == words or key == words:
        return 0
    if title.lower().startswith(words) or any(one.lower().startswith(words) for one in others):
        return 1
    if words in title.lower() or any(words in one.lower() for one in others):
        return 2
    return 3 if _BREAKS.sub("", words) in _BREAKS.sub("", key) else -1
