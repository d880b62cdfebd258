"""python -m bench.build: what a whole `kb build` takes, from nothing, unchanged, and after an edit of each kind."""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.build.corpus import HOUSE, write
from bench.build.measure import Taken, put_away, run

LIGHT = 20_000
"""Bytes that the page of an entry should keep to."""
_PHASE = re.compile(r"^ {4}(\S+) ([\d.]+) 秒$", re.M)


def edit_body(folder: Path, turn: int) -> None:
    """One more sentence in an entry that others link to a few times."""
    path = folder / "content/methods/method-00007.md"
    path.write_text(path.read_text("utf-8") + f"\n第{turn}次修改时补写的一句。[@编者]\n", "utf-8")


def edit_title(folder: Path, turn: int) -> None:
    """A new title for the entry that fifty others link to."""
    path = folder / "content/methods/method-00000.md"
    path.write_text(re.sub(r"^title: .*", f"title: 第{turn}次改名的工作法", path.read_text("utf-8"), count=1, flags=re.M), "utf-8")


def edit_template(folder: Path, turn: int) -> None:
    """A page template for cases: all of their pages are made again."""
    path = folder / "templates/types/case/page.html.j2"
    path.write_text(
        f'{{% extends "pages/_entry.html.j2" %}}{{% block end %}}{{{{ super() }}}}<p>{turn}</p>{{% endblock %}}\n', "utf-8"
    )


def clear(folder: Path, turn: int) -> None:
    """Nothing built, nothing remembered."""
    put_away(folder / "site_build", folder / ".gone" / str(turn))


def nothing(folder: Path, turn: int) -> None:
    """Leave everything as it is."""


Case = tuple[str, Callable[[Path, int], None]]
CASES: tuple[Case, ...] = (
    ("从头", clear),
    ("没有变化", nothing),
    ("改一条正文", edit_body),
    ("改一条标题（50条链接它）", edit_title),
    ("改一类模板", edit_template),
)


def main() -> int:
    words = argparse.ArgumentParser(prog="python -m bench.build", description="量 kb build 的用时、CPU 和内存。")
    words.add_argument("--sizes", default="100,1000,10000", help="条目数，逗号隔开")
    words.add_argument("--repeat", type=int, default=3, help="每种情形量几次，取中位数")
    words.add_argument("--cases", default=",".join(name for name, _ in CASES), help="只量这几种情形，逗号隔开，照所列的先后")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--keep", type=Path, help="把知识库写到这里并留下，默认写在临时文件夹、量完删去")
    given = words.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    known = dict(CASES)
    if unknown := [name for name in given.cases.split(",") if name not in known]:
        words.error(f"没有这种情形：{'、'.join(unknown)}；有 {'、'.join(known)}")
    cases = [(name, known[name]) for name in given.cases.split(",")]
    print(f"{platform.machine()}，{os.cpu_count()} 核，Python {platform.python_version()}，每种情形 {given.repeat} 次取中位数\n")
    for size in sizes:
        if given.keep:
            folder = given.keep / str(size)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            measure(folder, size, given.seed, given.repeat, cases)
        else:
            with tempfile.TemporaryDirectory(prefix="kb-bench-") as scratch:
                measure(Path(scratch), size, given.seed, given.repeat, cases)
    return 0


def measure(folder: Path, size: int, seed: int, repeat: int, cases: Sequence[Case]) -> None:
    """Write a corpus and print its table."""
    began = time.perf_counter()
    write(folder, size, seed, commit=True)
    print(f"{size} 条（写出用 {time.perf_counter() - began:.1f} 秒）", flush=True)
    # files that changed within the last two seconds are read again by the next build, whatever their time says
    time.sleep(2.1)
    env = os.environ | {"PYTHONPATH": str(HOUSE / "scripts")}
    command = [sys.executable, "-m", "kb", "-C", str(folder), "build", "--phases"]
    row("情形", ["秒", "CPU秒", "内存MB"], "各阶段（秒）")
    for name, change in cases:
        taken: list[Taken] = []
        for turn in range(1, repeat + 1):
            change(folder, turn)
            taken.append(run(command, folder, env))
        middle = [statistics.median(values) for values in zip(*((one.wall, one.cpu, one.memory) for one in taken), strict=True)]
        phases = "  ".join(f"{phase} {seconds}" for phase, seconds in _PHASE.findall(taken[-1].output))
        each = f"每条 {middle[1] / size * 1000:.2f} 毫秒CPU  " if change is clear else ""
        row(name, [f"{middle[0]:.2f}", f"{middle[1]:.2f}", f"{middle[2]:.0f}"], each + phases)
    site = folder / "site_build/site"
    files = [(path.relative_to(site).as_posix(), path.stat().st_size) for path in site.rglob("*") if path.is_file()]
    pages = sorted(length for name, length in files if re.fullmatch(r"(?!mentions/)[a-z]+/[a-z]+-\d{5}\.html", name))
    above = sum(length > LIGHT for length in pages)
    print(
        f"  站点 {len(files)} 个文件、{sum(length for _, length in files) / 1e6:.0f} MB；条目页中位 {statistics.median(pages) / 1000:.1f} kB、"
        f"最大 {pages[-1] / 1000:.1f} kB，超过 {LIGHT // 1000} kB 的 {above} 条（{above / len(pages):.1%}）\n",
        flush=True,
    )


def row(name: str, figures: list[str], rest: str) -> None:
    """One line of the table."""
    cells = "".join(f"{' ' * (9 - columns(cell))}{cell}" for cell in figures)
    print(f"  {name}{' ' * (26 - columns(name))}{cells}   {rest}", flush=True)


def columns(words: str) -> int:
    """The width of a text on a terminal; a Chinese character takes two columns."""
    return sum(2 if ord(char) > 0x2E80 else 1 for char in words)


if __name__ == "__main__":
    sys.exit(main())
