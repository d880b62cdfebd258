"""Views across the whole library."""

from __future__ import annotations

from collections.abc import Iterator

from kb.outputs.plan import Plan, Site


def plan(site: Site) -> Iterator[Plan]:
    """views/index.html and the views it lists."""
    yield site.page("views/index.html", "views/index.html", "pages/views_index.html.j2", "专题视图", "", (), lambda page: {})
