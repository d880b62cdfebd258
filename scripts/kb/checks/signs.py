"""From one line of Chinese to the slips of punctuation and width in it: GB/T 15834-2011, and no blanks between Chinese and figures.

A module of its own, for these patterns take a hundredth of a second to make and most entries need none of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from kb.checks.glance import PAIRS, paired
from kb.problem import Level, Problem, Spot

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
BLANKED = re.compile(
    r"`[^`\n]*`|\]\([^()\n]*\)|\[@[^\[\]\n]*\]|https?://[^\s\u3000-\uffef]+|<[^<>\n]*>|^ {4,}.*$"
    r"|^ {0,3}\[[^\[\]\n@][^\[\]\n]*\]:[ ]*\S.*$",
    re.M,
)
"""What is no Chinese prose: code, addresses of links, citations, definitions of links (and notes in their guise)."""
HALF = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_HALF = re.compile(rf"(?<=[{HAN}》”）])([,;:?!])(?![0-9A-Za-z/\\])")
_STOP = re.compile(rf"(?<=[{HAN}》”）])\.(?=\s|$)")
_BRACKETS = re.compile(r"(?<![\]\\])\(([^()\n]{1,200})\)")
_QUOTES = re.compile(r'"([^"\n]{1,200})"')
_HAN = re.compile(rf"[{HAN}]")
_WIDE = re.compile(r"[０-９Ａ-Ｚａ-ｚ％]+")
_BLANK = re.compile(rf"(?<=[{HAN}，。；：、）》”])[ \u3000]+(?=[{HAN}（《“])")
_FIGURE = re.compile(rf"(?<=[{HAN}])[ ]+(?=[0-9])|(?<=[0-9])[ ]+(?=[{HAN}])")
_TWICE = re.compile(r"([，；：、])\1+|。{2,}|[，、；：]。|。[，、；：]|\.{3,}")
ALL = (_HALF, _STOP, _BRACKETS, _QUOTES, _WIDE, _BLANK, _FIGURE, _TWICE)


def spotless(text: str) -> bool:
    """Whether no pattern fits and all signs are paired."""
    return not any(pattern.search(text) for pattern in ALL) and paired(text)


def slips_in(path: str, line: str, where: Callable[[int], tuple[int, int]]) -> Iterator[Problem]:
    """The slips of one line of prose, what is BLANKED left out; `where` gives line and column in the file of a place in it."""
    if spotless(line):
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
    for opening, closing in PAIRS:
        if line.count(opening) != line.count(closing):
            at = line.find(opening) if line.count(opening) > line.count(closing) else line.rfind(closing)
            yield told(at, f"“{opening}”与“{closing}”不成对", "补上缺的一个，或删去多的一个", Level.WARNING)


def _chinese(found: re.Match[str]) -> bool:
    return _HAN.search(found.group(1)) is not None
