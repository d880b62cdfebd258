"""From quiz papers and lists of duties to files that print at once or go on being edited: PDF and DOCX of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from kb.office.form import Blank, Grid, Slot
from kb.office.sheet import TICK, Sheet, words
from kb.outputs.duties import named_cards
from kb.outputs.duty_sheets import sheet_of
from kb.outputs.plan import Plan, Site
from kb.outputs.quizzes import VARIANTS, WHOLE_PAPER, Row, chosen_of, parts_of, rows_of, state_of
from kb.outputs.role_tasks import lists_of
from kb.render.templates import digest_of
from kb.workpieces.duties import DutyList
from kb.workpieces.quizzes import JUDGE, MULTIPLE, SHORT, SINGLE

if TYPE_CHECKING:
    from kb.print.book import Book

FORM = "office/form.typ"
BRACKET = "（\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0）"
"""Where the answer goes; its blanks do not let a line end within."""


def plan(site: Site) -> Iterator[Plan]:
    """tools/quizzes/paper-*.pdf and .docx, tools/duties/*.pdf and .docx."""
    pieces = [piece for _, piece in sorted(site.library.pieces.get("quizzes", {}).items())]
    rows = {piece.id: rows_of(site, piece.value) for piece in pieces}
    for piece in pieces:
        yield from _papers(site, piece.id, piece.path, piece.value.title, piece.value.paper, rows[piece.id], [piece.digest])
    if pieces:
        every = [row for piece in pieces for row in rows[piece.id]]
        yield from _papers(site, "all", pieces[0].path, "综合", WHOLE_PAPER, every, [piece.digest for piece in pieces])
    for value in lists_of(site.library):
        yield from _list(site, value)


def _papers(
    site: Site, name: str, path: str, title: str, paper: Iterable[tuple[str, int]], rows: list[Row], digests: list[bytes]
) -> Iterator[Plan]:
    """The same papers as the pages print, variant by variant."""
    chosen = chosen_of(name, paper, rows)
    templates = digest_of(*sorted((site.project.templates / "print").glob("*.typ")))
    parts = (digests, [(kind, state_of(found)) for kind, found in chosen])
    for variant, letter in VARIANTS:
        stem = f"paper-{name}-{variant}"

        def book(variant: str = variant, letter: str = letter, stem: str = stem) -> Book:
            from kb.print.papers import Asked, Part, paper_book  # only where a paper must be made

            made = [
                Part(kind, instruction, [Asked(*line[:4], line.row.question.explain, _basis(line.row)) for line in lines],
                     BRACKET if kind in {SINGLE, MULTIPLE, JUDGE} else "", kind == SHORT)
                for kind, instruction, lines in parts_of(name, variant, chosen)
            ]  # fmt: skip
            return paper_book(stem, path, f"{title}试卷（{letter}卷）", site.name, made)

        def pdf(book: Callable[[], Book] = book) -> bytes:
            from kb.print.fonts import choose, folders
            from kb.print.typst_pdf import make_pdf

            # only the fonts that pip brought: what a machine has installed must not change the site
            made = make_pdf(site.project, book(), choose(folders(site.project, only_bundled=True)))
            if made.pages is None:
                raise UnprintableError("；".join(problem.message for problem in made.problems))
            return made.data

        def docx(book: Callable[[], Book] = book) -> bytes:
            from kb.print.typst_pdf import Pages
            from kb.print.word_docx import make_docx

            # a paper refers to no page
            return make_docx(book(), Pages({}, (), (), 0))

        yield Plan(f"tools/quizzes/{stem}.pdf", site.digest("paper-pdf", stem, title, templates, parts), pdf)
        yield Plan(f"tools/quizzes/{stem}.docx", site.digest("paper-docx", stem, title, parts), docx)


class UnprintableError(Exception):
    """A question holds a character that no bundled font has."""


def _basis(row: Row) -> str:
    """What an answer rests on: the entry, the paragraphs of its sources, and whether that has changed since."""
    stale = "依据的条目改过，答案待复核" if row.stale else ""
    return "；".join(words for words in (row.basis.title if row.basis else "", row.cited, stale) if words)


def _list(site: Site, value: DutyList) -> Iterator[Plan]:
    library = site.library
    parts = (library.pieces["duties"][value.id].digest, named_cards(site, value.mentions))

    def document() -> bytes:
        from kb.office.form_docx import form_document

        return form_document(_blank(sheet_of(value, library)), site.name)

    def page() -> bytes:
        from kb.office.form_pdf import form_pdf

        return form_pdf(_blank(sheet_of(value, library)), site.project.templates / FORM)

    yield Plan(f"tools/duties/{value.id}.pdf", site.digest("duty-pdf", value.id, site.template_digest(FORM), parts), page)
    yield Plan(f"tools/duties/{value.id}.docx", site.digest("duty-docx", value.id, parts), document)


def _blank(sheet: Sheet) -> Blank:
    """The table as a form across the long side of the paper: read, ticked, filled in."""
    head = tuple(Slot(column.label, head=True) for column in sheet.columns)
    rows = tuple(
        tuple(
            Slot(words(cell), left=not column.centred and cell.text != TICK)
            for column, cell in zip(sheet.columns, row, strict=True)
        )
        for row in sheet.rows
    )
    widths = tuple(column.width for column in sheet.columns)
    return Blank(sheet.title, True, (Grid(sheet.subtitle, "", "columns", widths, (head, *rows), 1),), sheet.notes)
