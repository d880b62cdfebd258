"""From the library to the views across all of it: one visible table of views, an index page that lists them."""

from __future__ import annotations

from collections.abc import Iterator

from kb.outputs import views_brands, views_compare, views_gaps, views_matrix, views_timeline, views_upkeep
from kb.outputs.learning import guides_on
from kb.outputs.plan import Output, Plan, Site
from kb.workpieces.paths import VIEWS_SHELF

VIEWS: tuple[tuple[str, str, str, Output], ...] = (
    ("matrix", views_matrix.TITLE, views_matrix.DESCRIPTION, views_matrix.plan),
    ("compare", views_compare.TITLE, views_compare.DESCRIPTION, views_compare.plan),
    ("timeline", views_timeline.TITLE, views_timeline.DESCRIPTION, views_timeline.plan),
    ("brands", views_brands.WALL_TITLE, views_brands.WALL_DESCRIPTION, views_brands.plan_wall),
    ("honours", views_brands.HONOURS_TITLE, views_brands.HONOURS_DESCRIPTION, views_brands.plan_honours),
    ("gaps", views_gaps.TITLE, views_gaps.DESCRIPTION, views_gaps.plan),
    ("upkeep", views_upkeep.TITLE, views_upkeep.DESCRIPTION, views_upkeep.plan),
)
"""(page under views/, title, what it is for, its plans)"""


def plan(site: Site) -> Iterator[Plan]:
    """views/index.html and the views it lists."""
    rows = [(f"views/{name}.html", title, description) for name, title, description, _ in VIEWS]
    rows += [(f"views/{guide.id}.html", guide.value.title, guide.value.summary) for guide in guides_on(site, VIEWS_SHELF)]
    yield site.page(
        "views/index.html",
        "views/index.html",
        "pages/views_index.html.j2",
        "专题视图",
        "换几种排法看同一批条目：矩阵、对照、时间线、品牌、荣誉、制度体系与缺口、到期与核对",
        rows,
        lambda page: {"rows": rows},
    )
    for _, _, _, make in VIEWS:
        yield from make(site)
