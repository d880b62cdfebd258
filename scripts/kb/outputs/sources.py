"""From the register of sources to its pages: item by item, where the library covers it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kb.model.schema import SourceDocument, SourceItem
from kb.outputs.plan import Plan, Site


def plan(site: Site) -> Iterator[Plan]:
    """The list of source documents and a page for each."""
    library = site.library
    items: dict[str, list[SourceItem]] = {key: [] for key in library.schema.documents}
    for item in library.schema.items.values():
        for name in dict.fromkeys(place[0] for place in item.at):
            if name in items:
                items[name].append(item)
    rows = [
        (document, len(items[key]), sum(item.id in library.coverage for item in items[key]))
        for key, document in library.schema.documents.items()
    ]
    yield site.page(
        "sources/index.html",
        "sources/index.html",
        "pages/sources_index.html.j2",
        "来源文献",
        "条目依据的来源文献，以及每一份写到的事项在哪里能看到",
        [(document.id, total, covered) for document, total, covered in rows],
        lambda page: {"rows": rows},
    )
    citing: dict[str, Counter[int]] = {key: Counter() for key in library.schema.documents}
    for card in library.shown.values():
        for name, paragraph in card.documents:
            if name in citing:
                citing[name][paragraph] += 1
    for document in library.schema.documents.values():
        yield _document_page(site, document, items[document.id], citing[document.id])


def _document_page(site: Site, document: SourceDocument, items: list[SourceItem], citing: Counter[int]) -> Plan:
    library = site.library
    paragraphs: dict[int, list[tuple[SourceItem, list[object]]]] = {number: [] for number in range(1, document.paragraphs + 1)}
    titles = []
    for item in items:
        cards = [library.shown[entry] for entry in library.coverage.get(item.id, ())]
        titles.append((item.id, [(card.id, card.title, card.type) for card in cards]))
        for source, paragraph in item.at:
            if source == document.id:
                paragraphs[paragraph].append((item, list(cards)))
    covered = sum(item.id in library.coverage for item in items)
    return site.page(
        f"sources/{document.id}.html",
        "sources/index.html",
        "pages/source.html.j2",
        document.title,
        f"{document.title}写到的事项与对应条目",
        (titles, sorted(citing.items())),
        lambda page: {"document": document, "paragraphs": paragraphs, "citing": citing, "total": len(items), "covered": covered},
    )
