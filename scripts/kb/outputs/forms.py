"""From the forms to their pages, an index by method, and blank DOCX and XLSX files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from kb.model.library import Library
from kb.model.value import EntryRef
from kb.office.form import Blank, blank_of
from kb.outputs.duties import named_cards, pieces_digest
from kb.outputs.plan import Plan, Site
from kb.render.context import Page
from kb.syntax.text import in_quotes
from kb.workpieces.forms import Form
from kb.workpieces.grounds import cites_of

PLATE = "forms/index.html"
OTHER = "其他"
TEMPLATE = "office/form.typ"
METHODS_NAMED = 3
"""Entries that the foot of a form on paper names; its page lists them all."""


def plan(site: Site) -> Iterator[Plan]:
    """forms/index.html, a page for each form, its files under tools/forms/."""
    forms = [piece.value for _, piece in sorted(site.library.pieces.get("forms", {}).items())]
    yield _index(site, forms)
    for form in forms:
        yield from _form(site, form)


def _index(site: Site, forms: list[Form]) -> Plan:
    library = site.library
    topics = [term.value for term in library.schema.vocabularies["topics"].terms]
    groups: dict[str, list[Form]] = {topic: [] for topic in (*topics, OTHER)}
    for form in forms:
        card = next((library.shown[ref.target] for ref in form.method if ref.target in library.shown), None)
        groups[card.topic if card and card.topic in topics else OTHER].append(form)
    rows = [(topic, found) for topic, found in groups.items() if found]
    parts = (pieces_digest(site, "forms"), named_cards(site, [one for form in forms for one in form.mentions]))
    return site.page(
        PLATE, PLATE, "pages/forms_index.html.j2", "表单与台账", "空白表、记录、台账、核对单，打印即用", parts,
        lambda page: {"groups": rows, "total": len(forms), "kinds": Counter(form.kind for form in forms).most_common()},
    )  # fmt: skip


def _form(site: Site, form: Form) -> Iterator[Plan]:
    library = site.library
    parts = (library.pieces["forms"][form.id].digest, named_cards(site, form.mentions))

    def values(page: Page) -> dict[str, Any]:
        return {"form": form, "blank": paper_of(form, library)}

    yield site.page(f"forms/{form.id}.html", PLATE, "pages/form.html.j2", form.title, form.summary.text, parts, values)

    def document() -> bytes:
        from kb.office.form_docx import form_document

        return form_document(paper_of(form, library), site.name)

    def book() -> bytes:
        from kb.office.form_xlsx import form_workbook

        return form_workbook(paper_of(form, library), site.name)

    def sheet() -> bytes:
        from kb.office.form_pdf import form_pdf

        return form_pdf(paper_of(form, library), site.project.templates / TEMPLATE)

    yield Plan(f"tools/forms/{form.id}.pdf", site.digest("pdf", form.id, site.template_digest(TEMPLATE), parts), sheet)
    yield Plan(f"tools/forms/{form.id}.docx", site.digest("docx", form.id, parts), document)
    yield Plan(f"tools/forms/{form.id}.xlsx", site.digest("xlsx", form.id, parts), book)


def paper_of(form: Form, library: Library) -> Blank:
    """The form as it stands on paper: grounds and keeping in words."""
    foot = [f"谁填：{form.filled_by.text}；谁存：{form.kept_by.text}"]
    basis = "；".join(_titles(form.basis, library)) or cites_of(form.summary.cites, library)
    named = _titles(form.method, library)
    method = "、".join(map(in_quotes, named[:METHODS_NAMED])) + ("等" if len(named) > METHODS_NAMED else "")
    if basis:
        foot.append(f"依据：{basis}")
    if method:
        foot.append(f"怎样用：见{method}")
    return blank_of(form, (*foot, *(note.text for note in form.notes)))


def _titles(refs: tuple[EntryRef, ...], library: Library) -> list[str]:
    return [f"{library.shown[ref.target].title}{ref.place}" for ref in refs if ref.target in library.shown]
