"""The arguments of the editors' commands; what they do is imported only when it is asked for."""

from __future__ import annotations

import argparse
from pathlib import Path

from kb.project import Project


def due_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--on", metavar="日期", help="看到哪一天为止，如 2026-11-30；默认今天")
    sub.add_argument("--all", action="store_true", help="全部列出")


def due(project: Project, given: argparse.Namespace) -> int:
    from kb.editing.upkeep import show_due

    return show_due(project, given.on, given.all)


def seen_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("ids", nargs="*", metavar="条目编号", help="对照过哪几条的题目，写编号、标题或文件名；不写就列出等着对照的")


def seen(project: Project, given: argparse.Namespace) -> int:
    from kb.editing.seen import confirm

    return confirm(project, given.ids)


def agenda_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--month", metavar="月份", help="从哪个月看起，如 2026-11；默认本月")
    sub.add_argument("--role", metavar="责任主体", help="只看这一个责任主体的")


def agenda(project: Project, given: argparse.Namespace) -> int:
    from kb.editing.agenda import show_agenda

    return show_agenda(project, given.month, given.role)


def review_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("id", nargs="?", help="条目的编号、标题或文件名")
    sub.add_argument("--stage", choices=("初审", "复审", "终审"), help="登记哪一审")
    sub.add_argument("--by", metavar="姓名", help="审核人")
    sub.add_argument("--note", default="", metavar="意见", help="审核意见，可不写")
    sub.add_argument("--on", metavar="日期", help="审核日期，默认今天")
    sub.add_argument("--list", action="store_true", help="列出等着审核的条目")


def review(project: Project, given: argparse.Namespace) -> int:
    import sys

    from kb.editing import reviewing

    if given.list:
        return reviewing.waiting(project)
    if not (given.id and given.stage and given.by):
        print("kb：写明条目编号、--stage 审次、--by 姓名；看有哪些要审：kb review --list", file=sys.stderr)
        return 2
    return reviewing.review(project, given.id, given.stage, given.by, given.note, given.on)


def rename_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("old", help="现在的编号，或标题、文件名")
    sub.add_argument("new", help="新的编号")


def rename(project: Project, given: argparse.Namespace) -> int:
    from kb.editing.moving import rename

    return rename(project, given.old, given.new)


def retire_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("id", help="条目的编号、标题或文件名")
    sub.add_argument("--by", metavar="条目", help="由哪一条代替；旧地址会转到它")


def retire(project: Project, given: argparse.Namespace) -> int:
    from kb.editing.moving import retire

    return retire(project, given.id, given.by)


def fmt_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("files", nargs="*", type=Path, metavar="文件", help="只整理这些；不写就整理全部条目")
    sub.add_argument("--check", action="store_true", help="只说哪些要整理，不改文件；有要整理的退出码 1")


def fmt(project: Project, given: argparse.Namespace) -> int:
    from kb.editing.tidying import tidy_files

    return tidy_files(project, given.files, given.check)


def import_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("file", type=Path, metavar="文件", help="Word 文档（.docx）或 Markdown（.md）")
    sub.add_argument("--type", required=True, help="条目类型，如 method、case")
    sub.add_argument("--id", help="编号；不写就按标题的拼音起")


def import_file(project: Project, given: argparse.Namespace) -> int:
    from kb.editing.importing import import_document

    return import_document(project, given.file, given.type, given.id)


def clean_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="文件",
        help="图片，或里面有图片的 docx、xlsx：清除图片的附加信息（拍摄地点、时间、人名）",
    )


def clean(project: Project, given: argparse.Namespace) -> int:
    from kb.editing.importing import clean_pictures

    return clean_pictures(given.files)
