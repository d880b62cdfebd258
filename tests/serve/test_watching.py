"""What editors do to files is told at once, in one piece, wherever the files lie."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from watchdog.observers import Observer

from kb.serve import watching as module
from kb.serve.watching import Changes, is_remote, watch

LONG = 20.0
"""Seconds; a change comes in milliseconds, but other tests may have the processor."""


@pytest.fixture
def changes(tmp_path: Path) -> Iterator[Changes]:
    (tmp_path / "methods").mkdir()
    (tmp_path / "methods/one.md").write_text("甲", "utf-8")
    made = Changes()
    with watch((tmp_path,), made):
        yield made


def told(changes: Changes, path: Path, seconds: float = LONG) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if str(path) in changes.wait(until):
            return True
    return False


def test_a_written_file(changes: Changes, tmp_path: Path) -> None:
    path = tmp_path / "methods/one.md"
    path.write_text("乙", "utf-8")
    assert told(changes, path)


def test_an_editor_that_renames(changes: Changes, tmp_path: Path) -> None:
    """A new file is written beside the old one and takes its name. The system tells of it in two halves; the library
    would hold back the first for half a second to see whether the second comes, at every save that it meets so."""
    path, fresh = tmp_path / "methods/one.md", tmp_path / "methods/.one.md.swp"
    waits = []
    for turn in range(15):
        fresh.write_text(f"{turn}", "utf-8")
        assert told(changes, fresh)
        began = time.monotonic()
        fresh.replace(path)
        assert told(changes, path)
        waits.append(time.monotonic() - began)
    assert sorted(waits)[-4] < 0.3, waits


def test_a_half_written_file_is_not_told(changes: Changes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is when its writer closes it, or pauses for long."""
    monkeypatch.setattr(module, "SETTLE", 1.0)
    path = tmp_path / "methods/one.md"
    with path.open("w", encoding="utf-8") as file:
        for _ in range(20):
            file.write("一行\n")
            file.flush()
            changes.note([str(path)])
            assert str(path) not in changes.wait(time.monotonic())
            assert changes.pending
    assert told(changes, path)
    changes.note([str(path)])
    began = time.monotonic()
    assert told(changes, path)
    assert time.monotonic() - began >= 0.9


def test_a_folder_that_is_taken_away(changes: Changes, tmp_path: Path) -> None:
    shutil.move(tmp_path / "methods", tmp_path.with_name(f"{tmp_path.name}-away"))
    assert told(changes, tmp_path / "methods")


def test_reading_is_no_change(changes: Changes, tmp_path: Path) -> None:
    (tmp_path / "methods/one.md").read_text("utf-8")
    list((tmp_path / "methods").iterdir())
    assert changes.wait(time.monotonic() + 0.2) == set()


def test_a_bell_ends_the_waiting() -> None:
    changes = Changes()
    threading.Timer(0.05, changes.ring).start()
    assert changes.wait(time.monotonic() + LONG) == set()


@pytest.mark.parametrize("why", ["remote", "no watches left"])
def test_where_the_system_is_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    """Written, gone, come: the files are looked through."""

    def refuse(observer: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    def quiet(observer: object) -> None:
        """A network drive: another machine writes."""

    monkeypatch.setattr(Observer, "start", quiet if why == "remote" else refuse)
    monkeypatch.setattr(module, "is_remote", lambda folder: why == "remote")
    monkeypatch.setattr(module, "_POLL", 0.05)
    one, two, three = (tmp_path / f"{name}.md" for name in ("one", "two", "three"))
    one.write_text("甲", "utf-8")
    two.write_text("甲", "utf-8")
    changes = Changes()
    with watch((tmp_path,), changes):
        one.write_text("甲乙", "utf-8")
        two.unlink()
        three.write_text("丙", "utf-8")
        found: set[str] = set()
        until = time.monotonic() + LONG
        while len(found) < 3 and time.monotonic() < until:
            found |= changes.wait(until)
    assert found == {str(one), str(two), str(three)}


MOUNTS = """/dev/vda / ext4 rw 0 0
host:/export /home nfs4 rw 0 0
/dev/vdb /home/local ext4 rw 0 0
//server/share /mnt/with\\040space cifs rw 0 0
sshfs /mnt/far fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "remote"),
    [("/srv/kb", False), ("/home/kb", True), ("/home/local/kb", False), ("/mnt/with space/kb", True), ("/mnt/far", True)],
)
def test_network_drives_are_known(folder: str, remote: bool) -> None:
    assert is_remote(Path(folder), MOUNTS) == remote
