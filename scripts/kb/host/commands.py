"""The arguments of `kb host`; what it does is imported only when it is asked for."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kb.project import Project

ACTIONS = {
    "init": "建立主机：裸仓库、钩子、发布文件夹",
    "status": "看主机现在怎样",
    "rollback": "退回到较早的一次发布",
    "publish": "把分支上最新的内容发布出去（平时由推送自动做）",
    "pre-receive": "钩子用",
    "post-receive": "钩子用",
}


def arguments(sub: argparse.ArgumentParser) -> None:
    listed = "；".join(f"{name} {words}" for name, words in ACTIONS.items() if words != "钩子用")
    sub.add_argument("action", choices=sorted(ACTIONS), metavar="动作", help=listed)
    sub.add_argument("dir", type=Path, metavar="文件夹", help="主机的文件夹")
    sub.add_argument("release", nargs="?", help="rollback 用：退到哪一次发布；不写就退一次")
    sub.add_argument("--edition", choices=("公开", "内部"), default="公开", help="init 用：发布哪一版")
    sub.add_argument("--keep", type=int, default=5, help="init 用：留最近几次发布，默认 5")
    sub.add_argument(
        "--maintainer", action="append", default=[], metavar="名字", help="init 用：谁可以改 content 之外的文件，可写几次"
    )


def run(project: Project, given: argparse.Namespace) -> int:
    from kb.host import managing, receiving
    from kb.host.home import Home

    if given.action == "init":
        return managing.init(project, given.dir, given.edition, max(1, given.keep), given.maintainer)
    home = Home(given.dir.resolve())
    if not (home.root / "host.json").is_file():
        print(f"kb：{given.dir} 不是主机的文件夹，先运行 kb host init", file=sys.stderr)
        return 2
    if given.action == "status":
        return managing.status(home.root)
    if given.action == "rollback":
        return managing.rollback(home.root, given.release)
    receiving.enter(home, receiving.MAX_SECONDS if given.action == "pre-receive" else receiving.PUBLISH_SECONDS)
    if given.action == "publish":
        return receiving.publish(home)
    lines = [line.rstrip("\n") for line in sys.stdin if line.strip()]
    return receiving.receive(home, lines) if given.action == "pre-receive" else receiving.published(home, lines)
