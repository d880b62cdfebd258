"""From the new commits of a push to what stood in them for a while and would stay in the history for good.

The tip of a push is checked as a knowledge base; here every other version that the push brings along is held against
the same checks of personal data, secrecy and attachments: what was taken out again can still be read in the history.
"""

from __future__ import annotations

import subprocess
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from kb.checks.attachment import CHECKED, check_attachment, check_names, check_text
from kb.checks.privacy import most_telling
from kb.checks.secrecy import secrecy
from kb.host.home import Home
from kb.model.schema import Schema
from kb.problem import Level, Problem, Spot
from kb.source.entry import read_entry
from kb.source.folder import MAX_ASSET_BYTES

MAX_COMMITS = 1_000
MAX_VERSIONS = 5_000
MAX_BYTES = 200_000_000
MAX_TOLD = 20
"""Problems told of one push."""
LINK = "-"
"""Stands for what is no file: symbolic links, submodules."""
_LASTING = frozenset({"attachment-author", "attachment-changes", "picture-metadata"})
_CODES = ("private-", "secret-")
"""What must not stay in a history: codes, and beginnings of codes."""


class Version(NamedTuple):
    """A file as a commit of the push left it."""

    commit: str
    path: str
    blob: str


class TooManyError(Exception):
    """A push brings more than can be looked through in bounded time."""


def lasting(home: Home, tip: str, shown: Collection[str], schema: Schema, everywhere: bool) -> list[Problem]:
    """What the new commits up to `tip` would leave in the history; blobs `shown` at the tip are checked there.
    `everywhere` looks outside content/ too. Raises TooManyError."""
    commits = [
        row for row in home.git("rev-list", f"--max-count={MAX_COMMITS + 1}", tip, "--not", "--all").decode().split("\n") if row
    ]
    if len(commits) > MAX_COMMITS:
        raise TooManyError
    problems = list(_messages(home, commits))
    versions: dict[str, Version] = {}
    for version in _versions(home, tip):
        if version.blob not in shown and (everywhere or version.path.startswith("content/")):
            versions[version.blob] = version  # the oldest stays: the commit that brought it
        if len(versions) > MAX_VERSIONS:
            raise TooManyError
    sizes = _sizes(home, versions)
    if sum(size for size in sizes.values() if size <= MAX_ASSET_BYTES) > MAX_BYTES:
        raise TooManyError
    for version in versions.values():
        if len(problems) >= MAX_TOLD:
            break
        size = sizes[version.blob]
        if size > MAX_ASSET_BYTES:
            what = f"文件有 {size / 1e6:.0f} MB，超过 20 MB"
            problems.append(Problem("file-too-large", Spot(_shown(version.path)), _told(version.commit, what)))
            continue
        for one in _version(version, home.git("cat-file", "blob", version.blob), schema):
            problems.append(Problem(one.code, one.spot, _told(version.commit, one.message), one.hint))
    return problems[:MAX_TOLD]


def how_to_mend(home: Home, tip: str) -> str:
    """What an editor types to leave the history behind: all new commits become one."""
    why = "号码、密级标志和附件里的名字，删去以后仍会留在历史里，谁都能翻出来。"
    try:
        base = home.git("merge-base", tip, home.tip()).decode().strip()
    except subprocess.CalledProcessError:
        return f"{why}请把改好的文件放进一个新的克隆，重新提交。\n"
    return f"{why}改好以后，把这几次提交并成一次（文件不变）：\n    git reset --soft {base[:10]}\n    git commit -am '说明'\n再推送。\n"


def stays(code: str) -> bool:
    """True for a problem that must not remain even in the history."""
    return code.startswith(_CODES) or code in _LASTING


def _told(commit: str, message: str) -> str:
    return f"提交 {commit[:10]} 里{message}"


def _shown(path: str) -> str:
    return path.encode("utf-8", "replace").decode()


def _messages(home: Home, commits: Iterable[str]) -> Iterator[Problem]:
    """Numbers and marks in the words of commits; the addresses that git itself puts there are not meant."""
    data = "".join(commit + "\n" for commit in commits).encode()
    for row in (
        home.git("log", "--no-walk=unsorted", "--stdin", "--format=%H%n%B%x00", data=data).decode("utf-8", "replace").split("\0")
    ):
        commit, _, words = row.lstrip("\n").partition("\n")
        for one in most_telling(words, 5):
            if one.level is Level.ERROR and one.code != "private-mail":
                yield Problem(one.code, Spot("提交说明"), _told(commit, f"出现{one.label}：{one.shown}"), "改写提交说明")


def _versions(home: Home, tip: str) -> Iterator[Version]:
    """Every file that a new commit adds or alters, newest commit first, each side of a merge by itself."""
    command = [
        "git", "--git-dir", str(home.repository), "log", "--format=%x01%H", "--raw", "--no-abbrev", "--no-renames", "-r", "-m", "-z",
        "--diff-filter=d", tip, "--not", "--all",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as git:
        assert git.stdout is not None
        try:
            commit, blob, rest = "", "", b""
            while chunk := git.stdout.read(65536):
                *words, rest = (rest + chunk).split(b"\0")
                for word in words:
                    text = word.decode("utf-8", "surrogateescape").lstrip("\n")
                    if text.startswith("\x01"):
                        commit, blob = text[1:41], ""
                    elif blob:
                        if blob != LINK:
                            yield Version(commit, text, blob)
                        blob = ""
                    elif text.startswith(":"):
                        _, mode, _, new, _ = text.split(" ")
                        blob = new if mode.startswith("100") else LINK
        finally:
            git.kill()


def _sizes(home: Home, blobs: Iterable[str]) -> dict[str, int]:
    data = "".join(blob + "\n" for blob in blobs).encode()
    if not data:
        return {}
    rows = home.git("cat-file", "--batch-check=%(objectname) %(objectsize)", data=data).decode().split("\n")
    return {name: int(size) for name, _, size in (row.partition(" ") for row in rows if row)}


def _version(version: Version, data: bytes, schema: Schema) -> Iterator[Problem]:
    path = _shown(version.path)
    parts = path.split("/")
    kind = schema.folders[parts[1]].name if parts[0] == "content" and len(parts) == 3 and parts[1] in schema.folders else "page"
    if path.endswith(".md"):
        reading = read_entry(path, data, kind, schema)
        # a text that is not UTF-8 is read as far as it goes
        found = list(secrecy(reading, schema)) if reading.text else check_text(path, data)
    elif path.lower().endswith(CHECKED):
        found = check_attachment(path, data)
    else:
        found = check_text(path, data) if b"\0" not in data[:8000] else []
    for one in [*check_names([path]), *found]:
        if one.level is Level.ERROR and stays(one.code):
            yield one
