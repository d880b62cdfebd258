"""A page drawn ahead of the build is the page that the build makes."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from bench.build.corpus import write

from kb.build import build, settings
from kb.glimpse import Glimpse
from kb.project import Project

EDITION = "内部"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Twenty generated entries, old enough that their times tell whether they changed, and built."""
    project = write(tmp_path_factory.mktemp("glimpse"), 20)
    for path in sorted(project.content.rglob("*")):
        os.utime(path, (1_600_000_000, 1_600_000_000))
    assert not build(project, project.output / "preview", EDITION).failed
    return project


@pytest.fixture
def glimpse(project: Project) -> Glimpse:
    made = Glimpse(project, project.output / "preview", EDITION, *settings(project))
    made.renew()
    return made


def entries(project: Project) -> list[Path]:
    return sorted(project.content.glob("*s/*-0*.md"))


def test_it_is_what_the_build_makes(project: Project, glimpse: Glimpse) -> None:
    """Every entry in turn: its wording changes, its page is drawn ahead, then the site is built."""
    drawn = {}
    for path in entries(project):
        path.write_text(path.read_text("utf-8") + "\n补写的一句，见后文。[@编者]\n", "utf-8")
        page = glimpse.page(path)
        if page is not None:
            drawn[page[0]] = page[1]
    assert len(drawn) >= len(entries(project)) - 6
    glimpse.close()
    assert not build(project, project.output / "preview", EDITION).failed
    for url, page in drawn.items():
        assert (project.output / "preview" / url).read_bytes() == page, url


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"^status: .*", "status: 草稿"),
        (r"^topic: .*", "topic: 没有的主题"),
        (r"\A---", "--"),
        (r"\Z", "\n<script>alert(1)</script>\n"),
        (r"\Z", "\n见[别处](../terms/term-77777.md)。[@编者]\n"),
    ],
)
def test_faults_and_what_goes_away_wait_for_the_build(project: Project, glimpse: Glimpse, pattern: str, words: str) -> None:
    path = entries(project)[0]
    before = path.read_text("utf-8")
    try:
        path.write_text(re.sub(pattern, lambda found: words, before, count=1, flags=re.M), "utf-8")
        assert glimpse.page(path) is None
    finally:
        path.write_text(before, "utf-8")
        glimpse.close()


LINKED = "\n见[别处](../{other})，又见所引。[@编者]\n\n## 新的一节\n\n话。[@编者]\n"


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"^title: .*", "title: 另一个标题"),
        (r"^summary: .*", "summary: 另一句简介。"),
        (r"\Z", LINKED),
        (r"\[[^\]\n]*\]\(\.\./[^)\n]*\)", "不再链接"),
        (r"^year: .*\n", ""),
    ],
)
def test_what_others_can_see_is_drawn_too(project: Project, glimpse: Glimpse, pattern: str, words: str) -> None:
    """As the build makes it; that other pages change is told."""
    path = next(path for path in reversed(entries(project)) if re.search(pattern, path.read_text("utf-8"), re.M))
    before = path.read_text("utf-8")
    other = next(f"{one.parent.name}/{one.name}" for one in entries(project) if one != path and one.name not in before)
    try:
        path.write_text(re.sub(pattern, lambda found: words.replace("{other}", other), before, count=1, flags=re.M), "utf-8")
        page = glimpse.page(path)
        assert page is not None and not page.alone
        assert not build(project, project.output / "preview", EDITION).failed
        assert (project.output / "preview" / page.url).read_bytes() == page.html
        # taken back before anything was built: as at the beginning
        path.write_text(before, "utf-8")
        page = glimpse.page(path)
        assert page is not None and page.alone
    finally:
        path.write_text(before, "utf-8")
        glimpse.close()
        assert not build(project, project.output / "preview", EDITION).failed
    assert (project.output / "preview" / page.url).read_bytes() == page.html


def test_other_files_wait_for_the_build(project: Project, glimpse: Glimpse, tmp_path: Path) -> None:
    """No entry, not there, outside, a link that leads outside."""
    outside = tmp_path / "method-00000.md"
    outside.write_bytes(entries(project)[0].read_bytes())
    link = project.content / "methods" / "linked.md"
    link.symlink_to(outside)
    try:
        for path in (project.content / "sources.yml", project.content / "methods" / "none.md", outside, link):
            assert glimpse.page(path) is None
    finally:
        link.unlink()
        glimpse.close()


def test_a_file_that_goes_away_in_this_moment(project: Project, glimpse: Glimpse, monkeypatch: pytest.MonkeyPatch) -> None:
    path = entries(project)[0]
    assert glimpse.page(path) is not None
    kept = path.read_bytes()
    monkeypatch.setattr(Path, "is_file", lambda path: True)
    path.unlink()
    try:
        assert glimpse.page(path) is None
    finally:
        path.write_bytes(kept)
        glimpse.close()


def test_pages_are_drawn_while_another_build_writes(project: Project, glimpse: Glimpse) -> None:
    """All from the same moment: a title that the build has just brought in is not mixed with what was known before."""
    one = next(path for path in entries(project) if "提到本条的" in _built(project, path))
    title = next(line for line in one.read_text("utf-8").splitlines() if line.startswith("title: ")).removeprefix("title: ")
    other = next(path for path in entries(project) if path != one and title in _built(project, path))
    kept = one.read_text("utf-8")
    one.write_text(kept.replace(title, "改名的一条"), "utf-8")
    try:
        assert not build(project, project.output / "preview", EDITION).failed
        page = glimpse.page(other)
        assert page is not None and title in page[1].decode() and "改名的一条" not in page[1].decode()
        glimpse.renew()
        page = glimpse.page(other)
        assert page is not None and "改名的一条" in page[1].decode()
    finally:
        glimpse.close()
        one.write_text(kept, "utf-8")
        assert not build(project, project.output / "preview", EDITION).failed


def _built(project: Project, path: Path) -> str:
    return (project.output / "preview" / path.relative_to(project.content).with_suffix(".html")).read_text("utf-8")


def test_nothing_is_known_before_a_build(tmp_path: Path) -> None:
    project = write(tmp_path, 3)
    glimpse = Glimpse(project, project.output / "preview", EDITION, "", "")
    glimpse.renew()
    assert glimpse.page(entries(project)[0]) is None
    glimpse.close()
