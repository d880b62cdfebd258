"""From the Markdown of a body to its blocks: one pass over the parser's events, citations and links resolved on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from kb.print.blocks import Block, Box, Code, Head, Item, List, Para, Picture, Run, Runs, Table, plain
from kb.source.markdown import events
from kb.syntax.cites import CITE

ALERTS = {"Note": "说明", "Tip": "提示", "Important": "要紧", "Warning": "注意", "Caution": "警惕"}


class Marks(Protocol):
    """How citations, links and footnotes of a text become runs; given by whoever composes the book."""

    def cite(self, key: str, place: str) -> Run: ...

    def link(self, target: str, words: str) -> Runs: ...

    def picture(self, target: str, alt: str) -> Picture | None: ...


def blocks_of(text: str, marks: Marks) -> tuple[Block, ...]:
    """The blocks of a body."""
    return _Walk(marks).walk(text)


def runs_of(text: str, marks: Marks) -> Runs:
    """The runs of one statement: as a body, its paragraphs joined."""
    found: list[Run] = []
    for block in blocks_of(text, marks):
        if isinstance(block, Para):
            found += [Run("break", ""), *block.runs] if found else block.runs
        else:
            found += [Run("text", plain(block))]
    return tuple(found)


@dataclass(slots=True)
class _Frame:
    """A block that is still open."""

    name: str
    value: Any = None
    runs: list[Run] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    cells: list[Runs] = field(default_factory=list)
    rows: list[tuple[Runs, ...]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    tick: bool | None = None


MAX_NESTING = 24
"""Lists and quotations nested deeper than this are set at this depth: paper is not wider."""
_STYLES = {"Strong": "strong", "Emphasis": "em", "Strikethrough": "del"}


class _Walk:
    """One pass over the events; nothing of it recurses, so no nesting is too deep for it."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.stack = [_Frame("Body")]
        self.styles: list[str] = []
        self.footnotes: dict[str, tuple[Block, ...]] = {}

    def walk(self, text: str) -> tuple[Block, ...]:
        for event in events(text):
            if isinstance(event, str):
                self.sign(event)
                continue
            ((name, value),) = event.items()
            if name == "Text":
                self.text(value)
            elif name == "Code":
                self.put(Run("code", value))
            elif name == "Start":
                self.start(value)
            elif name == "End":
                self.end(value if isinstance(value, str) else next(iter(value)))
            elif name == "TaskListMarker":
                self.top("Item").tick = bool(value)
            elif name == "FootnoteReference":
                self.put(Run("foot", str(value)))
        body = self.stack[0]
        self.flush(body)
        return _with_footnotes(tuple(body.blocks), self.footnotes)

    def top(self, name: str) -> _Frame:
        return next(frame for frame in reversed(self.stack) if frame.name == name)

    def put(self, run: Run) -> None:
        self.stack[-1].runs.append(run)

    def sign(self, event: str) -> None:
        runs = self.stack[-1].runs
        if event == "HardBreak":
            self.put(Run("break", ""))
        elif event == "SoftBreak" and runs and runs[-1].text[-1:].isascii() and runs[-1].kind != "note":
            # between two Chinese characters a line end is no space
            self.put(Run("text", " "))

    def text(self, words: str) -> None:
        if any(frame.name in {"CodeBlock", "Image"} for frame in self.stack):
            self.put(Run("text", words))
            return
        style = self.styles[-1] if self.styles else "text"
        at = 0
        for found in CITE.finditer(words):
            before = words[at : found.start()].rstrip(" ")
            before = before.lstrip(" ") if at else before
            if before:
                self.put(Run(style, before))
            self.put(self.marks.cite(found.group(1), (found.group(2) or "").strip()))
            at = found.end()
        rest = words[at:].lstrip(" ") if at else words
        if rest:
            self.put(Run(style, rest))

    def start(self, tag: Any) -> None:
        name = tag if isinstance(tag, str) else next(iter(tag))
        value = None if isinstance(tag, str) else tag[name]
        if name in _STYLES:
            self.styles.append(_STYLES[name])
            return
        if name in {"Paragraph", "Heading", "List", "BlockQuote", "CodeBlock", "Table", "FootnoteDefinition"}:
            self.flush(self.stack[-1])
        self.stack.append(_Frame(name, value))

    def flush(self, frame: _Frame) -> None:
        """Runs that stand in an item or a quotation without a paragraph of their own become one."""
        if frame.runs and frame.name in {"Body", "Item", "BlockQuote", "FootnoteDefinition"}:
            frame.blocks.append(Para(_trim(frame.runs)))
            frame.runs = []

    def end(self, name: str) -> None:
        if name in _STYLES:
            self.styles.pop()
            return
        frame = self.stack.pop()
        self.flush(frame)
        outer = self.stack[-1]
        if name == "Paragraph":
            if frame.runs:
                outer.blocks.append(Para(_trim(frame.runs)))
            outer.blocks += frame.blocks
        elif name == "Heading":
            level = int(frame.value["level"][1])
            outer.blocks.append(Head(max(1, level - 1), _trim(frame.runs)))
        elif name == "Item":
            outer.items.append(Item(tuple(frame.blocks), frame.tick))
        elif name == "List" and len(self.stack) > MAX_NESTING:
            outer.blocks += [block for item in frame.items for block in item.blocks]
        elif name == "BlockQuote" and len(self.stack) > MAX_NESTING:
            outer.blocks += frame.blocks
        elif name == "List":
            start = frame.value
            outer.blocks.append(List(0 if start is None else max(1, int(start)), tuple(frame.items)))
        elif name == "BlockQuote":
            outer.blocks.append(Box(ALERTS.get(frame.value or "", ""), tuple(frame.blocks)))
        elif name == "CodeBlock":
            outer.blocks.append(Code("".join(run.text for run in frame.runs).rstrip("\n")))
        elif name == "Link":
            said = "".join(run.text for run in frame.runs if run.kind != "note")
            outer.runs += self.marks.link(frame.value["dest_url"], said)
            outer.runs += [run for run in frame.runs if run.kind == "note"]
        elif name == "Image":
            picture = self.marks.picture(frame.value["dest_url"], "".join(run.text for run in frame.runs))
            if picture is not None:
                outer.blocks.append(picture)
        elif name == "FootnoteDefinition":
            self.footnotes[str(frame.value)] = tuple(frame.blocks)
        elif name == "TableCell":
            outer.cells.append(_trim(frame.runs))
        elif name in {"TableRow", "TableHead"}:
            outer.rows.append(tuple(frame.cells))
        elif name == "Table":
            head, *rows = frame.rows or [()]
            aligns = tuple({"Center": "center", "Right": "right"}.get(str(one), "left") for one in frame.value or ())
            width = len(aligns)
            outer.blocks.append(Table(aligns, _padded(head, width), tuple(_padded(row, width) for row in rows)))


def _padded(row: tuple[Runs, ...], width: int) -> tuple[Runs, ...]:
    return (*row[:width], *[()] * (width - len(row)))


def _trim(runs: list[Run]) -> Runs:
    """The runs without spaces at either end, neighbours of one kind joined."""
    joined: list[Run] = []
    for run in runs:
        if joined and run.kind == joined[-1].kind == "text":
            joined[-1] = Run("text", joined[-1].text + run.text)
        else:
            joined.append(run)
    if joined and joined[0].kind == "text":
        joined[0] = joined[0]._replace(text=joined[0].text.lstrip(" "))
    if joined and joined[-1].kind == "text":
        joined[-1] = joined[-1]._replace(text=joined[-1].text.rstrip(" "))
    return settled([run for run in joined if run.text or run.kind not in {"text", *_STYLES.values()}])


_POINTS = "。；，！？、：…"


def settled(runs: Iterable[Run]) -> Runs:
    """Notes set before the point that ends their statement, as Chinese books do; neighbours share one mark."""
    found: list[Run] = []
    point = ""
    for run in runs:
        if run.kind == "note":
            last = found[-1] if found else None
            if last is not None and last.kind == "text" and last.text[-1:] in _POINTS:
                bare = last.text.rstrip(_POINTS)
                point = last.text[len(bare) :]
                found[-1] = last._replace(text=bare)
            last = found[-1] if found else None
            if last is not None and last.kind == "note":
                if run.text not in last.text.split("，"):
                    found[-1] = last._replace(text=f"{last.text}，{run.text}")
            else:
                found.append(run)
            continue
        if point:
            found.append(Run("text", point))
            point = ""
        if run.kind == "see" and found and found[-1].kind == "text" and found[-1].text.endswith("见"):
            # 见某条（第3页）, not 见某条（见第3页）
            found += [run._replace(kind="xref"), Run("page", "", run.target)]
        else:
            found.append(run)
    if point:
        found.append(Run("text", point))
    joined: list[Run] = []
    for run in found:
        if joined and run.kind == joined[-1].kind == "text":
            joined[-1] = Run("text", joined[-1].text + run.text)
        elif run.text or run.kind != "text":
            joined.append(run)
    return tuple(joined)


def _with_footnotes(blocks: tuple[Block, ...], notes: dict[str, tuple[Block, ...]]) -> tuple[Block, ...]:
    """Footnotes stand in brackets where they are called: a printed page has notes for the sources only."""

    def runs(found: Runs) -> Runs:
        if not any(run.kind == "foot" for run in found):
            return found
        return tuple(
            Run("text", f"（{''.join(map(plain, notes.get(run.text, ())))}）") if run.kind == "foot" else run for run in found
        )

    def block(one: Block) -> Block:
        if isinstance(one, Para):
            return Para(runs(one.runs))
        if isinstance(one, Head):
            return Head(one.level, runs(one.runs), one.anchor)
        if isinstance(one, List):
            return List(one.start, tuple(Item(tuple(map(block, item.blocks)), item.tick) for item in one.items))
        if isinstance(one, Box):
            return Box(one.label, tuple(map(block, one.blocks)))
        if isinstance(one, Table):
            return Table(one.aligns, tuple(map(runs, one.head)), tuple(tuple(map(runs, row)) for row in one.rows), one.widths)
        return one

    return tuple(map(block, blocks)) if notes else blocks
