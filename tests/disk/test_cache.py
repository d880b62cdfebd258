"""The cache: what is kept, and that a bad one is thrown away rather than believed."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from kb.disk.cache import Cache, SourceRow, use_cache

ROW = SourceRow("content/methods/a.md", 5, 6, b"sha", b"card", b"", b"postings")


def test_only_commit_keeps(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "kb.sqlite"
    with Cache(path) as cache:
        cache.put(ROW, changed=True)
        cache.set_meta("name", b"value")
    with Cache(path) as cache:
        assert (cache.signatures(), cache.meta("name")) == ({}, b"")
        cache.put(ROW, changed=True)
        cache.set_meta("name", b"value")
        cache.commit()
    with Cache(path) as cache:
        assert cache.signatures() == {ROW.path: (5, 6, b"sha")}
        assert list(cache.rows()) == [(ROW.path, b"sha", b"card", b"")]
        assert cache.postings([ROW.path, "content/methods/none.md"]) == {ROW.path: b"postings"}
        assert cache.meta("name") == b"value"
        cache.drop([ROW.path])
        assert cache.postings() == {}


def test_what_the_site_was_made_from_is_put_aside(tmp_path: Path) -> None:
    """The first change since the last build counts, whatever came after; a new file was not there."""
    with Cache(tmp_path / "kb.sqlite") as cache:
        cache.put(ROW, changed=True)
        assert cache.stale() == {}
        cache.commit()
        cache.put(ROW._replace(mtime=9), changed=False)
        assert cache.stale() == {}
        cache.put(ROW._replace(card=b"second"), changed=True)
        cache.put(ROW._replace(card=b"third"), changed=True)
        cache.drop([ROW.path])
        cache.put(ROW._replace(path="content/methods/new.md"), changed=True)
        assert cache.stale() == {ROW.path: (b"card", b"postings"), "content/methods/new.md": (b"", b"")}


def test_pages_follow(tmp_path: Path) -> None:
    """After set_pages exactly the new keys are stored."""
    with Cache(tmp_path / "kb.sqlite") as cache:
        cache.set_pages({"a": b"1", "b": b"2", "c": b"3"}, ())
        cache.set_pages({"b": b"22", "d": b"4"}, {"c"})
        assert cache.pages() == {"a": b"1", "b": b"22", "d": b"4"}
        assert cache.page_paths() == {"a", "b", "d"}
        assert (cache.page("b"), cache.page("c")) == (b"22", b"")
        cache.clear_pages()
        assert cache.pages() == {}


def test_a_first_cache_appears_whole(tmp_path: Path) -> None:
    """Nothing stands in its place before the first commit; what an older file and killed processes left goes."""
    path = tmp_path / "kb.sqlite"
    killed, other = tmp_path / "kb.sqlite.77.new", tmp_path / "kb.sqlite.78.new"
    for left in (killed, other, tmp_path / "kb.sqlite-wal"):
        left.write_bytes(b"left")
    os.utime(killed, (0, 0))
    with Cache(path) as cache:
        cache.put(ROW, changed=True)
        assert not path.exists()
        cache.commit()
        assert path.exists()
        cache.set_meta("after", b"1")
        cache.commit()
        assert cache.db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        cache.set_meta("after", b"2")
    with Cache(path) as cache:
        assert (list(cache.signatures()), cache.meta("after")) == ([ROW.path], b"1")
    with Cache(tmp_path / "never.sqlite") as cache:
        cache.put(ROW, changed=True)
    assert sorted(found.name for found in tmp_path.iterdir()) == ["kb.sqlite", other.name]


def keep_one(cache: Cache) -> None:
    cache.signatures()
    cache.put(ROW, changed=True)
    cache.commit()


def paths_in(cache: Cache) -> list[str]:
    return sorted(path for path, *_ in cache.rows())


@pytest.mark.parametrize("damage", [b"", b"not a database at all" * 99, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_thrown_away(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "kb.sqlite"
    path.write_bytes(damage)
    use_cache(path, keep_one)
    assert use_cache(path, paths_in) == [ROW.path]


def test_a_locked_file_is_not_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "kb.sqlite"
    use_cache(path, keep_one)
    with pytest.raises(sqlite3.OperationalError):
        use_cache(path, lambda cache: cache.db.execute("SELECT * FROM nowhere"))
    assert use_cache(path, paths_in) == [ROW.path]


def test_another_version_is_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "kb.sqlite"
    with Cache(path) as cache:
        cache.put(ROW, changed=True)
        cache.commit()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 1")
    db.close()
    with Cache(path) as cache:
        assert cache.signatures() == {}


def test_damage_inside_is_thrown_away(tmp_path: Path) -> None:
    """A file whose head is whole but whose pages are not is found out only while it is read."""
    path = tmp_path / "kb.sqlite"
    with Cache(path) as cache:
        for number in range(200):
            cache.put(ROW._replace(path=f"content/methods/{number}.md", card=b"x" * 500), changed=True)
        cache.commit()
    data = bytearray(path.read_bytes())
    data[8192:] = b"\xa5" * (len(data) - 8192)
    path.write_bytes(bytes(data))
    assert use_cache(path, paths_in) == []
    use_cache(path, keep_one)
    assert use_cache(path, paths_in) == [ROW.path]
