"""What is put aside comes back as it was, for the bytes it was read from and for no others."""

from __future__ import annotations

import gc
import os
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.model.entry import Entry
from kb.model.value import Cadence, Cite, Date, EntryRef, Review, SourceRef, Text
from kb.source.spool import Nameless, Spool, freeze_entry, thaw_entry

WORDS = st.text(max_size=12)
NUMBER = st.integers(0, 12)
CITES = st.lists(st.builds(Cite, WORDS, WORDS), max_size=3).map(tuple)
DATE = st.builds(Date, st.integers(1949, 2100), NUMBER, NUMBER)
ATOM = st.one_of(
    WORDS,
    st.integers(),
    st.builds(Text, WORDS, CITES),
    DATE,
    st.builds(Cadence, WORDS, WORDS, NUMBER, NUMBER, st.lists(NUMBER, max_size=3).map(tuple), WORDS, WORDS, WORDS, CITES),
    st.builds(EntryRef, WORDS, WORDS),
    st.builds(SourceRef, WORDS, NUMBER),
    st.builds(Review, WORDS, DATE, WORDS, WORDS, WORDS),
)
VALUES = st.dictionaries(WORDS, st.one_of(ATOM, st.lists(ATOM, max_size=4).map(tuple)), max_size=6)


@settings(max_examples=200, deadline=None)
@given(VALUES, WORDS)
def test_every_value_comes_back(values: dict[str, object], body: str) -> None:
    entry = Entry("a", "method", "content/methods/a.md", values, body, 7)  # type: ignore[arg-type]
    assert thaw_entry(entry.path, "method", freeze_entry(entry)) == entry


def test_another_process_reads_what_was_put_aside(tmp_path: Path) -> None:
    entries = [
        Entry(str(at), "method", f"content/methods/{at}.md", {"title": f"第{at}条" * at}, "正文" * at, at) for at in range(40)
    ]
    with Spool(tmp_path / "cache") as spool:
        for entry in entries:
            spool.put(entry.path, entry.id.encode(), freeze_entry(entry), b"terms" * int(entry.id))
        child = os.fork()
        if not child:
            same = [
                spool.get(entry.path, "method", entry.id.encode()) == entry
                and spool.terms(entry.path, entry.id.encode()) == b"terms" * int(entry.id)
                for entry in reversed(entries)
            ]
            os._exit(0 if all(same) else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert spool.get(entries[3].path, "method", b"3") == entries[3]


def test_other_bytes_are_read_again(tmp_path: Path) -> None:
    """A file that changed, or that this build did not read, is not in the spool."""
    with Spool(tmp_path) as spool:
        spool.put("a.md", b"old", freeze_entry(Entry("a", "method", "a.md", {}, "", 1)), b"terms")
        for path, sha in (("a.md", b"new"), ("b.md", b"old")):
            assert spool.get(path, "method", sha) is None
            assert spool.terms(path, sha) is None
            assert not spool.holds(path, sha)


def test_terms_without_their_entry(tmp_path: Path) -> None:
    with Spool(tmp_path) as spool:
        spool.put("a.md", b"sha", b"", b"terms")
        assert spool.holds("a.md", b"sha")
        assert spool.get("a.md", "method", b"sha") is None
        assert spool.terms("a.md", b"sha") == b"terms"


def test_what_is_kept_outlives_its_keeper(tmp_path: Path) -> None:
    """The file stays as long as anything in it can still be asked for, and no longer."""
    kept = [Nameless(tmp_path).keep(data) for data in (b"one", b"", b"x" * 9000)]
    gc.collect()
    assert [give() for give in kept] == [b"one", b"", b"x" * 9000]
    before = len(list(Path("/proc/self/fd").iterdir()))
    del kept
    gc.collect()
    assert len(list(Path("/proc/self/fd").iterdir())) == before - 3
    assert list(tmp_path.iterdir()) == []
