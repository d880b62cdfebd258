"""What is made from the library: one visible table of outputs, each a function from the site to planned files."""

from collections.abc import Callable

from kb.outputs import (
    annual_points,
    assessments,
    browse,
    calendar,
    duties,
    entries,
    feeds,
    files,
    forms,
    handbooks,
    indexes,
    learning,
    mentions,
    pages,
    papers,
    quizzes,
    redirects,
    search,
    sources,
    tools,
    views,
)
from kb.outputs.plan import Output, Site
from kb.source.spool import Spool

OUTPUTS: tuple[Output, ...] = (
    files.plan,
    entries.plan,
    mentions.plan,
    indexes.plan,
    sources.plan,
    browse.plan,
    views.plan,
    quizzes.plan,
    assessments.plan,
    learning.plan,
    duties.plan,
    papers.plan,
    calendar.plan,
    annual_points.plan,
    forms.plan,
    handbooks.plan,
    tools.plan,
    pages.plan,
    feeds.plan,
    redirects.plan,
    search.plan,
)

OF_ENTRIES: tuple[Output, ...] = (entries.plan, search.plan)
"""Those that look at every entry's bytes, each at its own place; they can be asked for single entries (`kb.renewal`)."""

APART: dict[Output, Callable[[Site, Spool], None]] = {search.plan: search.prepare}
"""Those so long in planning that a first build plans and makes them while it makes all the others' files, in a process of
their own; with what must be put into the spool before, for that process cannot ask the cache."""
