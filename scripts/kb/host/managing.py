"""Setting up a host, going back to an earlier release, and saying how it stands."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import kb
from kb.host import releases
from kb.host.home import BRANCH, Home, Settings
from kb.host.receiving import publish
from kb.project import Project

_HOOK = """#!/bin/sh
# 由 kb host init 写成。检查和发布用主机自己的程序与模板，不运行推送来的任何东西。
unset PYTHONHOME PYTHONSTARTUP
PYTHONPATH={scripts} exec {python} -s -m kb -C {program} host {name} {home}
"""
_CONFIG = {
    "receive.fsckObjects": "true",
    "receive.denyDeletes": "false",
    "receive.denyNonFastForwards": "true",
    "receive.maxInputSize": "200m",
    "receive.unpackLimit": "1",
    "receive.autogc": "true",
    "http.receivepack": "true",
    "core.logAllRefUpdates": "true",
}


def init(project: Project, root: Path, edition: str, keep: int, maintainers: list[str]) -> int:
    """Prepare a host's folder; again on an existing one brings its hooks and settings up to date."""
    home = Home(root.resolve())
    if home.root.exists() and not (home.root / "host.json").exists() and any(home.root.iterdir()):
        print(f"kb：{home.root} 不是空文件夹，也不是主机的文件夹", file=sys.stderr)
        return 2
    for folder in (home.root, home.releases, home.manifests, home.work):
        folder.mkdir(parents=True, exist_ok=True)
    home.save(Settings(os.fspath(project.root), sys.executable, edition, keep, tuple(maintainers)))
    fresh = not home.repository.exists()
    if fresh:
        scratch = home.root / ".repo.next"
        shutil.rmtree(scratch, ignore_errors=True)
        command = ["git", "init", "-q", "--bare", "--template=", "-b", BRANCH, os.fspath(scratch)]
        subprocess.run(command, check=True)
        scratch.rename(home.repository)
    for key, value in _CONFIG.items():
        home.git("config", key, value)
    hooks = home.repository / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("pre-receive", "post-receive"):
        text = _HOOK.format(
            name=name,
            scripts=shlex.quote(os.fspath(Path(kb.__file__).parent.parent)),
            python=shlex.quote(sys.executable),
            program=shlex.quote(os.fspath(project.root)),
            home=shlex.quote(os.fspath(home.root)),
        )
        (hooks / name).write_text(text, "utf-8")
        (hooks / name).chmod(0o755)
    home.note("建立主机" if fresh else "更新主机", edition=edition, keep=keep)
    print(
        f"主机在 {home.root}。\n  编者推送到：{home.repository}\n  网页服务器指向：{home.current}\n  发布{edition}版，留最近 {keep} 次。"
    )
    if fresh and _seed(home, project):
        return publish(home)
    return 0


def _seed(home: Home, project: Project) -> bool:
    """Take over the last commit of the project where it is a git checkout of its own."""
    done = subprocess.run(["git", "rev-parse", "--show-toplevel"], cwd=project.root, capture_output=True, check=False)
    if done.returncode or Path(done.stdout.decode().strip()).resolve() != project.root.resolve():
        print("  现在还是空的，第一次推送就会发布。")
        return False
    home.git("fetch", "-q", os.fspath(project.root), f"HEAD:refs/heads/{BRANCH}")
    return True


def rollback(root: Path, name: str | None) -> int:
    """Serve an earlier release again: the one named, or the one before the present."""
    home = Home(root.resolve())
    with home.locked():
        standing, now = releases.names(home), releases.serving(home)
        if name is None:
            earlier = [one for one in standing if one < now]
            if not earlier:
                print("kb：没有更早的发布可以退回", file=sys.stderr)
                return 2
            name = earlier[-1]
        if name not in standing:
            print(f"kb：没有“{name}”这次发布，现有：{'、'.join(standing) or '无'}", file=sys.stderr)
            return 2
        if not releases.whole(home, name):
            print(f"kb：{name} 的文件与清单不符，不退到它", file=sys.stderr)
            return 1
        releases.switch(home, name)
        home.note("退回", release=name, before=now)
    print(f"已退回到 {name}（原来是 {now or '无'}）。下一次推送会照常发布新的。")
    return 0


def status(root: Path) -> int:
    """How the host stands. Exit status 1 where what is served is not whole or not the newest."""
    home = Home(root.resolve())
    now, tip = releases.serving(home), home.tip()
    good = bool(now) and releases.whole(home, now)
    print(f"现在的发布：{now or '无'}" + ("" if not now else "，文件齐全" if good else "，文件与清单不符"))
    commit = releases.commit_of(home, now)
    if tip != commit:
        print(f"{BRANCH} 分支在 {tip[:10] or '（空）'}，发布的是 {commit[:10] or '（无）'}：运行 kb host publish 补上。")
    print("留着的发布：" + ("、".join(releases.names(home)) or "无"))
    for row in home.log()[-8:]:
        facts = "　".join(
            f"{row[key]}" for key in ("release", "author", "entries", "seconds", "why") if row.get(key) not in {None, ""}
        )
        print(f"  {row.get('time')}　{row.get('who')}　{row.get('what')}　{facts}")
    return int(not good or tip != commit)
