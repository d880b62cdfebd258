"""From the text of an entry to its header tree and its body."""

from __future__ import annotations

import re
from functools import cached_property

from kb.problem import Notebook
from kb.project import MAX_HEADER_BYTES
from kb.syntax.tree import Mapping, parse_tree

FENCE = re.compile(r"^---[ \t]*$")
_OPENING = re.compile(r"---[ \t]*(?=\n)")
_CLOSING = re.compile(r"\n---[ \t]*(?=\n|\Z)")
_LONGEST_VALUE = 30
"""Lines within which a value's words are looked for."""
_ALMOST = re.compile(r"^[ ]*[-—－–_=]{2,}[ \t]*$")
"""A line that someone may have meant to close the header with."""


def split(text: str, notes: Notebook) -> tuple[str, str, int] | None:
    """(header text, body text, line on which the body begins); None where there is no whole header."""
    begin = _OPENING.match(text)
    end = _CLOSING.search(text, begin.end()) if begin else None
    if begin and end:
        return text[begin.end() + 1 : end.start()], text[end.end() + 1 :], text.count("\n", 0, end.start()) + 3
    lines = text.split("\n")
    if not text.strip():
        notes.add("header-missing", (1, 1), "文件是空的", "用 kb new 生成样子，或删去这个文件")
        return None
    if not FENCE.match(lines[0]):
        first = next((number for number, line in enumerate(lines[:30]) if FENCE.match(line)), None)
        if lines[0].strip(" \u3000—－-") == "" and lines[0].strip():
            hint = "第一行要顶格写三个半角减号 ---，不能用破折号"
        elif first is not None:
            hint = f"第 {first + 1} 行才出现 ---：把它前面的内容删去或移到正文"
        else:
            hint = "文件第一行写 ---，填好各项后再写一行 ---；可用 kb new 生成样子"
        notes.add("header-missing", (1, 1), "没有信息头", hint)
        return None
    almost = next((number for number, line in enumerate(lines[1:], 2) if _ALMOST.match(line)), 0)
    if almost:
        notes.add("header-unclosed", (almost, 1), "信息头没有收尾：这一行不是三个半角减号", "改成顶格的三个半角减号 ---")
    else:
        notes.add("header-unclosed", (1, 1), "信息头没有收尾", "在信息头最后一项的下一行写 ---")
    return None


def read_header(header: str, notes: Notebook, first_line: int = 2) -> Mapping | None:
    """The header as a located mapping, or None: what is wrong is noted, and only once."""
    if len(header.encode()) > MAX_HEADER_BYTES:
        notes.add("header-too-large", (first_line, 1), f"信息头超过 {MAX_HEADER_BYTES // 1000} KB", "长的内容写到正文里")
        return None
    before = len(notes.problems)
    tree = parse_tree(header, notes, first_line)
    if tree is None:
        if len(notes.problems) == before:
            notes.add("header-empty", (first_line, 1), "信息头是空的", "至少填写标题、摘要、主题、状态、公开范围")
        return None
    if not isinstance(tree, Mapping):
        notes.add("header-shape", tree.at, "信息头应是一行一项的“名称: 内容”", "检查是不是漏写了“title: ”")
        return None
    return tree


class HeaderLines:
    """The lines of a file, to tell where in a value that runs over several lines something stands."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def lines(self) -> list[str]:
        return self._text.split("\n")

    def find(self, words: str, at: tuple[int, int]) -> tuple[int, int]:
        """(line, column) of the words at or behind `at`, within the value; `at` where they are spelt otherwise there."""
        column = at[1] - 1
        for row in range(at[0] - 1, min(at[0] - 1 + _LONGEST_VALUE, len(self.lines))):
            place = self.lines[row].find(words, column)
            if place >= 0:
                return row + 1, place + 1
            column = 0
        return at

    def place(self, value: str, start: int, at: tuple[int, int]) -> tuple[int, int]:
        """(line, column) of the character `start` of a value that begins at `at`, told by the words that follow it."""
        for length in (12, 6, 2, 1):
            found = self.find(value[start : start + length], at)
            if found != at or start == 0:
                return found
        return at
