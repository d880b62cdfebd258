"""The arguments of `kb edit`; what it does is imported only when it is asked for."""

from __future__ import annotations

import argparse

from kb.project import Project


def arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("what", nargs="?", metavar="条目", help="条目编号或文件；与 --type 连用时是新条目的标题；不写就列出全部条目")
    sub.add_argument("--type", metavar="类型", help="新建一条，如 kb edit --type method 支部书记述职")
    sub.add_argument("--port", type=int, default=0, metavar="端口", help="端口，默认随意取一个空的")
    sub.add_argument("--no-browser", action="store_true", help="不打开浏览器，只给出地址")


def edit(project: Project, given: argparse.Namespace) -> int:
    from kb.editor.running import run

    return run(project, given.what, given.type, given.port, not given.no_browser)
