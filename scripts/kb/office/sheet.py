"""A table for people: title, columns, rows of cells; the one thing that page, XLSX and CSV are all written from."""

from __future__ import annotations

from dataclasses import dataclass

from kb.model.value import Cite

TICK = "□"
"""A box to tick by hand; GB 2312 has it, so every office font does."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head and its width in Chinese characters."""

    label: str
    width: int = 8
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: the words for paper, the citations behind them, the entries that a page links to."""

    text: str = ""
    cites: tuple[Cite, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """(words, id of a shown entry): on a page these stand instead of the words."""
    flag: str = ""
    """A remark of the table's own, such as 无量化指标."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. `notes` stand below it, `subtitle` under the title."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    subtitle: str = ""
    notes: tuple[str, ...] = ()
    tab: str = ""
    """Name of the sheet in a workbook; the title where empty."""


def words(cell: Cell) -> str:
    """The cell as it stands on paper and in files."""
    return f"{cell.text}（{cell.flag}）" if cell.flag and cell.text else cell.flag or cell.text
