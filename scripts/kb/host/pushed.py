"""From a pushed commit to what about its files cannot be taken, before a single one of them is read."""

from __future__ import annotations

import shlex
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from kb.host.home import NOTHING, Home
from kb.problem import Problem, Spot
from kb.source.folder import MAX_ASSET_BYTES

MAX_FILES = 60_000
MAX_TOTAL_BYTES = 2_000_000_000
MAX_PATH = 240
MAX_DEPTH = 8
MAX_TOLD = 20
"""Problems told of one push; a hostile one may hold any number."""
NAMES_IN_LINE = 8
MOST_NAMES = 80
"""Files named in the commands that take a push back."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a commit."""

    path: str
    mode: str
    id: str
    size: int


def listing(home: Home, commit: str) -> Iterator[Blob]:
    """The files of a commit in git's order, read as a stream: a tree may be made to unfold without end."""
    command = ["git", "--git-dir", str(home.repository), "ls-tree", "-r", "-z", "-l", "--full-tree", commit]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as git:
        assert git.stdout is not None
        try:
            rest = b""
            while chunk := git.stdout.read(65536):
                *rows, rest = (rest + chunk).split(b"\0")
                for row in rows:
                    head, _, name = row.partition(b"\t")
                    mode, _, blob, size = head.split()
                    yield Blob(
                        name.decode("utf-8", "surrogateescape"), mode.decode(), blob.decode(), int(size) if size.isdigit() else 0
                    )
        finally:
            git.kill()


def refused(home: Home, commit: str) -> tuple[list[Problem], dict[str, Blob]]:
    """(what is wrong with the files of a commit, the files of content/ that can be taken)."""
    problems: list[Problem] = []
    taken: dict[str, Blob] = {}
    folded: dict[str, str] = {}
    total = 0
    for number, blob in enumerate(listing(home, commit)):
        if number >= MAX_FILES:
            problems.append(_problem("push-too-large", "content", f"文件超过 {MAX_FILES} 个", "分批提交，或检查是不是放错了东西"))
            break
        if len(problems) >= MAX_TOLD:
            break
        inside = blob.path.startswith("content/")
        found = _file(blob, inside)
        if found is None and inside:
            total += blob.size
            found = _twin(blob.path, folded)
            if total > MAX_TOTAL_BYTES:
                problems.append(_problem("push-too-large", "content", "全部文件超过 2 GB", "把大的附件撤下"))
                break
        if found is not None:
            problems.append(found)
        elif inside:
            taken[blob.path] = blob
    return problems, taken


def _file(blob: Blob, inside: bool) -> Problem | None:
    path = blob.path
    shown = path.encode("utf-8", "replace").decode()
    if blob.mode == "120000":
        return _problem("symlink", shown, "这是一个符号链接，可能指到别处", "把文件本身放进来，不用链接")
    if blob.mode == "160000":
        return _problem("submodule", shown, "这是一个 git 子模块", "把文件本身放进来")
    if not inside:
        return None
    if shown != path or any(0xDC80 <= ord(char) <= 0xDCFF for char in path):
        return _problem("bad-path", shown, "文件名不是 UTF-8", "改用小写字母、数字和连字符")
    parts = path.split("/")
    if len(path) > MAX_PATH or len(parts) > MAX_DEPTH:
        return _problem("bad-path", shown[:80], "路径太长或层次太深", f"不超过 {MAX_PATH} 字、{MAX_DEPTH} 层")
    if unicodedata.normalize("NFC", path) != path:
        return _problem("bad-path", shown, "文件名的字符是拆开写的（Unicode 非 NFC 形式）", "改名，只用小写字母、数字和连字符")
    if any(not char.isprintable() or char in '\\:*?"<>|' for char in path):
        return _problem("bad-path", shown, "文件名里有不能用的符号", "改名，只用小写字母、数字和连字符")
    for part in parts:
        low = part.lower().rstrip(". ")
        if (
            low in {"", ".git", "git~1"}
            or part != part.strip()
            or part.endswith(".")
            or (low.startswith(".git") and low != ".gitkeep")
        ):
            return _problem("bad-path", shown, f"不能有叫“{part[:40]}”的文件或文件夹", "改名，或删去它")
    if blob.size > MAX_ASSET_BYTES:
        return _problem("file-too-large", shown, f"文件有 {blob.size / 1e6:.0f} MB，超过 20 MB", "压缩或拆分后再放")
    return None


def _twin(path: str, folded: dict[str, str]) -> Problem | None:
    """Two names that some computers take for one: the check is on every folder of the path too."""
    parts = path.split("/")
    for depth in range(1, len(parts) + 1):
        part = "/".join(parts[:depth])
        key = unicodedata.normalize("NFKC", part).casefold()
        if folded.setdefault(key, part) != part:
            return _problem(
                "bad-path", path, f"与 {folded[key]} 只差大小写或字符形式，有的电脑上会变成同一个文件", "改掉其中一个的名字"
            )
    return None


def outside(home: Home, before: str, after: str) -> list[str]:
    """Top-level names other than content that differ between two commits."""
    if before in {"", NOTHING}:
        return []
    trees = [_top(home, commit) for commit in (before, after)]
    return sorted(name for name in trees[0].keys() | trees[1].keys() if trees[0].get(name) != trees[1].get(name))


def how_to_undo(home: Home, before: str, after: str) -> str:
    """What an editor types to take back the changes outside of content; what was written in content stays."""
    rows = home.git("diff", "--name-status", "--no-renames", "-z", before, after, "--", ".", ":(exclude)content").split(b"\0")
    changed = [(status, _printable(path)) for status, path in zip(rows[0::2], rows[1::2], strict=False)]
    lines = []
    for command, names in (
        (f"git checkout {before[:10]} --", [path for status, path in changed if status != b"A"]),
        ("git rm -q --", [path for status, path in changed if status == b"A"]),
    ):
        told = [names[at : at + NAMES_IN_LINE] for at in range(0, min(len(names), MOST_NAMES), NAMES_IN_LINE)]
        lines += [f"    {command} {shlex.join(few)}" for few in told]
        if len(names) > MOST_NAMES:
            lines.append(f"    （另有 {len(names) - MOST_NAMES} 个文件，照此办理）")
    return "\n".join([*lines, "    git commit -m '撤回 content 之外的改动'"]) + "\n"


def _printable(path: bytes) -> str:
    return "".join(char if char.isprintable() else "?" for char in path.decode("utf-8", "replace"))


def _top(home: Home, commit: str) -> dict[str, bytes]:
    rows = home.git("ls-tree", "-z", "--full-tree", commit).split(b"\0")
    pairs = (row.partition(b"\t") for row in rows if row)
    return {name.decode("utf-8", "replace"): head for head, _, name in pairs if name != b"content"}


def _problem(code: str, path: str, message: str, hint: str) -> Problem:
    return Problem(code, Spot(path), message, hint)
