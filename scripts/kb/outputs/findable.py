"""From working instruments, source documents and topics to what the search index is told of their pages.

A page that is no entry is known to the index by its folder and id. What is told of it follows from its own data file,
the vocabularies and the registers alone, so that an edit of an entry never touches it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from kb.model.library import Library
from kb.model.value import Text
from kb.outputs.learning import url as guide_url
from kb.outputs.tools import MINE, TOOLS
from kb.outputs.views import VIEWS
from kb.search import Document
from kb.workpieces import Piece
from kb.workpieces.assessments import Assessment
from kb.workpieces.duties import DutyList
from kb.workpieces.forms import Form
from kb.workpieces.handbooks import Handbook
from kb.workpieces.paths import Guide
from kb.workpieces.quizzes import Bank

LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
"""Markdown: what it is called, where it leads."""
Make = Callable[[], Document]
Sections = tuple[tuple[str, str], ...]


class Told(NamedTuple):
    """What the index is told of a piece besides its address."""

    kind: str
    """Value of the facet 类型."""
    summary: str
    sections: Sections
    topic: str = ""
    year: str = ""


def findable(library: Library) -> dict[str, Make]:
    """Id in the index -> the making of its document, for every page in this edition that is no entry."""
    found: dict[str, Make] = {}
    for folder, tell in TELL.items():
        for piece in library.pieces.get(folder, {}).values():
            if folder != "handbooks" or library.edition != "公开" or not piece.value.inner:
                found[f"{folder}/{piece.id}"] = functools.partial(_piece, folder, piece, tell)
    for tool in (*TOOLS, MINE):
        found[f"tool/{tool.url}"] = functools.partial(_page, f"tool/{tool.url}", tool.url, tool.label, "工具", tool.about)
    for name, title, about, _ in VIEWS:
        found[f"views/{name}"] = functools.partial(_page, f"views/{name}", f"views/{name}.html", title, "专题视图", about)
    for term in library.schema.vocabularies["topics"].terms:
        key = f"topics/{term.slug}"
        found[key] = functools.partial(_page, key, f"{key}.html", term.value, "主题", term.note, term.aliases, term.value)
    for key in library.schema.documents:
        found[f"sources/{key}"] = functools.partial(_source, library, key)
    return found


def _piece(folder: str, piece: Piece, tell: Callable[[Any], Told]) -> Document:
    told = tell(piece.value)
    addresses = {"handbooks": f"handbooks/index.html#{piece.id}", "paths": guide_url(piece) if folder == "paths" else ""}
    url = addresses.get(folder, f"{folder}/{piece.id}.html")
    # a quiz is called by its topic, and so is the page of the topic
    title = f"{piece.value.title}{told.kind}" if folder == "quizzes" and told.kind not in piece.value.title else piece.value.title
    facets = _facets(told.kind, told.topic, told.year)
    return Document(f"{folder}/{piece.id}", url, title, (), told.summary, facets, told.sections)


def _page(key: str, url: str, title: str, kind: str, about: str, aliases: tuple[str, ...] = (), topic: str = "") -> Document:
    return Document(key, url, title, aliases, about, _facets(kind, topic, ""))


def _source(library: Library, key: str) -> Document:
    document = library.schema.documents[key]
    # not the hundreds of items it mentions: for each of those the entry is wanted, not the source
    short = (document.short,) if document.short and document.short != document.title else ()
    facets = _facets("来源文献", "", document.year)
    return Document(f"sources/{key}", f"sources/{key}.html", document.title, short, document.kind, facets)


def _facets(kind: str, topic: str, year: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    # a list may have words for its year (由本单位填写): nothing to narrow by
    rows = (("type", kind), ("topic", topic), ("year", year if year.isdecimal() else ""))
    return tuple((name, (value,)) for name, value in rows if value)


def _lines(*values: object) -> str:
    """Every statement among the values on a line of its own."""
    return "\n".join(line for line in _texts(values) if line)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Text):
        yield LINK.sub(r"\1", value.text)
    elif isinstance(value, str):
        yield LINK.sub(r"\1", value)
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)


def _form(form: Form) -> Told:
    sections = tuple(
        (part.heading, _lines(part.hint, part.fields, "、".join(part.columns), part.given, part.checks, part.steps, part.boxes))
        for part in form.sections
    )
    about = f"{form.kind}，空白表单，可以打印和下载"
    return Told("表单", form.summary.text, (("", about), *sections, ("", _lines(form.filled_by, form.kept_by, form.notes))))


def _duties(value: DutyList) -> Told:
    tasks = tuple(
        (task.task, task.work, task.measure, task.instead, tuple(words for _, words in task.shares)) for task in value.tasks
    )
    units = tuple((unit.role, unit.duty) for unit in value.units)
    about = (("", value.kind.name), ("事项", _lines(tasks)), ("组织", _lines(units)), ("", _lines(value.gap, value.notes)))
    return Told("清单", value.summary.text, tuple((heading, text) for heading, text in about if text), year=value.year)


def _quiz(bank: Bank) -> Told:
    # what is asked, not what is right: who searches for an answer shall find the entry that gives it
    return Told("题库", bank.description, (("题目", _lines(tuple(one.ask for one in bank.questions))),), bank.topic)


def _assessment(value: Assessment) -> Told:
    parts = tuple((part.name, _lines(part.about, tuple((item.text, item.evidence) for item in part.items))) for part in value.parts)
    risks = tuple((risk.where, risk.shows, risk.measures) for risk in value.risks)
    return Told(
        "自评", value.summary, (("", _lines(value.kind, value.note)), *parts, *((("风险点", _lines(risks)),) if risks else ()))
    )


def _guide(guide: Guide) -> Told:
    stages = tuple((stage.name, _lines(tuple(step.why for step in stage.steps))) for stage in guide.stages)
    issues = tuple((issue.theme, issue.speaker) for issue in guide.issues)
    rows = tuple((row.name, row.cells) for row in guide.rows)
    about = _lines(guide.kind, guide.note, guide.cadence, guide.next)
    return Told(guide.kind, guide.summary, (("", about), *stages, ("", _lines(issues, rows))))


def _handbook(book: Handbook) -> Told:
    chapters = tuple((plan.title, plan.intro) for plan in book.chapters)
    return Told("手册", book.subtitle, (("", book.foreword), ("目录", _lines(chapters))))


TELL: Mapping[str, Callable[[Any], Told]] = {
    "forms": _form,
    "duties": _duties,
    "quizzes": _quiz,
    "assessments": _assessment,
    "paths": _guide,
    "handbooks": _handbook,
}
"""Folder of content/ -> what is told of its pieces; a new kind of instrument is one row here."""
