"""The law that keeps the cache honest: after any edits, building on is building anew, byte for byte."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from bench.build.corpus import write
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from tests.laws.bases import FOLDERS, bytes_of, clean_build, differences, entry_text

from kb import snapshot
from kb.build import build
from kb.project import Project

WORDS = st.sampled_from(["读书会", "谈心谈话", "走访", "《办法》", "Ａ与B & <C>", "“两张表”", "啊", "12月清单", "zh-敲门"])
KINDS = st.sampled_from(sorted(FOLDERS))
PICK = st.integers(0, 10**6)


class Editing(RuleBasedStateMachine):
    """Edits a small base as people and programs do; after each edit builds on and builds anew."""

    base: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="kb-law-"))
        self.project = Project(self.folder / "base")
        shutil.copytree(self.base, self.project.root)
        self.edition = "公开"
        self.standing: dict[str, bytes] = {}
        """The site of the last build that found no fault."""
        self.number = 0
        self.shells = 0
        self.clock = 1_700_000_000
        self.ticks = 1_600_000_000 * 10**9

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    # 取用

    def entries(self) -> list[Path]:
        return sorted(self.project.content.glob("*s/*-*.md"))

    def entry(self, pick: int) -> Path:
        found = self.entries()
        return found[pick % len(found)]

    def replace(self, path: Path, pattern: str, words: str) -> None:
        path.write_text(re.sub(pattern, lambda match: words, path.read_text("utf-8"), count=1, flags=re.M), "utf-8")

    # 法则

    def hold(self) -> bool:
        """Build on and anew; where the content is faulty the site stands as it was and both say the same.

        True where there was no fault.
        """
        onward = build(self.project, edition=self.edition)
        anew = clean_build(self.project, self.folder / "anew", self.edition)
        assert onward.problems == anew.problems
        assert onward.failed == anew.failed
        present = bytes_of(self.project.site)
        if onward.failed:
            assert differences(present, self.standing) == []
        else:
            assert differences(present, bytes_of(self.folder / "anew" / "site")) == []
            self.standing = present
        return not onward.failed

    def tried(self, path: Path, edit: Callable[[], None]) -> None:
        """Edit a file; where that is a fault, mend it by taking the edit back."""
        kept = path.read_bytes() if path.exists() else None
        edit()
        if not self.hold():
            if kept is None:
                path.unlink()
            else:
                path.write_bytes(kept)
            self.hold()

    # 各种改动

    @initialize()
    def first(self) -> None:
        self.hold()

    @rule(kind=KINDS, word=WORDS, pick=PICK, status=st.sampled_from(["已发布", "草稿"]), dead=st.integers(0, 9))
    def add(self, kind: str, word: str, pick: int, status: str, dead: int) -> None:
        self.number += 1
        path = self.project.content / FOLDERS[kind] / f"new-{self.number}.md"
        related = "no-such-entry" if dead == 0 else self.entry(pick).stem
        self.tried(path, lambda: path.write_text(entry_text(kind, f"{word}{self.number}", word, status, related), "utf-8") and None)

    @rule(pick=PICK, word=WORDS)
    def write_on(self, pick: int, word: str) -> None:
        path = self.entry(pick)
        words = re.sub(r"[<>]", "", word)
        self.tried(
            path,
            lambda: path.write_text(path.read_text("utf-8") + f"\n## {words}\n\n再写一句{words}。[@doc1:2]\n", "utf-8") and None,
        )

    @rule(pick=PICK, word=WORDS, times=st.integers(1, 3))
    def touch_up(self, pick: int, word: str, times: int) -> None:
        """Only wording: nothing that another page shows. The same words in several entries make near-duplicates."""
        phrase = f"大家把{word}写进年度安排，月初列题目、月中看进度、月底说结果，谁牵头谁记账。"
        words = re.sub(r"[<>]", "", phrase)
        for number in range(times):
            path = self.entry(pick + number)
            self.tried(path, lambda path=path: path.write_text(path.read_text("utf-8") + f"\n{words}[@编者]\n", "utf-8") and None)

    @rule()
    def let_time_pass(self) -> None:
        """Every file is as old as it would be some while later: what was just written can be told by its time again."""
        for path in sorted(self.project.content.rglob("*")):
            if path.is_file() and path.stat().st_mtime > time.time() - 1000:
                self.ticks += 1
                os.utime(path, ns=(self.ticks, self.ticks))
        self.hold()

    @rule(pick=PICK, word=WORDS)
    def retitle(self, pick: int, word: str) -> None:
        path = self.entry(pick)
        self.tried(path, lambda: self.replace(path, r"^title: .*", f"title: '{word}'"))

    @rule(pick=PICK, other=PICK)
    def name(self, pick: int, other: int) -> None:
        """An entry names another by its title and links to it."""
        path, target = self.entry(pick), self.entry(other)
        title = re.search(r"^title: '?([^'\n]*)", target.read_text("utf-8"), re.M)
        assert title
        link = f"\n见《{title.group(1)}办法》《{title.group(1)}》和[它](../{target.parent.name}/{target.name})。[@编者]\n"
        self.tried(path, lambda: path.write_text(path.read_text("utf-8") + link, "utf-8") and None)

    @rule(pick=PICK, heir=PICK)
    def retire(self, pick: int, heir: int) -> None:
        """An entry is given up for another, which the hints to those that lean on it name."""
        path = self.entry(pick)
        told = f"status: 停用\nreplaced_by: {self.entry(heir).stem}"
        if "replaced_by" not in path.read_text("utf-8"):
            self.tried(path, lambda: self.replace(path, r"^status: .*", told))

    @rule(pick=PICK, status=st.sampled_from(["已发布", "草稿", "停用"]))
    def publish(self, pick: int, status: str) -> None:
        path = self.entry(pick)
        self.tried(path, lambda: self.replace(path, r"^status: .*", f"status: {status}"))

    @rule(pick=PICK, value=st.sampled_from(["公开", "内部"]))
    def hide(self, pick: int, value: str) -> None:
        path = self.entry(pick)
        self.tried(path, lambda: self.replace(path, r"^visibility: .*", f"visibility: {value}"))

    @rule(pick=PICK)
    def delete(self, pick: int) -> None:
        if len(self.entries()) > 3:
            path = self.entry(pick)
            self.tried(path, path.unlink)

    @rule(pick=PICK)
    def rename(self, pick: int) -> None:
        """A new id, with every mention of the old one."""
        self.number += 1
        path = self.entry(pick)
        new = f"renamed-{self.number}"
        path.rename(path.with_stem(new))
        for other in self.entries():
            text = other.read_text("utf-8")
            if path.stem in text:
                other.write_text(text.replace(path.stem, new), "utf-8")
        self.hold()

    @rule(pick=PICK, turn=st.integers(0, 3))
    def attach(self, pick: int, turn: int) -> None:
        """An attachment of always the same length, linked from an entry."""
        asset = self.project.content / "assets" / "table.txt"
        asset.parent.mkdir(exist_ok=True)
        asset.write_text(f"附件 {turn}", "utf-8")
        path = self.entry(pick)
        if "table.txt" not in path.read_text("utf-8"):
            path.write_text(path.read_text("utf-8") + "\n附件见[表](../assets/table.txt)。[@编者]\n", "utf-8")
        self.hold()

    @rule(turn=st.integers(0, 5))
    def change_template(self, turn: int) -> None:
        path = self.project.templates / "types/method/page.html.j2"
        if turn == 0:
            path.unlink(missing_ok=True)
        else:
            path.write_text(
                f'{{% extends "pages/_entry.html.j2" %}}{{% block facts %}}<p>{turn}</p>{{{{ super() }}}}{{% endblock %}}\n'
            )
        self.hold()

    @rule(
        name=st.sampled_from(["_macros", "_entry", "home", "browse", "source", "type_index", "topics_page"]), turn=st.integers(0, 9)
    )
    def change_page_template(self, name: str, turn: int) -> None:
        path = self.project.templates / "pages" / f"{name}.html.j2"
        text = re.sub(r"\{# \d #\}<!--\d-->", "", path.read_text("utf-8"))
        path.write_text(
            text.replace("</p>", f"{{# {turn} #}}<!--{turn}--></p>", 1).replace("</li>", f"{{# {turn} #}}<!--{turn}--></li>", 1)
        )
        self.hold()

    @rule(pick=PICK)
    def lose(self, pick: int) -> None:
        """Someone takes a file out of the site."""
        found = sorted(self.standing)
        if found:
            (self.project.site / found[pick % len(found)]).unlink(missing_ok=True)
            self.hold()

    @rule(word=st.sampled_from(["机关党委", "党支部委员会", "新的责任主体"]), turn=st.integers(1, 99))
    def change_vocabulary(self, word: str, turn: int) -> None:
        path = self.project.content / "vocabulary/roles.yml"
        self.tried(
            path, lambda: path.write_text(path.read_text("utf-8") + f"  - {{value: {word}{turn}, slug: added-{turn}}}\n") and None
        )

    @rule(turn=st.integers(0, 9))
    def change_wording(self, turn: int) -> None:
        path = self.project.content / "wording.yml"
        path.write_text(f"rules:\n  - {{wrong: 支部, right: 党支部, level: 建议, reason: 第{turn}版}}\n", "utf-8")
        self.hold()

    @rule(turn=st.integers(0, 9))
    def change_sources(self, turn: int) -> None:
        path = self.project.content / "sources.yml"
        self.replace(path, r"title: [^,]*", f"title: 改名的材料{turn}")
        self.hold()

    @rule(turn=st.integers(0, 9))
    def change_page(self, turn: int) -> None:
        path = self.project.content / "pages/about.md"
        self.replace(path, r"^这.*", f"这是第{turn}版说明。")
        self.hold()

    @rule(edition=st.sampled_from(["公开", "内部"]))
    def change_edition(self, edition: str) -> None:
        self.edition = edition
        self.hold()

    @precondition(lambda self: self.shells < 1)
    @rule(turn=st.integers(0, 1))
    def change_settings(self, turn: int) -> None:
        """What MkDocs draws: the settings, and a style of the same length as before."""
        self.shells += 1
        if turn:
            self.replace(self.project.mkdocs_yml, r"^site_name: .*", "site_name: 另一个名字")
        else:
            self.replace(self.project.templates / "site/assets/css/first.css", r"--kb-red: #......", "--kb-red: #012345")
        self.hold()

    @precondition(lambda self: self.clock < 1_700_000_000 + 3 * 86_400)
    @rule()
    def commit(self) -> None:
        """Dates of change come from git."""
        self.clock += 86_400
        if not (self.project.root / ".git").exists():
            (self.project.root / ".gitignore").write_text("site_build/\n")
            self.git("init", "-q")
        self.git("add", ".")
        self.git("-c", "user.name=a", "-c", "user.email=a@localhost", "commit", "-q", "--allow-empty", "-m", "edit")
        self.hold()

    def git(self, *words: str) -> None:
        date = f"{self.clock} +0800"
        env = os.environ | {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date, "GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", *words], cwd=self.project.root, env=env, check=True)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven entries, their shell drawn."""
    project = write(tmp_path_factory.mktemp("law"), 7)
    assert not build(project).failed
    shutil.rmtree(project.site)
    (project.cache / "kb.sqlite").unlink()
    return project.root


def test_building_on_is_building_anew(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Try more with KB_EXAMPLES=200."""
    monkeypatch.setattr(snapshot, "AGAIN", 2)
    Editing.base = small
    run_state_machine_as_test(
        Editing,
        settings=settings(
            max_examples=int(os.environ.get("KB_EXAMPLES", "5")),
            stateful_step_count=10,
            deadline=None,
            # a failing sequence is short already; making it shorter would take minutes
            phases=(Phase.generate,),
            derandomize="KB_EXAMPLES" not in os.environ,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
