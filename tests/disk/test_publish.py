"""Staging: the folder beside the site, and the switch."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from kb.disk import publish
from kb.disk.publish import Staging


def staged(target: Path, files: dict[str, bytes], keep: tuple[str, ...] = ()) -> Staging:
    """A staging folder with these files in it, not yet switched in."""
    staging = Staging(target)
    staging.begin()
    assert staging.keep(keep) == []
    for name, data in files.items():
        staging.write(name, data)
    return staging


def publish_files(target: Path, files: dict[str, bytes], keep: tuple[str, ...] = ()) -> None:
    staged(target, files, keep).switch()


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.fixture(params=["exchange", "two renames"])
def target(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for a site; once where folders can be swapped in one step, once where they cannot."""
    if request.param == "two renames":
        monkeypatch.setattr(publish, "_exchange", lambda one, other: False)
    return tmp_path / "out" / "site"


def test_first_site(target: Path) -> None:
    publish_files(target, {"index.html": b"1", "a/b/c.html": b"2"})
    assert names(target) == ["a/b/c.html", "index.html"]
    assert names(target.parent) == ["site/a/b/c.html", "site/index.html"]


def test_next_site_takes_its_place(target: Path) -> None:
    """What is neither written nor kept is gone, and nothing else is left beside the site."""
    publish_files(target, {"index.html": b"1", "a/old.html": b"2", "a/same.html": b"3"})
    publish_files(target, {"index.html": b"new"}, keep=("a/same.html",))
    assert names(target) == ["a/same.html", "index.html"]
    assert (target / "index.html").read_bytes() == b"new"
    assert [path.name for path in target.parent.iterdir()] == ["site"]


def test_unchanged_files_are_the_same_files(target: Path) -> None:
    """Kept files, and written ones with equal bytes, are hard links: inode and time stand."""
    publish_files(target, {"kept.html": b"1", "equal.html": b"2", "longer.html": b"3"})
    before = {name: (target / name).stat() for name in ("kept.html", "equal.html", "longer.html")}
    publish_files(target, {"equal.html": b"2", "longer.html": b"33"}, keep=("kept.html",))
    for name in ("kept.html", "equal.html"):
        after = (target / name).stat()
        assert (after.st_ino, after.st_mtime_ns) == (before[name].st_ino, before[name].st_mtime_ns)
    assert (target / "longer.html").stat().st_ino != before["longer.html"].st_ino


def test_writing_never_reaches_through_a_link(target: Path) -> None:
    """While the next site is being written, every byte of the present one stands."""
    publish_files(target, {"a.html": b"old", "b.html": b"old"})
    staging = staged(target, {"a.html": b"new", "b.html": b"new"})
    assert (target / "a.html").read_bytes() == b"old"
    staging.switch()
    assert (target / "a.html").read_bytes() == b"new"


def test_missing_files_are_told(target: Path) -> None:
    """A file that someone deleted from the site cannot be kept; the builder must make it again."""
    publish_files(target, {"a.html": b"1", "b.html": b"2"})
    (target / "b.html").unlink()
    staging = Staging(target)
    staging.begin()
    assert staging.keep(("a.html", "b.html", "c/d.html")) == ["b.html", "c/d.html"]


def test_a_folder_becomes_a_file_and_back(target: Path) -> None:
    publish_files(target, {"a/b": b"1"})
    publish_files(target, {"a": b"2"})
    assert (target / "a").read_bytes() == b"2"
    publish_files(target, {"a/b": b"3"})
    assert names(target) == ["a/b"]


def test_leftovers_are_swept(target: Path) -> None:
    """A killed build leaves a half-made folder, or (with two renames) the old site under its other name."""
    publish_files(target, {"index.html": b"1"})
    for leftover in (".site.next", ".site.old"):
        (target.parent / leftover / "x").mkdir(parents=True)
        (target.parent / leftover / "x" / "half.html").write_bytes(b"<ht")
    publish_files(target, {"index.html": b"2"})
    assert names(target.parent) == ["site/index.html"]
    (target.parent / ".site.next").mkdir()
    Staging(target).sweep()
    assert [path.name for path in target.parent.iterdir()] == ["site"]


def test_one_step(tmp_path: Path) -> None:
    """Where the system can swap two folders, it does so: an open folder stays readable under either name."""
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    (one / "1").write_bytes(b"")
    if not publish._exchange(one, other):
        pytest.skip("this system cannot swap two folders in one step")
    assert names(other) == ["1"]
    assert names(one) == []


def test_a_real_fault_is_not_swallowed(tmp_path: Path) -> None:
    """Only "cannot swap" leads to two renames; a folder that is not there raises."""
    if not hasattr(os, "link"):
        pytest.skip("no hard links here")
    with pytest.raises(OSError) as raised:
        publish._exchange(tmp_path / "none", tmp_path / "neither")
    assert raised.value.errno == errno.ENOENT


@pytest.mark.parametrize("number", [errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP])
def test_where_links_are_refused_files_are_copied(target: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Shared drives and some file systems know no hard links."""
    publish_files(target, {"a.html": b"1"})

    def refuse(*names: str) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", refuse)
    publish_files(target, {}, keep=("a.html",))
    assert (target / "a.html").read_bytes() == b"1"


def test_a_full_disk_is_told(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_files(target, {"a.html": b"1"})

    def refuse(*names: str) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(OSError, match="no space"):
        publish_files(target, {}, keep=("a.html",))
    assert (target / "a.html").read_bytes() == b"1"


@pytest.mark.parametrize("begin", [1, 10_000])
def test_many_files_are_taken_over_by_threads(target: Path, monkeypatch: pytest.MonkeyPatch, begin: int) -> None:
    """With them or without: every file, those that have gone told, and what the disk refuses is not passed over."""
    monkeypatch.setattr(publish, "THREADS_FROM", begin)
    files = {f"{folder}/{number}.html": b"1" for folder in "abc" for number in range(40)}
    publish_files(target, files)
    (target / "b/7.html").unlink()
    staging = Staging(target)
    staging.begin()
    assert staging.keep(files) == ["b/7.html"]
    assert staging.names() == set(files) - {"b/7.html"}

    def refused(*paths: str) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "link", refused)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        staging.keep(files)


def with_spare(target: Path, build: str, files: dict[str, bytes], gone: tuple[str, ...] = ()) -> None:
    """Bring a site to the next build as the program does: the spare, where there is one, or a fresh folder."""
    staging = Staging(target, target.parent / "cache" / "kb.spare")
    present = names(target) if target.exists() else []
    live = (target / publish.STAMP).read_text("utf-8").strip() if present else ""
    told = target.parent / "cache" / "behind.txt"
    spare, *behind = told.read_text("utf-8").split("\n") if told.exists() else [""]
    kept = set(present) - set(files) - set(gone) - {publish.STAMP}
    if staging.begin_with_spare(spare, behind):
        for name in gone:
            staging.drop(name)
        assert staging.names() - set(files) == kept
    else:
        staging.begin()
        assert staging.keep(kept) == []
    for name, data in files.items():
        staging.write(name, data)
    staging.write(publish.STAMP, build.encode())
    told.parent.mkdir(exist_ok=True)
    told.write_text("\n".join([live, *files, *gone]), "utf-8")
    staging.switch()


def test_the_old_site_becomes_the_next_one(target: Path) -> None:
    """From build to build only what differs is touched; what a site says never changes while it stands."""
    with_spare(target, "1", {"a.html": b"1", "b/c.html": b"1", "d.html": b"1"})
    with_spare(target, "2", {"a.html": b"2"})
    first = (target / "b/c.html").stat()
    assert (target / "a.html").read_bytes() == b"2"
    with_spare(target, "3", {"d.html": b"3", "e/f.html": b"3"}, gone=("b/c.html",))
    assert names(target) == ["a.html", "build.txt", "d.html", "e/f.html"]
    assert not (target / "b").exists()
    with_spare(target, "4", {"b/c.html": b"1"})
    assert {name: (target / name).read_bytes() for name in names(target)} == {
        "a.html": b"2", "b/c.html": b"1", "build.txt": b"4", "d.html": b"3", "e/f.html": b"3",
    }  # fmt: skip
    assert (target / "b/c.html").stat().st_ino != first.st_ino
    assert sorted(path.name for path in target.parent.iterdir()) == ["cache", "site"]


def test_a_spare_that_was_left_half_made_is_not_used(target: Path) -> None:
    with_spare(target, "1", {"a.html": b"1"})
    with_spare(target, "2", {"a.html": b"2"})
    spare = target.parent / "cache" / "kb.spare"
    staging = Staging(target, spare)
    assert staging.begin_with_spare("1", ["a.html"])
    again = Staging(target, spare)
    assert not again.begin_with_spare("1", ["a.html"])
    again.begin()
    assert not spare.exists()


def test_the_spare_is_never_written_through(target: Path) -> None:
    """Its files are links to the site that is being read."""
    with_spare(target, "1", {"a.html": b"1", "b.html": b"1"})
    with_spare(target, "2", {"b.html": b"2"})
    staging = Staging(target, target.parent / "cache" / "kb.spare")
    assert staging.begin_with_spare("1", ["b.html"])
    staging.write("a.html", b"new")
    assert (target / "a.html").read_bytes() == b"1"
