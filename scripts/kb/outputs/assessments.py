"""From self-assessments to pages that are filled in the browser or on paper, and an index of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from markupsafe import Markup

from kb.model.value import Text
from kb.outputs.plan import Plan, Site
from kb.outputs.tools import PLATE
from kb.render.context import Page
from kb.workpieces.assessments import GRADES, KINDS, RISKS, Assessment, Risk
from kb.workpieces.grounds import UNSET
from kb.workpieces.kind import Piece

STATES = (("2", "做到"), ("1", "部分做到"), ("0", "没做到"), ("x", "不适用"))
"""What an item may be ticked as; a half counts half, 不适用 is left out of the sum."""
ABOUT = {
    "检查单": "逐项看、逐项勾，算出完成的份额，列出还差的",
    "阶梯": "一级一级往上对照，看现在在哪一级、到下一级还差什么",
    "风险登记": "一行一个风险点，定等级、看分布、查措施",
}


def plan(site: Site) -> Iterator[Plan]:
    """assessments/index.html and a page for each."""
    pieces: list[Piece] = sorted(site.library.pieces.get("assessments", {}).values(), key=lambda piece: piece.id)
    groups = [(kind, ABOUT[kind], [piece for piece in pieces if piece.value.kind == kind]) for kind in KINDS]
    yield site.page(
        "assessments/index.html",
        PLATE,
        "pages/assessment_index.html.j2",
        "自评",
        "检查单、阶梯和风险登记：在浏览器里勾选，结果只留在本机，可以打印",
        [(piece.id, piece.digest) for piece in pieces],
        lambda page: {"groups": [group for group in groups if group[2]]},
    )
    for piece in pieces:
        yield _page(site, piece)


def _page(site: Site, piece: Piece) -> Plan:
    assessment: Assessment = piece.value
    cards = [site.library.shown[ref.target] for ref in assessment.method if ref.target in site.library.shown]
    cited = sorted({one.target for one in assessment.mentions if one.target in site.library.shown})
    template = "pages/assessment_risks.html.j2" if assessment.kind == RISKS else "pages/assessment_list.html.j2"

    def values(page: Page) -> dict[str, Any]:
        return {
            "name": piece.id,
            "assessment": assessment,
            "methods": cards,
            "say": _sayer(page),
            "states": STATES,
            "grades": GRADES,
            "unset": UNSET,
            "matrix": _matrix(assessment.risks),
            "ungraded": sum(not (risk.chance and risk.harm) for risk in assessment.risks),
        }

    shown = site.cards_digest(site.library.shown[key] for key in cited)
    return site.page(
        f"assessments/{piece.id}.html", PLATE, template, assessment.title, assessment.summary, (piece.digest, shown), values
    )


def _sayer(page: Page) -> Callable[[Text], Markup]:
    return lambda text: Markup(page.statement(text.text, text.cites)) if text.text else Markup("")


def _matrix(risks: tuple[Risk, ...]) -> list[tuple[str, list[tuple[str, list[int]]]]]:
    """Rows from great harm down, columns from small chance up; a cell holds the numbers of its risks."""
    return [
        (
            harm,
            [(chance, [at for at, risk in enumerate(risks, 1) if (risk.chance, risk.harm) == (chance, harm)]) for chance in GRADES],
        )
        for harm in reversed(GRADES)
    ]
