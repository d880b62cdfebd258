"""The page of search results; the index itself is made by kb.search."""

from __future__ import annotations

from collections.abc import Iterator

from kb.outputs.plan import Plan, Site


def plan(site: Site) -> Iterator[Plan]:
    """search.html."""
    yield site.page("search.html", "search.html", "pages/search.html.j2", "检索", "在全部条目里检索", (), lambda page: {})
