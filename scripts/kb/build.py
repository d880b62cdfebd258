"""From a project to its site: take in, check, plan, make what changed, switch in at once."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kb.checks.reviewing import for_release
from kb.disk.cache import Cache, use_cache
from kb.disk.publish import STAMP, Staging
from kb.drawing import ensure_shell
from kb.intake import Intake, Progress, take_in, thaw_card
from kb.outputs import OUTPUTS, Plan, Site
from kb.outputs.plan import Stock
from kb.problem import Notebook, Problem
from kb.processes import may_fork
from kb.project import Project
from kb.render.shell import load_shell
from kb.source.spool import Spool
from kb.syntax.tree import Mapping, Scalar, parse_tree

PARALLEL_FROM = 150
"""Fewer pages than this are written faster by one process."""


@dataclass(slots=True)
class Result:
    """What a build did: `made` files were written, `kept` taken over; nothing was touched where `failed`."""

    problems: list[Problem]
    entries: int
    failed: bool = False
    unchanged: bool = False
    made: int = 0
    kept: int = 0
    dropped: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


def check(project: Project, progress: Progress | None = None, release: bool = False) -> Result:
    """Read and check all content; nothing but the cache is written. For a `release`, what is not reviewed is an error."""

    def work(cache: Cache) -> Result:
        intake = take_in(project, cache, progress=progress)
        if release:
            intake.problems = for_release(intake.problems)
        cache.commit()
        return Result(intake.problems, intake.entries, intake.failed, seconds=intake.seconds)

    return use_cache(cache_path(project), work)


def build(
    project: Project,
    target: Path | None = None,
    edition: str = "公开",
    progress: Progress | None = None,
    shell_folder: Path | None = None,
    release: bool = False,
) -> Result:
    """Bring the site in `target` up to date. With errors in the content nothing is replaced; for a `release`,
    what is not through its reviews is an error.

    Raises OSError where the disk refuses and `kb.outputs.entries.ContentMovedError` where a file changes meanwhile.
    """
    place = target or project.site

    def work(cache: Cache) -> Result:
        with Spool(project.cache) as spool:
            intake = take_in(project, cache, edition, progress, spool)
            if release:
                intake.problems = for_release(intake.problems)
            if intake.failed:
                cache.commit()
                return Result(intake.problems, intake.entries, True, seconds=intake.seconds)
            return _write(project, cache, intake, spool, place, edition, progress, shell_folder)

    return use_cache(cache_path(project, place), work)


def _write(
    project: Project, cache: Cache, intake: Intake, spool: Spool, target: Path, edition: str, progress: Progress | None,
    shell_folder: Path | None,
) -> Result:  # fmt: skip
    clock = time.perf_counter
    began = clock()
    seconds = intake.seconds
    live = _live(target)
    before = cache.pages() if live and live == cache.meta("site").decode() else {}
    shell = load_shell(shell_folder or ensure_shell(project, intake.library.schema))
    name, address = settings(project)
    key = hashlib.blake2b(intake.key + shell.digest + repr((name, address, edition)).encode(), digest_size=16).digest()
    pieces = sorted((piece.path, piece.digest) for folder in intake.library.pieces.values() for piece in folder.values())
    index_key = hashlib.blake2b(intake.key + repr((edition, pieces)).encode(), digest_size=16).digest()
    site = Site(
        project, intake.library, shell, name, address, key, intake.digests, intake.files,
        Stock(
            target,
            before,
            {path: (thaw_card(card), postings) for path, (card, postings) in cache.stale().items()},
            cache.meta("index") == index_key,
            cache.postings,
        ),
        spool,
    )  # fmt: skip
    seconds["外壳"] = clock() - began
    began = clock()
    plans = {plan.path: plan for output in OUTPUTS for plan in output(site)}
    after = {path: plan.key for path, plan in plans.items()}
    build_id = hashlib.blake2b(repr(sorted(after.items())).encode(), digest_size=16).hexdigest()
    seconds["计划"] = clock() - began
    staging = Staging(target)
    if live == build_id and before:
        staging.sweep()
        cache.clear_stale()
        cache.commit()
        return Result(intake.problems, intake.entries, unchanged=True, kept=len(plans), seconds=seconds)
    began = clock()
    staging.begin()
    todo = [plan for path, plan in plans.items() if before.get(path) != plan.key]
    todo += [plans[path] for path in staging.keep(path for path, key in after.items() if before.get(path) == key)]
    seconds["沿用"] = clock() - began
    began = clock()
    _make(staging, todo, progress)
    seconds["生成"] = clock() - began
    began = clock()
    staging.write(STAMP, f"{build_id}\n".encode())
    cache.set_pages(before or cache.pages(), after)
    cache.set_meta("site", build_id.encode())
    cache.set_meta("index", index_key)
    cache.clear_stale()
    cache.commit()
    staging.switch()
    seconds["切换"] = clock() - began
    dropped = len(before.keys() - after.keys())
    return Result(intake.problems, intake.entries, False, False, len(todo), len(plans) - len(todo), dropped, seconds)


def cache_path(project: Project, target: Path | None = None) -> Path:
    """The cache of the site in `target`: each site has its own, for a cache also remembers what its site was made from."""
    name = "kb" if target is None or target == project.site else hashlib.blake2b(str(target).encode(), digest_size=6).hexdigest()
    return project.cache / f"{name}.sqlite"


def _live(target: Path) -> str:
    """The build that the present site came from, "" where there is none."""
    try:
        return (target / STAMP).read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


def _make(staging: Staging, todo: list[Plan], progress: Progress | None) -> None:
    watch = progress or (lambda words, items, total: items)
    if len(todo) < PARALLEL_FROM or not may_fork():
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
    with multiprocessing.get_context("fork").Pool(os.cpu_count() or 1) as pool:
        for _ in watch("生成页面", pool.imap_unordered(_make_handful, handfuls), len(handfuls)):
            pass


_job: tuple[Staging, list[Plan]]


def _make_handful(span: tuple[int, int]) -> int:
    staging, todo = _job
    for plan in todo[span[0] : span[1]]:
        staging.write(plan.path, plan.make())
    return span[1] - span[0]


def settings(project: Project) -> tuple[str, str]:
    """(name of the site, address it is served from) out of mkdocs.yml."""
    tree = parse_tree(project.mkdocs_yml.read_text("utf-8"), Notebook("mkdocs.yml"))
    name, address = "知识库", "http://localhost/"
    if isinstance(tree, Mapping):
        value = tree.get("site_name")
        name = value.text if isinstance(value, Scalar) else name
        extra = tree.get("extra")
        given = extra.get("address") if isinstance(extra, Mapping) else None
        address = given.text if isinstance(given, Scalar) else address
    return name, address if address.endswith("/") else address + "/"


Builder = Callable[[Project], Result]
