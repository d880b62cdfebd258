"""Who mentions an entry: its own page shows a few of each type, a page behind it all of them."""

from __future__ import annotations

import re
from pathlib import Path

from bench.build.corpus import write
from hypothesis import given
from hypothesis import strategies as st

from kb.build import build
from kb.outputs.mentions import SHOWN, Group, shown_of
from kb.project import Project


@given(st.lists(st.integers(1, 60), max_size=9), st.integers(1, 40))
def test_an_even_share_of_each_type(sizes: list[int], most: int) -> None:
    groups = [Group(str(number), list(range(size)), size) for number, size in enumerate(sizes)]  # type: ignore[arg-type]
    shown = shown_of(groups, most)
    assert [group[::2] for group in shown] == [group[::2] for group in groups]
    counts = [len(group.cards) for group in shown]
    assert all(group.cards == list(range(count)) for group, count in zip(shown, counts, strict=True))
    assert sum(counts) <= max(most, len(sizes))
    assert all(counts)
    cut = [count for count, size in zip(counts, sizes, strict=True) if count < size]
    # those cut short are cut alike, none that is whole shows more, and no room is left for one more of each
    assert len(set(cut)) <= 1
    assert not cut or max(counts) == cut[0]
    assert not cut or sum(counts) + len(cut) > most or cut[0] == 1


def linking(project: Project, target: str, count: int) -> None:
    for path in sorted(project.content.glob("cases/*.md"))[:count]:
        path.write_text(path.read_text("utf-8") + f"\n见[这一条](../terms/{target}.md)。[@编者]\n", "utf-8")


def mentions(project: Project, target: str) -> tuple[list[str], list[str] | None]:
    """Addresses of cases under 提到本条的, and those on the page of all mentions where the entry's page leads to one."""
    page = (project.site / f"terms/{target}.html").read_text("utf-8")
    end = page.partition("提到本条的</h2>")[2].partition("</section>")[0]
    more = re.search(r"<a href=(\.\./mentions/[a-z0-9-]+\.html)>提到本条的全部 (\d+) 条</a>", end)
    own = re.findall(r"href=\.\.(/cases/[a-z0-9-]+\.html)", end)
    if more is None:
        return own, None
    whole = (project.site / "terms" / more.group(1)).read_text("utf-8").partition("<article")[2].partition("</article>")[0]
    every = re.findall(r"<li><a href=\.\./[a-z]+/[a-z0-9-]+\.html>", whole)
    assert len(every) == int(more.group(2))
    return own, re.findall(r"<li><a href=\.\.(/cases/[a-z0-9-]+\.html)>", whole)


def test_many_mentions_have_a_page_of_their_own(tmp_path: Path) -> None:
    """It comes when there are more than the entry's page shows, and goes with them."""
    project = write(tmp_path / "base", 120)
    target = next(project.content.glob("terms/*.md")).stem
    assert not build(project).failed
    own, whole = mentions(project, target)
    assert len(own) < SHOWN and whole is None
    before = {path: path.read_text("utf-8") for path in project.content.glob("cases/*.md")}
    linking(project, target, SHOWN + 4)
    assert not build(project).failed
    own, whole = mentions(project, target)
    assert whole is not None and len(whole) >= SHOWN + 4
    assert len(own) <= SHOWN and set(own) < set(whole) and own == whole[: len(own)]
    for path, text in before.items():
        path.write_text(text, "utf-8")
    assert not build(project).failed
    assert mentions(project, target)[1] is None
    assert not (project.site / f"mentions/{target}.html").exists()
