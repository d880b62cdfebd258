"""The subcommands of kb, one row each: what it is for, its arguments, what it runs."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb import report
from kb.editing import commands as editing
from kb.editor import commands as editor
from kb.host import commands as host
from kb.press import commands as printing
from kb.problem import Level
from kb.project import Project
from kb.source.library import EDITIONS

if TYPE_CHECKING:
    from kb.build import Result


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand."""

    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Project, argparse.Namespace], int]


def progress(words: str, items: Iterable[object], total: int) -> Iterable[object]:
    """A progress bar where work is long and someone watches."""
    if total < 200 or not sys.stderr.isatty():
        return items
    from tqdm import tqdm

    return tqdm(items, words, total, leave=False, ascii=" ━", bar_format="{desc} {percentage:3.0f}% {bar} {n}/{total}")


def _check_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--format",
        choices=sorted(report.FORMATS),
        default="text",
        help="报告的样式：text 给人看，json 给程序，github 给代码托管平台",
    )
    sub.add_argument("--errors", action="store_true", help="只看错误，不看提醒和建议")
    sub.add_argument("--release", action="store_true", help="照上线的要求检查：该三审而没有审过的算错误")
    sub.add_argument(
        "--changed", metavar="版本", help="只查与这个版本（如 origin/main）相比的改动：改了的文件，和因此出错的别的文件"
    )


def _check(project: Project, given: argparse.Namespace) -> int:
    if given.changed is None:
        from kb.build import check

        result = check(project, progress, given.release)
    else:
        from kb.editing.changed import UnknownRevisionError, check_changed, told_besides

        try:
            answer = check_changed(project, given.changed, progress, given.release)
        except UnknownRevisionError:
            print(f"kb：git 里没有“{given.changed}”这个版本", file=sys.stderr)
            return 2
        result = answer.result
        sys.stderr.write(told_besides(answer))
    problems = [problem for problem in result.problems if problem.level is Level.ERROR] if given.errors else result.problems
    if any(problem.code == "review-reopened" for problem in problems):
        from kb.editing.reviewing import explain

        problems = explain(project, problems)
    sys.stdout.write(report.FORMATS[given.format](problems, result.entries))
    return int(result.failed)


def _build_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--edition", choices=sorted(EDITIONS), default="公开", help="公开版不含“内部”条目；默认公开")
    sub.add_argument("--release", action="store_true", help="上线用：该三审而没有审过的，不生成")
    sub.add_argument("--phases", action="store_true", help="列出各阶段用时")


def _build(project: Project, given: argparse.Namespace) -> int:
    from kb.build import build
    from kb.drawing import ShellError

    # a run makes millions of objects, hardly a cycle among them, and then ends: looking for cycles took a tenth of it
    gc.disable()
    try:
        result = build(project, edition=given.edition, progress=progress, release=given.release)
    except ShellError as fault:
        print(f"kb：MkDocs 不认 mkdocs.yml 或 templates/site 里的写法，站点没有改动：{fault}", file=sys.stderr)
        return 1
    sys.stdout.write(told(project, result))
    if given.phases:
        sys.stdout.write("".join(f"    {name} {seconds:.2f} 秒\n" for name, seconds in result.seconds.items()))
    return int(result.failed)


def told(project: Project, result: Result) -> str:
    """What a build did, in a few lines for a person."""
    if result.failed:
        errors = [problem for problem in result.problems if problem.level is Level.ERROR]
        return report.text(errors, result.entries) + "内容有错误，站点没有改动。改好后再运行一次。\n"
    took = sum(result.seconds.values())
    lines = [report.summary(result.problems, result.entries)]
    if any(result.problems):
        lines[0] += "细目见 kb check。"
    if result.unchanged:
        lines.append(f"内容没有变化，站点已是最新，用时 {took:.1f} 秒。")
    else:
        gone = f"，撤下 {result.dropped} 个" if result.dropped else ""
        lines.append(f"生成 {result.made} 个文件，沿用 {result.kept} 个{gone}，用时 {took:.1f} 秒。")
    lines.append(f"站点在 {project.site}，双击其中的 index.html 就能看。")
    return "\n".join(lines) + "\n"


def _serve_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--port", type=int, default=8000, help="端口，默认 8000")
    sub.add_argument("--edition", choices=sorted(EDITIONS), default="内部", help="预览哪一版；默认内部版")


def _serve(project: Project, given: argparse.Namespace) -> int:
    from kb.serve import serve

    return serve(project, given.port, given.edition)


def _new_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("type", help="类型：method 工作法、case 案例、rule 制度、brand 品牌、term 术语、resource 资源")
    sub.add_argument("title", help="标题")
    sub.add_argument("--id", help="编号；不写就按标题的拼音起")


def _new(project: Project, given: argparse.Namespace) -> int:
    from kb.editing.creating import new_entry

    return new_entry(project, given.type, given.title, given.id)


def _schema_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("type", nargs="?", help="只要这一类的；不写就全部写到 site_build/schema/")


def _schema(project: Project, given: argparse.Namespace) -> int:
    from kb.scaffold import write_schemas

    return write_schemas(project, given.type)


COMMANDS: dict[str, Command] = {
    "check": Command("检查全部条目，说清错在哪里、怎样改", _check_arguments, _check),
    "build": Command("检查并生成站点；有错误时不改动站点", _build_arguments, _build),
    "serve": Command("预览：保存条目，浏览器里随即更新", _serve_arguments, _serve),
    "edit": Command("在本机的浏览器里填表编辑，边写边检查、预览", editor.arguments, editor.edit),
    "new": Command("新建一条，列出要填的项和说明", _new_arguments, _new),
    "schema": Command("写出 JSON Schema，供 VS Code 提示和检查", _schema_arguments, _schema),
    "book": Command("印制培训手册：PDF 和 DOCX；只重印有变化的", printing.add_book_arguments, printing.run_book),
    "fonts": Command("说明印制用的是哪些字体、为什么", printing.add_fonts_arguments, printing.run_fonts),
    "review": Command("登记初审、复审、终审；列出等着审核的条目", editing.review_arguments, editing.review),
    "due": Command("列出到期该复核、核对的条目", editing.due_arguments, editing.due),
    "seen": Command("条目改过、题目对照过以后，记下题目已对照现在的条目", editing.seen_arguments, editing.seen),
    "agenda": Command("列出这个月和下个月该办的事", editing.agenda_arguments, editing.agenda),
    "rename": Command("给条目换编号：移文件、改引用、留转向页", editing.rename_arguments, editing.rename),
    "retire": Command("停用一条，旧地址转到代替它的那一条", editing.retire_arguments, editing.retire),
    "fmt": Command("整理信息头的次序和标点，不动意思和注释", editing.fmt_arguments, editing.fmt),
    "import": Command("把 Word 文档或 Markdown 变成一条草稿", editing.import_arguments, editing.import_file),
    "clean": Command("清除图片里的附加信息", editing.clean_arguments, editing.clean),
    "host": Command("主机：收推送、检查、发布、退回", host.arguments, host.run),
}
