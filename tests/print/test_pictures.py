"""Pages as pictures, for looking at: cover, contents, a chapter, a page with a table, the index, in site_build/proofs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.print.conftest import HOUSE, Printed, squeezed

PROOFS = HOUSE / "site_build" / "proofs"
INK = {"cover": (0.004, 0.2), "contents": (0.01, 0.2), "chapter": (0.01, 0.2), "table": (0.01, 0.25), "index": (0.01, 0.2)}
"""Shares of dark dots that such a page has when nothing is missing and nothing is blotted."""


def page_of(printed: Printed, kind: str) -> int:
    leaves = [squeezed(leaf) for leaf in printed.leaves()]
    if kind == "cover":
        return 1
    if kind == "contents":
        return next(at for at, leaf in enumerate(leaves, 1) if leaf.startswith("目录"))
    if kind == "chapter":
        return printed.pages.chapters[1] + printed.shift
    if kind == "table":
        return next(at for at, leaf in enumerate(leaves, 1) if "名称发布日期效力状态" in leaf)
    return printed.pages.chapters[-1] + printed.shift


def grey(path: Path) -> tuple[int, int, bytes]:
    """Width, height and dots of a binary PGM."""
    data = path.read_bytes()
    kind, width, height, depth, dots = data.split(maxsplit=4)
    assert (kind, depth) == (b"P5", b"255")
    return int(width), int(height), dots


@pytest.mark.parametrize("kind", list(INK))
def test_a_page_is_drawn(kind: str, secretary: Printed, tmp_path: Path) -> None:
    page = str(page_of(secretary, kind))
    PROOFS.mkdir(parents=True, exist_ok=True)
    words = ["pdftoppm", "-r", "100", "-f", page, "-l", page, "-singlefile", str(secretary.path)]
    subprocess.run([*words[:-1], "-png", words[-1], str(PROOFS / kind)], check=True)
    subprocess.run([*words[:-1], "-gray", words[-1], str(tmp_path / kind)], check=True)
    width, height, dots = grey(tmp_path / f"{kind}.pgm")
    assert (width, height) == (827, 1170)
    least, most = INK[kind]
    assert least < sum(dot < 128 for dot in dots) / len(dots) < most
    # nothing runs over the edge of the paper
    rim = 25
    for row in range(0, height, 3):
        line = dots[row * width : (row + 1) * width]
        assert min(line[:rim]) > 200 and min(line[-rim:]) > 200
