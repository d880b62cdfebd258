"""From YAML text to the slips of someone used to Word, named in their words where YAML would only be confused."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.problem import Notebook

_COLON = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*|[\u4e00-\u9fff]{1,8})[ ]*：")
_INNER_COLON = re.compile(r"[ ]*(?:- )?([a-z_]+)：")
_SPACE_AFTER = re.compile(r"[ ]*(?:- )?[A-Za-z_][A-Za-z0-9_-]*:([\u3000\u00a0])")
_NO_SPACE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*):(?=[^\s:/])")
_BLOCK = re.compile(r":[ ]*[|>][-+0-9]*[ ]*$")
_BLANKS = re.compile(r"[ \t\u3000\u00a0]*")
_TOP_KEY = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w-]*")
_FIRST_KEY = re.compile(r"[ ]+(?:- )?[A-Za-z_\u4e00-\u9fff][\w-]*")


def find_slips(text: str, notes: Notebook, first_line: int = 1) -> bool:
    """Note full-width colons and spaces, tabs and missing spaces that no YAML means; True where there are any.

    Only what stands at the very left can be told from running text that goes on over several lines.
    """
    before = len(notes.problems)
    block = -1
    for number, line in enumerate(text.split("\n"), first_line):
        indent = len(line) - len(line.lstrip(" "))
        if not line.strip(" ") or (0 <= block < indent):
            continue
        block = indent if _BLOCK.search(line) else -1
        _spaces(line, number, notes)
        colon = _COLON.match(line)
        if colon:
            note_colon(colon.group(1), (number, colon.end()), notes)
        missing = _NO_SPACE.match(line)
        if missing:
            name = missing.group(1)[:40]
            notes.add("colon-space", (number, missing.end()), f"“{name}:”后面缺一个空格", f"写成“{name}: 内容”")
    return len(notes.problems) > before


def _spaces(line: str, number: int, notes: Notebook) -> None:
    lead = _BLANKS.match(line)
    blanks = lead.group() if lead else ""
    after = _SPACE_AFTER.match(line)
    if "\t" in blanks:
        notes.add("tab", (number, blanks.index("\t") + 1), "行首用了制表符（Tab）", "改成两个空格；编辑器里可设“Tab 转空格”")
    elif blanks.strip(" "):
        at = len(blanks) - len(blanks.lstrip(" "))
        notes.add("fullwidth-space", (number, at + 1), "行首用了全角空格", "改成半角空格，每层两个")
    elif after:
        notes.add("fullwidth-space", (number, after.start(1) + 1), "冒号后面用了全角空格", "改成一个半角空格")


def note_colon(name: str, at: tuple[int, int], notes: Notebook) -> None:
    """Name a full-width colon behind a key."""
    notes.add("fullwidth-colon", at, f"“{name[:40]}”后面用了全角冒号“：”", f"改成半角冒号加一个空格：“{name[:40]}: ”")


def tight_dash(line: str) -> bool:
    """Whether a line is meant as an item of a list, but has no blank behind its mark."""
    return re.match(r"[ ]*-[^\s-]", line) is not None


def note_dash(at: tuple[int, int], notes: Notebook) -> None:
    """Name an item without a blank behind its mark."""
    notes.add("yaml-syntax", at, "不合 YAML 写法：列表的一项缺少空格", "“-”后面空一格")


def explain(lines: Sequence[str], row: int, column: int, notes: Notebook, first_line: int) -> bool:
    """Where YAML stumbled over a colon at (row, column), both from 0: note what led to it; False where nothing is known."""
    key = lines[row][:column]
    if row and _TOP_KEY.fullmatch(key):
        at = (row - 1 + first_line, 1)
        if tight_dash(lines[row - 1]):
            note_dash(at, notes)
        else:
            notes.add("yaml-syntax", at, "不合 YAML 写法：这一行缺少冒号", "写成“名称: 内容”，冒号用半角并跟一个空格")
        return True
    if not _FIRST_KEY.fullmatch(key):
        return False
    colon = _INNER_COLON.match(lines[row - 1]) if row else None
    if colon:
        note_colon(colon.group(1), (row - 1 + first_line, colon.end()), notes)
    else:
        notes.add("indentation", (row + first_line, 1), "这一行多缩进了，被当成上一项的内容", "去掉行首多出的空格，与上一项左对齐")
    return True
