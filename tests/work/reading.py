"""Helpers: the tables of a page as rows of plain words, without the marks of citation."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path


class Table(list[list[str]]):
    """Rows of cells; `css` holds the classes of the table."""

    def __init__(self, css: str) -> None:
        super().__init__()
        self.css = css


class _Tables(HTMLParser):
    """Collects tables; citation marks are left out, the table's own flags stand in brackets as they do on paper."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Table] = []
        self.cell: list[str] | None = None
        self.silent = 0
        self.flag = False
        self.cites: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        css = dict(attrs).get("class") or ""
        if tag == "table":
            self.found.append(Table(css))
        elif tag == "tr" and self.found:
            self.found[-1].append([])
        elif tag in {"td", "th"} and self.found:
            self.cell = []
        elif tag in {"a", "i"} and self.cell is not None:
            mark = css in {"kc", "kd"}
            self.cites.append(mark)
            self.silent += mark
        elif tag == "span" and "kw-flag" in css and self.cell is not None:
            self.flag = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"} and self.cell is not None:
            self.found[-1][-1].append("".join(self.cell).strip())
            self.cell = None
        elif tag in {"a", "i"} and self.cell is not None and self.cites:
            self.silent -= self.cites.pop()
        elif tag == "span":
            self.flag = False

    def handle_data(self, data: str) -> None:
        if self.cell is None or self.silent:
            return
        if self.flag:
            data = f"（{data}）" if "".join(self.cell).strip() else data
        self.cell.append(data)


def tables_of(page: Path) -> list[Table]:
    """All tables of a page in order."""
    parser = _Tables()
    parser.feed(page.read_text("utf-8"))
    return parser.found
