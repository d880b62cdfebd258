"""kb book and kb fonts: their arguments, what they run and what they say."""

from __future__ import annotations

import argparse
import sys
import time

from kb import report
from kb.problem import Level
from kb.project import Project
from kb.source.library import EDITIONS

MISUSE = 2


def add_book_arguments(sub: argparse.ArgumentParser) -> None:
    from kb.workpieces.handbooks import STYLES  # other commands need not load it

    sub.add_argument("name", nargs="*", help="手册的编号（content/handbooks 里的文件名）或名称；不写就印全部")
    sub.add_argument("--format", choices=["pdf", "docx", "all"], default="all", help="样式：pdf、docx，默认两样都要")
    sub.add_argument("--style", choices=STYLES, default="", help="版式；不写就用手册里写的")
    sub.add_argument("--draft", action="store_true", help="校样：标出待核对和未登记三审的条目")
    sub.add_argument("--booklet", action="store_true", help="骑马订小册子：A5 拼在 A4 上，双面打印、短边翻转")
    sub.add_argument("--entry", action="append", default=[], metavar="条目", help="只印这一条（编号或标题），印成单页；可写多次")
    sub.add_argument("--edition", choices=sorted(EDITIONS), default="公开", help="公开版不含“内部”条目；默认公开")
    sub.add_argument("--bundled-fonts", action="store_true", help="只用随包字体，不管本机装了什么")


def run_book(project: Project, given: argparse.Namespace) -> int:
    """Make books. 0: all made or up to date; 1: faults in the content; 2: no such handbook or entry."""
    from kb.disk.cache import Cache
    from kb.intake import cache_path, take_in
    from kb.press.making import FORMATS, Order, make_books, make_sheets, wanted
    from kb.schema.kinds import nearest

    for option, word in ((given.name, "手册"), (given.booklet, "--booklet")):
        if given.entry and option:
            print(f"kb book：--entry 印的是单页，不能同时写{word}", file=sys.stderr)
            return MISUSE
    with Cache(cache_path(project)) as cache:
        intake = take_in(project, cache, given.edition)
        cache.commit()
    library = intake.library
    # who prints knows titles better than ids
    given.entry = [card.id if (card := library.find(name)) else name for name in given.entry]
    titles = {piece.value.title: name for name, piece in library.pieces.get("handbooks", {}).items()}
    given.name = [titles.get(name.strip("《》"), name) for name in given.name]
    for names, known, what in ((given.name, library.pieces.get("handbooks", {}), "手册"), (given.entry, library.shown, "条目")):
        for name in names:
            if name not in known:
                near = nearest(name, known)
                hint = f"是不是“{near}”？" if near else f"有：{'、'.join(list(known)[:20])}" if what == "手册" else ""
                print(f"kb book：没有“{name}”这个{what}（{given.edition}版）。{hint}", file=sys.stderr)
                return MISUSE
    if intake.failed:
        errors = [problem for problem in intake.problems if problem.level is Level.ERROR]
        sys.stdout.write(report.text(errors, intake.entries) + "内容有错误，没有印制。改好后再运行一次。\n")
        return 1
    formats = FORMATS if given.format == "all" else (given.format,)
    order = Order(formats, given.style, given.draft, given.booklet, given.bundled_fonts)
    failed = False
    began = time.perf_counter()
    made = (
        make_sheets(project, intake, given.entry, order)
        if given.entry
        else make_books(project, intake, wanted(intake, given.name), order)
    )
    for done in made:
        took, began = time.perf_counter() - began, time.perf_counter()
        if done.row is None:
            failed = True
            sys.stdout.write(report.text(done.problems, intake.entries) + f"《{done.title}》没有印成。\n")
            continue
        state = f"用时 {took:.1f} 秒" if done.fresh else "没有变化"
        files = "、".join(
            f"{one.name}（{f'{one.pages} 页，' if one.pages else ''}{one.size / 1e6:.1f} MB）" for one in done.row.files
        )
        print(f"《{done.title}》{state}：{files}")
    print(f"成品在 {project.output / 'books'}。")
    return int(failed)


def add_fonts_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--bundled-fonts", action="store_true", help="只看随包字体")


def run_fonts(project: Project, given: argparse.Namespace) -> int:
    """Say which font sets what, and why."""
    from kb.print.fonts import choose, folders, told

    sys.stdout.write(told(choose(folders(project, given.bundled_fonts))))
    return 0
