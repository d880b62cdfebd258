"""From a built site to a release that is served: a folder of its own, a manifest, and one link that is switched in one step."""

from __future__ import annotations

import datetime
import hashlib
import os
import re
import shutil
from pathlib import Path

from kb.host.home import Home

_NAME = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}(?:-\d+)?")
_WHEN = "%Y%m%dT%H%M%S"
_STAMP = 15
"""Characters of a name that tell when, in UTC."""


def release(home: Home, site: Path, commit: str) -> str:
    """Make a release of the site and switch to it; its name. Files are shared with other releases by hard links.

    Killed at any moment, `current` leads to a whole release: the old one or the new one.
    """
    name = _fresh(home, commit)
    scratch = home.releases / f".{name}.next"
    home.manifests.mkdir(exist_ok=True)
    shutil.copytree(site, scratch, copy_function=_link)
    manifest = home.manifests / f"{name}.txt"
    manifest.with_suffix(".next").write_text(f"commit {commit}\n" + manifest_of(scratch), "utf-8")
    manifest.with_suffix(".next").replace(manifest)
    scratch.replace(home.releases / name)
    switch(home, name)
    return name


def switch(home: Home, name: str) -> None:
    """Let `current` lead to a release, in one rename."""
    link = home.root / f".current.{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / name)
    link.replace(home.current)


def manifest_of(folder: Path) -> str:
    """A line for every file: its SHA-256 and its path."""
    rows = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            rows.append(f"{digest}  {path.relative_to(folder).as_posix()}\n")
    return "".join(rows)


def names(home: Home) -> list[str]:
    """The releases that stand, oldest first."""
    if not home.releases.is_dir():
        return []
    return sorted(path.name for path in home.releases.iterdir() if _NAME.fullmatch(path.name))


def serving(home: Home) -> str:
    """The release that `current` leads to, "" before the first."""
    try:
        return home.current.readlink().name
    except OSError:
        return ""


def commit_of(home: Home, name: str) -> str:
    """The commit a release was made from, "" where its manifest is lost."""
    try:
        with (home.manifests / f"{name}.txt").open(encoding="utf-8") as file:
            return file.readline().removeprefix("commit ").strip()
    except OSError:
        return ""


def whole(home: Home, name: str) -> bool:
    """True where every file of a release is as its manifest says, and no other file is there."""
    try:
        _, _, told = (home.manifests / f"{name}.txt").read_text("utf-8").partition("\n")
    except FileNotFoundError:
        return False
    return (home.releases / name).is_dir() and told == manifest_of(home.releases / name)


def prune(home: Home, keep: int) -> None:
    """Remove all but the newest `keep` releases and the one that is served, and what killed publications left."""
    for path in home.releases.iterdir():
        if path.name.startswith("."):
            shutil.rmtree(path)
    for path in home.root.glob(".current.*"):
        path.unlink()
    standing = names(home)
    for name in standing[: max(0, len(standing) - keep)]:
        if name != serving(home):
            # out of sight first: a folder half removed must not look like a release
            gone = home.releases / f".{name}.gone"
            (home.releases / name).replace(gone)
            shutil.rmtree(gone)
    left = {f"{name}.txt" for name in names(home)}
    for path in home.manifests.iterdir():
        if path.name not in left:
            path.unlink()


def _fresh(home: Home, commit: str) -> str:
    """A name that sorts behind all that stand, for names tell the order: two releases may come within one second, and a clock
    may be put back."""
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    standing = names(home)
    if standing:
        last = datetime.datetime.strptime(standing[-1][:_STAMP], _WHEN)
        now = max(now, last + datetime.timedelta(seconds=1))
    return f"{now.strftime(_WHEN)}-{commit[:8]}"


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
