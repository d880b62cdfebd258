"""python -m bench.reader: a generated base of some size, and what its readers, editors and publishers wait for."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from bench.build.corpus import HOUSE, write
from bench.build.measure import run
from bench.reader import pages, preview, transfer

PARTS = {"pages": "页面", "transfer": "更新", "preview": "预览"}


def main() -> int:
    words = argparse.ArgumentParser(
        prog="python -m bench.reader", description="量页面在慢浏览器里的快慢、预览的快慢、更新要传的字节。"
    )
    words.add_argument("--size", type=int, default=10000, help="条目数，至少 60")
    words.add_argument("--repeat", type=int, default=5, help="每样量几次，取中位数")
    words.add_argument("--parts", default=",".join(PARTS), help=f"量哪几样，逗号隔开：{'、'.join(PARTS)}")
    words.add_argument("--site", type=Path, help="只量页面，用这个已经生成的站点")
    words.add_argument("--keep", type=Path, help="把知识库写到这里并留下，默认写在临时文件夹、量完删去")
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    parts = given.parts.split(",")
    if unknown := set(parts) - set(PARTS):
        words.error(f"没有这样：{'、'.join(sorted(unknown))}")
    print(
        f"{platform.machine()}，{os.cpu_count()} 核，Python {platform.python_version()}，负载 {os.getloadavg()[0]:.1f}", flush=True
    )
    if "pages" in parts and not chinese_fonts():
        print("没有找到中文字体：汉字会画成方框，量的不是读者看到的页面；Debian 上先装 fonts-noto-cjk", flush=True)
    if given.site:
        pages.measure(given.site.resolve(), given.repeat)
        return 0
    if given.size < 60:
        words.error("至少 60 条")
    if given.keep:
        shutil.rmtree(given.keep, ignore_errors=True)
        given.keep.mkdir(parents=True)
    with nullcontext(str(given.keep)) if given.keep else tempfile.TemporaryDirectory(prefix="kb-bench-reader-") as place:
        folder = Path(place).resolve()
        write(folder, given.size, given.seed, commit=True)
        time.sleep(2.1)
        print(f"{given.size} 条", flush=True)
        if parts != ["preview"]:
            run(
                [sys.executable, "-m", "kb", "-C", str(folder), "build"],
                folder,
                os.environ | {"PYTHONPATH": str(HOUSE / "scripts")},
            )
        for part in parts:
            print(f"\n== {PARTS[part]}", flush=True)
            if part == "pages":
                pages.measure(folder / "site_build/site", given.repeat)
            elif part == "transfer":
                transfer.measure(folder)
            else:
                preview.measure(folder, given.repeat)
    return 0


def chinese_fonts() -> bool:
    """Whether this machine can draw Chinese, as far as fontconfig knows."""
    asked = shutil.which("fc-list")
    return asked is None or bool(subprocess.run([asked, ":lang=zh-cn"], capture_output=True, check=True).stdout.strip())


if __name__ == "__main__":
    sys.exit(main())
