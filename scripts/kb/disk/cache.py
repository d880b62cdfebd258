"""What earlier builds learnt, kept in one SQLite file: entries as read, and the key of every page that was written.

A cache can only save work, never change a result: each row is found by the digest of everything it was
made from. A file that is damaged or of another version is thrown away.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self, TypeVar

T = TypeVar("T")
VERSION = 7
IDLE_SECONDS = 3_600
"""An unfinished file so old was left by a process that was killed."""
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS source (
  path TEXT PRIMARY KEY, mtime INTEGER NOT NULL, size INTEGER NOT NULL, sha BLOB NOT NULL,
  card BLOB NOT NULL, problems BLOB NOT NULL, postings BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stale (path TEXT PRIMARY KEY, card BLOB NOT NULL, postings BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS page (path TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID;
"""


class SourceRow(NamedTuple):
    """An entry's file as last read: `card` and `problems` are marshalled, `postings` belong to the search index."""

    path: str
    mtime: int
    size: int
    sha: bytes
    card: bytes
    problems: bytes
    postings: bytes


class Cache:
    """An open cache; changes are kept by `commit` only.

    Where there is none yet it is written beside its place without a journal, and put there by the first `commit`: a crash
    before that loses nothing, and each byte is written once instead of twice.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._first = None if path.exists() else path.with_name(f"{path.name}.{os.getpid()}.new")
        if self._first is None:
            self.db = _open(path)
        else:
            for old in path.parent.glob(f"{path.name}.*.new"):
                with contextlib.suppress(FileNotFoundError):  # another process may be sweeping too
                    if time.time() - old.stat().st_mtime > IDLE_SECONDS:
                        old.unlink()
            self._first.unlink(missing_ok=True)
            self.db = _open(self._first, "OFF")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.db.close()
        if self._first is not None:
            self._first.unlink(missing_ok=True)

    def meta(self, name: str) -> bytes:
        """A named value, b"" where there is none."""
        row = self.db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return bytes(row[0]) if row else b""

    def set_meta(self, name: str, value: bytes) -> None:
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def signatures(self) -> dict[str, tuple[int, int, bytes]]:
        """path -> (mtime, size, digest) of every file read, in order of path."""
        rows = self.db.execute("SELECT path, mtime, size, sha FROM source ORDER BY path")
        return {path: (mtime, size, sha) for path, mtime, size, sha in rows}

    def rows(self) -> Iterable[tuple[str, bytes, bytes, bytes]]:
        """(path, digest, card, problems) of every file read."""
        return self.db.execute("SELECT path, sha, card, problems FROM source ORDER BY path")

    def card(self, path: str) -> bytes:
        """The card of one file as last read, b"" where there is none."""
        row = self.db.execute("SELECT card FROM source WHERE path = ?", (path,)).fetchone()
        return bytes(row[0]) if row else b""

    def problems_of(self, path: str) -> bytes:
        """What was found in one file as last read, b"" where there is nothing."""
        row = self.db.execute("SELECT problems FROM source WHERE path = ?", (path,)).fetchone()
        return bytes(row[0]) if row else b""

    def problems(self) -> Iterable[bytes]:
        """What was found in each file that is not without fault, in order of path."""
        return (problems for (problems,) in self.db.execute("SELECT problems FROM source WHERE problems != x'' ORDER BY path"))

    def postings(self, paths: Iterable[str] | None = None) -> dict[str, bytes]:
        """path -> what the search index keeps of the file."""
        if paths is None:
            return dict(self.db.execute("SELECT path, postings FROM source"))
        found = {}
        for path in paths:
            row = self.db.execute("SELECT postings FROM source WHERE path = ?", (path,)).fetchone()
            if row:
                found[path] = row[0]
        return found

    def put(self, row: SourceRow, changed: bool) -> None:
        """Keep what was read; with `changed`, what the present site was made from is put aside first."""
        if changed:
            self._put_aside(row.path)
        self.db.execute("INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def drop(self, paths: Iterable[str]) -> None:
        for path in paths:
            self._put_aside(path)
            self.db.execute("DELETE FROM source WHERE path = ?", (path,))

    def _put_aside(self, path: str) -> None:
        if self._first is not None:
            return  # no site was made from a cache that did not exist
        # the first change since the last build counts: later ones never reached the site
        self.db.execute("INSERT OR IGNORE INTO stale SELECT path, card, postings FROM source WHERE path = ?", (path,))
        self.db.execute("INSERT OR IGNORE INTO stale VALUES (?, x'', x'')", (path,))

    def stale(self) -> dict[str, tuple[bytes, bytes]]:
        """path -> (card, postings) as of the last build, of every file that changed since; b"" where it was not there."""
        return {path: (card, postings) for path, card, postings in self.db.execute("SELECT path, card, postings FROM stale")}

    def clear_stale(self) -> None:
        self.db.execute("DELETE FROM stale")

    def clear_sources(self) -> None:
        self.db.execute("DELETE FROM source")
        self.db.execute("DELETE FROM stale")

    def pages(self) -> dict[str, bytes]:
        """path in the site -> key of what it was made from."""
        return dict(self.db.execute("SELECT path, key FROM page"))

    def page(self, path: str) -> bytes:
        """The key of one file of the site, b"" where it has none."""
        row = self.db.execute("SELECT key FROM page WHERE path = ?", (path,)).fetchone()
        return bytes(row[0]) if row else b""

    def page_paths(self) -> set[str]:
        return {path for (path,) in self.db.execute("SELECT path FROM page")}

    def set_pages(self, changed: Mapping[str, bytes], gone: Iterable[str]) -> None:
        """Bring the stored keys up to date."""
        self.db.executemany("DELETE FROM page WHERE path = ?", ((path,) for path in gone))
        self.db.executemany("INSERT OR REPLACE INTO page VALUES (?, ?)", changed.items())

    def clear_pages(self) -> None:
        """Forget the site: what stands there was not made by the last build."""
        self.db.execute("DELETE FROM page")

    def commit(self) -> None:
        self.db.commit()
        if self._first is not None:
            self.db.close()
            _remove_logs(self._path)
            self._first.replace(self._path)
            self._first = None
            self.db = _open(self._path)


def use_cache(path: Path, work: Callable[[Cache], T]) -> T:
    """Do some work with the cache in a file; where the file proves damaged, with a new one in its place.

    Raises sqlite3.OperationalError where the file is locked or the disk is full: that is not the file's fault.
    """
    try:
        with Cache(path) as cache:
            return work(cache)
    except sqlite3.DatabaseError as fault:
        # OperationalError and its like are subclasses; damage is told by the plain class
        if type(fault) is not sqlite3.DatabaseError:
            raise
    path.unlink(missing_ok=True)
    with Cache(path) as cache:
        return work(cache)


def _remove_logs(path: Path) -> None:
    """Remove what an earlier file left beside this place: it would be played into the new one."""
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _open(path: Path, journal: str = "WAL") -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=60)
    db.execute(f"PRAGMA journal_mode = {journal}")
    db.execute("PRAGMA synchronous = NORMAL")
    if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            db.execute(f'DROP TABLE "{name}"')
        db.execute(f"PRAGMA user_version = {VERSION}")
    db.executescript(_TABLES)
    db.commit()
    return db
