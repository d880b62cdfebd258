"""What an update moves: the files that differ after an edit, the largest first, and the bytes of an rsync of the site."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.build.__main__ import columns, edit_body, edit_title
from bench.build.corpus import HOUSE
from bench.build.measure import run

WAYS: dict[str, tuple[str, ...]] = {
    "rsync -a": ("-a", "--delete"),
    "rsync -az": ("-az", "--delete"),
    # for a site copied or built elsewhere, whose times say nothing
    "rsync -acz": ("-acz", "--delete"),
    # for a publisher who knows what changed: no list of all the other files goes over the wire
    "rsync -az --files-from": ("-az", "--files-from={list}", "--delete-missing-args"),
}
_SHOWN = 12
_NUMBERS = {
    "all": r"Number of files: ([\d,]+)",
    "literal": r"Literal data: ([\d,]+)",
    "sent": r"Total bytes sent: ([\d,]+)",
    "received": r"Total bytes received: ([\d,]+)",
}


def new_entry(folder: Path, turn: int) -> None:
    """One more method, a copy of an old one under another name."""
    text = (folder / "content/methods/method-00005.md").read_text("utf-8")
    text = re.sub(r"^title: .*", f"title: 新写的第{turn}条", text, count=1, flags=re.M)
    text = re.sub(r"^(?:claims|aliases): .*\n", "", text, flags=re.M)
    (folder / f"content/methods/method-new-{turn}.md").write_text(text, "utf-8")


CASES: tuple[tuple[str, Callable[[Path, int], None]], ...] = (
    ("没有变化", lambda folder, turn: None),
    ("改一条正文", edit_body),
    ("改一条标题（50条链接它）", edit_title),
    ("新写一条", new_entry),
)


def measure(folder: Path) -> None:
    """Print the tables for a generated base that was built. Raises FailedError where a build fails, RuntimeError where a mirror
    is not equal to the site in the end."""
    site = folder / "site_build/site"
    with tempfile.TemporaryDirectory(prefix="kb-bench-mirror-") as scratch:
        mirrors = Path(scratch)
        # rsync calls this as it would ssh: a host, then the command to run there
        shell = mirrors / "shell"
        shell.write_text('#!/bin/sh\nshift\nexec "$@"\n', "utf-8")
        shell.chmod(0o755)
        ways = WAYS if shutil.which("rsync") else {}
        if not ways:
            print("没有 rsync，只列变了的文件：apt-get install rsync")
        for at in range(len(ways)):
            shutil.copytree(site, mirrors / str(at), copy_function=shutil.copy2)
        before = digests(site)
        for name, change in CASES:
            change(folder, 1)
            run(
                [sys.executable, "-m", "kb", "-C", str(folder), "build"],
                folder,
                os.environ | {"PYTHONPATH": str(HOUSE / "scripts")},
            )
            after = digests(site)
            print(f"\n{name}")
            differ(site, before, after)
            touched = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
            (mirrors / "list").write_text("".join(f"{path}\n" for path in touched), "utf-8")
            before = after
            moved: list[tuple[int, str]] = []
            for at, (way, options) in enumerate(ways.items()):
                said, moved = push(
                    site, mirrors / str(at), shell, tuple(word.replace("{list}", str(mirrors / "list")) for word in options)
                )
                print(
                    f"  {way}{' ' * (24 - columns(way))}发 {said['sent']:>10,} 字节（其中内容未压缩 {said['literal']:,}），"
                    f"收 {said['received']:,}；名单 {said['all']:,} 项",
                    flush=True,
                )
            if moved:
                print("  最后一种送得最多的：" + "、".join(f"{name} {size:,}" for size, name in moved[:_SHOWN]))
        for at in range(len(ways)):
            if digests(mirrors / str(at)) != before:
                raise RuntimeError(f"{list(ways)[at]} 以后两边不一样")


def push(site: Path, mirror: Path, shell: Path, options: tuple[str, ...]) -> tuple[dict[str, int], list[tuple[int, str]]]:
    """rsync the site to its mirror as to another machine: the numbers of --stats, and (bytes, file) of what it sent."""
    words = ["rsync", *options, "--no-whole-file", "--stats", "--out-format=%b %n", "-e", str(shell)]
    done = subprocess.run(
        [*words, f"{site}/", f"elsewhere:{mirror}/"], check=True, capture_output=True, text=True, env=os.environ | {"LC_ALL": "C"}
    )
    return numbers(done.stdout), sent(done.stdout)


def sent(said: str) -> list[tuple[int, str]]:
    """From what `rsync --out-format='%b %n'` prints to the files with their bytes on the wire, the most first."""
    rows = (line.partition(" ") for line in said.splitlines() if re.match(r"[1-9]\d* ", line))
    return sorted(((int(size), name) for size, _, name in rows if not name.endswith("/")), key=lambda row: (-row[0], row[1]))


def numbers(said: str) -> dict[str, int]:
    """From what `rsync --stats` prints to its numbers. Raises ValueError where one is missing."""
    found = {}
    for key, pattern in _NUMBERS.items():
        match = re.search(pattern, said)
        if match is None:
            raise ValueError(f"rsync --stats 没有说 {pattern}")
        found[key] = int(match[1].replace(",", ""))
    return found


def differ(site: Path, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    """List what changed, the largest first."""
    changed = [(name, (site / name).stat().st_size) for name, digest in after.items() if before.get(name) != digest]
    changed.sort(key=lambda pair: (-pair[1], pair[0]))
    packed = sum(len(gzip.compress((site / name).read_bytes(), 6)) for name, _ in changed)
    gone = len(before.keys() - after.keys())
    print(f"  变了 {len(changed)} 个文件、去掉 {gone} 个，新的共 {sum(size for _, size in changed):,} 字节，压缩后 {packed:,} 字节")
    for name, size in changed[:_SHOWN]:
        print(f"    {size:>10,}  {name}{'' if name in before else '（新）'}")
    if len(changed) > _SHOWN:
        print(f"    {sum(size for _, size in changed[_SHOWN:]):>10,}  其余 {len(changed) - _SHOWN} 个")


def digests(site: Path) -> dict[str, bytes]:
    """Every file below the site and a digest of its bytes."""
    return {
        path.relative_to(site).as_posix(): hashlib.sha1(path.read_bytes()).digest() for path in site.rglob("*") if path.is_file()
    }
