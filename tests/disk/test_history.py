"""Dates of last change, from a real repository."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from kb.disk.history import follows, head, last_changes


class Repository:
    """A git repository in which a knowledge base lies in a folder of its own."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.root = top / "kb"
        (self.root / "content" / "terms").mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str, date: str = "2026-01-01T00:00:00+08:00") -> str:
        quiet = {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_COMMITTER_DATE": date,
            "GIT_AUTHOR_DATE": date,
        }
        person = {f"GIT_{who}_{what}": "editor@example.invalid" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        done = subprocess.run(["git", *words], cwd=self.top, env={**os.environ, **quiet, **person}, capture_output=True, check=True)
        return done.stdout.decode().strip()

    def commit(self, date: str, **files: str) -> str:
        for name, text in files.items():
            (self.root / "content" / "terms" / f"{name}.md").write_text(text, "utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "改", date=date)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_outside_of_git_and_before_the_first_commit(tmp_path: Path, repository: Repository) -> None:
    assert head(repository.root) == ""
    assert last_changes(repository.root) == {}
    lonely = tmp_path / "kb" / "content"
    assert head(lonely) == ""


def test_without_git_there_are_no_dates(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit("2026-01-02T12:00:00+08:00", jia="一")
    monkeypatch.setenv("PATH", "/nonexistent")
    assert head(repository.root) == ""
    assert last_changes(repository.root) == {}


def test_each_file_has_the_day_of_its_last_commit(repository: Repository) -> None:
    repository.commit("2026-01-02T12:00:00+08:00", jia="一", 三张清单="一")
    repository.commit("2026-03-04T12:00:00+08:00", jia="二")
    (repository.top / "README.md").write_text("不在 content 里", "utf-8")
    last = repository.commit("2026-05-06T12:00:00+08:00")
    assert last_changes(repository.root) == {"content/terms/jia.md": "2026-03-04", "content/terms/三张清单.md": "2026-01-02"}
    assert head(repository.root) == last


def test_the_day_is_the_committers_own(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half past midnight in Beijing is still the day before in Greenwich; the machine's zone has no say."""
    repository.commit("2026-01-02T00:30:00+08:00", jia="一")
    for zone in ("UTC", "Asia/Shanghai", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        assert last_changes(repository.root) == {"content/terms/jia.md": "2026-01-02"}


def test_a_move_counts_as_a_change(repository: Repository) -> None:
    repository.commit("2026-01-02T12:00:00+08:00", jia="很长的一段文字\n" * 20)
    repository.git("mv", "kb/content/terms/jia.md", "kb/content/terms/yi.md")
    repository.commit("2026-02-03T12:00:00+08:00")
    assert last_changes(repository.root)["content/terms/yi.md"] == "2026-02-03"


def test_newer_commits_are_added_to_what_was_known(repository: Repository) -> None:
    first = repository.commit("2026-01-02T12:00:00+08:00", jia="一", yi="一")
    known = last_changes(repository.root)
    repository.commit("2026-03-04T12:00:00+08:00", yi="二", bing="一")
    assert follows(repository.root, first)
    assert last_changes(repository.root, known, first) == last_changes(repository.root)
    assert known == {"content/terms/jia.md": "2026-01-02", "content/terms/yi.md": "2026-01-02"}


def test_history_that_was_rewritten_does_not_follow(repository: Repository) -> None:
    repository.commit("2026-01-02T12:00:00+08:00", jia="一")
    dropped = repository.commit("2026-01-03T12:00:00+08:00", jia="二")
    repository.git("reset", "-q", "--hard", "HEAD~1")
    assert not follows(repository.root, dropped)
    assert not follows(repository.root, "0" * 40)
    assert not follows(repository.root, "no-such-name")


def test_a_merged_branch_brings_its_own_days(repository: Repository) -> None:
    repository.commit("2026-01-02T12:00:00+08:00", jia="一", yi="一")
    repository.git("checkout", "-q", "-b", "side")
    repository.commit("2026-02-03T12:00:00+08:00", yi="二")
    repository.git("checkout", "-q", "main")
    repository.commit("2026-03-04T12:00:00+08:00", jia="二")
    repository.git("merge", "-q", "--no-ff", "-m", "合", "side", date="2026-04-05T12:00:00+08:00")
    assert last_changes(repository.root) == {"content/terms/jia.md": "2026-03-04", "content/terms/yi.md": "2026-02-03"}


@pytest.mark.parametrize("name", ["a b", "quo'te", "“引号”", "新\n行"])
def test_names_that_git_would_quote(name: str, repository: Repository) -> None:
    repository.commit("2026-01-02T12:00:00+08:00", **{name: "一"})
    assert last_changes(repository.root) == {f"content/terms/{name}.md": "2026-01-02"}
