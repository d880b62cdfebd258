"""From the Chinese of an entry to slips of punctuation and width: GB/T 15834-2011, and no blanks between Chinese and figures."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterator

from kb.checks.glance import may_slip
from kb.model.schema import Schema
from kb.problem import Level, Problem, Spot
from kb.source.entry import EntryReading
from kb.source.frontmatter import HeaderLines
from kb.syntax.tree import Mapping, Node, Scalar, Sequence

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
BLANKED = re.compile(r"`[^`\n]*`|\]\([^()\n]*\)|\[@[^\[\]\n]*\]|https?://[^\s\u3000-\uffef]+|<[^<>\n]*>|^ {4,}.*$", re.M)
"""What is no Chinese prose: code, addresses of links, citations."""
_MOSTLY = re.compile(r"\]\([^()\n]*\)|\[@[^\[\]\n]*\]")
"""All of it in a text without the beginnings of the rest: links and citations."""
_REST = ("`", "<", "://", "\n    ")
HALF = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_HALF = re.compile(rf"(?<=[{HAN}》”）])([,;:?!])(?![0-9A-Za-z/\\])")
_STOP = re.compile(rf"(?<=[{HAN}》”）])\.(?=\s|$)")
_BRACKETS = re.compile(r"(?<!\])\(([^()\n]{1,200})\)")
_QUOTES = re.compile(r'"([^"\n]{1,200})"')
_HAN = re.compile(rf"[{HAN}]")
_MOST = 40
"""Slips told of one entry."""
_WIDE = re.compile(r"[０-９Ａ-Ｚａ-ｚ％]+")
_BLANK = re.compile(rf"(?<=[{HAN}，。；：、）》”])[ \u3000]+(?=[{HAN}（《“])")
_FIGURE = re.compile(rf"(?<=[{HAN}])[ ]+(?=[0-9])|(?<=[0-9])[ ]+(?=[{HAN}])")
_TWICE = re.compile(r"([，；：、])\1+|。{2,}|[，、；：]。|。[，、；：]|\.{3,}")
_PAIRS = (("《", "》"), ("“", "”"), ("（", "）"))
_ALL = (_HALF, _STOP, _BRACKETS, _QUOTES, _WIDE, _BLANK, _FIGURE, _TWICE)


def punctuation(reading: EntryReading, schema: Schema) -> Iterator[Problem]:
    """Half-width punctuation in Chinese, full-width figures, blanks, doubled and unpaired signs."""
    return itertools.islice(_slips(reading), _MOST)


def _slips(reading: EntryReading) -> Iterator[Problem]:
    if reading.entry is None or reading.header is None:
        return
    if _clean(reading.entry.body, [scalar.text for scalar in _prose(reading)]):
        return  # most entries: one look at the whole instead of one at each line
    body = BLANKED.sub(lambda found: "\0" * len(found.group()), reading.entry.body)
    fence = False
    for number, line in enumerate(body.split("\n"), reading.entry.body_line):
        if line.lstrip().startswith(("```", "~~~")):
            fence = not fence
        elif not fence and line:
            yield from _line(reading.path, line, functools.partial(_behind, number))
    lines = HeaderLines(reading.text)
    for scalar in _prose(reading):
        text = BLANKED.sub(lambda found: "\0" * len(found.group()), scalar.text)
        where = functools.partial(lines.place, scalar.text, at=scalar.at)
        yield from _line(reading.path, text, where)


def _prose(reading: EntryReading) -> Iterator[Scalar]:
    """The header's values that are running text."""
    for key, node in reading.header.pairs if reading.header else ():
        field = reading.type.field(key.text)
        if field is not None and (field.of or field.kind) in {"text", "paragraphs", "title"}:
            yield from _scalars(node)


def _clean(body: str, values: list[str]) -> bool:
    """True where no pattern fits and all signs are paired, in the body as a whole and in each value."""
    pattern = BLANKED if body.startswith("    ") or any(begin in body for begin in _REST) else _MOSTLY
    body = pattern.sub("\0", body)
    whole = "\n".join((body, *values))
    if may_slip(whole):
        return _spotless(body) and all(map(_spotless, values))
    return _paired(body) and (_unsigned(whole[len(body) :]) or all(map(_paired, values)))


def _unsigned(text: str) -> bool:
    return not any(sign in text for pair in _PAIRS for sign in pair)


def _paired(text: str) -> bool:
    return all(text.count(one) == text.count(other) for one, other in _PAIRS)


def _spotless(text: str) -> bool:
    return not any(pattern.search(text) for pattern in _ALL) and _paired(text)


def _behind(number: int, at: int) -> tuple[int, int]:
    return number, at + 1


def _line(path: str, line: str, where: Callable[[int], tuple[int, int]]) -> Iterator[Problem]:
    if _spotless(line):
        return

    def told(at: int, message: str, hint: str, level: Level = Level.ADVICE) -> Problem:
        return Problem("punctuation", Spot(path, *where(at)), message, hint, level)

    for found in _HALF.finditer(line):
        yield told(found.start(), f"中文里用了半角“{found.group()}”", f"改成“{HALF[found.group()]}”；kb fmt 会改")
    for found in _STOP.finditer(line):
        yield told(found.start(), "中文句末用了半角句点", "改成“。”；kb fmt 会改")
    for found in filter(_chinese, _BRACKETS.finditer(line)):
        yield told(found.start(), "括住中文的括号用了半角", f"改成（{found.group(1)[:12]}）；kb fmt 会改")
    for found in filter(_chinese, _QUOTES.finditer(line)):
        yield told(found.start(), "引住中文的引号用了直引号", f"改成“{found.group(1)[:12]}”；kb fmt 会改")
    for found in _WIDE.finditer(line):
        yield told(found.start(), f"用了全角的“{found.group()[:10]}”", "数字和字母用半角；kb fmt 会改")
    for found in _BLANK.finditer(line):
        yield told(found.start(), "汉字之间有空格", "删去空格；kb fmt 会改")
    for found in _FIGURE.finditer(line):
        yield told(found.start(), "汉字与数字之间有空格", "删去空格；kb fmt 会改")
    for found in _TWICE.finditer(line):
        hint = "省略号写作“……”" if found.group()[0] in ".。" and len(found.group()) > 2 else "只留一个"
        yield told(found.start(), f"标点重复：“{found.group()[:6]}”", hint)
    for opening, closing in _PAIRS:
        if line.count(opening) != line.count(closing):
            at = line.find(opening) if line.count(opening) > line.count(closing) else line.rfind(closing)
            yield told(at, f"“{opening}”与“{closing}”不成对", "补上缺的一个，或删去多的一个", Level.WARNING)


def _chinese(found: re.Match[str]) -> bool:
    return _HAN.search(found.group(1)) is not None


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _scalars(item)
    else:
        assert isinstance(node, Mapping)
