"""From YAML text to a small located tree: every scalar stays text and knows its line and column.

Values are read as the failsafe schema reads them (YAML 1.2.2, 10.1): `NO` stays `NO` and `07` stays `07`.
Anchors, aliases and tags are refused: they are the one way a small file becomes an endless one.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from kb.problem import Notebook
from kb.project import MAX_YAML_DEPTH, MAX_YAML_NODES
from kb.syntax.nodes import Mapping, Node, Scalar, Sequence
from kb.syntax.plain import read_plain
from kb.syntax.slips import explain, find_slips, note_dash, tight_dash
from kb.syntax.text import UNSEEN, note_unseen

__all__ = ["Mapping", "Node", "Scalar", "Sequence", "parse_tree"]
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _RefusedError(Exception):
    """Ends the walk over the events; its problem is noted already."""


def parse_tree(text: str, notes: Notebook, first_line: int = 1) -> Node | None:
    """The tree of one YAML document whose first line is line `first_line` of its file; None where it is faulty."""
    plain = read_plain(text, first_line)
    return plain if plain is not None else parse_events(text, notes, first_line)


def parse_events(text: str, notes: Notebook, first_line: int = 1) -> Node | None:
    """The same for YAML in any form, at three times the cost."""
    if find_slips(text, notes, first_line):
        return None
    events = yaml.parse(text, Loader=Loader)
    walk = _Walk(notes, first_line - 1)
    try:
        return walk.document(events)
    except _RefusedError:
        return None
    except yaml.MarkedYAMLError as fault:
        _note_fault(fault, text, notes, first_line)
        return None


def _note_fault(fault: yaml.MarkedYAMLError, text: str, notes: Notebook, first_line: int) -> None:
    said = f"{fault.context or ''} {fault.problem or ''}"
    mark, began = fault.problem_mark or fault.context_mark, fault.context_mark
    assert mark is not None
    # what was opened and never closed is found out further on; the mend is where it began
    if began is not None and ("end of stream" in said or "simple key" in said or ("flow" in said and began.line < mark.line)):
        mark = began
    lines = [*text.split("\n"), ""]
    row, column = mark.line, mark.column
    if "document start" in said and any(line.startswith("%") for line in lines[:row]):
        said, row, column = "directive", next(row for row, line in enumerate(lines) if line.startswith("%")), 0
    if "mapping values are not allowed" in said and explain(lines, row, column, notes, first_line):
        return
    tight = next((at for at in (row, row - 1) if at >= 0 and tight_dash(lines[at])), -1) if "expected ':'" in said else -1
    if tight >= 0:
        note_dash((tight + first_line, 1), notes)
        return
    unknown = ("这一行的符号或缩进不对", "对照同类文件检查这一行和上一行")
    words, hint = next(((words, hint) for key, words, hint in _TABLE if key in said), unknown)
    notes.add("yaml-syntax", (row + first_line, column + 1), f"不合 YAML 写法：{words}", hint)


class _Walk:
    """Builds the tree from parser events without recursion deeper than MAX_YAML_DEPTH."""

    def __init__(self, notes: Notebook, shift: int) -> None:
        self.notes = notes
        self.shift = shift
        self.count = 0

    def document(self, events: Iterator[yaml.Event]) -> Node | None:
        result: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and result is not None:
                self.refuse(event, "yaml-documents", "这里又开始了一份 YAML（多出的 ---）", "一个文件只放一份，删去多余的 ---")
            if isinstance(event, (yaml.ScalarEvent, yaml.SequenceStartEvent, yaml.MappingStartEvent, yaml.AliasEvent)):
                result = self.node(event, events, 1)
        return result

    def at(self, event: yaml.Event) -> tuple[int, int]:
        mark = event.start_mark
        assert mark is not None
        return mark.line + 1 + self.shift, mark.column + 1

    def refuse(self, event: yaml.Event, code: str, message: str, hint: str) -> None:
        self.notes.add(code, self.at(event), message, hint)
        raise _RefusedError

    def node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        self.count += 1
        if depth > MAX_YAML_DEPTH or self.count > MAX_YAML_NODES:
            self.refuse(event, "yaml-too-deep", "层次太深或内容太多", f"最多 {MAX_YAML_DEPTH} 层；正文请写在 --- 下面")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self.refuse(
                event, "yaml-alias", "不支持 YAML 的锚点和别名（& 与 *）", "把内容直接写出来；文字以 & 或 * 开头的，加上双引号"
            )
        if getattr(event, "tag", None):
            self.refuse(event, "yaml-tag", "不支持 YAML 的类型标记（!）", "去掉 ! 开头的标记；文字以 ! 开头的，加上双引号")
        at = self.at(event)
        if isinstance(event, yaml.ScalarEvent):
            unseen = UNSEEN.search(event.value)
            if unseen:
                note_unseen(unseen.group(), at, self.notes)
                raise _RefusedError
            return Scalar(event.value, at)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            for inner in events:
                if isinstance(inner, yaml.SequenceEndEvent):
                    break
                items.append(self.node(inner, events, depth + 1))
            return Sequence(tuple(items), at)
        return self.mapping(events, at, depth)

    def mapping(self, events: Iterator[yaml.Event], at: tuple[int, int], depth: int) -> Mapping:
        pairs: list[tuple[Scalar, Node]] = []
        seen: dict[str, int] = {}
        for inner in events:
            if isinstance(inner, yaml.MappingEndEvent):
                break
            key = self.node(inner, events, depth + 1)
            value = self.node(next(events), events, depth + 1)
            if not isinstance(key, Scalar):
                self.notes.add("yaml-key", key.at, "冒号左边应是一个简单的名称", "写成“名称: 内容”")
                continue
            if key.text in seen:
                self.notes.add(
                    "duplicate-key",
                    key.at,
                    f"“{key.text[:40]}”写了两次，第一次在第 {seen[key.text]} 行",
                    "合成一处，删去多余的一处",
                )
                continue
            seen[key.text] = key.at[0]
            pairs.append((key, value))
        return Mapping(tuple(pairs), at)


_TABLE = (
    ("mapping values are not allowed", "冒号后面又出现了冒号", "内容里有英文冒号加空格时，给整个内容加上双引号"),
    ("unknown escape character", "双引号里的反斜杠写法不对", "改用单引号，或把 \\ 写成 \\\\"),
    ("could not find expected ':'", "这一行缺少冒号", "写成“名称: 内容”，冒号用半角并跟一个空格"),
    ("did not find expected key", "缩进或引号不对", "同一层的行要左对齐；开头的双引号要有收尾的双引号"),
    ("found character '\\t'", "用了制表符（Tab）", "改成空格"),
    ("found character that cannot start", "内容以特殊字符开头", "内容以 @ ` % 开头时，给整个内容加上双引号"),
    ("quoted scalar", "引号没有收尾", "补上半角的收尾引号；内容里的中文引号“”不能当收尾"),
    ("unexpected end of stream", "括号没有收尾", "补上收尾的括号"),
    ("scanning an a", "内容以 * 或 & 开头", "给整个内容加上双引号"),
    ("directive", "以 % 开头的行在这里不能用", "删去这一行，或给内容加上双引号"),
    (
        "did not find expected ',' or ']'",
        "方括号里的列表没有写对",
        "各项用半角逗号隔开，最后用 ] 收尾；带出处的列表请一行一项，以 - 开头",
    ),
    ("did not find expected ',' or '}'", "花括号里的内容没有写对", "各项用半角逗号隔开，最后用 } 收尾"),
    ("did not find expected '-' indicator", "列表的缩进不对", "列表每项以“- ”开头并左对齐"),
    ("block sequence entries are not allowed", "列表写错了位置", "先写“名称:”并换行，列表从下一行开始，每项以“- ”开头"),
    ("expected <document start>", "这里多出了不成对的内容", "检查上一行的缩进，内容要写在“名称: ”之后"),
    ("a tag", "内容以 ! 开头", "给整个内容加上双引号"),
    ("block scalar", "| 或 > 后面不能跟文字", "另起一行写内容，比上一行多缩进两个空格"),
)
