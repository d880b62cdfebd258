"""From the handbooks to finished files on the shelf: only those are made anew in which something changed."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from kb.intake import Intake
from kb.model.entry import Card
from kb.print import shelf as shelf_module
from kb.print.book import Book
from kb.print.fonts import Fonts, choose, folders, fonts_digest
from kb.print.shelf import STYLE_NAMES, Made, Row, folder, read_shelf, standing, write_shelf
from kb.problem import Problem
from kb.project import Project
from kb.workpieces.handbooks import Handbook, chapters_of
from kb.workpieces.kind import Piece

FORMATS = ("pdf", "docx")
FORMS = (*FORMATS, "booklet")
BOOKLET_STYLE = "A5"


@dataclasses.dataclass(frozen=True, slots=True)
class Order:
    """What is to be made: formats of FORMATS, a style instead of the handbook's own, a draft, a booklet."""

    formats: tuple[str, ...] = FORMATS
    style: str = ""
    draft: bool = False
    booklet: bool = False
    bundled_fonts: bool = False

    @property
    def forms(self) -> tuple[str, ...]:
        """Forms of file (kb.print.shelf.Made.form) that come of it."""
        return ("booklet",) if self.booklet else self.formats

    @property
    def look(self) -> tuple[object, ...]:
        """What of it bears on the bytes of a file."""
        return (self.style, self.draft, self.booklet, self.bundled_fonts)


@dataclasses.dataclass(frozen=True, slots=True)
class Done:
    """One book's result; `row` is None where problems kept it from being made."""

    title: str
    row: Row | None
    fresh: bool
    problems: tuple[Problem, ...] = ()


def wanted(intake: Intake, names: Iterable[str]) -> list[Piece]:
    """The handbooks to make, by id; all of this edition where none is named."""
    pieces = intake.library.pieces.get("handbooks", {})
    chosen = [pieces[name] for name in names if name in pieces] or list(pieces.values())
    return [piece for piece in chosen if intake.library.edition != "公开" or not piece.value.inner]


def make_books(project: Project, intake: Intake, pieces: Iterable[Piece], order: Order) -> Iterator[Done]:
    """Make the books that are not up to date, one after the other, and keep the list of the shelf."""
    shelf = read_shelf(project)
    known = {piece.id for piece in intake.library.pieces.get("handbooks", {}).values()}
    for name in [name for name, row in shelf.items() if row.id not in known]:
        _remove(project, shelf.pop(name))
    paths = folders(project, order.bundled_fonts)
    base = hashlib.blake2b(
        intake.key + _templates(project) + fonts_digest(paths) + project.mkdocs_yml.read_bytes() + repr(order.look).encode(),
        digest_size=16,
    )
    for piece in pieces:
        name = piece.id + _suffix(order)
        row = shelf.get(name)
        key = _key(base, piece, intake)
        whole = row is not None and standing(project, row) and set(order.forms) <= {one.form for one in row.files}
        if row is not None and whole and row.key == key:
            yield Done(piece.value.title, row, False)
            continue
        from kb.print.compose import compose

        book = compose(project, intake.library, piece, _house(project))
        book = dataclasses.replace(book, style=BOOKLET_STYLE if order.booklet else order.style or book.style)
        text = _text(book, project, paths, order)
        if row is not None and whole and row.text == text:
            fresh, row = False, dataclasses.replace(row, key=key, sources=_sources(piece, intake))
        else:
            old, fresh = row, True
            row, problems = _make(project, intake, piece, book, choose(paths), order, name, key, text)
            if row is None:
                yield Done(piece.value.title, None, True, problems)
                continue
            row = _joined(project, row, old)
        shelf[name] = row
        write_shelf(project, shelf)
        yield Done(piece.value.title, row, fresh)


def make_sheets(project: Project, intake: Intake, names: Iterable[str], order: Order) -> Iterator[Done]:
    """Single entries as sheets, into the folder sheets/ of the shelf; they are made each time."""
    from kb.print.compose import compose_sheet
    from kb.print.typst_pdf import make_pdf
    from kb.print.word_docx import make_docx

    for name in dict.fromkeys(names):
        card = intake.library.shown[name]
        book = compose_sheet(project, intake.library, card, _house(project))
        pdf = make_pdf(project, book, choose(folders(project, order.bundled_fonts)), order.draft)
        if pdf.pages is None:
            yield Done(card.title, None, True, pdf.problems)
            continue
        files = []
        if "pdf" in order.formats:
            files.append(_put(project, f"sheets/{name}.pdf", "pdf", pdf.data, pdf.pages.total))
        if "docx" in order.formats:
            files.append(_put(project, f"sheets/{name}.docx", "docx", make_docx(book, pdf.pages, order.draft), 0))
        row = Row(name, name, card.title, "", "", book.date, book.style, intake.library.edition, 1, "", "", (), tuple(files))
        yield Done(card.title, row, True)


def _house(project: Project) -> str:
    """The site's name; what reads it is imported only for a book that is made."""
    from kb.build import settings

    return settings(project)[0]


def _suffix(order: Order) -> str:
    return STYLE_NAMES.get(order.style, "") + ("-booklet" if order.booklet else "") + ("-draft" if order.draft else "")


def _make(
    project: Project, intake: Intake, piece: Piece, book: Book, fonts: Fonts, order: Order, name: str, key: str, text: str
) -> tuple[Row | None, tuple[Problem, ...]]:
    from kb.print.typst_pdf import impose, make_pdf

    pdf = make_pdf(project, book, fonts, order.draft)
    if pdf.pages is None:
        return None, pdf.problems
    files = []
    if order.booklet:
        data, sides = impose(project, pdf.data, pdf.pages.total)
        files.append(_put(project, f"{name}.pdf", "booklet", data, sides))
    elif "pdf" in order.formats:
        files.append(_put(project, f"{name}.pdf", "pdf", pdf.data, pdf.pages.total))
    if "docx" in order.formats and not order.booklet:
        from kb.print.word_docx import make_docx

        files.append(_put(project, f"{name}.docx", "docx", make_docx(book, pdf.pages, order.draft), 0))
    entries = sum(len(chapter.sections) for chapter in book.chapters)
    row = Row(
        name, piece.id, book.title, book.subtitle, book.edition, book.date, book.style, intake.library.edition, entries, key, text,
        _sources(piece, intake), tuple(files),
    )  # fmt: skip
    return row, ()


def _joined(project: Project, row: Row, old: Row | None) -> Row:
    """The fresh files and those made earlier of the same text; what an older text left behind is removed."""
    made = {one.form for one in row.files}
    others = tuple(one for one in old.files if one.form not in made) if old is not None else ()
    if old is not None and old.text == row.text:
        return dataclasses.replace(row, files=tuple(sorted((*row.files, *others), key=lambda one: FORMS.index(one.form))))
    for one in others:
        (folder(project) / one.name).unlink(missing_ok=True)
    return row


def _put(project: Project, name: str, form: str, data: bytes, pages: int) -> Made:
    target = folder(project) / name
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.new")
    fresh.write_bytes(data)
    fresh.replace(target)
    return Made(name, form, len(data), pages, hashlib.blake2b(data, digest_size=16).hexdigest())


def _remove(project: Project, row: Row) -> None:
    for one in row.files:
        (folder(project) / one.name).unlink(missing_ok=True)


def cards_of(piece: Piece, intake: Intake) -> list[Card]:
    """The entries of a handbook."""
    handbook: Handbook = piece.value
    return [card for chapter in chapters_of(handbook, intake.library) for card in chapter.cards]


def _sources(piece: Piece, intake: Intake) -> tuple[tuple[str, str], ...]:
    rows = [(piece.path, piece.digest.hex())]
    rows += [(card.path, intake.digests[card.path].hex()) for card in cards_of(piece, intake)]
    return tuple(rows)


def _key(base: hashlib.blake2b, piece: Piece, intake: Intake) -> str:
    """Digest of all that may bear on a book: itself, handbooks it may include, forms and questions it may print or name, its
    entries and what these refer to."""
    library = intake.library
    digest = base.copy()
    for kind in ("handbooks", "forms", "quizzes"):
        for other in library.pieces.get(kind, {}).values():
            digest.update(other.digest)
    digest.update(piece.id.encode())
    for card in cards_of(piece, intake):
        digest.update(intake.digests[card.path] + library.changed.get(card.path, "").encode())
        for key in (*library.forward.get(card.id, ()), *library.backward.get(card.id, ())):
            digest.update(intake.digests[library.shown[key].path])
    digest.update(library.changed.get(piece.path, "").encode())
    return digest.hexdigest()


def _text(book: Book, project: Project, paths: tuple[Path, ...], order: Order) -> str:
    import importlib.metadata

    from kb.print.typst_pdf import book_json

    digest = hashlib.blake2b(json.dumps(book_json(book), ensure_ascii=False, sort_keys=True).encode(), digest_size=16)
    versions = [importlib.metadata.version(name) for name in ("typst", "python-docx")]
    digest.update(_templates(project) + fonts_digest(paths) + _code() + repr((order.look, book.date, versions)).encode())
    return digest.hexdigest()


def _templates(project: Project) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted((project.templates / "print").glob("*.typ")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.digest()


def _code() -> bytes:
    """Digest of the writers: what older ones made is made anew."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(Path(shelf_module.__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()
