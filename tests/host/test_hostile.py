"""Pushes that mean harm: refused with the reason, in bounded time, and nothing of them runs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import worked
from tests.host.conftest import commit, entry, git

from kb.host import releases
from kb.host.home import Home
from kb.host.pushed import MAX_FILES, refused

ENTRY = "content/terms/sanzhang-qingdan.md"


def link(clone: Path) -> None:
    (clone / "content/terms").mkdir()
    (clone / ENTRY).symlink_to("/etc/passwd")


def linked_folder(clone: Path) -> None:
    (clone / "content/terms").symlink_to("/etc")


def script(clone: Path) -> None:
    (clone / "mkdocs.yml").write_text("hooks: [evil.py]\n", "utf-8")
    (clone / "evil.py").write_text("import os; os.system('touch /tmp/kb-evil')\n", "utf-8")


def template(clone: Path) -> None:
    path = clone / "templates/pages/_entry.html.j2"
    path.write_text(path.read_text("utf-8") + "{{ ''.__class__ }}", "utf-8")


def bomb(clone: Path) -> None:
    lines = ["a: &a [x, x, x]", *(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]" for n in range(9))]
    (clone / "content/terms").mkdir()
    (clone / ENTRY).write_text("---\n" + "\n".join(lines) + "\n---\n", "utf-8")


def huge(clone: Path) -> None:
    (clone / "content/assets").mkdir()
    (clone / "content/assets/a.pdf").write_bytes(os.urandom(21_000_000))


def attributes(clone: Path) -> None:
    (clone / "content/.gitattributes").write_text("* filter=evil\n", "utf-8")


def internal_name(clone: Path) -> None:
    (clone / "content/terms").mkdir()
    (clone / "content/terms/三张.md").write_text(entry("三张清单"), "utf-8")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (link, "symlink 这是一个符号链接"),
        (linked_folder, "symlink 这是一个符号链接"),
        (script, "编者只能改 content"),
        (template, "编者只能改 content"),
        (bomb, "不支持 YAML 的锚点和别名"),
        (huge, "超过 20 MB"),
        (attributes, "不能有叫“.gitattributes”的文件"),
        (internal_name, "bad-file-name"),
    ],
)
def test_push_is_refused(harm: Callable[[Path], None], said: str, home: Home, clone: Path) -> None:
    before, tip = releases.serving(home), home.tip()
    harm(clone)
    git(clone, "add", "-A")
    git(clone, "commit", "-qm", "改")
    began = worked()
    done = git(clone, "push", "origin", "main", ok=False)
    assert said in done.stderr, done.stderr
    assert done.returncode != 0
    assert worked() - began < 20
    assert (releases.serving(home), home.tip()) == (before, tip)
    assert not Path("/tmp/kb-evil").exists()


def test_maintainer_may_push_a_script_but_it_does_not_run(home: Home, clone: Path, program: Path) -> None:
    from kb.host.managing import init
    from kb.project import Project

    assert init(Project(program), home.root, "公开", 3, ["guanli"]) == 0
    script(clone)
    commit(clone, ENTRY, entry("三张清单"))
    git(clone, "push", "-q", "origin", "main", KB_USER="guanli", REMOTE_USER="guanli")
    assert (home.current / "terms/sanzhang-qingdan.html").is_file()
    assert not Path("/tmp/kb-evil").exists()


def plumb(home: Home, *words: str, data: bytes = b"") -> str:
    return home.git(*words, data=data).decode().strip()


def tree(home: Home, rows: list[tuple[str, str, str, bytes]]) -> str:
    """A tree object out of (mode, kind, id, name), whatever the name."""
    raw = b"".join(mode.lstrip("0").encode() + b" " + name + b"\0" + bytes.fromhex(id_) for mode, _, id_, name in rows)
    return plumb(home, "hash-object", "-t", "tree", "-w", "--stdin", "--literally", data=raw)


def committed(home: Home, top: str) -> str:
    return plumb(home, "-c", "user.name=x", "-c", "user.email=x@localhost", "commit-tree", "-m", "x", top)


def blob(home: Home, text: bytes = b"x") -> str:
    return plumb(home, "hash-object", "-w", "--stdin", data=text)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([b"a.md", b"A.md"], "只差大小写"),
        (["café.md".encode()], "非 NFC"),
        (["ａ.md".encode(), b"a.md"], "只差大小写或字符形式"),
        ([b"\xff.md"], "不是 UTF-8"),
        ([b"a\\b.md"], "不能用的符号"),
        ([b"a\nb.md"], "不能用的符号"),
        (["a‮.md".encode()], "不能用的符号"),
        ([b"con:.md"], "不能用的符号"),
        ([b"GIT~1"], "不能有叫"),
        ([b".GITMODULES"], "不能有叫"),
        ([b"a.md."], "不能有叫"),
        ([b"x" * 250 + b".md"], "路径太长"),
    ],
)
def test_names(names: list[bytes], said: str, home: Home) -> None:
    if names == ["café.md".encode()]:
        names = ["cafe\u0301.md".encode()]
    inner = tree(home, [("100644", "blob", blob(home), name) for name in sorted(names)])
    content = tree(home, [("40000", "tree", inner, b"terms")])
    problems, _ = refused(home, committed(home, tree(home, [("40000", "tree", content, b"content")])))
    assert any(said in problem.message for problem in problems), problems


def test_submodule(home: Home) -> None:
    content = tree(home, [("160000", "commit", home.tip(), b"sub")])
    problems, _ = refused(home, committed(home, tree(home, [("40000", "tree", content, b"content")])))
    assert [problem.code for problem in problems] == ["submodule"]


@pytest.mark.parametrize(("levels", "width"), [(9, 10), (60, 2)])
def test_tree_that_unfolds_without_end(levels: int, width: int, home: Home) -> None:
    inner = tree(home, [("100644", "blob", blob(home), f"{n}.md".encode()) for n in range(10)])
    for _ in range(levels):
        inner = tree(home, [("40000", "tree", inner, f"d{n}".encode()) for n in range(width)])
    top = committed(home, tree(home, [("40000", "tree", inner, b"content")]))
    began = worked()
    problems, taken = refused(home, top)
    assert problems
    assert len(taken) <= MAX_FILES
    assert worked() - began < 10


@pytest.mark.parametrize("name", [b"..", b".git", b".", b"a/b"])
def test_git_itself_refuses_broken_trees(name: bytes, home: Home, clone: Path, tmp_path: Path) -> None:
    """receive.fsckObjects: such a tree does not even come in."""
    near = Home(tmp_path / "near")
    near.root.mkdir()
    git(tmp_path, "clone", "-q", "--bare", str(home.repository), str(near.repository))
    content = tree(near, [("100644", "blob", blob(near), name)])
    top = committed(near, tree(near, [("40000", "tree", content, b"content")]))
    near.git("update-ref", "refs/heads/evil", top)
    command = ["git", "--git-dir", str(near.repository), "push", f"file://{home.repository}", "evil"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert home.tip("refs/heads/evil") == ""


def test_hooks_in_the_push_mean_nothing(home: Home, clone: Path) -> None:
    (clone / "content/terms").mkdir()
    commit(clone, ENTRY, entry("三张清单"))
    hooks = {path.name: path.read_bytes() for path in (home.repository / "hooks").iterdir()}
    git(clone, "push", "-q", "-o", "x=y", "origin", "main", ok=False)
    git(clone, "push", "-q", "origin", "main")
    assert {path.name: path.read_bytes() for path in (home.repository / "hooks").iterdir()} == hooks
