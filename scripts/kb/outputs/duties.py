"""From the lists of duties to their pages and files: the centre of all lists, each list, each role, the chart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from markupsafe import Markup

from kb.model.entry import Card
from kb.model.schema import Term
from kb.office.sheet import Sheet
from kb.outputs.duty_sheets import sheet_of
from kb.outputs.org_chart import draw
from kb.outputs.plan import Plan, Site
from kb.outputs.role_tasks import RoleTask, duty_of, entry_duties, lists_of, role_sheet, tasks_by_role
from kb.workpieces.duties import KINDS, DutyList
from kb.workpieces.grounds import Mention

PLATE = "duties/index.html"


def plan(site: Site) -> Iterator[Plan]:
    """All pages under duties/ and the files under tools/duties/."""
    lists = lists_of(site.library)
    tasks, duties = tasks_by_role(site.library), entry_duties(site.library)
    roles = [
        (term, tasks.get(term.value, []), duties.get(term.value, [])) for term in site.library.schema.vocabularies["roles"].terms
    ]
    yield _index(site, lists, [(term, len(rows), len(lines)) for term, rows, lines in roles])
    for value in lists:
        yield from _list(site, value, [other for other in lists if other.series == value.series and other is not value])
    for term, rows, lines in roles:
        yield from _role(site, term, rows, lines)
    if lists:
        named = named_cards(site, [one for value in lists for one in value.mentions])
        parts = (pieces_digest(site), named)
        yield book(site, "tools/duties/all.xlsx", lambda: [sheet_of(value, site.library) for value in lists], parts)


def pieces_digest(site: Site, folder: str = "duties") -> bytes:
    """Digest of all data files of a folder."""
    return b"".join(piece.digest for _, piece in sorted(site.library.pieces.get(folder, {}).items()))


def book(site: Site, path: str, sheets: Callable[[], list[Sheet]], parts: object) -> Plan:
    """A workbook; the office library is loaded only when it must be made."""

    def make() -> bytes:
        from kb.office.xlsx import workbook

        return workbook(sheets(), site.name)

    return Plan(path, site.digest(path, parts), make, long=True)


def table(site: Site, path: str, sheet: Callable[[], Sheet], parts: object) -> Plan:
    """The same as CSV."""

    def make() -> bytes:
        from kb.office.csv_table import csv_bytes

        return csv_bytes(sheet())

    return Plan(path, site.digest(path, parts), make)


def _index(site: Site, lists: list[DutyList], roles: list[tuple[Term, int, int]]) -> Plan:
    groups = [(kind, [value for value in lists if value.kind is kind]) for kind in KINDS.values()]
    parts = (pieces_digest(site), [(term.value, term.slug, tasks, lines) for term, tasks, lines in roles])
    return site.page(
        PLATE, PLATE, "pages/duties_index.html.j2", "清单中心", "责任清单、任务分解表、主体责任清单、负面清单一处登记", parts,
        lambda page: {"groups": [(kind, found) for kind, found in groups if found], "roles": roles, "total": len(lists)},
    )  # fmt: skip


def named_cards(site: Site, mentions: Iterable[Mention]) -> bytes:
    """Digest of the entries that a data file points at, as far as they are shown."""
    return site.named_digest(one.target for one in mentions)


def _list(site: Site, value: DutyList, others: list[DutyList]) -> Iterator[Plan]:
    library = site.library
    digest = library.pieces["duties"][value.id].digest
    parts = (digest, named_cards(site, value.mentions), [(other.id, other.year, other.title) for other in others])

    def sheet() -> Sheet:
        return sheet_of(value, library)

    yield site.page(
        f"duties/{value.id}.html", PLATE, "pages/duties_list.html.j2", value.title, value.summary.text, parts,
        lambda page: {
            "value": value, "sheet": sheet(), "others": others,
            "chart": Markup(draw(value.units, value.title)) if value.units else "",
        },
    )  # fmt: skip
    yield book(site, f"tools/duties/{value.id}.xlsx", lambda: [sheet()], parts)
    yield table(site, f"tools/duties/{value.id}.csv", sheet, parts)


def _role(site: Site, term: Term, rows: list[RoleTask], lines: list[tuple[Card, str]]) -> Iterator[Plan]:
    library = site.library
    lists = {row.list.id: library.pieces["duties"][row.list.id].digest for row in rows}
    cards = list(dict.fromkeys(card for card, _ in lines))
    cited = [cite.key for _, line in lines for cite in duty_of(line).cites]
    parts = (
        term, sorted(lists.items()), site.cards_digest(cards), [(card.id, card.duties, card.cadences) for card in cards],
        named_cards(site, [one for row in rows for one in row.list.mentions]), site.named_digest(cited),
    )  # fmt: skip

    def sheet() -> Sheet:
        return role_sheet(term.value, rows, lines, library)

    yield site.page(
        f"duties/of-{term.slug}.html", PLATE, "pages/duties_role.html.j2", f"{term.value}要做的事", "", parts,
        lambda page: {"term": term, "sheet": sheet(), "tasks": len(rows), "lines": len(lines)},
    )  # fmt: skip
    if rows or lines:
        yield book(site, f"tools/duties/of-{term.slug}.xlsx", lambda: [sheet()], parts)
