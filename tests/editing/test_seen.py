"""kb seen marks questions as held against their entry; kb rename keeps what was held, in every kind of data file."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT

from kb.build import check
from kb.problem import Level
from kb.project import Project

BANK = "content/quizzes/zuzhi.yml"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of this house, read once."""
    root = tmp_path_factory.mktemp("house") / "kb"
    for name in ("content", "templates"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "mkdocs.yml", root)
    check(Project(root))
    return root


@pytest.fixture
def house(shipped: Path, tmp_path: Path) -> Path:
    shutil.copytree(shipped, tmp_path / "kb", copy_function=shutil.copy2)
    return tmp_path / "kb"


def outdated(root: Path) -> list[str]:
    return [one.message for one in check(Project(root)).problems if one.code == "quiz-outdated"]


def basis_of_many(root: Path) -> str:
    """The entry that most questions of the bank are built on."""
    found = re.findall(r"basis: (\S+)", (root / BANK).read_text("utf-8"))
    return max(set(found), key=found.count)


def test_seen_marks_the_questions_of_one_entry_and_nothing_else(house: Path, kb: Callable[..., Any]) -> None:
    basis = basis_of_many(house)
    before = outdated(house)
    (path,) = (house / "content").glob(f"*/{basis}.md")
    path.write_text(path.read_text("utf-8") + "\n又添一句。[@编者]\n", "utf-8")
    late = outdated(house)
    assert len(late) > len(before)
    listed = kb(house, "seen")
    assert basis in listed.out
    text = (house / BANK).read_text("utf-8")
    ran = kb(house, "seen", basis)
    assert (ran.status, ran.err) == (0, "")
    assert outdated(house) == before
    digest = re.compile(r"seen: '[0-9a-f]{8}'")
    assert digest.sub("", (house / BANK).read_text("utf-8")) == digest.sub("", text)
    assert "0 道改记" in kb(house, "seen", basis).out


@pytest.mark.parametrize(
    ("question", "marked"),
    [
        ("  - id: xin-01\n    basis: {0}\n    kind: 判断\n", "  - id: xin-01\n    basis: {0}\n    seen: '{1}'\n    kind: 判断\n"),
        ("  - basis: {0}\n    id: xin-01\n    kind: 判断\n", "  - basis: {0}\n    seen: '{1}'\n    id: xin-01\n    kind: 判断\n"),
        ("  - id: xin-01\n    basis: {0}\n    seen: 00000000 # 上回\n    kind: 判断\n", "  - id: xin-01\n    basis: {0}\n    seen: '{1}' # 上回\n    kind: 判断\n"),
        ("  - {{id: xin-01, basis: {0}, seen: \"00000000\", kind: 判断, ", "  - {{id: xin-01, basis: {0}, seen: '{1}', kind: 判断, "),
        ("  - {{id: xin-01, basis: {0}, kind: 判断, ", "  - {{id: xin-01, seen: '{1}', basis: {0}, kind: 判断, "),
    ],
)  # fmt: skip
def test_seen_is_written_where_it_belongs(question: str, marked: str, house: Path, kb: Callable[..., Any]) -> None:
    basis = basis_of_many(house)
    flow = question.startswith("  - {{")
    rest = (
        "ask: 对吗？, answer: [对], explain: 对。, source: ['jiangsu:7']}}\n"
        if flow
        else "    ask: 对吗？\n    answer: [对]\n    explain: 对。\n    source: ['jiangsu:7']\n"
    )
    known = re.search(rf"basis: {basis}\n.*?seen: '(.{{8}})'", (house / BANK).read_text("utf-8"), re.S)
    assert known
    head = "title: 新题\ntopic: 组织建设\nquestions:\n"
    path = house / "content/quizzes/xin.yml"
    path.write_text(head + (question + rest).format(basis), "utf-8")
    assert any("xin-01" in one for one in outdated(house))
    assert kb(house, "seen", basis).status == 0
    assert path.read_text("utf-8") == head + (marked + rest).format(basis, known.group(1))
    assert not any("xin-01" in one for one in outdated(house))


def test_unknown_entry(house: Path, kb: Callable[..., Any]) -> None:
    basis = basis_of_many(house)
    ran = kb(house, "seen", basis + "x")
    assert (ran.status, f"是不是“{basis}”" in ran.err) == (2, True)


def test_rename_reaches_every_kind_of_data_file(house: Path, kb: Callable[..., Any]) -> None:
    """Every id that data files name is renamed in turn of their kinds; nothing breaks, nothing falls due."""
    content = house / "content"
    quiz, book = content / BANK.removeprefix("content/"), content / "handbooks/pinpai-anli.yml"
    basis = basis_of_many(house)
    rule = sorted(path.stem for path in (content / "rules").glob("*.md"))[0]
    quiz.write_text(
        quiz.read_text("utf-8").replace("    source: ['yancheng:21']", f"    source: ['yancheng:21', '{rule}:第一条']", 1), "utf-8"
    )
    text = book.read_text("utf-8")
    assert "    select: {type: [brand]}" in text
    book.write_text(text.replace("    select: {type: [brand]}", f"    select: {{type: [brand]}}\n    without: [{basis}]"), "utf-8")
    step = content / "paths/functions.yml"
    folder = next(path.parent.name for path in content.glob(f"*/{basis}.md"))
    step.write_text(step.read_text("utf-8").replace("(../duties/si-tong.html)", f"(../{folder}/{basis}.html)"), "utf-8")
    wanted = {basis: "cong-xin-qi-ming", rule: "ling-yi-bu-fa"}
    for kind in ("duties", "forms", "assessments", "paths", "handbooks"):
        named = [
            word
            for path in sorted((content / kind).glob("*.yml"))
            for word in re.findall(r"(?:basis|method|entry|entries|see): \[?([a-z][a-z0-9-]+)", path.read_text("utf-8"))
            if list(content.glob(f"*/{word}.md"))
        ]
        assert named, kind
        wanted.setdefault(named[0], f"gai-ming-{kind}")
    faults = [one for one in check(Project(house)).problems if one.level is Level.ERROR]
    late = outdated(house)
    for old, new in wanted.items():
        ran = kb(house, "rename", old, new)
        assert (ran.status, ran.err) == (0, ""), ran
        pattern = re.compile(rf"(?<![a-z0-9-]){old}(?![a-z0-9-])")
        for path in content.glob("*/*.yml"):
            for line in path.read_text("utf-8").split("\n"):
                # names of files, vocabularies, items and ids of tasks are no references to entries
                own = re.search(r"\b(?:id|slug|series|forms|quizzes)\b.*", line) or path.parent.name in {"sources", "vocabulary"}
                other = re.search(rf"\(\.\./(?:duties|forms|learning|quizzes|assessments)/{old}\.html", line)
                assert not pattern.search(line) or own or other, (path.name, line)
    assert [one for one in check(Project(house)).problems if one.level is Level.ERROR] == faults == []
    assert [message for message in outdated(house) if message not in late] == []


def test_what_changes_only_the_form_of_an_entry_leaves_its_questions_held(house: Path, kb: Callable[..., Any]) -> None:
    """`kb fmt` and `kb review` change bytes and nothing that a question rests on."""
    before = outdated(house)
    basis = basis_of_many(house)
    (path,) = (house / "content").glob(f"*/{basis}.md")
    path.write_text(path.read_text("utf-8") + "\n又添一句,用了半角逗号。[@编者]\n", "utf-8")
    assert kb(house, "seen", basis).status == 0
    assert kb(house, "fmt", str(path)).status == 0
    assert "又添一句，用了" in path.read_text("utf-8")
    assert outdated(house) == before
    assert kb(house, "review", basis, "--stage", "初审", "--by", "甲").status == 0
    assert outdated(house) == before
    path.write_text(path.read_text("utf-8") + "\n再添一句。[@编者]\n", "utf-8")
    late = outdated(house)
    assert len(late) > len(before)
    assert kb(house, "review", basis, "--stage", "初审", "--by", "甲").status == 0
    assert outdated(house) == late, "没有对照过的，登记审核也不算对照过"


def test_an_entry_is_known_by_its_title_and_its_file_too(house: Path, kb: Callable[..., Any]) -> None:
    for words in ("sanhui-yike", "三会一课", "content/methods/sanhui-yike.md", "sanhui-yike.md"):
        ran = kb(house, "seen", words)
        assert (ran.status, ran.err) == (0, "")
    for words, meant in (("sanhuiyike", "sanhui-yike"), ("三会一刻", "sanhui-yike")):
        ran = kb(house, "seen", words)
        assert (ran.status, f"是不是“{meant}”（三会一课）" in ran.err) == (2, True)
