"""From git to the date each file under content/ was last changed: one `git log` pass for all of them."""

from __future__ import annotations

import marshal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from kb.disk.cache import Cache


def head(root: Path) -> str:
    """The commit that is checked out, "" outside of git or before the first commit."""
    return _git(root, "rev-parse", "--verify", "-q", "HEAD").strip()


def last_changes(root: Path, known: dict[str, str] | None = None, since: str = "") -> dict[str, str]:
    """path from the root -> ISO date of the last commit that touched it.

    With `since` (an earlier HEAD whose answer was `known`) only the newer commits are read. Dates are the
    committers' own calendar dates, so that the answer does not hang on this machine's time zone.
    """
    dates = dict(known or {})
    scope = f"{since}..HEAD" if since else "HEAD"
    # --no-renames: a moved entry counts as changed on the day of its move, and git need not compare contents
    log = _git(
        root,
        "-c",
        "core.quotePath=false",
        "log",
        "--format=%x01%cs",
        "--name-only",
        "-z",
        "--relative",
        "--no-renames",
        scope,
        "--",
        "content",
    )
    fresh: dict[str, str] = {}
    for date, paths in _commits(log):
        for path in paths:
            fresh.setdefault(path, date)
    dates.update(fresh)
    return dates


def dates_of_change(root: Path, cache: Cache) -> dict[str, str]:
    """Dates of last change from git; only commits that came since the last build are read."""
    now = head(root)
    if not now:
        return {}
    before = cache.meta("history-head").decode()
    stored = cache.meta("history")
    known: dict[str, str] = marshal.loads(stored) if stored else {}
    if before == now:
        return known
    since = before if before and follows(root, before) else ""
    dates = last_changes(root, known if since else None, since)
    cache.set_meta("history-head", now.encode())
    cache.set_meta("history", marshal.dumps(dates))
    return dates


def follows(root: Path, ancestor: str) -> bool:
    """True where HEAD descends from `ancestor`."""
    return (
        subprocess.run(
            ["git", "merge-base", "--is-ancestor", ancestor, "HEAD"], cwd=root, capture_output=True, check=False
        ).returncode
        == 0
    )


def _commits(log: str) -> Iterator[tuple[str, list[str]]]:
    for block in log.split("\x01")[1:]:
        date, _, rest = block.partition("\n") if "\n" in block else block.partition("\0")
        yield date.strip("\0\n"), [path.strip("\n") for path in rest.split("\0") if path.strip("\n")]


def _git(root: Path, *words: str) -> str:
    """What git prints, "" where git is missing, refuses, or this is no checkout."""
    try:
        done = subprocess.run(["git", *words], cwd=root, capture_output=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
