"""From guides (content/paths) to learning paths with progress, series by issue, registers, and an index of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from markupsafe import Markup

from kb.model.value import Text
from kb.outputs.plan import Plan, Site
from kb.outputs.tools import PLATE
from kb.render.context import Page
from kb.workpieces.grounds import UNSET
from kb.workpieces.kind import Piece
from kb.workpieces.paths import KINDS, LEARNING_SHELF, PATH, REGISTER, SERIES, VIEWS_SHELF, Guide, Stage, Step

TEMPLATES = {PATH: "pages/path.html.j2", SERIES: "pages/path_series.html.j2", REGISTER: "pages/path_register.html.j2"}
ABOUT = {
    PATH: "按次序读条目、做题、自评，读过的打勾，进度只留在本机",
    SERIES: "按期登记的讲坛、论坛",
    REGISTER: "书目、阵地、队伍、平台等名录",
}


class Stop(NamedTuple):
    """A step as it shows."""

    key: str
    label: str
    title: str
    url: str
    summary: str
    why: Text


def plan(site: Site) -> Iterator[Plan]:
    """learning/index.html and a page for each guide, under learning/ or views/."""
    shelved = guides_on(site, LEARNING_SHELF)
    groups = [(kind, ABOUT[kind], [piece for piece in shelved if piece.value.kind == kind]) for kind in KINDS]
    yield site.page(
        "learning/index.html",
        PLATE,
        "pages/path_index.html.j2",
        "学习与登记",
        "学习路径、讲坛期次、书目、阵地、队伍、平台的名录",
        [(piece.id, piece.digest) for piece in shelved],
        lambda page: {"groups": [group for group in groups if group[2]], "url": url},
    )
    for piece in (*shelved, *guides_on(site, VIEWS_SHELF)):
        yield _page(site, piece)


def guides_on(site: Site, shelf: str) -> list[Piece]:
    """The guides listed on one shelf, by id."""
    pieces: list[Piece] = sorted(site.library.pieces.get("paths", {}).values(), key=lambda piece: piece.id)
    return [piece for piece in pieces if piece.value.shelf == shelf]


def url(piece: Piece) -> str:
    """Where the page of a guide stands."""
    return f"{'views' if piece.value.shelf == VIEWS_SHELF else 'learning'}/{piece.id}.html"


def _page(site: Site, piece: Piece) -> Plan:
    guide: Guide = piece.value
    shown = site.library.shown
    stages = [(stage, [stop for step in stage.steps if (stop := _stop(site, step)) is not None]) for stage in guide.stages]
    named = sorted({one.target for one in guide.mentions if one.target in shown})

    def values(page: Page) -> dict[str, Any]:
        page.source = piece.path
        groups: dict[str, list[Any]] = {}
        for row in guide.rows:
            cards = [shown[ref.target] for ref in row.entry if ref.target in shown]
            groups.setdefault(row.group, []).append((row, cards))
        return {
            "name": piece.id,
            "guide": guide,
            "entries": [shown[ref.target] for ref in guide.entry if ref.target in shown],
            "stages": stages,
            "total": sum(len(stops) for _, stops in stages),
            "groups": list(groups.items()),
            "say": _sayer(page),
            "unset": UNSET,
            "home": "views" if guide.shelf == VIEWS_SHELF else "learning",
        }

    parts = (piece.digest, site.cards_digest(shown[key] for key in named), _steps(stages))
    plate = "views/index.html" if guide.shelf == VIEWS_SHELF else PLATE
    return site.page(url(piece), plate, TEMPLATES[guide.kind], guide.title, guide.summary, parts, values)


def _steps(stages: list[tuple[Stage, list[Stop]]]) -> list[tuple[str, str, str]]:
    return [(stop.key, stop.title, stop.summary) for _, stops in stages for stop in stops]


def _stop(site: Site, step: Step) -> Stop | None:
    """The step with its address; None where it leads to nothing that this edition shows."""
    library = site.library
    if step.what == "entry":
        card = library.shown.get(step.target)
        return (
            None
            if card is None
            else Stop(card.id, library.type_of(card).label, card.title, library.url(card), card.summary, step.why)
        )
    folder, label = {"quiz": ("quizzes", "题库"), "assessment": ("assessments", "自评")}[step.what]
    piece = library.pieces.get(folder, {}).get(step.target)
    if piece is None:
        return None
    about = piece.value.description if step.what == "quiz" else piece.value.summary
    return Stop(f"{step.what}-{piece.id}", label, piece.value.title, f"{folder}/{piece.id}.html", about, step.why)


def _sayer(page: Page) -> Callable[[Text], Markup]:
    return lambda text: Markup(page.statement(text.text, text.cites)) if text.text else Markup("")
