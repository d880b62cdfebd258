"""From the text of an entry to its header tree and its body; the commonest slips are named before YAML sees them."""

from __future__ import annotations

import re

from kb.problem import Notebook
from kb.project import MAX_HEADER_BYTES
from kb.source.tree import Mapping, parse_tree

FENCE = re.compile(r"^---[ \t]*$")
FULLWIDTH_COLON = re.compile(r"^([ ]*(?:- )?)([A-Za-z_][A-Za-z0-9_-]*|[\u4e00-\u9fff]{1,8})[ ]*：")
KEY = re.compile(r"^([A-Za-z_][A-Za-z0-9_-]*)[ ]*:")


def split(text: str, notes: Notebook) -> tuple[str, str, int] | None:
    """(header text, body text, line on which the body begins); None where there is no whole header."""
    lines = text.split("\n")
    if not FENCE.match(lines[0]):
        first = next((number for number, line in enumerate(lines[:30]) if FENCE.match(line)), None)
        if lines[0].strip(" \u3000—－-") == "" and lines[0].strip():
            hint = "第一行要写三个半角减号 ---，不能用破折号"
        elif first is not None:
            hint = f"第 {first + 1} 行才出现 ---：把它前面的内容删去或移到正文"
        else:
            hint = "文件第一行写 ---，填好各项后再写一行 ---；可用 kb new 生成样子"
        notes.add("header-missing", (1, 1), "没有信息头", hint)
        return None
    for number in range(1, len(lines)):
        if FENCE.match(lines[number]):
            header = "\n".join(lines[1:number])
            return header, "\n".join(lines[number + 1 :]), number + 2
    notes.add("header-unclosed", (1, 1), "信息头没有收尾", "在信息头最后一项的下一行写 ---")
    return None


def read_header(header: str, notes: Notebook, first_line: int = 2) -> Mapping | None:
    """The header as a located mapping, or None: what is wrong is noted, and only once."""
    if len(header.encode()) > MAX_HEADER_BYTES:
        notes.add("header-too-large", (first_line, 1), f"信息头超过 {MAX_HEADER_BYTES // 1000} KB", "长的内容写到正文里")
        return None
    if _slips(header, notes, first_line):
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


def _slips(header: str, notes: Notebook, first_line: int) -> bool:
    """Note full-width colons, tabs and full-width spaces where YAML would only be confused by them."""
    found = False
    block = -1
    for number, line in enumerate(header.split("\n"), first_line):
        indent = len(line) - len(line.lstrip(" "))
        if block >= 0:
            if not line.strip() or indent > block:
                continue
            block = -1
        if re.search(r":[ ]*[|>][-+0-9]*[ ]*$", line):
            block = indent
        lead = re.match(r"[ \t\u3000\u00a0]*", line)
        blanks = lead.group() if lead else ""
        if "\t" in blanks:
            notes.add("tab", (number, blanks.index("\t") + 1), "行首用了制表符（Tab）", "改成两个空格；编辑器里可设“Tab 转空格”")
            found = True
        elif "\u3000" in blanks or "\u00a0" in blanks:
            at = min(blanks.find(char) for char in "\u3000\u00a0" if char in blanks)
            notes.add("fullwidth-space", (number, at + 1), "行首用了全角空格", "改成半角空格，每层两个")
            found = True
        match = FULLWIDTH_COLON.match(line)
        if match and (indent == 0 or match.group(2).isascii()):
            name = match.group(2)
            notes.add(
                "fullwidth-colon",
                (number, match.end()),
                f"“{name}”后面用了全角冒号“：”",
                f"改成半角冒号加一个空格：“{name}: ”",
            )
            found = True
        missing = re.match(r"^([A-Za-z_][A-Za-z0-9_]*):(?=[^\s:/\d])", line)
        if missing:
            notes.add(
                "colon-space",
                (number, missing.end()),
                f"“{missing.group(1)}:”后面缺一个空格",
                f"写成“{missing.group(1)}: 内容”",
            )
            found = True
    return found
