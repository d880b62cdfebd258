"""From a peer's name to a program that runs it, installed in a folder of its own; or to the reason why it cannot be had."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
_WAIT = 900
"""Seconds an installation may take."""


@dataclass(frozen=True, slots=True)
class Program:
    """A command, and what it calls itself."""

    words: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a peer is left out."""

    why: str


Obtained = Program | Missing


def hugo(place: Path) -> Obtained:
    """The one on this machine; as root on Debian it is installed."""
    if shutil.which("hugo") is None:
        if os.getuid() != 0 or shutil.which("apt-get") is None:
            return Missing("没有装 Hugo，也不是 root：请管理员运行 apt-get install hugo")
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        _said(["apt-get", "update", "-qq"], place, env)
        if fault := _fault(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "hugo"], place, env):
            return Missing(f"apt-get install hugo 没有成功：{fault}")
    return _asked(("hugo",), "version", place)


def eleventy(place: Path) -> Obtained:
    """Exactly the version of eleventy/package.json, its packages under `place`."""
    if shutil.which("npm") is None:
        return Missing("没有 npm：请先装 Node.js")
    home = place / "eleventy"
    home.mkdir(parents=True, exist_ok=True)
    wanted = (HERE / "eleventy/package.json").read_text("utf-8")
    program = home / "node_modules/@11ty/eleventy/cmd.cjs"
    stamp = home / "package.json"
    if not program.is_file() or stamp.read_text("utf-8") != wanted:
        stamp.write_text(wanted, "utf-8")
        words = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--cache", str(place / "npm-cache")]
        if fault := _fault(words, home, dict(os.environ)):
            stamp.write_text("{}", "utf-8")
            return Missing(f"npm 装不上 Eleventy：{fault}")
    return _asked(("node", str(program)), "--version", place)


def material(place: Path) -> Obtained:
    return _python(place, "mkdocs", ("mkdocs",))


def zensical(place: Path) -> Obtained:
    return _python(place, "zensical", ("zensical",))


def _python(place: Path, name: str, words: tuple[str, ...]) -> Obtained:
    """Exactly the versions of <name>/requirements.txt, in an environment of its own under `place`."""
    home = place / name
    wanted = HERE / name / "requirements.txt"
    program = home / "bin" / words[0]
    stamp = home / "requirements.txt"
    if not program.is_file() or not stamp.is_file() or stamp.read_bytes() != wanted.read_bytes():
        for step in (
            [sys.executable, "-m", "venv", "--clear", str(home)],
            [str(home / "bin/python"), "-m", "pip", "install", "--quiet", "--no-cache-dir", "-r", str(wanted)],
        ):
            if fault := _fault(step, place, dict(os.environ)):
                return Missing(f"pip 装不上 {name}：{fault}")
        shutil.copy(wanted, stamp)
    return _asked((str(program), *words[1:]), "--version", place)


def _asked(words: tuple[str, ...], question: str, place: Path) -> Obtained:
    said = _said([*words, question], place, dict(os.environ))
    version = re.search(r"\d+\.\d+(?:\.\d+)?", said)
    return Program(words, version[0]) if version else Missing(f"{words[-1]} 启动不了：{_last(said)}")


def _fault(words: list[str], folder: Path, env: dict[str, str]) -> str:
    """The last line of what a failing step said, "" where it went well."""
    try:
        done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=_WAIT)
    except subprocess.TimeoutExpired:
        return f"等了 {_WAIT} 秒"
    except OSError as fault:
        return str(fault)
    return _last(done.stdout + done.stderr) if done.returncode else ""


def _said(words: list[str], folder: Path, env: dict[str, str]) -> str:
    try:
        done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=_WAIT)
    except (OSError, subprocess.TimeoutExpired) as fault:
        return str(fault)
    return done.stdout + done.stderr


def _last(said: str) -> str:
    """The line that tells most: the first that speaks of an error, else the last. Addresses are left out."""
    lines = [re.sub(r"\S+://\S+", "…", line.strip()) for line in said.splitlines() if line.strip()]
    return next((line for line in lines if re.match(r"(?:npm )?(?:error|E:)", line, re.I)), lines[-1] if lines else "没有说明")


OBTAIN: dict[str, Callable[[Path], Obtained]] = {
    "hugo": hugo, "eleventy": eleventy, "material": material, "zensical": zensical,
}  # fmt: skip
