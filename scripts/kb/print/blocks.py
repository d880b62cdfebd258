"""What a text is made of in print: blocks and runs, the tree that every printing writer (Typst, DOCX) walks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Run(NamedTuple):
    """A stretch of text. Kinds: text, strong, em, code, del, break; and those that lead somewhere:

    note (`text` is the mark as it shows), see (a mention of an entry that stands in this book; `target` its id, the
    page is added), xref (the same without the page), page (the page in brackets), number (the bare page), index
    (nothing to see; `text` goes into the index with this page).
    """

    kind: str
    text: str
    target: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Head:
    """A heading within an entry; 1 is the entry's own first level (`##`). Level 0 stands in the contents, under `anchor`."""

    level: int
    runs: Runs
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list; `tick` is None where it is no task, else whether it is done."""

    blocks: tuple[Block, ...]
    tick: bool | None = None


@dataclass(frozen=True, slots=True)
class List:
    """A list; `start` is the first number of an ordered one, 0 for one without numbers; no item of a `whole` one is parted by
    the end of a page."""

    start: int
    items: tuple[Item, ...]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `aligns` has one of left, center, right for each column, `widths` shares of the line where they are given."""

    aligns: tuple[str, ...]
    head: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    widths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A call-out with its label, or a quotation where the label is empty."""

    label: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Text kept line by line."""

    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An image; `path` from the project's root."""

    path: str
    alt: str


class Cell(NamedTuple):
    """A cell of a form: its words, columns it spans, lines it is high at the least; `tick` cells hold a box to tick."""

    text: str
    span: int = 1
    head: bool = False
    lines: int = 1
    left: bool = False
    tick: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A part of a blank form to fill in; `widths` are shares of the line."""

    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    heads: int
    """Rows that repeat on every page."""


Block = Para | Head | List | Table | Box | Code | Picture | Form


def plain(block: Block) -> str:
    """The words of a block, for what can hold nothing but words."""
    if isinstance(block, Para | Head):
        return words(block.runs)
    if isinstance(block, List):
        return "；".join("".join(plain(inner) for inner in item.blocks) for item in block.items)
    if isinstance(block, Box):
        return "".join(plain(inner) for inner in block.blocks)
    if isinstance(block, Table):
        return "；".join("，".join(words(cell) for cell in row) for row in block.rows)
    if isinstance(block, Form):
        return "；".join(cell.text for row in block.rows for cell in row if cell.text)
    return block.text if isinstance(block, Code) else block.alt


def every_run(blocks: Iterable[Block]) -> Iterator[Run]:
    """All runs of the blocks, in order."""
    for block in blocks:
        if isinstance(block, Para | Head):
            yield from block.runs
        elif isinstance(block, List):
            for item in block.items:
                yield from every_run(item.blocks)
        elif isinstance(block, Box):
            yield from every_run(block.blocks)
        elif isinstance(block, Table):
            for row in (block.head, *block.rows):
                for cell in row:
                    yield from cell


def words(runs: Runs) -> str:
    """What the runs say, without notes and index marks."""
    return "".join(run.text for run in runs if run.kind not in {"note", "index"})
