"""From the real entries to a book of about as many pages as asked: python -m bench.print.grown PAGES sets it and says how many."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from kb.disk.cache import Cache
from kb.intake import take_in
from kb.print.blocks import Run, Runs
from kb.print.book import Book, BookChapter, Notes, Section
from kb.print.citing import Numbering
from kb.print.compose import Maker
from kb.print.fonts import choose, folders
from kb.print.typst_pdf import make_pdf
from kb.project import Project

HOUSE = Path(__file__).resolve().parents[2]
ENTRIES_A_PAGE = 0.47
"""Measured on the five handbooks in the official style, blank pages and notes included."""
CHAPTER = 12
"""Entries of a chapter."""


def grown(pages: int) -> Book:
    """A book of the real entries, over and over under other ids, with their own references and index words."""
    project = Project(HOUSE)
    with tempfile.TemporaryDirectory() as scratch, Cache(Path(scratch) / "kb.sqlite") as cache:
        library = take_in(project, cache).library
    cards = [card for kind in library.schema.ordered_types() for card in library.of_type(kind.name)]
    maker = Maker(project, library, frozenset(card.id for card in cards))
    wanted = round(pages * ENTRIES_A_PAGE)
    chapters = []
    for number in range(0, wanted, CHAPTER):
        notes = Numbering(library)
        sections = []
        for place in range(number, min(number + CHAPTER, wanted)):
            round_, at = divmod(place, len(cards))
            sections.append(_renamed(maker.section(cards[at], notes), round_))
        chapters.append(BookChapter(f"第{number // CHAPTER + 1}组", (), tuple(sections), (), notes.done()))
    known = {section.id for chapter in chapters for section in chapter.sections}
    chapters = [replace(chapter, sections=tuple(_cut(one, known) for one in chapter.sections)) for chapter in chapters]
    from kb.print.appendices import index_of

    index = index_of(maker.scope.indexed | {word for card in cards for word in (card.title, *card.aliases)})
    return Book(
        "grown", "mkdocs.yml", "量印制用的书", ("量印制用的书",), "", "", "试验", "", "试验", "2026-01-01", "公文", (), (), (), Notes(), (), tuple(chapters), (), index
    )  # fmt: skip


def _renamed(section: Section, round_: int) -> Section:
    return replace(section, id=f"{section.id}-{round_}") if round_ else section


def _cut(section: Section, known: set[str]) -> Section:
    """References to entries that did not make it into the book become plain words."""

    def runs(found: Runs) -> Runs:
        return tuple(
            Run("text", run.text) if run.target and run.target not in known and run.kind != "note" else run for run in found
        )

    facts = tuple((label, tuple(map(runs, lines))) for label, lines in section.facts)
    blocks = tuple(replace(one, runs=runs(one.runs)) if hasattr(one, "runs") else one for one in section.blocks)
    return replace(section, facts=facts, blocks=tuple(one for one in blocks if _sound(one, known)), related=runs(section.related))


def _sound(block: object, known: set[str]) -> bool:
    from kb.print.blocks import every_run

    return all(not run.target or run.kind == "note" or run.target in known for run in every_run([block]))  # type: ignore[list-item]


def main() -> int:
    import resource
    import time

    project = Project(HOUSE)
    book = grown(int(sys.argv[1]))
    fonts = choose(folders(project, only_bundled=True))
    before, wall = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    pdf = make_pdf(project, book, fonts)
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert pdf.pages is not None
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(pdf.pages.total, f"{time.perf_counter() - wall:.2f}", f"{cpu:.2f}", round(after.ru_maxrss * 1024 / 1e6), len(pdf.data))
    return 0


if __name__ == "__main__":
    sys.exit(main())
