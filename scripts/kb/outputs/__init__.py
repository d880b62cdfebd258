"""What is made from the library: one visible table of outputs, each a function from the site to planned files."""

from kb.outputs import browse, entries, feeds, files, indexes, pages, search, sources, views
from kb.outputs.plan import Output, Plan, Site

OUTPUTS: tuple[Output, ...] = (
    files.plan,
    entries.plan,
    indexes.plan,
    sources.plan,
    browse.plan,
    views.plan,
    pages.plan,
    feeds.plan,
    search.plan,
)

__all__ = ["OUTPUTS", "Output", "Plan", "Site"]
