"""Cards kept in one piece: what comes of it is what the single rows say, whatever has changed since."""

from __future__ import annotations

import marshal
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb import snapshot
from kb.disk.cache import Cache, SourceRow


def put(cache: Cache, name: str, words: str) -> bytes:
    """A file read anew; returns its digest."""
    digest = words.encode()
    cache.put(
        SourceRow(f"content/{name}.md", 1, 1, digest, marshal.dumps((name, words)) if words else b"", words.encode(), b""), True
    )
    return digest


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with Cache(tmp_path / "kb.sqlite") as cache:
        yield cache


def single(cache: Cache) -> list[snapshot.Row]:
    return [(path, digest, marshal.loads(card) if card else None, found) for path, digest, card, found in cache.rows()]


def test_one_piece_says_what_the_rows_say(cache: Cache) -> None:
    digests = {f"content/{name}.md": put(cache, name, f"{name}甲") for name in "abc"}
    rows, again = snapshot.rows_of(cache, digests)
    assert rows == single(cache) and not again
    snapshot.store(cache, snapshot.packed_rows(rows))
    # one other, one without a card, one more, one gone
    digests["content/b.md"] = put(cache, "b", "乙")
    digests["content/c.md"] = put(cache, "c", "")
    digests["content/d.md"] = put(cache, "d", "丁")
    del digests["content/a.md"]
    cache.drop(["content/a.md"])
    rows, again = snapshot.rows_of(cache, digests)
    assert rows == single(cache) and not again
    assert [row[2] for row in rows] == [("b", "乙"), None, ("d", "丁")]


def test_many_differences_make_it_anew(cache: Cache) -> None:
    digests = {f"content/{number:03}.md": put(cache, f"{number:03}", "甲") for number in range(snapshot.AGAIN + 1)}
    rows, again = snapshot.rows_of(cache, digests)
    assert rows == single(cache) and again
    snapshot.store(cache, snapshot.packed_rows(rows))
    assert snapshot.rows_of(cache, digests) == (rows, False)


def test_forgotten_rows_are_fetched_again(cache: Cache) -> None:
    """Another program may understand the same bytes otherwise: their digest alone does not tell."""
    digests = {"content/a.md": put(cache, "a", "甲")}
    snapshot.store(cache, snapshot.packed_rows([("content/a.md", digests["content/a.md"], ("a", "从前"), b"")]))
    assert snapshot.rows_of(cache, digests)[0][0][2] == ("a", "从前")
    snapshot.forget_rows(cache)
    assert snapshot.rows_of(cache, digests)[0] == single(cache)
