"""The page of all working instruments: one visible table of what there is and where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kb.outputs.plan import Plan, Site

PLATE = "tools/index.html"


class Tool(NamedTuple):
    """A row of the page; `folder` is the folder of content/ whose pieces are counted, "" for none."""

    label: str
    url: str
    about: str
    folder: str = ""


TOOLS = (
    Tool(
        "清单中心",
        "duties/index.html",
        "责任清单、任务分解表、主体责任清单、负面清单、“四同”对照表、组织图，按责任主体也能看",
        "duties",
    ),
    Tool("工作日历", "calendar/index.html", "十二个月做什么、哪些月份待定；每个责任主体一份，可导入手机和电脑日历"),
    Tool("表单与台账", "forms/index.html", "空白表、记录、台账、核对单，打印即用，也有 DOCX 和 XLSX", "forms"),
    Tool("工作要点草稿", "tools/yaodian.html", "从清单里勾选任务，拼成一份年度要点草稿，复制或打印"),
    Tool("自评", "assessments/index.html", "检查单、支部建设阶梯、风险登记，在浏览器里勾选计分，列出还差什么", "assessments"),
    Tool("题库", "quizzes/index.html", "分主题练习、模拟测试、错题本，两种卷面的试卷和答案", "quizzes"),
    Tool("学习与登记", "learning/index.html", "懂人大、懂党建的学习路径，讲坛期次，书目、阵地、队伍、平台名录", "paths"),
    Tool("培训手册", "handbooks/index.html", "成册的手册，下载 PDF 去印，下载 DOCX 去改；也可自选条目印成“我的手册”", "handbooks"),
)
"""A new tool is one row here."""
MINE = Tool("我的手册", "handbooks/mine.html", "自选条目，排好次序，印成一册")
"""Stands on the page of handbooks, and is searched for by its own name."""


def counted(site: Site) -> list[tuple[Tool, int]]:
    """Each tool and how many pieces it has."""
    return [(tool, len(site.library.pieces.get(tool.folder, {}))) for tool in TOOLS]


def plan(site: Site) -> Iterator[Plan]:
    """tools/index.html."""
    rows = counted(site)
    yield site.page(
        PLATE, PLATE, "pages/tools_index.html.j2", "工具", "清单、日历、表单，打开就能用", rows, lambda page: {"rows": rows}
    )
