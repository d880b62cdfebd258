"""From the Markdown of a body to what the rest of the house asks of it: headings, links, text by section.

The dialect is CommonMark with GFM tables, footnotes, task lists and alerts (`> [!NOTE]`), parsed by pulldown-cmark.
Its time is linear in lines times depth of nesting; both depth and the number of marks are bounded here, so that no text
can make it hang.
"""

from __future__ import annotations

import bisect
import functools
import itertools
import re
from typing import Any, NamedTuple

import pyromark

from kb.model.entry import Heading
from kb.model.value import UNSTATED
from kb.syntax.cites import CITE

OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_GFM
    | pyromark.Options.ENABLE_STRIKETHROUGH
)
MAX_DEPTH = 32
"""Quotations, lists and footnotes within each other on one line; the deepest real body has four."""
MAX_MARKS = 120_000
"""Marks and pieces of text between them: a megabyte of ordinary text with its citations holds fewer."""
_BOX = r"[ \t]*(?:>|[-*+](?=[ \t]|$)|[0-9]{1,9}[.)](?=[ \t]|$)|\[\^[^\[\]\n]{1,80}\]:)"
_DEEP = re.compile(rf"\n(?:(?:{_BOX}){{{MAX_DEPTH + 1}}}|[ \t]{{80}}{_BOX})", re.M)
"""A line, with the line end before it, that opens too many blocks within each other, or one far to the right: each takes
a bounded look."""
BLANK = re.compile(r"[\s\u3000]+")
NOT_ANCHOR = re.compile(r"[^\w\u3400-\u9fff-]+")


_STATEMENTS = frozenset({"Paragraph", "Item", "TableRow"})
_LABEL = re.compile(rb"\^([^\[\]\s]{1,200})\]")
MAX_LINK_TEXT = 200
"""Characters of a link's text that are kept: enough for a message, and links within links cost no more than they say."""


class BodyLink(NamedTuple):
    """A link or image as it stands in the body."""

    target: str
    text: str
    image: bool
    offset: int


class Outline(NamedTuple):
    """What one pass over a body finds; offsets are bytes of its UTF-8."""

    headings: tuple[Heading, ...]
    links: tuple[BodyLink, ...]
    raw: tuple[tuple[str, int], ...]
    """Raw HTML: (the tag as written, offset)."""
    empty: tuple[Heading, ...]
    """Headings with nothing beneath them."""
    bare: tuple[tuple[str, int], ...]
    """Statements (paragraphs, list items, rows) that carry no citation: (first words, offset)."""
    sections: tuple[tuple[str, str], ...]
    """(heading, plain text beneath it), the first with an empty heading."""
    notes: tuple[tuple[str, str, int], ...] = ()
    """Footnotes that lead nowhere: ("undefined", "unused" or "twice", label, offset)."""


class TooMuch(NamedTuple):
    """Why a body is not read: nested too deep ("deep") or too many marks ("many"), and where that shows."""

    why: str
    at: tuple[int, int]


@functools.cache
def _parser() -> pyromark.Markdown:
    return pyromark.Markdown(options=OPTIONS)


def events(text: str) -> list[Any]:
    """The event stream of a body, see pulldown-cmark's Event; none for a body that `outline` refuses."""
    if _DEEP.search("\n" + text):
        return []
    found = list(itertools.islice(_parser().events(text), MAX_MARKS + 1))
    return found if len(found) <= MAX_MARKS else []


class Lines:
    """Byte offset -> (line, column) of a text, in characters from 1."""

    def __init__(self, text: str, first_line: int = 1) -> None:
        self.data = text.encode()
        self.first = first_line
        self.starts = [0, *(found.end() for found in re.finditer(b"\n", self.data))]
        self._near = (0, 0)
        """(offset, characters of its line before it): the next question is mostly about a place further on."""

    def at(self, offset: int) -> tuple[int, int]:
        row = bisect.bisect_right(self.starts, offset) - 1
        start, before = self._near
        if not self.starts[row] <= start <= offset:
            start, before = self.starts[row], 0
        before += len(self.data[start:offset].decode("utf-8", "ignore"))
        self._near = (offset, before)
        column = before + 1
        return row + self.first, column


class Anchors:
    """Gives each heading an id that is unique within its page."""

    def __init__(self) -> None:
        self.seen: dict[str, int] = {}

    def of(self, text: str) -> str:
        name = anchor = NOT_ANCHOR.sub("-", text).strip("-").lower() or "h"
        count = self.seen.get(name, 0)
        while anchor in self.seen:
            count += 1
            anchor = f"{name}-{count}"
        self.seen[anchor] = 1
        self.seen[name] = max(count, 1)
        return anchor


def outline(text: str, first_line: int = 1) -> tuple[Outline | TooMuch, Lines]:
    """Headings, links, raw HTML, bare statements and section texts of a body that begins on `first_line`."""
    lines = Lines(text, first_line)
    deep = _DEEP.search("\n" + text)
    if deep:
        return TooMuch("deep", (first_line + text.count("\n", 0, deep.start()), 1)), lines
    found = list(itertools.islice(_parser().events_with_range(text), MAX_MARKS + 1))
    if len(found) > MAX_MARKS:
        return TooMuch("many", lines.at(found[MAX_MARKS][1]["start"])), lines
    scan = _Scan(lines)
    scan.take(found)
    return scan.finish(), lines


class _Scan:
    """The state of one pass over a body's events."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.anchors = Anchors()
        self.headings: list[Heading] = []
        self.empty: list[Heading] = []
        self.links: list[BodyLink] = []
        self.raw: list[tuple[str, int]] = []
        self.bare: list[tuple[str, int]] = []
        self.sections: list[tuple[str, str]] = []
        self.title = ""
        """Of the section that is being read."""
        self.words: list[str] = []
        """Its text so far."""
        self.open: list[tuple[str, int, bool, list[str]]] = []
        """Open links and images: (target, offset, image, text so far)."""
        self.block: list[tuple[int, list[str]]] = []
        """Open statements: (offset, text so far)."""
        self.heading: tuple[int, int, list[str]] | None = None
        self.filled = True
        """Something other than text stands beneath the last heading, or there is none yet."""
        self.fence = 0
        self.notes: list[tuple[str, str, int]] = []
        self.defined: dict[str, int] = {}
        self.used: set[str] = set()

    def take(self, found: list[Any]) -> None:
        """Go through the events, most of which are text. Each is taken apart: it is looked at once."""
        bracket = False
        """True after text that ends with an opening bracket: a footnote without definition is left so."""
        for event, span in found:
            if event.__class__ is str:
                bracket = False
                if event in {"SoftBreak", "HardBreak"}:
                    self.text("\n")
                elif event == "Rule":
                    self.filled = True
                continue
            name, value = event.popitem()
            if name == "Text":
                if bracket and value.startswith("^"):
                    self.lost(span["start"])
                bracket = value.endswith("[")
                if self.open or self.heading is not None or self.fence:
                    self.text(value)
                else:
                    self.words.append(value)
                    if self.block:
                        self.block[-1][1].append(value)
                continue
            bracket = False
            if name == "Start":
                self.start(value, span["start"])
            elif name == "End":
                self.end(value)
            elif name == "Code":
                self.text(value)
            elif name in {"Html", "InlineHtml"}:
                self.raw.append((value.strip(), span["start"]))
                self.filled = True
            elif name == "FootnoteReference":
                self.used.add(value)

    def text(self, words: str) -> None:
        if self.open:
            self.open[-1][3].append(words)
        if self.heading is not None:
            self.heading[2].append(words)
            return
        if self.block and not self.fence:
            self.block[-1][1].append(words)
        self.words.append(words)

    def lost(self, offset: int) -> None:
        """Note a footnote mark that the parser left as text for want of a definition; `offset` is that of its ^."""
        found = _LABEL.match(self.lines.data, offset)
        if found:
            self.notes.append(("undefined", found.group(1).decode(), offset - 1))

    def start(self, tag: Any, offset: int) -> None:
        if tag.__class__ is str:
            if tag in _STATEMENTS:
                self.block.append((offset, []))
            return
        ((name, about),) = tag.items()
        if name == "Heading":
            self.heading = (int(about["level"][1]), offset, [])
        elif name in {"Link", "Image"}:
            self.open.append((about["dest_url"], offset, name == "Image", []))
            self.filled = self.filled or name == "Image"
        elif name == "CodeBlock":
            self.fence += 1
        elif name == "FootnoteDefinition" and self.defined.setdefault(about, offset) != offset:
            self.notes.append(("twice", about, offset))

    def end(self, tag: Any) -> None:
        if tag.__class__ is not str:
            if "Heading" in tag:
                self.close_heading()
        elif tag in _STATEMENTS:
            start, words = self.block.pop()
            said = "".join(words)
            if "[@" not in said and UNSTATED not in said:
                self.unsourced(said.strip(), start)
            self.words.append("\n")
        elif tag in {"TableCell", "TableHead"}:
            self.words.append(" ")
        elif tag in {"Link", "Image"}:
            target, start, image, words = self.open.pop()
            said = "".join(words)[:MAX_LINK_TEXT]
            self.links.append(BodyLink(target, said, image, start))
            if self.open:
                self.open[-1][3].append(said)
        elif tag == "CodeBlock":
            self.fence -= 1

    def unsourced(self, said: str, offset: int) -> None:
        if said and not said.endswith(("：", ":")):
            self.bare.append((said[:18].replace("\n", ""), offset))

    def close_heading(self) -> None:
        assert self.heading is not None
        level, offset, words = self.heading
        self.heading = None
        text = BLANK.sub(" ", CITE.sub("", "".join(words))).strip()
        self.close_section(level)
        self.headings.append(Heading(level, text, self.anchors.of(text), self.lines.at(offset)[0]))
        self.filled = False
        self.title = text

    def close_section(self, level: int = 0) -> None:
        """What stood beneath the last heading is whole: the text ends, or a heading of this level follows."""
        words = "".join(self.words)
        if self.headings and not self.filled and self.headings[-1].level >= level and not words.strip():
            self.empty.append(self.headings[-1])
        words = _tidy(CITE.sub("", words))
        if self.title or words:
            self.sections.append((self.title, words))
        self.words = []

    def finish(self) -> Outline:
        self.close_section()
        return Outline(
            tuple(self.headings),
            tuple(self.links),
            tuple(self.raw),
            tuple(self.empty),
            tuple(self.bare),
            tuple(self.sections),
            (*self.notes, *(("unused", label, offset) for label, offset in self.defined.items() if label not in self.used)),
        )


def _tidy(words: str) -> str:
    """The lines that hold something, without the blanks around them."""
    return "\n".join(line for line in (line.strip(" ") for line in words.split("\n")) if line).strip()
