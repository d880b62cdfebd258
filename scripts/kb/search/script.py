"""The search script as three files: what every search needs, what the page of results needs, what hardly found words need.

The modules under `assets/js/search/` stay readable; readers load them joined, without comments and indentation. The
files lie in the index under the hash of their content, so script and index always belong together.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from kb.search import files

# `open.js` is not among them: every page loads it, and it loads this file
CORE = (
    "packing", "normal", "store", "postings", "names", "query", "rank", "excerpt", "clause", "repair", "loose", "narrow",
    "show", "search", "suggest", "view", "panel",
)  # fmt: skip
PAGE = ("page",)
# pinyin and slips: these come with the tables they work from
LATE = ("sounds", "mend")


class Scripts(NamedTuple):
    """The bundles, each as one file."""

    core: bytes
    page: bytes
    late: bytes


def bundle(folder: Path) -> Scripts:
    """All modules, each later one using the ones before."""
    return Scripts(*(b"".join(slim(folder / f"{name}.js") for name in names) for names in (CORE, PAGE, LATE)))


def slim(path: Path) -> bytes:
    """A script without indentation and without comments that have a line of their own."""
    lines: list[str] = []
    comment = False
    for raw in path.read_text(encoding="utf-8").splitlines():
        line = raw.strip()
        if line.startswith("/*"):
            comment = True
        if comment:
            comment = "*/" not in line
        elif line and not line.startswith("//"):
            lines.append(line)
    return ("\n".join(lines) + "\n").encode()


def fits(scripts: Scripts, standing: Mapping[str, bytes]) -> bool:
    """Whether a standing index, path -> key, holds these scripts."""
    named = (files.named("core", scripts.core), files.named("page", scripts.page))
    return all(path in standing for path in named) and files.digest(scripts.late) in standing.values()
