"""From a revision to the problems that a branch brings: all errors, and the rest only of files that changed since."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from kb.problem import Level, Problem


class UnknownRevisionError(Exception):
    """Git does not know the revision, or this is no checkout."""


def changed_since(root: Path, revision: str) -> frozenset[str]:
    """Paths under content/ that differ from `revision`, new files not yet added included. Raises UnknownRevisionError."""
    if revision.startswith("-"):
        raise UnknownRevisionError(revision)
    differing = _git(root, "diff", "--name-only", "-z", "--no-renames", "--relative", revision, "--", "content")
    fresh = _git(root, "ls-files", "-z", "--others", "--exclude-standard", "--", "content")
    return frozenset(name for name in (differing + fresh).split("\0") if name)


def brought_by(problems: Iterable[Problem], paths: frozenset[str]) -> list[Problem]:
    """Errors wherever they show (a removed entry breaks others), warnings and advice of the changed files only."""
    return [one for one in problems if one.level is Level.ERROR or one.spot.path in paths]


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", "-c", "core.quotePath=false", *words], cwd=root, capture_output=True, check=False)
    if done.returncode:
        raise UnknownRevisionError
    return done.stdout.decode("utf-8", "surrogateescape")
