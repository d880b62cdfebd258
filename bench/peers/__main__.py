"""python -m bench.peers: the same entries given to other generators, all built in turn, one table of medians and ratios."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.build.__main__ import columns
from bench.build.corpus import HOUSE, write
from bench.build.measure import FailedError, Taken
from bench.peers.flavours import Library
from bench.peers.obtain import OBTAIN, Missing
from bench.peers.peer import OURS, PEERS, Runner, ours, prepare

PLACE = HOUSE / "site_build/bench-peers"
"""Programs and corpora; nothing of them is left elsewhere."""


@dataclass(slots=True)
class Measured:
    """A runner and its runs so far."""

    runner: Runner
    cold: list[Taken] = field(default_factory=list)
    edited: list[Taken] = field(default_factory=list)
    size: tuple[int, int] = (0, 0)


def main() -> int:
    words = argparse.ArgumentParser(
        prog="python -m bench.peers", description="同样的条目交给几种站点生成器，轮流量用时、CPU 和内存。"
    )
    words.add_argument("--sizes", default="10000", help="条目数，逗号隔开，至少 8")
    words.add_argument("--repeat", type=int, default=3, help="轮数，取中位数")
    words.add_argument("--only", default=",".join(PEERS), help=f"只量这几种，逗号隔开：{'、'.join(PEERS)}（kb 总在内）")
    words.add_argument("--limit", type=float, default=1800, help="一次最多等几秒，过了就不比这一家")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument(
        "--python", default=sys.executable,
        help="kb build 用哪个 Python，版本（前两节）要与现在这个相同；发行版的一般比自己编译的快：/usr/bin/python3",
    )  # fmt: skip
    words.add_argument("--keep", action="store_true", help=f"留下写出的条目和生成的站点（{PLACE.relative_to(HOUSE)}/work）")
    given = words.parse_args()
    chosen = [name for name in PEERS if name == OURS or name in given.only.split(",")]
    if unknown := set(given.only.split(",")) - set(PEERS):
        words.error(f"没有这种：{'、'.join(sorted(unknown))}")
    version, same = _version(given.python)
    if not same:
        words.error(f"{given.python} 是 {version or '运行不了的'}，要 {sys.version_info[0]}.{sys.version_info[1]}")
    sizes = [int(size) for size in given.sizes.split(",")]
    if min(sizes) < 8:
        words.error("至少 8 条")
    (PLACE / "programs").mkdir(parents=True, exist_ok=True)
    (PLACE / ".gitignore").write_text("*\n", "utf-8")
    programs = {}
    for name in chosen:
        if name == OURS:
            continue
        obtained = OBTAIN[name](PLACE / "programs")
        if isinstance(obtained, Missing):
            print(f"不比 {PEERS[name].label}：{obtained.why}", flush=True)
        else:
            programs[name] = obtained
            print(f"{PEERS[name].label} {obtained.version}", flush=True)
    print(f"{platform.machine()}，{os.cpu_count()} 核，kb 用 Python {version}，{given.repeat} 轮取中位数\n")
    for size in sizes:
        work = PLACE / "work" / str(size)
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        try:
            home = work / OURS
            home.mkdir()
            write(home, size, given.seed, commit=True)
            library = Library(home)
            all_measured = [Measured(Runner(PEERS[OURS], ours(home, given.python), home, given.limit))]
            for name, program in programs.items():
                prepare(PEERS[name], library, work / name, PLACE / "programs")
                all_measured.append(Measured(Runner(PEERS[name], program, work / name, given.limit)))
            del library
            # files that changed within the last two seconds are read again by our next build, whatever their time says
            time.sleep(2.1)
            print(f"{size} 条", flush=True)
            table(rounds(all_measured, given.repeat))
        finally:
            if not given.keep:
                shutil.rmtree(PLACE / "work", ignore_errors=True)
    return 0


def _version(python: str) -> tuple[str, bool]:
    """(its version, whether it runs what was installed for this one)."""
    try:
        told = (
            subprocess.run([python, "--version"], capture_output=True, text=True, check=False)
            .stdout.removeprefix("Python ")
            .strip()
        )
    except OSError:
        return "", False
    return told, tuple(told.split(".")[:2]) == tuple(map(str, sys.version_info[:2]))


def rounds(everybody: Sequence[Measured], repeat: int) -> list[Measured]:
    """Everybody in turn, from nothing and after an edit, and again: what else the machine does hits all alike.

    Who fails is left out from there on, with the reason; ours must not fail.
    """
    running = list(everybody)
    for turn in range(1, repeat + 1):
        for one in list(running):
            try:
                one.cold.append(one.runner.cold(turn))
                one.size = one.runner.size()
                # without anything to build on, an edit costs what a cold build costs: once is enough
                if one.runner.peer.means or turn == 1:
                    one.edited.append(one.runner.edited(turn))
            except FailedError as fault:
                if one.runner.peer is PEERS[OURS]:
                    raise
                running.remove(one)
                print(f"  不比 {one.runner.peer.label}：{str(fault).strip()[-300:]}", flush=True)
                continue
            edit = f"，改一条 {one.edited[-1].wall:.2f} 秒" if len(one.edited) == turn else ""
            print(f"  第 {turn} 轮 {one.runner.peer.label}：从头 {one.cold[-1].wall:.2f} 秒{edit}", flush=True)
    return running


def table(everybody: Sequence[Measured]) -> None:
    """Medians; a ratio is ours divided by the peer's, so 0.50 says that we take half of its time."""
    first = everybody[0]
    print()
    _row("", "从头 秒", "比", "CPU秒", "比", "内存MB", "改一条 秒", "比", "文件", "MB")
    for one in everybody:
        wall, cpu, memory = (_middle(one.cold, key) for key in ("wall", "cpu", "memory"))
        edited = _middle(one.edited, "wall")
        own = one is first
        _row(
            one.runner.peer.label, f"{wall:.2f}", "" if own else f"{_middle(first.cold, 'wall') / wall:.2f}",
            f"{cpu:.2f}", "" if own else f"{_middle(first.cold, 'cpu') / cpu:.2f}", f"{memory:.0f}",
            f"{edited:.2f}", "" if own else f"{_middle(first.edited, 'wall') / edited:.2f}",
            str(one.size[0]), f"{one.size[1] / 1e6:.0f}", rest=one.runner.peer.means or "没有增量，全部重做",
        )  # fmt: skip
    print("  “比”是 kb build 的数除以它的数：1.00 一样快，0.50 只用它一半时间\n", flush=True)


def _middle(runs: Sequence[Taken], key: str) -> float:
    return float(statistics.median(getattr(one, key) for one in runs))


def _row(name: str, *cells: str, rest: str = "") -> None:
    print(f"  {name}{' ' * (17 - columns(name))}" + "".join(f"{' ' * (10 - columns(cell))}{cell}" for cell in cells) + f"   {rest}")


if __name__ == "__main__":
    sys.exit(main())
