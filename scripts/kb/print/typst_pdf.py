"""From a composed book to PDF: its blocks as JSON into the Typst templates of templates/print, tagged, archival, the same bytes each time."""

from __future__ import annotations

import datetime
import functools
import json
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kb.print.blocks import Block, Box, Code, Form, Head, List, Para, Picture, Run, Runs, Table, words
from kb.print.book import Appendix, Book, BookChapter, Notes, Section, chinese, chinese_date
from kb.print.fonts import Fonts
from kb.problem import Problem, Spot
from kb.project import Project

STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
"""PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1); both make a missing glyph an error."""
UNSETTLED = "did not converge"
"""What Typst says when page numbers go on changing the pages that they stand on; then some of them would be wrong."""
EPOCH = 946684800
"""2000-01-01: stands in the PDF where git knows no date."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Where things stand in a PDF, by page numbers as printed."""

    sections: dict[str, int]
    """Entry id -> page."""
    chapters: tuple[int, ...]
    """Page of each chapter, appendix and of the index, in order."""
    marks: tuple[tuple[str, int], ...]
    """(word, page) of every index mark, in the order of the text."""
    total: int
    """Pages of the file, cover and contents included."""


@dataclass(frozen=True, slots=True)
class Pdf:
    """A finished PDF, or the problems that kept it from being made."""

    data: bytes
    pages: Pages | None
    problems: tuple[Problem, ...] = ()


def book_json(book: Book) -> dict[str, Any]:
    """The book as the templates read it; equal books give equal JSON."""
    chapters = [_chapter(chapter, number, book.sheet) for number, chapter in enumerate(book.chapters, 1)]
    return {
        "title": book.title,
        "title-lines": list(book.title_lines),
        "subtitle": book.subtitle,
        "edition": book.edition,
        "publisher": book.publisher,
        "audience": book.audience,
        "house": book.house,
        "date": chinese_date(book.date) if book.date else None,
        "style": book.style,
        "keywords": list(book.keywords),
        "imprint": [list(row) for row in book.imprint],
        "foreword": _blocks(book.foreword),
        "foreword-notes": _notes(book.foreword_notes),
        "guide": _blocks(book.guide),
        "chapters": chapters,
        "appendices": [_appendix(one, number) for number, one in enumerate(book.appendices, 1)],
        "index": [[one.word, one.letter] for one in book.index],
        "index-title": "索引",
    }


def make_pdf(project: Project, book: Book, fonts: Fonts, draft: bool = False) -> Pdf:
    """Set the book. A character that no font holds is a problem with its place."""
    import typst

    data = book_json(book)
    inputs = {
        "book": json.dumps(data, ensure_ascii=False, separators=(",", ":")),
        "fonts": json.dumps(fonts.families(), ensure_ascii=False),
        "draft": "1" if draft else "0",
        "bold-title": "1" if fonts.bold_title else "0",
    }
    with tempfile.TemporaryDirectory(prefix="kb-print-") as scratch:
        root = Path(scratch)
        # a root of our own with links into the knowledge base: on a host templates/ is itself a link to the host's own copy,
        # and Typst takes no main file from outside its root
        for folder in (project.templates, project.content):
            (root / folder.name).symlink_to(folder.resolve())
        main = root / "main.typ"
        main.write_text('#include "/templates/print/handbook.typ"\n', "utf-8")
        try:
            compiler = typst.Compiler(main, root, _loaded(fonts.folders), True, inputs)
            pdf, warnings = compiler.compile_with_warnings(format="pdf", pdf_standards=[*STANDARDS], timestamp=timestamp(book))
            if any(UNSETTLED in str(warning) for warning in warnings):
                return Pdf(b"", None, (_unsettled(book),))
            found = json.loads(compiler.query("<pages>", field="value", one=True))
        except typst.TypstError:
            problems = missing_characters(project, book, fonts)
            if not problems:
                raise
            return Pdf(b"", None, problems)
    assert isinstance(pdf, bytes)
    sections = {name.removeprefix("e-"): page for name, page in found["sections"]}
    return Pdf(
        pdf, Pages(sections, tuple(found["chapters"]), tuple((word, page) for word, page in found["marks"]), found["sheets"])
    )


def _unsettled(book: Book) -> Problem:
    hint = "这样的情形极少见：改动其中一条的几个字，或换一种版式（--style）再印"
    return Problem("unsettled-pages", Spot(book.path, 1, 1), "页码来回变动，定不下来，没有印成", hint)


def impose(project: Project, pdf: bytes, pages: int) -> tuple[bytes, int]:
    """A5 pages two by two on sheets of A4 in saddle order, and how many sides of paper that makes.

    A picture of each page, set by Typst itself: a twentieth of the time of a PDF library, and smaller.
    """
    import typst

    with tempfile.TemporaryDirectory(prefix="kb-booklet-") as scratch:
        root = Path(scratch)
        (root / "book.pdf").write_bytes(pdf)
        shutil.copy(project.templates / "print" / "booklet.typ", root)
        inputs = {"file": "/book.pdf", "pages": str(pages)}
        made = typst.compile(
            root / "booklet.typ", root=root, sys_inputs=inputs, timestamp=EPOCH, ignore_system_fonts=True, pdf_tags=False
        )
    assert isinstance(made, bytes)
    return made, -(-pages // 4) * 2


def timestamp(book: Book) -> int:
    """Midnight UTC of the book's date, as the PDF records it."""
    if not book.date:
        return EPOCH
    return int(datetime.datetime.fromisoformat(book.date).replace(tzinfo=datetime.UTC).timestamp())


@functools.cache
def _loaded(folders: tuple[Path, ...]) -> Any:
    """The fonts of these folders, read once for all books of a run."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(folders))


def missing_characters(project: Project, book: Book, fonts: Fonts) -> tuple[Problem, ...]:
    """Every character of the book that none of its fonts holds, where it first stands in the content."""
    held = fonts.coverage()
    found = []
    for path in dict.fromkeys((book.path, *(section.path for chapter in book.chapters for section in chapter.sections))):
        text = (project.root / path).read_text("utf-8")
        for char in dict.fromkeys(text):
            if ord(char) > 0x24F and ord(char) not in held and not char.isspace():
                at = text.index(char)
                spot = Spot(path, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
                hint = "换一个通用的字；人名、地名中的生僻字可在 fonts/ 里放一套收字更全的字体"
                found.append(Problem("missing-glyph", spot, f"字体里没有“{char}”（U+{ord(char):04X}），印不出来", hint))
    return tuple(found)


def _chapter(chapter: BookChapter, number: int, sheet: bool) -> dict[str, Any]:
    return {
        "title": None if sheet else f"第{chinese(number)}章　{chapter.title}",
        "intro": _blocks(chapter.intro),
        "sections": [_section(one, None if sheet else chinese(place)) for place, one in enumerate(chapter.sections, 1)],
        "questions": [_runs(one) for one in chapter.questions],
        "notes": _notes(chapter.notes),
    }


def _section(section: Section, number: str | None) -> dict[str, Any]:
    return {
        "id": section.id,
        "number": number,
        "title": section.title,
        "kicker": list(section.kicker),
        "aliases": list(section.aliases),
        "summary": section.summary,
        "facts": [[label, [_runs(line) for line in lines]] for label, lines in section.facts],
        "blocks": _blocks(section.blocks),
        "ticks": [section.ticks[0], [_runs(line) for line in section.ticks[1]]] if section.ticks else None,
        "closing": [[label, _runs(runs)] for label, runs in section.closing],
        "flags": list(section.flags),
    }


def _appendix(one: Appendix, number: int) -> dict[str, Any]:
    return {"title": f"附录{chinese(number)}　{one.title}", "lead": one.lead, "blocks": _blocks(one.blocks), "small": one.small}


def _notes(notes: Notes) -> dict[str, Any] | None:
    if notes.empty:
        return None
    return {
        "sources": [[title, [list(row) for row in rows]] for title, rows in notes.sources],
        "editor": [[title, [list(row) for row in rows]] for title, rows in notes.editor],
        "plain": notes.plain,
    }


def _runs(runs: Runs) -> list[Any]:
    """Runs as JSON: plain text as a string, everything else as [kind, text, target]."""
    return [run.text if run.kind == "text" else _mark(run) if run.kind == "note" else list(run) for run in runs]


def _mark(run: Run) -> list[str]:
    """A note's mark in brackets: [1] and [编] hold together by themselves, others (kind held) need a box in the line."""
    kind = "note" if run.text.isdigit() or len(run.text) == 1 else "held"
    return [kind, f"[{run.text}]", ""]


def _blocks(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    return [_block(block) for block in blocks]


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Para):
        return {"k": "p", "r": _runs(block.runs)}
    if isinstance(block, Head):
        return {"k": "h", "l": block.level, "r": _runs(block.runs), "id": block.anchor}
    if isinstance(block, List):
        items = [{"b": _blocks(item.blocks), "t": item.tick} for item in block.items]
        return {"k": "ol" if block.start else "ul", "start": block.start, "items": items, "whole": block.whole}
    if isinstance(block, Box):
        return {"k": "box", "label": block.label, "b": _blocks(block.blocks)}
    if isinstance(block, Table):
        return {
            "k": "table",
            "aligns": list(block.aligns),
            "weights": weights(block),
            "tall": any(len(words(cell)) > TALL for row in block.rows for cell in row),
            "head": [_runs(cell) for cell in block.head],
            "rows": [[_runs(cell) for cell in row] for row in block.rows],
        }
    if isinstance(block, Code):
        return {"k": "code", "text": block.text}
    if isinstance(block, Form):
        return {
            "k": "form",
            "widths": list(block.widths),
            "heads": block.heads,
            "rows": [[cell._asdict() for cell in row] for row in block.rows],
        }
    assert isinstance(block, Picture)
    return {"k": "image", "path": f"/{block.path}", "alt": block.alt}


PAGE_NOTE = 6
"""Characters that （见第88页） adds to a mention."""
TALL = 240
"""Characters of a cell beyond which its row may break across pages."""
MOST_WEIGHT, LEAST_WEIGHT = 30, 7


def weights(table: Table) -> list[int]:
    """Widths of the columns in shares: as the longest cell asks, within bounds, so that no column starves."""
    if table.widths:
        return list(table.widths)
    shares = []
    for column in range(len(table.aligns)):
        lengths = [_length(row[column]) for row in (table.head, *table.rows)]
        longest = max(lengths, default=1)
        mean = sum(lengths) / max(len(lengths), 1)
        shares.append(int(max(LEAST_WEIGHT, min(MOST_WEIGHT, (longest + mean) / 2 + 1))))
    return shares


def _length(runs: Runs) -> int:
    """Characters of a cell as printed, page references included."""
    return len(words(runs)) + PAGE_NOTE * sum(run.kind in {"see", "page"} for run in runs)
