"""What is planned from a library: every address once, nothing that may not be shown, everything that may."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bench.build.corpus import write

from kb.build import build
from kb.model.entry import Card
from kb.outputs import Plan, Site, table
from kb.outputs.browse import RUN_LEAST, RUN_MOST, runs
from kb.outputs.feeds import bucket, shard_count
from kb.outputs.plan import paged
from kb.outputs.table import OUTPUTS
from kb.project import Project
from kb.schema.loading import RESERVED, SchemaLoader

SECRET = "绝不外露的一句"
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def planned() -> list[Plan]:
    """Every plan of the build that `project` stands for, outputs one after the other."""
    return []


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, planned: list[Plan]) -> Project:
    """A built base of 60 entries; one is a draft, one is for inside only."""
    project = write(tmp_path_factory.mktemp("outputs"), 60)
    for name, old, new in (
        ("case-00008", "status: 已发布", "status: 草稿"),
        ("case-00012", "visibility: 公开", "visibility: 内部"),
    ):
        path = next(project.content.glob(f"*/{name}.md"))
        text = path.read_text("utf-8").replace(old, new)
        path.write_text(
            f"{re.sub('^title: .*', f'title: {SECRET}{name}', text, count=1, flags=re.M)}\n{SECRET}。[@编者]\n", "utf-8"
        )
        link = f"\n另见[别处](../cases/{name}.md)。[@编者]\n"
        for other in sorted(project.content.glob("methods/*-*.md"))[:2]:
            other.write_text(other.read_text("utf-8") + link, "utf-8")

    def spy(output: Callable[[Site], object]) -> Callable[[Site], list[Plan]]:
        def run(site: Site) -> list[Plan]:
            found = list(output(site))  # type: ignore[call-overload]
            planned.extend(found)
            return found

        return run

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "OUTPUTS", tuple(spy(output) for output in OUTPUTS))
        assert not build(project).failed
    return project


def test_every_address_is_planned_once(project: Project, planned: list[Plan]) -> None:
    """Two outputs that write the same file would overwrite each other without a word."""
    assert [path for path, count in Counter(plan.path for plan in planned).items() if count > 1] == []


def test_addresses_are_safe_everywhere(project: Project, planned: list[Plan]) -> None:
    """Lower-case Latin names below the site's folder, that also hold on Windows shares."""
    strange = [
        plan.path for plan in planned if not re.fullmatch(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*", plan.path) or ".." in plan.path
    ]
    assert strange == []
    lowered = Counter(plan.path.lower() for plan in planned if not plan.path.startswith("search/"))
    assert [path for path, count in lowered.items() if count > 1] == []


def test_the_site_is_what_was_planned(project: Project, planned: list[Plan]) -> None:
    there = {path.relative_to(project.site).as_posix() for path in project.site.rglob("*") if path.is_file()}
    assert there == {plan.path for plan in planned} | {"build.txt"}


def test_no_type_can_take_a_folder_of_the_site(project: Project, planned: list[Plan]) -> None:
    """A type of entries whose folder were that of other pages would overwrite them."""
    schema = SchemaLoader(project).load()
    folders = {plan.path.partition("/")[0] for plan in planned if "/" in plan.path}
    assert folders - set(schema.folders) <= RESERVED


def test_what_may_not_be_shown_is_nowhere(project: Project) -> None:
    """Neither title nor text nor address of a draft or an internal entry is in any file of the public edition."""
    leaks = []
    for path in project.site.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            leaks += [path.name for mark in (SECRET.encode(), b"case-00008", b"case-00012") if mark in data]
    assert leaks == []


def test_the_inner_edition_shows_what_is_for_inside(project: Project, tmp_path: Path) -> None:
    assert not build(project, tmp_path / "inner", edition="内部").failed
    assert (tmp_path / "inner/cases/case-00012.html").is_file()
    assert not (tmp_path / "inner/cases/case-00008.html").exists()


def test_feed_and_site_maps(project: Project) -> None:
    """Well-formed, and together the maps name the page of every shown entry once (RFC 4287; sitemaps.org 0.9)."""
    feed = ElementTree.parse(project.site / "feed.xml").getroot()
    assert feed.tag == f"{ATOM}feed"
    assert len(feed.findall(f"{ATOM}entry")) == 40
    assert all(entry.findtext(f"{ATOM}title") and entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry"))
    index = ElementTree.parse(project.site / "sitemap.xml").getroot()
    parts = [str(one.findtext(f"{MAP}loc")).removeprefix("http://localhost/") for one in index.iter(f"{MAP}sitemap")]
    found: list[str] = []
    for part in parts:
        found += [
            str(url.findtext(f"{MAP}loc")).removeprefix("http://localhost/")
            for url in ElementTree.parse(project.site / part).getroot()
        ]
    pages = [path.relative_to(project.site).as_posix() for path in project.site.glob("*/*-[0-9][0-9][0-9][0-9][0-9].html")]
    entries = [page for page in pages if not page.startswith("mentions/")]
    assert len(entries) == 58
    assert sorted(found) == sorted(entries)


def test_an_entry_page_does_not_grow_with_the_library(tmp_path: Path) -> None:
    """The same entry among 30 and among 300: its page differs by its neighbours only, not by lists of all."""
    sizes = []
    for size in (30, 300):
        project = write(tmp_path / str(size), size)
        assert not build(project).failed
        pages = sorted((project.site / "terms").glob("term-*.html"))
        sizes.append(sum(page.stat().st_size for page in pages) / len(pages))
        shutil.rmtree(project.root)
    assert sizes[1] < 1.15 * sizes[0]


def test_shards_seldom_move() -> None:
    """The number of shards is a power of two, and where an id belongs hangs on the id alone."""
    assert [shard_count(entries, 256) for entries in (0, 1, 256, 257, 10_000)] == [1, 1, 1, 2, 64]
    assert [bucket("sanhui-yike", count) for count in (1, 2, 4)] == [bucket("sanhui-yike", 4) % count for count in (1, 2, 4)]


def test_runs_hang_on_what_is_near() -> None:
    """One entry more, less or elsewhere changes the run it stands in and at most the two after it, wherever it stands."""
    some = Card._make([""] * len(Card._fields))
    cards = [some._replace(id=f"method-{number:05}") for number in range(5_000)]
    parts = runs(cards)
    assert [card for part in parts for card in part] == cards
    assert max(map(len, parts)) <= RUN_MOST
    assert min(map(len, parts[:-1])) >= RUN_LEAST
    before = {tuple(part) for part in map(tuple, parts)}
    for place in range(0, 5_000, 250):
        after = runs([*cards[:place], some._replace(id=f"new-{place}"), *cards[place:]])
        assert len({tuple(part) for part in map(tuple, after)} - before) <= 4, place
    assert runs([]) == []


def test_paging_loses_nothing() -> None:
    rows = list(range(25))
    assert paged(rows, 10) == [rows[:10], rows[10:20], rows[20:]]  # type: ignore[arg-type, comparison-overlap]
    assert paged([], 10) == [[]]
