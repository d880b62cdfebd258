"""The search script as one file.

The modules under `assets/js/search/` stay readable; readers load them joined, without comments and indentation. The
file lies in the index under the hash of its content, so script and index always belong together.
"""

from __future__ import annotations

from pathlib import Path

# `open.js` is not among them: every page loads it, and it loads this file
MODULES = (
    "packing", "normal", "store", "postings", "names", "sounds", "query", "rank", "mend", "excerpt", "clause",
    "repair", "loose", "narrow", "show", "search",
    "suggest", "view", "panel", "page",
)  # fmt: skip


def bundle(folder: Path) -> bytes:
    """All modules, each later one using the ones before."""
    return "".join(slim((folder / f"{name}.js").read_text(encoding="utf-8")) for name in MODULES).encode()


def slim(source: str) -> str:
    """A script without indentation and without comments that have a line of their own."""
    lines: list[str] = []
    comment = False
    for raw in source.splitlines():
        line = raw.strip()
        if line.startswith("/*"):
            comment = True
        if comment:
            comment = "*/" not in line
        elif line and not line.startswith("//"):
            lines.append(line)
    return "\n".join(lines) + "\n"
