"""kb check --changed: what a branch brings, found without reading what it did not touch."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import lay_base
from tests.host.conftest import entry, git
from tests.laws.bases import FOLDERS, entry_text

from kb.build import check
from kb.editing import changed
from kb.editing.changed import NOT_SEEN, brought_by, changed_since, check_changed
from kb.problem import Level, Problem
from kb.project import Project


def test_changed(base: Path, kb: Callable[..., Any]) -> None:
    (base / "content/terms").mkdir()
    (base / "content/terms/jiu.md").write_text(entry("旧的", "甲,乙。"), "utf-8")
    git(base, "init", "-q", "-b", "main")
    git(base, "add", ".")
    git(base, "commit", "-qm", "开始")
    assert "punctuation" in kb(base, "check").out
    assert "punctuation" not in kb(base, "check", "--changed", "HEAD").out
    (base / "content/terms/xin.md").write_text(entry("新的", "丙,丁。"), "utf-8")
    ran = kb(base, "check", "--changed", "HEAD")
    assert ran.status == 0
    assert "xin.md" in ran.out
    assert "jiu.md" not in ran.out
    (base / "content/rules/zhibu-gongzuo-tiaoli.md").unlink()
    ran = kb(base, "check", "--changed", "main")
    assert ran.status == 1
    assert "content/methods/sanhui-yike.md:14:5 dangling-reference" in ran.out, "撤了一条，别处的引用断了"
    assert kb(base, "check", "--changed", "没有").status == 2
    assert kb(base, "check", "--changed=--output=x").status == 2
    assert not (base / "x").exists()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound knowledge base in git whose entries refer to each other in every way there is."""
    root = lay_base(tmp_path_factory.mktemp("changed") / "kb")
    shutil.copy(Path(__file__).resolve().parents[2] / "mkdocs.yml", root)
    content = root / "content"
    for number in range(12):
        kind = list(FOLDERS)[number % 6]
        path = content / FOLDERS[kind] / f"{kind}-{number}.md"
        path.parent.mkdir(exist_ok=True)
        other = list(FOLDERS)[(number + 1) % 6]
        mine = f"{other}-{(number + 1) % 12}"
        body = (
            f"见[另一条](../{FOLDERS[other]}/{mine}.md#含义)、[附件](../assets/fu-{number % 3}.csv)和[关于](../pages/about.md)，"
            f"依据《试验工作第{number % 4}号条例》"
        )
        extra = f"former: [lao-{number}]\n" if number % 5 == 0 else ""
        path.write_text(entry_text(kind, f"试验工作第{number}号条例", body, related=mine, extra=extra), "utf-8")
    (content / "assets").mkdir()
    for number in range(3):
        (content / "assets" / f"fu-{number}.csv").write_text("甲,乙\n", "utf-8")
    (content / "duties").mkdir()
    (content / "duties" / "qingdan.yml").write_text(
        "title: 清单\nkind: 组织架构\nsummary: 试验 [@编者]\nentry: [method-0, term-4]\n"
        'units:\n  - {role: 机关党委, duty: "开会 [@rule-2:第一条]"}\n',
        "utf-8",
    )
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-qm", "开始")
    sound = check(Project(root))
    assert not sound.failed, [one for one in sound.problems if one.level is Level.ERROR][:5]
    return root


@pytest.fixture(autouse=True)
def near() -> Iterator[None]:
    """As with ten thousand entries: never the whole check, however small the library."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changed, "SMALL", -1)
        yield


def edit(root: Path, dice: random.Random) -> None:
    """One change such as people make, sound or not."""
    content = root / "content"
    entries = sorted(path for folder in FOLDERS.values() for path in (content / folder).glob("*.md"))
    others = sorted(path for folder in ("assets", "pages", "duties") for path in (content / folder).glob("*"))
    path = dice.choice(entries)
    text = path.read_text("utf-8")
    some = dice.choice(entries)
    title = some.read_text("utf-8").partition("title: ")[2].partition("\n")[0]
    what = dice.randrange(17)
    if what == 0:
        path.unlink()
    elif what == 1:
        dice.choice(others).unlink()
    elif what == 2:
        path.rename(path.parent.parent / dice.choice(list(FOLDERS.values())) / path.name)
    elif what == 3:
        (path.parent.parent / dice.choice(list(FOLDERS.values())) / some.name).write_text(text, "utf-8")
    elif what == 4:
        path.write_text(text.replace("title: ", f"title: {title} #", 1), "utf-8")
    elif what == 5:
        path.write_text(text.replace("title: ", f'title: "{title}" #', 1), "utf-8")
    elif what == 6:
        path.write_text(text.replace("## 含义", "## 意思"), "utf-8")
    elif what == 7:
        path.write_text(text.replace("status: 已发布", f"status: {dice.choice(('草稿', '送审', '停用'))}"), "utf-8")
    elif what == 8:
        path.write_text(text.replace("---\n", "", 1), "utf-8")
    elif what == 9:
        path.write_text(text.replace("related: [", f"related: [{some.stem}, {some.stem}x, ", 1), "utf-8")
    elif what == 10:
        path.write_text(
            text + f"\n见[它](../{some.parent.name}/{some.name}#{dice.choice(('含义', '含意'))})。[@{some.stem}:第一条]\n", "utf-8"
        )
    elif what == 11:
        path.write_text(text + f"\n依据《{title[:-3]}好条例》《{title}（试行）》《{title}》。[@编者]\n", "utf-8")
    elif what == 12:
        path.write_text(text.replace("status:", f"former: [lao-{dice.randrange(12)}, {some.stem}]\nstatus:", 1), "utf-8")
    elif what == 13:
        path.write_text(text.replace("summary:", "sumary:", 1) + "\n甲,乙。[^1]\n", "utf-8")
    elif what == 14:
        duty = content / "duties" / "qingdan.yml"
        if duty.exists():
            duty.write_text(duty.read_text("utf-8").replace("entry: [", f"entry: [{some.stem}, {some.stem}y, "), "utf-8")
    elif what == 15:
        rule = content / "rules" / f"xin-{dice.randrange(3)}.md"
        extra = f"aliases: [试验工作第{dice.randrange(12)}号好条例]\n"
        rule.write_text(entry_text("rule", f"新订第{dice.randrange(3)}号办法", extra=extra), "utf-8")
    else:
        path.write_text(text.replace("force: 现行有效", "force: 已废止"), "utf-8")


def told(problems: list[Problem], unseen: tuple[str, ...]) -> list[Problem]:
    return [one for one in problems if one.code not in unseen]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.integers(0, 10**9), st.integers(1, 6), st.booleans())
def test_the_change_alone_tells_what_the_whole_check_tells(library: Path, seed: int, edits: int, cached: bool) -> None:
    """In the changed files and in those that broke through them; but for what NOT_SEEN names, and of that near-duplicates
    only where there is no cache."""
    git(library, "checkout", "-q", "HEAD", ".")
    git(library, "clean", "-fdq", "content")
    dice = random.Random(seed)
    project = Project(library)
    for _ in range(edits):
        edit(library, dice)
    shutil.rmtree(library / "site_build", ignore_errors=True)
    whole = brought_by(check(project).problems, changed_since(library, "HEAD").paths)
    if not cached:
        shutil.rmtree(library / "site_build")
    answer = check_changed(project, "HEAD")
    assert answer.unseen == (("empty-selection",) if cached else ("near-duplicate", "empty-selection"))
    assert told(answer.result.problems, answer.unseen) == told(whole, answer.unseen)


def test_what_the_change_alone_cannot_tell_is_named(library: Path, kb: Callable[..., Any]) -> None:
    git(library, "checkout", "-q", "HEAD", ".")
    git(library, "clean", "-fdq", "content")
    words = "".join(f"第{number}步由支部书记召集第{number}组党员逐项核对第{number}类材料，" for number in range(9))
    for name in ("yi", "er"):
        (library / f"content/terms/{name}.md").write_text(entry_text("term", f"词条{name}", words), "utf-8")
    whole = brought_by(check(Project(library)).problems, changed_since(library, "HEAD").paths)
    assert {one.code for one in whole} >= {"near-duplicate"}
    ran = kb(library, "check", "--changed", "HEAD")
    assert "near-duplicate" in ran.out
    assert NOT_SEEN["near-duplicate"] not in ran.err
    shutil.rmtree(library / "site_build")
    ran = kb(library, "check", "--changed", "HEAD")
    assert "near-duplicate" not in ran.out
    assert NOT_SEEN["near-duplicate"] in ran.err


def test_where_everything_may_have_changed_everything_is_checked(library: Path) -> None:
    git(library, "checkout", "-q", "HEAD", ".")
    git(library, "clean", "-fdq", "content")
    topics = library / "content/vocabulary/topics.yml"
    topics.write_text(topics.read_text("utf-8").replace("组织建设", "组织工作"), "utf-8")
    answer = check_changed(Project(library), "HEAD")
    assert answer.unseen == ()
    assert any(one.code == "not-in-vocabulary" for one in answer.result.problems)


def test_a_handbook_that_loses_an_entry_is_told(library: Path) -> None:
    git(library, "checkout", "-q", "HEAD", ".")
    git(library, "clean", "-fdq", "content")
    folder = library / "content/handbooks"
    folder.mkdir()
    (folder / "shouce.yml").write_text(
        "title: 手册\naudience: 普通党员\nsummary: 试验。\nchapters:\n  - title: 一章\n    entries: [term-4]\n", "utf-8"
    )
    (library / "content/terms/term-4.md").unlink()
    answer = check_changed(Project(library), "HEAD")
    assert answer.unseen == ()
    assert any(one.code == "dangling-reference" and "handbooks" in one.spot.path for one in answer.result.problems)
