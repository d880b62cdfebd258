"""From planned files to finished ones in the folder of the next site, on all cores where they are many."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Mapping

from kb.disk.publish import Staging
from kb.outputs import Plan, Site
from kb.outputs.plan import Output
from kb.processes import Aside, may_fork
from kb.progress import Progress
from kb.source.spool import Spool

PARALLEL_FROM = 150
"""Fewer pages than this are written faster by one process."""
LONG_FROM = 12
"""As to files that may take long (`Plan.long`): what processes cost to begin is what a few of them take."""
APART_FROM = 500
"""With fewer entries than this a process of its own for the search index costs more than it saves."""


def make(staging: Staging, todo: list[Plan], progress: Progress | None = None) -> None:
    """Make the files and write them."""
    watch = progress or (lambda words, items, total: items)
    if (len(todo) < PARALLEL_FROM and sum(plan.long for plan in todo) < LONG_FROM) or not may_fork():
        for plan in watch("生成页面", todo, len(todo)):
            assert isinstance(plan, Plan)
            staging.write(plan.path, plan.make())
        return
    for plan in todo:
        staging.directory(plan.path)
    # the longest jobs are begun first and one by one, lest one process be left with a row of them at the end
    global _job
    todo = sorted(todo, key=lambda plan: not plan.long)
    alone = sum(plan.long for plan in todo)
    _job = (staging, todo)
    handfuls = [(at, at + 1) for at in range(alone)]
    handfuls += [(at, min(at + 32, len(todo))) for at in range(alone, len(todo), 32)]
    import multiprocessing  # a small edit need not load it

    with multiprocessing.get_context("fork").Pool(os.cpu_count() or 1) as pool:
        for _ in watch("生成页面", pool.imap_unordered(_make_handful, handfuls), len(handfuls)):
            pass


_job: tuple[Staging, list[Plan]]


def _make_handful(span: tuple[int, int]) -> int:
    staging, todo = _job
    for plan in todo[span[0] : span[1]]:
        staging.write(plan.path, plan.make())
    return span[1] - span[0]


def make_apart(
    site: Site, staging: Staging, outputs: Mapping[Output, Callable[[Site, Spool], None]]
) -> Aside[dict[str, bytes]] | None:
    """Begin to plan and make these outputs in a process of their own; its result is path -> key of every file.

    None where that is not worth it. The folder of the next site must have been begun, and must not yet hold anything.
    """
    if len(site.library.shown) < APART_FROM or site.spool is None or not may_fork():
        return None
    for prepare in outputs.values():
        prepare(site, site.spool)
    parent = os.getpid()

    def call() -> dict[str, bytes]:
        plans = {plan.path: plan for output in outputs for plan in output(site)}
        _expect(parent)
        make(staging, list(plans.values()), functools.partial(_while_there, parent))
        return {path: plan.key for path, plan in plans.items()}

    return Aside(call)


def _while_there(parent: int, words: str, items: Iterable[object], total: int) -> Iterable[object]:
    for item in items:
        _expect(parent)
        yield item


def _expect(parent: int) -> None:
    """Where the build has been killed its folder may belong to the next one by now."""
    if os.getppid() != parent:
        raise ProcessLookupError(parent)
