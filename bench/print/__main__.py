"""python -m bench.print: what the handbooks take, cold and unchanged, and what 150 and 1,250 pages take, against what is wanted."""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import sys
import tempfile
from pathlib import Path

from bench.build.measure import run

HOUSE = Path(__file__).resolve().parents[2]
WANTED = ((150, 2.0, 1500), (1250, 12.0, 1500))
"""(pages, CPU seconds at most, megabytes at most)"""
COLD, UNCHANGED = 10.0, 0.5


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.print", description=__doc__)
    parser.add_argument("--once", action="store_true", help="只量手册，不量长书")
    given = parser.parse_args()
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(HOUSE), str(HOUSE / "scripts")))}
    load = os.getloadavg()[0]
    print(f"{platform.machine()}，{os.cpu_count()} 核，Python {platform.python_version()}，负载 {load:.1f}")
    print(f"{'':<28}{'墙钟秒':>8}{'CPU 秒':>8}{'内存 MB':>8}{'页':>7}   要求")
    with tempfile.TemporaryDirectory(prefix="kb-bench-print-") as scratch:
        copy = Path(scratch)
        for name in ("content", "templates"):
            shutil.copytree(HOUSE / name, copy / name)
        shutil.copy(HOUSE / "mkdocs.yml", copy)
        words = [sys.executable, "-m", "kb", "-C", str(copy)]
        run([*words, "check"], copy, env)
        for label, limit in (("五本手册，从头", COLD), ("五本手册，没有变化", UNCHANGED)):
            taken = run([*words, "book", "--bundled-fonts"], copy, env)
            pages = sum(int(number) for number in re.findall(r"(\d+) 页", taken.output))
            print(f"{label:<20}{taken.wall:>10.2f}{taken.cpu:>9.2f}{taken.memory:>9.0f}{pages:>8}   {limit} 秒以内")
    if given.once:
        return 0
    for wanted, seconds, memory in WANTED:
        taken = run([sys.executable, "-m", "bench.print.grown", str(wanted)], HOUSE, env)
        pages, wall, cpu, peak, _ = taken.output.split()
        label = f"一本约 {wanted} 页的书"
        print(f"{label:<20}{float(wall):>10.2f}{float(cpu):>9.2f}{int(peak):>9}{pages:>8}   CPU {seconds} 秒、{memory} MB 以内")
    return 0


if __name__ == "__main__":
    sys.exit(main())
