"""From blocks and runs to the paragraphs, lists, tables and fields of a DOCX body."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from kb.print.blocks import Block, Box, Code, Form, Head, List, Para, Picture, Run, Runs, Table, plain, words
from kb.print.book import Book, Section
from kb.print.typst_pdf import TALL, Pages, weights
from kb.print.word_styles import SHEETS, TINTS
from kb.print.word_xml import form_table, link, page_of, paragraph, run, styled, table, tick_box

MAX_LIST_LEVEL = 8


class BlockWriter:
    """Writes blocks into `out`; afterwards `lists` holds where each ordered list begins."""

    def __init__(self, book: Book, pages: Pages, draft: bool) -> None:
        self.book, self.pages, self.draft = book, pages, draft
        self.sheet = SHEETS[book.style]
        self.out: list[str] = []
        self.lists: list[int] = []
        self.contents: list[tuple[int, str, str, int]] = []
        """(level, bookmark, words, page)"""
        self.marks: dict[str, list[tuple[str, int]]] = {}
        """word of the index -> its bookmarks with their pages in the PDF"""
        self.bookmarks = 0
        self.names = {section.id: f"tiaomu{place}" for place, section in enumerate(self._sections(), 1)}
        self.names |= {anchor: f"biaodan{place}" for place, anchor in enumerate(self._anchors(), 1)}

    def _sections(self) -> Iterable[Section]:
        return (section for chapter in self.book.chapters for section in chapter.sections)

    def _anchors(self) -> Iterable[str]:
        """Of headings that stand in the contents."""
        parts = [*(one.blocks for one in self._sections()), *(one.blocks for one in self.book.appendices)]
        return (block.anchor for blocks in parts for block in blocks if isinstance(block, Head) and block.level == 0)

    def put(self, style: str, inner: str, properties: str = "") -> None:
        self.out.append(paragraph(style, inner, properties))

    def bookmark(self, name: str, inner: str) -> str:
        self.bookmarks += 1
        return f'<w:bookmarkStart w:id="{self.bookmarks}" w:name="{name}"/>{inner}<w:bookmarkEnd w:id="{self.bookmarks}"/>'

    def mark(self, word: str) -> str:
        """A bookmark that the index leads to; its page is known from the PDF, whose marks come in the same order."""
        number = sum(map(len, self.marks.values())) + 1
        page = self.pages.marks[number - 1][1] if number <= len(self.pages.marks) else 1
        self.marks.setdefault(word, []).append((f"suo{number}", page))
        return self.bookmark(f"suo{number}", "")

    def runs(self, runs: Runs) -> str:
        return "".join(self.run(one) for one in runs)

    def run(self, one: Run) -> str:
        kind, said = one.kind, one.text
        if kind == "text":
            return run(said)
        if kind in {"strong", "code"}:
            return styled(said, "Strong")
        if kind == "em":
            return styled(said, "Emphasis")
        if kind == "del":
            return run(said, "<w:strike/>")
        if kind == "break":
            return "<w:r><w:br/></w:r>"
        if kind == "note":
            return styled(f"[{said}]", "NoteMark")
        if kind == "index":
            return self.mark(said)
        name, page = self.names.get(one.target, "zhang1"), self.pages.sections.get(one.target)
        if kind == "xref":
            return link(name, run(said))
        number = page_of(name, page)
        if kind == "see":
            return link(name, run(said)) + run("（见第") + number + run("页）")
        return number if kind == "number" else run("（第") + number + run("页）")

    def ordered(self, start: int, items: Iterable[str], level: int = 0) -> None:
        self.lists.append(start)
        number = len(self.lists) + 1
        for inner in items:
            self.put("ListNumber", inner, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')

    def blocks(self, blocks: Iterable[Block], style: str = "BodyText", level: int = 0, small: bool = False) -> None:
        found = list(blocks)
        for block, following in itertools.zip_longest(found, found[1:]):
            if isinstance(block, Para) and isinstance(following, Form):
                # what stands above a blank form names it
                self.put(style, self.runs(block.runs), "<w:keepNext/>")
            else:
                self.block(block, style, min(level, MAX_LIST_LEVEL), small)

    def block(self, block: Block, style: str, level: int, small: bool) -> None:
        if isinstance(block, Para):
            self.put(style, self.runs(block.runs))
        elif isinstance(block, Head):
            if block.level == 0:
                page = self.pages.sections.get(block.anchor, 1)
                name = self.names[block.anchor]
                self.contents.append((2, name, words(block.runs), page))
                self.put("Heading2", self.bookmark(name, self.runs(block.runs)), "<w:pageBreakBefore/>" if self.book.sheet else "")
            else:
                self.put("Heading3" if block.level == 1 else "Heading4", self.runs(block.runs))
        elif isinstance(block, List):
            self.list(block, level, small)
        elif isinstance(block, Box):
            self.box(block)
        elif isinstance(block, Table):
            self.table(block)
        elif isinstance(block, Form):
            self.form(block)
        elif isinstance(block, Code):
            for line in block.text.split("\n"):
                self.put("Preformatted", run(line))
        else:
            assert isinstance(block, Picture)
            self.put("CoverLine", run(f"（图：{block.alt}）"))

    def list(self, block: List, level: int, small: bool) -> None:
        number = 1
        if block.start:
            self.lists.append(block.start)
            number = len(self.lists) + 1
        style = "Small" if small else "ListNumber" if block.start else "ListBullet"
        for item in block.items:
            first, *rest = item.blocks or (Para(()),)
            inner = self.runs(first.runs) if isinstance(first, Para) else run(plain(first))
            if item.tick is not None:
                self.put("Check", tick_box(item.tick) + run("　") + inner)
            elif small:
                self.put("Small", inner)
            else:
                self.put(style, inner, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
            self.blocks(rest, "BodyText", level + 1, small)

    def box(self, block: Box) -> None:
        if not block.label:
            self.blocks(block.blocks, "Quote")
            return
        style = f"Callout{list(TINTS).index(block.label) + 1}"
        for place, one in enumerate(block.blocks):
            head = styled(f"{block.label}　", "Strong") if place == 0 else ""
            self.put(style, head + (self.runs(one.runs) if isinstance(one, Para) else run(plain(one))))

    def form(self, block: Form) -> None:
        unit = self.sheet.measure / sum(block.widths)
        widths = [round(unit * share) for share in block.widths]
        self.out.append(form_table(widths, block, self.sheet.small * 1.5 * 20))
        self.gap()

    def table(self, block: Table) -> None:
        shares = weights(block)
        widths = [round(self.sheet.measure * share / sum(shares)) for share in shares]
        rows = [(True, [("TableHead", self.runs(cell)) for cell in block.head])]
        rows += [(False, [("TableText", self.runs(cell)) for cell in row]) for row in block.rows]
        self.out.append(table(widths, rows, any(len(words(cell)) > TALL for row in block.rows for cell in row)))
        self.gap()

    def gap(self) -> None:
        """A little room below a table."""
        self.put("TableText", "", f'<w:spacing w:before="0" w:after="0" w:line="{round(self.sheet.line * 8)}" w:lineRule="exact"/>')
