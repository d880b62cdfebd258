"""From one entry's text to what its writer meant and no reader would see: halves of marks, lines that run together, cells and
comments that are swallowed. Neither YAML nor Markdown takes them for faults."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.model.schema import Schema
from kb.model.value import EDITOR
from kb.problem import Level, Problem, Spot
from kb.source.entry import EntryReading
from kb.syntax.cites import BROKEN
from kb.syntax.text import place
from kb.syntax.tree import Scalar, Sequence

_LINK = re.compile(r"\](?:\(([^()（）\n]{1,200})）(?![^()\n]*\))|（([^（）()\n]{1,200}\.[a-z]{2,4}(?:#[^（）()\n]*)?)[)）])")
_NUMBER = r"[0-9]{1,2}[、．]|[（(][一二三四五六七八九十0-9]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|[①-⑳•●·]"
_LINES = re.compile(rf"\n[ ]*(?:(?P<heading>#{{1,6}})(?=[^#\s])|(?P<dash>-)(?=[\u4e00-\u9fff“《])|(?P<number>{_NUMBER}))")
"""Beginnings of lines that Markdown takes for running text; each with the line end before it, by which it is found fast."""
_DEEPER = re.compile(r"\n([ ]*)- [^\n]*\n\1[ ]+- ")
_DELIMITER = re.compile(r"\n[ ]*\|?(?:[ ]*:?-+:?[ ]*\|)+(?:[ ]*:?-+:?)?[ ]*(?=\n|$)")
_BAR = re.compile(r"(?<!\\)\|")
_FENCE = re.compile(r"\n[ ]*(?:```|~~~)")
_RUNNING = frozenset({"title", "text", "paragraphs"})
MOST = 20
"""Problems of each kind told of one entry."""


def lost(reading: EntryReading, schema: Schema) -> Iterator[Problem]:
    """What would be lost without a word."""
    if reading.entry is None:
        return
    text = reading.text
    for number, found in enumerate(BROKEN.finditer(text)):
        if number < MOST:
            words = (found.group(1) or found.group(2) or EDITOR).strip("】］] ")
            hint = f"写成半角方括号，成对：[@{words}]"
            yield _problem(reading, "broken-citation", found.start(), f"出处没有写完整：{found.group()[:20]}", hint)
    for number, found in enumerate(_LINK.finditer(text) if "]" in text else ()):
        if number < MOST:
            target = found.group(1) or found.group(2)
            hint = f"圆括号要半角，紧跟方括号：]({target[:40]})"
            yield _problem(reading, "broken-link", found.start(), "链接的圆括号用了全角，成不了链接", hint)
    yield from _header(reading)
    body = "\n" + reading.entry.body
    if _FENCE.search(body):
        return  # what stands in code is meant as it stands
    first = len(text) - len(body)
    for number, found in enumerate(_LINES.finditer(body)):
        if number < MOST:
            yield from _line(reading, body, found, first)
    for number, found in enumerate(_DELIMITER.finditer(body) if "|" in body else ()):
        if number < MOST:
            yield from _table(reading, body, found, first)


def _header(reading: EntryReading) -> Iterator[Problem]:
    """Comments behind running text, and items of a list that went into the one above."""
    if reading.header is None or reading.entry is None:
        return
    text = reading.text
    end = len(text) - len(reading.entry.body)
    head = text[:end]
    commented = " #" in head or "\t#" in head
    if not commented and not _DEEPER.search(head):
        return  # most entries
    lines: list[str] = []
    for key, node in reading.header.pairs:
        field = reading.type.field(key.text)
        if field is None:
            continue
        items = node.items if isinstance(node, Sequence) else (node,)
        for item in items:
            if not isinstance(item, Scalar):
                continue
            joined = isinstance(node, Sequence) and " - " in item.text
            if not joined and not (commented and (field.of or field.kind) in _RUNNING):
                continue
            lines = lines or text.split("\n")
            row, column = item.at
            if joined and re.match(r"[ ]+- ", lines[row]) and not lines[row - 1].rstrip().endswith((":", "|", ">", '"', "'")):
                message = f"“{field.label}”的这一项缩进多了，与上一项连成了一句"
                yield Problem("joined-items", Spot(reading.path, row + 1, 1), message, "与上一行的 - 上下对齐")
            rest = lines[row - 1][column - 1 :]
            tail = rest[len(item.text) :]
            if commented and rest.startswith(item.text) and tail.lstrip().startswith("#"):
                told = tail.strip()[:20]
                hint = "要给读者看，就把整句放进半角双引号；是给编者看的，另起一行写在上面"
                message = f"“{told}”当作注释，读者看不到"
                yield Problem("hidden-comment", Spot(reading.path, row, column + len(item.text)), message, hint, Level.WARNING)


def _line(reading: EntryReading, body: str, found: re.Match[str], first: int) -> Iterator[Problem]:
    at = first + found.start(found.lastgroup or 0)
    line = body[found.start() + 1 :].split("\n", 1)[0].strip()
    if found["heading"]:
        hint = f"写成“{found['heading']} {line.lstrip('#')[:20]}”"
        yield _problem(reading, "no-space", at, f"“{found['heading']}”后面没有空格，成不了标题", hint)
    elif found["dash"]:
        yield _problem(reading, "no-space", at, "“-”后面没有空格，成不了列表", f"写成“- {line[1:20]}”")
    else:
        above = body[body.rfind("\n", 0, found.start()) + 1 : found.start()].strip()
        if above and not above.startswith("#"):
            hint = "要分行，写成列表：“1. ”（数字、半角点、空格）或“- ”开头；或在两行之间空一行"
            yield _problem(reading, "joined-lines", at, f"“{line[:12]}……”会与上一行连成一段", hint, Level.WARNING)


def _table(reading: EntryReading, body: str, found: re.Match[str], first: int) -> Iterator[Problem]:
    """The rows around a line of dashes."""
    start = body.rfind("\n", 0, found.start()) + 1
    head = body[start : found.start()]
    if "|" not in head:
        return
    wanted = _cells(head)
    if _cells(found.group()) != wanted:
        message = f"表头有 {wanted} 格，下面的分隔行有 {_cells(found.group())} 格，成不了表格"
        yield _problem(reading, "table-cells", first + start, message, "分隔行写成与表头一样多格：| " + "--- | " * min(wanted, 8))
        return
    at = found.end()
    while body.startswith("\n", at):
        end = body.find("\n", at + 1)
        row = body[at + 1 : end if end >= 0 else len(body)]
        if "|" not in row:
            return
        if _cells(row) > wanted:
            lost_words = _BAR.split(row.strip().strip("|"))[wanted].strip()[:16]
            message = f"这一行有 {_cells(row)} 格，表头只有 {wanted} 格，“{lost_words}”起不会显示"
            yield _problem(
                reading, "table-cells", first + at + 1, message, "给表头加一格，或把多出的合进别的格；格里的竖线写成 \\|"
            )
        at += 1 + len(row)


def _cells(row: str) -> int:
    """How many cells a row has; the bars at its ends part none."""
    row = row.strip()
    return len(_BAR.findall(row)) + 1 - row.startswith("|") - (row.endswith("|") and not row.endswith("\\|"))


def _problem(reading: EntryReading, code: str, at: int, message: str, hint: str, level: Level = Level.ERROR) -> Problem:
    return Problem(code, Spot(reading.path, *place(reading.text, at)), message, hint, level)
