"""From the text of an entry to where each header field stands: its lines, its value, the value's exact place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from kb.problem import Notebook
from kb.source.frontmatter import read_header, split
from kb.syntax.tree import Loader

_KEY = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*)[ ]*:(?=[ ]|$)")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$", re.M)


@dataclass(frozen=True, slots=True)
class Span:
    """A value in the lines of a header: rows and columns from 0, `end` behind its last character."""

    text: str
    start: tuple[int, int]
    end: tuple[int, int]
    block: bool = False
    """True for text behind | or >."""


@dataclass(frozen=True, slots=True)
class Place:
    """One top-level field: lines [first, last) are its own; comments above it are not among them."""

    key: str
    first: int
    last: int
    value: Span | None
    """The value where it is a single one."""
    items: tuple[Span, ...] | None
    """The items where it is a list of single values."""
    flow: tuple[tuple[int, int], tuple[int, int]] | None = None
    """Where the brackets of a list in brackets stand."""

    @property
    def odd(self) -> bool:
        """True where the field holds what no control of the form shows: parts within parts."""
        return self.value is None and self.items is None

    @property
    def plain(self) -> str | list[str]:
        """The value as the form shows it."""
        if self.items is not None:
            return [one.text.strip() for one in self.items]
        return self.value.text.strip() if self.value is not None else ""


@dataclass(frozen=True, slots=True)
class Head:
    """A header that a form can work on."""

    lines: tuple[str, ...]
    """Between the fences."""
    places: tuple[Place, ...]
    body: str

    def place(self, key: str) -> Place | None:
        return next((one for one in self.places if one.key == key), None)

    def text(self, lines: list[str], body: str | None = None) -> str:
        """The whole file with other header lines."""
        return "\n".join(["---", *lines, "---", self.body if body is None else body])


def read_head(text: str) -> Head | None:
    """The header of a text with plain line ends; None where it has faults or a shape that is only fit to be edited as text."""
    notes = Notebook("")
    parts = split(text, notes)
    if parts is None:
        return None
    header, body, _ = parts
    # a rule with trailing blanks is one too, but would not come out the same
    if text[:4] != "---\n" or not text.startswith("\n---\n" + body, len(text) - len(body) - 5) or not header:
        return None
    if read_header(header, notes) is None or notes.problems:
        return None
    lines = header.split("\n")
    root = yaml.compose(header, Loader=Loader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        return None
    starts = [key.start_mark.line for key, _ in root.value]
    places = []
    for number, (key, node) in enumerate(root.value):
        row = key.start_mark.line
        found = _KEY.match(lines[row])
        if key.start_mark.column or not found or found.group(1) != key.value:
            return None
        bound = starts[number + 1] if number + 1 < len(starts) else len(lines)
        places.append(_place(key.value, row, bound, node, lines))
    return Head(tuple(lines), tuple(places), body)


def _place(key: str, first: int, bound: int, node: yaml.Node, lines: list[str]) -> Place:
    if isinstance(node, yaml.ScalarNode):
        value = _span(node, bound, lines, 0)
        return Place(key, first, max(first + 1, _row_after(value.end)), value, None)
    if isinstance(node, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in node.value):
        items = []
        for number, item in enumerate(node.value):
            limit = node.value[number + 1].start_mark.line if number + 1 < len(node.value) else bound
            items.append(_span(item, limit, lines, lines[item.start_mark.line].find("-") + 1))
        if node.flow_style:
            flow = (_at(node.start_mark), _at(node.end_mark))
            return Place(key, first, _row_after(flow[1]), None, tuple(items), flow)
        return Place(key, first, max(first + 1, _row_after(items[-1].end)) if items else first + 1, None, tuple(items))
    last = bound
    while last > first + 1 and (not lines[last - 1].strip() or lines[last - 1].startswith("#")):
        last -= 1
    return Place(key, first, last, None, None)


def _span(node: yaml.ScalarNode, bound: int, lines: list[str], indent: int) -> Span:
    start = _at(node.start_mark)
    if node.style not in {"|", ">"}:
        return Span(node.value, start, _at(node.end_mark))
    # the parser counts the blank lines behind such a text as its own; they are not
    last = start[0]
    for row in range(start[0] + 1, bound):
        if lines[row].strip() and len(lines[row]) - len(lines[row].lstrip(" ")) < max(indent, 1):
            break
        if lines[row].strip():
            last = row
    return Span(node.value, start, (last, len(lines[last])), True)


def _at(mark: yaml.Mark) -> tuple[int, int]:
    return mark.line, mark.column


def _row_after(end: tuple[int, int]) -> int:
    """The row behind a value; one that ends where a line begins has ended on the line above."""
    return end[0] + 1 if end[1] else end[0]


def comments(lines: list[str]) -> list[str]:
    """The comments of header lines that are in order, without the blanks around them."""
    text = "\n".join(lines)
    found: list[str] = []
    for gap in _gaps(text, lines):
        found += [one.group().strip() for one in _COMMENT.finditer(gap)]
    return found


def _gaps(text: str, lines: list[str]) -> Iterator[str]:
    """What stands between the tokens."""
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line) + 1)
    before = 0
    for token in yaml.scan(text, Loader=Loader):
        start = offsets[token.start_mark.line] + token.start_mark.column
        end = offsets[token.end_mark.line] + token.end_mark.column
        if start > before:
            # a blank before the gap, so that a # right behind a value is not taken for a comment
            yield " " * bool(before and text[before - 1] in " \n") + text[before:start]
        if isinstance(token, yaml.ScalarToken) and token.style in {"|", ">"}:
            yield text[start:end].split("\n", 1)[0]
        before = max(before, end)
    yield text[before:]
