"""The five real handbooks composed and set once, with the fonts that pip brings, and poppler to read them back."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from kb.build import settings
from kb.disk.cache import Cache
from kb.intake import Intake, take_in
from kb.print.book import Book
from kb.print.compose import compose
from kb.print.fonts import Fonts, choose, folders
from kb.print.typst_pdf import Pages, make_pdf
from kb.print.word_styles import SHEETS
from kb.project import Project

HOUSE = Path(__file__).resolve().parents[2]
POINTS = 72 / 25.4


@dataclass(frozen=True)
class Printed:
    """A handbook as set: the composed book, its PDF on disk, where things stand in it."""

    book: Book
    path: Path
    pages: Pages

    def text(self, first: int = 1, last: int = 0, body: bool = True) -> str:
        """Words of the pages (counted in the file), of the type area alone unless told otherwise."""
        words = ["pdftotext", "-raw", "-f", str(first), "-l", str(last or self.pages.total)]
        if body:
            sheet = SHEETS[self.book.style]
            # both inner margins: the type area stands on the outside of even pages
            words += [
                "-y",
                str(round((sheet.top - 4) * POINTS)),
                "-H",
                str(round((sheet.body_height + 8) * POINTS)),
                "-x",
                "0",
                "-W",
                "2000",
            ]
        return subprocess.run([*words, str(self.path), "-"], capture_output=True, check=True).stdout.decode()

    def leaves(self, body: bool = True) -> list[str]:
        """The words of every page, one after the other."""
        return self.text(body=body).split("\f")[: self.pages.total]

    @property
    def shift(self) -> int:
        """Pages of the file before the page numbered 1."""
        numbers = [printed_number(leaf) for leaf in self.leaves(body=False)]
        return numbers.index("1")


def printed_number(leaf: str) -> str:
    """The number in a page's foot, "" where it has none."""
    found = re.search(r"— (\d+) —\s*$", leaf.strip())
    return found.group(1) if found else ""


def squeezed(words: str) -> str:
    """Words without white space, notes and the joiner that keeps notes with them."""
    return re.sub(r"\[[编\d，]+\]|[\s\u2060\u00a0]+", "", words)


@pytest.fixture(scope="session")
def intake(tmp_path_factory: pytest.TempPathFactory) -> Intake:
    """The repository's own content."""
    with Cache(tmp_path_factory.mktemp("intake") / "kb.sqlite") as cache:
        found = take_in(Project(HOUSE), cache)
        cache.commit()
    assert not found.failed, [str(problem.spot) for problem in found.problems]
    return found


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    return choose(folders(Project(HOUSE), only_bundled=True))


@pytest.fixture(scope="session")
def shelf(intake: Intake, fonts: Fonts, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Printed]:
    """All handbooks of content/handbooks by id."""
    folder = tmp_path_factory.mktemp("books")
    made = {}
    for name, piece in intake.library.pieces["handbooks"].items():
        book = compose(Project(HOUSE), intake.library, piece, settings(Project(HOUSE))[0])
        pdf = make_pdf(Project(HOUSE), book, fonts)
        assert pdf.pages is not None, pdf.problems
        path = folder / f"{name}.pdf"
        path.write_bytes(pdf.data)
        made[name] = Printed(book, path, pdf.pages)
    return made


@pytest.fixture(scope="session")
def secretary(shelf: dict[str, Printed]) -> Printed:
    """党支部书记工作手册: in the official style."""
    return shelf["zhibu-shuji"]
