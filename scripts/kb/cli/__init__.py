"""The command kb: one visible table of subcommands, help and messages in Chinese."""

from __future__ import annotations

import argparse
import errno
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from kb.cli.commands import COMMANDS
from kb.project import find_project

OK, FAULTS, MISUSE = 0, 1, 2
CLOSED = 141
"""As a shell reports a program that SIGPIPE ended."""

_WRITING = {
    errno.EACCES: "没有权限。看它是不是只读，或正被别的程序占着；改好后再运行一次",
    errno.EPERM: "不许改。看它是不是只读；改好后再运行一次",
    errno.EROFS: "这个盘是只读的",
    errno.ENOSPC: "磁盘满了。腾出地方，再运行一次",
    errno.EDQUOT: "用满了给你的磁盘限额。腾出地方，再运行一次",
    errno.ENAMETOOLONG: "文件名太长，换个短的",
}
_MESSAGES = (
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"argument (\S+): invalid choice: '?([^']*)'? \(choose from (.*)\)", r"\1 不能是“\2”，可选：\3"),
    (r"argument (\S+): expected one argument", r"\1 后面要跟一个值"),
    (r"argument (\S+): invalid int value: '?(.*?)'?$", r"\1 应是整数，这里是“\2”"),
)


class Parser(argparse.ArgumentParser):
    """argparse with its own words put into Chinese."""

    def __init__(self, *args: object, **options: object) -> None:
        options.setdefault("add_help", False)
        options.setdefault("allow_abbrev", False)
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", "用法：", 1)

    def format_usage(self) -> str:
        return super().format_usage().replace("usage: ", "用法：", 1)

    def error(self, message: str) -> NoReturn:
        for pattern, words in _MESSAGES:
            message = re.sub(pattern, words, message)
        self.exit(MISUSE, f"{self.format_usage()}{self.prog}：{message}\n看说明：{self.prog} --help\n")


def parser(words: Sequence[str] | None = None) -> Parser:
    """The command line: whole, or with the arguments of those commands only that are among the `words`."""
    top = Parser("kb", description="人大机关党建知识库：检查条目、生成站点、预览、新建条目。")
    top.add_argument("-C", dest="folder", metavar="文件夹", default=".", help="知识库所在的文件夹，默认是当前文件夹及其上级")
    commands = top.add_subparsers(title="命令", metavar="命令", dest="command", parser_class=Parser)
    for name, command in COMMANDS.items():
        sub = commands.add_parser(name, help=command.help, description=command.help)
        if words is None or name in words:
            command.arguments(sub)
    return top


def main(words: Sequence[str] | None = None) -> int:
    """Run one command. Exit status: 0 fine, 1 faults in the content, 2 wrong use."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    words = sys.argv[1:] if words is None else words
    top = parser(words)
    given = top.parse_args(words)
    if given.command is None:
        top.print_help()
        return MISUSE
    project = find_project(Path(given.folder))
    if project is None:
        print(f"kb：{given.folder} 及其上级里没有知识库（要有 mkdocs.yml 和 content/）", file=sys.stderr)
        return MISUSE
    try:
        return COMMANDS[given.command].run(project, given)
    except OSError as fault:
        # of the machine, not of the program: a place that cannot be written, a disk that is full
        if fault.errno not in _WRITING:
            raise
        where = os.path.relpath(fault.filename, project.root) if isinstance(fault.filename, str) else "文件"
        print(f"kb：写不了 {where}：{_WRITING[fault.errno]}", file=sys.stderr)
        return FAULTS


def run() -> NoReturn:
    """The command as a process: ends as soon as everything is written. Handing back a million objects one by one, as the
    interpreter does at its end, took a fifth of a second after a large build (measured)."""
    try:
        status = main()
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        status = CLOSED  # whoever reads has had enough, as in kb check | head
    os._exit(status)
