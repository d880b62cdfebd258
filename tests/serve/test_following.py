"""What is saved while a build runs is shown at once, and holds after the build."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from bench.build.corpus import write

from kb import serve
from kb.build import build, settings
from kb.glimpse import Glimpse
from kb.project import Project
from kb.serve import Preview, watching
from kb.serve.building import Builder, Built
from kb.serve.pages import News, Pages
from kb.serve.watching import Changes

EDITION = "内部"


class ByHand(Builder):
    """Builds when the test says so, as the other process would meanwhile."""

    def __init__(self, project: Project, changes: Changes) -> None:
        self.project = project
        self.busy = False
        self._ended = False
        self._built = None
        self._ring = changes.ring

    def begin(self) -> None:
        assert not self.busy
        self.busy = True

    def run(self) -> None:
        """As long as the build lasts, the preview has its own connection to the cache."""
        self._built = Built(build(self.project, self.project.output / "preview", EDITION), frozenset())

    def end(self) -> None:
        self._ring()


class Watched:
    """A preview without browsers, and what it shows."""

    def __init__(self, project: Project) -> None:
        target = project.output / "preview"
        self.project = project
        self.changes = Changes()
        self.builder = ByHand(project, self.changes)
        self.news = News(self.changes.ring)
        self.pages = Pages(target)
        self.glimpse = Glimpse(project, target, EDITION, *settings(project))
        self.preview = Preview(self.changes, self.builder, self.glimpse, self.pages, self.news)
        self.entries = sorted(project.content.glob("*s/*-0*.md"))
        self.builder.run()
        self.preview.begin()

    def save(self, path: Path, words: str) -> None:
        path.write_text(f"{path.read_text('utf-8')}\n{words}。[@编者]\n", "utf-8")
        self.changes.note([str(path)], done=True)
        self.preview.follow()

    def built(self) -> None:
        self.builder.run()
        self.builder.end()
        self.preview.follow()

    def apart(self) -> tuple[Path, Path]:
        """Two entries; the page of the second says nothing of the first."""
        return next((one, two) for one in self.entries for two in self.entries if one != two and one.stem not in self.shown(two))

    def shown(self, path: Path) -> str:
        address = path.relative_to(self.project.content).with_suffix(".html").as_posix()
        return self.pages.page(self.pages.place(address))[1].decode()


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    project = write(tmp_path, 20)
    for path in sorted(project.content.rglob("*")):
        os.utime(path, (1_600_000_000, 1_600_000_000))
    return Watched(project)


def test_a_save_during_a_build_is_shown_at_once(watched: Watched) -> None:
    one, two = watched.entries[:2]
    watched.save(one, "先存的话")
    assert "先存的话" in watched.shown(one)
    assert watched.builder.busy
    watched.save(two, "生成时存的话")
    assert "生成时存的话" in watched.shown(two)
    watched.save(one, "又存的话")
    assert "又存的话" in watched.shown(one)
    watched.built()
    assert watched.builder.busy, "what came meanwhile has to be built too"
    assert "生成时存的话" in watched.shown(two)
    assert "又存的话" in watched.shown(one)
    watched.built()
    assert not watched.builder.busy
    assert not watched.pages.ahead
    assert "又存的话" in watched.shown(one)


def test_a_page_drawn_from_what_is_no_longer_so_is_put_right(watched: Watched) -> None:
    """While a link to an entry is built in, that entry is saved: its page is drawn without the mention."""
    one, two = watched.apart()
    watched.save(one, f"见[别处](../{two.parent.name}/{two.name})")
    assert watched.builder.busy
    watched.save(two, "还不知道被提到的话")
    assert one.stem not in watched.shown(two)
    watched.built()
    told = watched.news.number
    watched.built()
    assert "还不知道被提到的话" in watched.shown(two)
    assert one.stem in watched.shown(two)
    assert not watched.pages.ahead
    assert watched.news.number > told


def test_pages_built_as_drawn_are_no_news(watched: Watched) -> None:
    watched.save(watched.entries[0], "一句话")
    told = watched.news.number
    watched.built()
    assert watched.news.number == told


def test_faults_leave_what_was_drawn(watched: Watched) -> None:
    one, two = watched.entries[:2]
    kept = two.read_text("utf-8")
    two.write_text(kept.replace("topic: ", "topic: 没有的"), "utf-8")
    watched.changes.note([str(two)], done=True)
    watched.preview.follow()
    watched.built()
    assert not watched.builder.busy
    watched.save(one, "别条有错时的话")
    watched.built()
    assert "别条有错时的话" in watched.shown(one)
    two.write_text(kept, "utf-8")
    watched.changes.note([str(two)], done=True)
    watched.preview.follow()
    watched.built()
    assert not watched.pages.ahead
    assert "别条有错时的话" in watched.shown(one)


def test_a_file_being_written_holds_back_the_build(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "SETTLE", 2.0)
    one, two = watched.entries[:2]
    watched.changes.note([str(two)])
    watched.save(one, "一句话")
    assert not watched.builder.busy
    watched.preview.follow()
    assert watched.builder.busy


def test_a_build_waits_until_browsers_have_painted(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that was told comes back when it has."""
    monkeypatch.setattr(serve, "_PAINT", 2.0)
    watched.news._waiting = 1
    watched.save(watched.entries[0], "一句话")
    assert not watched.builder.busy
    assert not watched.news.painted
    watched.preview.follow()  # in vain, but not for ever
    assert watched.builder.busy


def test_the_log_beside_the_cache_does_not_grow(watched: Watched) -> None:
    """The preview reads the cache as it stood before a build; what the build writes must find its way into the file
    all the same, or the log grows with every save."""
    (log,) = watched.project.cache.glob("*.sqlite-wal")
    sizes = []
    for turn in range(12):
        watched.save(watched.entries[0], f"第{turn}句")
        watched.built()
        sizes.append(log.stat().st_size)
    assert sizes[-1] < 1.5 * sizes[3], sizes


def test_what_does_not_agree_with_others_is_withdrawn(watched: Watched) -> None:
    """A link to a section that is not there: the page shows it, until the build says that it cannot be."""
    one, two = watched.apart()
    kept = one.read_text("utf-8")
    watched.save(one, f"见[别处](../{two.parent.name}/{two.name}#没有的一节)")
    assert "没有的一节" in watched.shown(one)
    told = watched.news.number
    watched.built()
    assert "没有的一节" not in watched.shown(one)
    assert watched.news.number > told
    one.write_text(kept, "utf-8")
    watched.changes.note([str(one)], done=True)
    watched.preview.follow()
    watched.built()
    assert not watched.pages.ahead
    assert not watched.builder.busy


def test_a_new_title_is_shown_at_once_and_told_to_others(watched: Watched) -> None:
    one = watched.entries[0]
    title = next(line for line in one.read_text("utf-8").splitlines() if line.startswith("title: "))
    one.write_text(one.read_text("utf-8").replace(title, "title: 崭新的标题"), "utf-8")
    watched.changes.note([str(one)], done=True)
    watched.preview.follow()
    assert "崭新的标题" in watched.shown(one)
    told = watched.news.number
    watched.built()
    assert watched.news.number > told
    assert not watched.pages.ahead
    assert "崭新的标题" in watched.shown(one)
