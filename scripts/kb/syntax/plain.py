"""From YAML in the few forms that nearly every header and register keeps to, to the tree that the YAML parser would make of it.

Read here: comment lines, `key: value`, `key: [a, b]`, and `key:` with one such value or with lines `- value`, `- [a, b]` or
`- {key: value, key: [a, b]}` beneath it; values are bare or in quotes without escapes, each on one line. Where anything else
stands, or the parser or `kb.syntax.slips` might have something to say, nothing is read and the text is theirs. An event of the
parser costs as much as a whole line here.
"""

from __future__ import annotations

import re

from kb.project import MAX_HEADER_BYTES
from kb.syntax.nodes import Mapping, Node, Scalar, Sequence

# what no form holds: controls, separators of lines, unseen and direction characters, half characters. It is looked for once in the
# whole text, for a class of such characters takes a millisecond to compile wherever it stands
_ODD = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\uffff"
    r"\U000e0000-\U000e007f]"
)
_FIRST = r"(?!\u3000)[^\n -/:-@\[-`{-~]"
_PLAIN = rf"{_FIRST}[^\n:#]*+(?::(?=[^\W_])[^\n:#]*+)*+"
_INNER = rf"{_FIRST}[^\n!-'*,:-@\[-^`{{-~]*+"
"""A bare value within brackets."""
_QUOTED = r"\"[^\n\"\\]*+\"|'[^\n']*+'"
_NAME = r"[a-z_][a-z0-9_]{0,40}+"
_PART = rf"(?:{_INNER}|{_QUOTED})[ ]*+"
_LIST = rf"\[[ ]*+(?:{_PART}(?:,[ ]++{_PART})*+)?+\]"
_PAIR = rf"{_NAME}:[ ]++(?:{_PART}|{_LIST}[ ]*+)"
_TABLE = rf"\{{{_PAIR}(?:,[ ]++{_PAIR})*+\}}"
_ITEM = rf"-[ ](?:{_PLAIN}|{_QUOTED}|{_TABLE}|{_LIST})[ ]*+\n"
_FIELD = re.compile(
    r"(?:(?:\#[^\n]*+)?+\n)*+"
    rf"({_NAME}):(?:(?:[ ]*+\n)?+[ ]++({_PLAIN}|{_QUOTED}|{_LIST})[ ]*+\n|[ ]*+\n(([ ]*+){_ITEM}(?:\4{_ITEM})*+))"
)
"""Comments and blank lines, (key), and (value) or (lines of items), each behind the same (indentation)."""
_END = re.compile(r"(?:(?:\#[^\n]*+)?+\n)*+")
_PARTS = re.compile(rf"{_INNER}|{_QUOTED}")
_PAIRS = re.compile(rf"({_NAME}):[ ]++({_INNER}|{_QUOTED}|{_LIST})")


def read_plain(text: str, first_line: int = 1) -> Mapping | None:
    """The tree of a text whose first line is line `first_line` of its file; None where it keeps to no known form."""
    if len(text) > MAX_HEADER_BYTES or _ODD.search(text):
        return None
    text += "\n"
    pairs: list[tuple[Scalar, Node]] = []
    keys: set[str] = set()
    node: Node | None
    end, line = 0, first_line
    while field := _FIELD.match(text, end):
        key, value, items, indent = field.groups()
        begin = field.start(1)
        line += text.count("\n", end, begin)
        end = field.end()
        name = Scalar(key, (line, 1))
        if value:
            below = text.find("\n", begin, field.start(2)) + 1
            node = _value(value, line + (below > 0), field.start(2) - (below or begin) + 1)
        else:
            node = _list(items, line + 1, len(indent) + 1)
        if node is None or key in keys:
            return None
        keys.add(key)
        pairs.append((name, node))
        line += text.count("\n", begin, end)
    if not pairs or not _END.fullmatch(text, end):
        return None
    return Mapping(tuple(pairs), pairs[0][0].at)


def _list(rows: str, line: int, column: int) -> Sequence | None:
    """The items of a list that begins at (line, column), one on each line."""
    items = [_value(row[column + 1 :], number, column + 2) for number, row in enumerate(rows.split("\n")[:-1], line)]
    return Sequence(tuple(items), (line, column)) if None not in items else None  # type: ignore[arg-type]


def _value(words: str, line: int, column: int) -> Node | None:
    """What stands in one line from `column` on; None where a key stands twice in braces."""
    begin = words[0]
    if begin == "[":
        parts = _PARTS.finditer(words, 1)
        return Sequence(tuple([_scalar(part.group(), line, column + part.start()) for part in parts]), (line, column))
    if begin == "{":
        pairs: list[tuple[Scalar, Node]] = []
        for part in _PAIRS.finditer(words, 1):
            name, value = part.groups()
            node = _value(value, line, column + part.start(2))
            assert node is not None, "no braces within braces"
            pairs.append((Scalar(name, (line, column + part.start(1))), node))
        return Mapping(tuple(pairs), (line, column)) if len({name.text for name, _ in pairs}) == len(pairs) else None
    return _scalar(words, line, column)


def _scalar(words: str, line: int, column: int) -> Scalar:
    words = words.rstrip(" ")
    return Scalar(words[1:-1] if words[0] in "\"'" else words, (line, column))
