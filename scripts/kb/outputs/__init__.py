"""What is made from the library: one visible table of outputs, each a function from the site to planned files."""

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
    pages,
    papers,
    quizzes,
    redirects,
    search,
    sources,
    tools,
    views,
)
from kb.outputs.plan import Output, Plan, Site

OUTPUTS: tuple[Output, ...] = (
    files.plan,
    entries.plan,
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

__all__ = ["OUTPUTS", "Output", "Plan", "Site"]
