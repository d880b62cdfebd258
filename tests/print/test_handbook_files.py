"""Bad handbook files get located problems, as entries do; selections select what they say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Ran

from kb.intake import Intake
from kb.workpieces.handbooks import chapters_of

GOOD = "title: 手册\nchapters:\n  - title: 第一部分\n    entries: [sanhui-yike]\n"
Kb = Callable[..., Ran]


def found(base: Path, kb: Kb, text: str, name: str = "shouce") -> list[str]:
    """What kb check says of content/handbooks/<name>.yml with this text."""
    folder = base / "content" / "handbooks"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yml").write_text(text, "utf-8")
    return [line for line in kb(base, "check").out.split("\n") if line.startswith("content/handbooks/")]


def first_method(base: Path) -> str:
    return sorted(path.stem for path in (base / "content" / "methods").glob("*.md"))[0]


def test_a_good_file_is_silent(base: Path, kb: Kb) -> None:
    assert found(base, kb, GOOD.replace("sanhui-yike", first_method(base))) == []


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("chapters:\n  - title: 甲\n    select: {type: method}\n", "1:1", "missing-field"),
        ("title: 手册\n", "1:1", "missing-field"),
        ("title: 手册\nchapters:\n  - select: {type: method}\n", "3:5", "missing-field"),
        ("title: 手册\nchapters:\n  - title: 甲\n", "3:5", "missing-field"),
        ("title: 手册\nchapters:\n  - title: 甲\n    select: {tpoic: 思想建设}\n", "4:14", "unknown-field"),
        ("title: 手册\nchapters:\n  - title: 甲\n    select: {topic: 思想建社}\n", "4:21", "not-in-vocabulary"),
        ("title: 手册\nchapters:\n  - title: 甲\n    select: {type: methodd}\n", "4:20", "not-in-vocabulary"),
        ("title: 手册\nchapters:\n  - title: 甲\n    select: {type: method}\n    order: 笔画\n", "5:12", "not-an-option"),
        ("title: 手册\nstyle: B4\nchapters:\n  - title: 甲\n    select: {type: method}\n", "2:8", "not-an-option"),
        ("title: 手册\nchapters:\n  - title: 甲\n    select: {type: method}\nappendices: [插图]\n", "5:14", "not-an-option"),
        ("title: 手册\nforms: [meiyou]\nchapters:\n  - title: 甲\n    select: {type: method}\n", "2:9", "dangling-reference"),
        ("title: 手册\nchapters:\n  - include: lingyiben\n", "3:14", "dangling-reference"),
        ("title: 手册\nchapters:\n  - include: shouce\n", "3:14", "include-loop"),
    ],
)  # fmt: skip
def test_a_bad_file_is_told_where(base: Path, kb: Kb, text: str, place: str, code: str) -> None:
    assert f"content/handbooks/shouce.yml:{place} {code} " in "\n".join(found(base, kb, text))


def test_an_unknown_entry_is_offered_the_nearest(base: Path, kb: Kb) -> None:
    name = first_method(base)
    (base / "content" / "handbooks").mkdir(exist_ok=True)
    (base / "content" / "handbooks" / "shouce.yml").write_text(GOOD.replace("sanhui-yike", f"{name}x"), "utf-8")
    out = kb(base, "check").out
    assert f"content/handbooks/shouce.yml:4:15 dangling-reference 没有“{name}x”这一条\n    → 是不是“{name}”" in out


def test_an_empty_selection_is_a_fault(base: Path, kb: Kb) -> None:
    text = "title: 手册\nchapters:\n  - title: 甲\n    select: {type: method}\n  - title: 乙\n    select: {type: method}\n"
    lines = found(base, kb, text)
    assert len(lines) == 1 and lines[0].startswith("content/handbooks/shouce.yml:5:5 empty-selection “乙”")


@pytest.mark.parametrize(
    ("change", "code"),
    [(("status: 已发布", "status: 草稿"), "entry-unpublished"), (("visibility: 公开", "visibility: 内部"), "entry-out-of-edition")],
)
def test_an_entry_must_be_published_and_of_this_edition(base: Path, kb: Kb, change: tuple[str, str], code: str) -> None:
    name = first_method(base)
    path = base / "content" / "methods" / f"{name}.md"
    text = path.read_text("utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change), "utf-8")
    good = GOOD.replace("sanhui-yike", name)
    assert any(f"shouce.yml:4:15 {code} " in line for line in found(base, kb, good))
    if code == "entry-out-of-edition":
        assert not any(code in line for line in found(base, kb, good.replace("title: 手册", "title: 手册\nvisibility: 内部")))


def test_a_ring_of_includes_names_its_way(base: Path, kb: Kb) -> None:
    folder = base / "content" / "handbooks"
    folder.mkdir(exist_ok=True)
    (folder / "yi.yml").write_text("title: 一\nchapters:\n  - include: er\n", "utf-8")
    (folder / "er.yml").write_text("title: 二\nchapters:\n  - include: yi\n", "utf-8")
    out = kb(base, "check").out
    assert "content/handbooks/er.yml:3:14 include-loop 手册互相包含，绕成了圈：er → yi → er" in out
    assert "content/handbooks/yi.yml:3:14 include-loop" in out


def test_the_real_ones_select_without_repeating(intake: Intake) -> None:
    for piece in intake.library.pieces["handbooks"].values():
        chapters = chapters_of(piece.value, intake.library)
        ids = [card.id for chapter in chapters for card in chapter.cards]
        assert len(ids) == len(set(ids)) >= 30
        assert all(chapter.cards for chapter in chapters)
