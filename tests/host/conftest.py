"""A whole host in a folder: a program with the real look and little content, made once and copied for each test."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.conftest import ROOT, TESTS

from kb.host.home import Home
from kb.host.managing import init
from kb.project import Project

WHO = ("-c", "user.name=张三", "-c", "user.email=z@localhost", "-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always")


def git(root: Path, *words: str, ok: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
    """Run git in a folder, free of this machine's settings."""
    clean = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_TERMINAL_PROMPT": "0"}
    done = subprocess.run(
        ["git", *WHO, *words], cwd=root, capture_output=True, text=True, check=False, env=os.environ | clean | env
    )
    assert not ok or done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The host's own copy of the program: real templates and settings, the content of tests/base."""
    root = tmp_path_factory.mktemp("program") / "kb"
    shutil.copytree(TESTS / "base", root)
    shutil.copytree(ROOT / "templates", root / "templates")
    shutil.copy(ROOT / "mkdocs.yml", root)
    (root / "scripts").symlink_to(ROOT / "scripts")
    (root / ".gitignore").write_text("/scripts\n/site_build/\n", "utf-8")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-qm", "开始")
    return root


@pytest.fixture(scope="session")
def first_host(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("host") / "host"
    assert init(Project(program), root, "公开", 3, []) == 0
    return root


@pytest.fixture
def home(first_host: Path, program: Path, tmp_path: Path) -> Home:
    """A host of one's own with one release."""
    root = tmp_path / "host"
    shutil.copytree(first_host, root, symlinks=True)
    assert init(Project(program), root, "公开", 3, []) == 0
    return Home(root)


@pytest.fixture
def clone(home: Home, tmp_path: Path) -> Path:
    """An editor's clone of it over file://."""
    git(tmp_path, "clone", "-q", f"file://{home.repository}", "clone")
    return tmp_path / "clone"


def entry(title: str, body: str = "第一句。", status: str = "已发布", more: str = "") -> str:
    """The text of a term."""
    return (
        f"---\ntitle: {title}\nsummary: {title}的试验。\ntopic: 组织建设\nstatus: {status}\nvisibility: 公开\n{more}---\n\n"
        f"## 含义\n\n{body}[@编者]\n"
    )


def commit(clone: Path, path: str, text: str, message: str = "改") -> None:
    (clone / path).parent.mkdir(parents=True, exist_ok=True)
    (clone / path).write_text(text, "utf-8")
    git(clone, "add", "-A")
    git(clone, "commit", "-qm", message)
