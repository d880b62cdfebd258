"""From a project to its site: take in, check, plan, make what changed, switch in at once."""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import time
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from kb.disk.cache import Cache, use_cache
from kb.disk.publish import STAMP, Staging
from kb.drawing import begin_shell, ensure_shell
from kb.intake import Intake, cache_path, take_in
from kb.making import make, make_apart
from kb.model.schema import Schema
from kb.outputs import Plan, Site
from kb.outputs.plan import Stock
from kb.problem import Notebook, Problem
from kb.processes import Aside
from kb.progress import Progress
from kb.project import Project
from kb.render.shell import Shell, load_shell
from kb.renewal import Renewal, build_id, fingerprint, only_entries, remember, renewed, site_state
from kb.source.frozen import thaw_card
from kb.source.library import Consulted, Deferred
from kb.source.spool import Spool
from kb.syntax import tree


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
        intake = take_in(project, cache, progress=progress, renew=True)
        if release:
            from kb.checks.reviewing import for_release  # only a release need load it

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
        with Spool(project.cache) as spool, contextlib.ExitStack() as stack:
            drawing: list[Aside[Path]] = []

            def begin(schema: Schema) -> None:
                found = None if shell_folder else begin_shell(project, schema)
                if found is not None:
                    drawing.append(found)
                    stack.callback(found.wait)

            intake = take_in(project, cache, edition, progress, spool, True, begin, stack)

            def sound() -> bool:
                """Whether there is no fault; waits for what is still being looked for."""
                intake.settle()
                if release:
                    from kb.checks.reviewing import for_release  # as in check

                    intake.problems = for_release(intake.problems)
                return not intake.failed

            # while nothing is known to be wrong the site is planned, though the checks between the entries may go on
            if (intake.failed or intake.rest is None) and not sound():
                return _refused(cache, intake)
            began = time.perf_counter()
            folder = shell_folder or (drawing[0].result() if drawing else ensure_shell(project, intake.library.schema))
            shell = load_shell(folder)
            intake.seconds["外壳"] = time.perf_counter() - began
            return _write(project, cache, intake, sound, spool, place, edition, progress, shell)

    return use_cache(cache_path(project, place), work)


def _refused(cache: Cache, intake: Intake) -> Result:
    cache.commit()
    return Result(intake.problems, intake.entries, True, seconds=intake.seconds)


def _write(
    project: Project, cache: Cache, intake: Intake, sound: Callable[[], bool], spool: Spool, target: Path, edition: str,
    progress: Progress | None, shell: Shell,
) -> Result:  # fmt: skip
    clock = time.perf_counter
    began = clock()
    seconds = intake.seconds
    live = _live(target)
    if live != cache.meta("site").decode():
        live = ""
    name, address = settings(project)
    key = hashlib.blake2b(intake.key + shell.digest + repr((name, address, edition)).encode(), digest_size=16).digest()
    consulted = Consulted(intake.digests)
    stale = {path: (thaw_card(card), postings) for path, (card, postings) in cache.stale().items()}
    before: Mapping[str, bytes] = Deferred(cache.pages) if live else {}
    state = site_state(project, intake.state, key)
    alone = bool(live) and only_entries(cache, state)
    stock = Stock(target, before, stale, lambda: cache.meta("index") == _index_key(intake, edition), cache.postings, alone)
    site = Site(project, intake.library, shell, name, address, key, consulted, intake.files, stock, spool)
    staging = Staging(target, cache_path(project, target).with_suffix(".spare"))
    seconds["外壳"] += clock() - began
    began = clock()
    renewal = renewed(site, cache) if alone else None
    with contextlib.ExitStack() as stack:
        apart: Aside[dict[str, bytes]] | None = None
        if renewal is not None:
            work = _part(renewal, cache, live)
        else:
            from kb.outputs.table import APART, OF_ENTRIES, OUTPUTS  # a small edit need not load them all

            if not live:
                staging.begin()
                apart = make_apart(site, staging, APART)
                if apart is not None:
                    stack.enter_context(apart)
            plans: dict[str, Plan] = {}
            seen: set[str] = set()
            try:
                for output in OUTPUTS:
                    if apart is not None and output in APART:
                        continue
                    consulted.keys_seen.clear()
                    plans.update((plan.path, plan) for plan in output(site))
                    if output not in OF_ENTRIES:
                        seen |= consulted.keys_seen
            except Exception:
                # planned from content that then proved faulty: the faults are the news
                if intake.rest is None or sound():
                    raise
                return _refused(cache, intake)
            if not sound():
                return _refused(cache, intake)
            remember(cache, site, state, seen)
            work = _whole(plans, before, live)
        seconds["计划"] = clock() - began
        if live == work.build and not work.kept <= staging.present():
            # someone has taken files out of the site: it is made anew
            cache.set_meta("site", b"")
            return _write(project, cache, intake, sound, spool, target, edition, progress, shell)
        if live == work.build:
            staging.sweep()
            cache.clear_stale()
            cache.commit()
            return Result(intake.problems, intake.entries, unchanged=True, kept=len(work.kept), seconds=seconds)
        began = clock()
        missing = _lay_out(staging, cache, work) if live else []
        if missing and renewal is not None:
            # someone has taken files out of the site: only a whole plan knows how they are made
            cache.set_meta("site", b"")
            return _write(project, cache, intake, sound, spool, target, edition, progress, shell)
        todo = [*work.todo, *(plans[path] for path in missing)]
        seconds["沿用"] = clock() - began
        began = clock()
        make(staging, todo, progress)
        if apart is not None:
            work = work.joined(apart.result())
    seconds["生成"] = clock() - began
    began = clock()
    staging.write(STAMP, f"{work.build}\n".encode())
    if not live:
        cache.clear_pages()
    cache.set_pages(work.keys, work.gone)
    behind = sorted({*work.keys, *missing} | work.gone)
    cache.set_meta("spare", marshal.dumps((live, behind)))
    cache.set_meta("site", work.build.encode())
    if renewal is None:
        cache.set_meta("index", _index_key(intake, edition))
    cache.clear_stale()
    cache.commit()
    staging.switch()
    _list_changes(cache_path(project, target).with_suffix(".changed"), live, work.build, behind)
    seconds["切换"] = clock() - began
    made, kept = len(work.keys) + len(missing), len(work.kept) - len(missing)
    return Result(intake.problems, intake.entries, False, False, made, kept, len(work.gone), seconds)


def _index_key(intake: Intake, edition: str) -> bytes:
    """Digest of what the search index hangs on besides the entries."""
    pieces = sorted((piece.path, piece.digest) for folder in intake.library.pieces.values() for piece in folder.values())
    return hashlib.blake2b(intake.key + repr((edition, pieces)).encode(), digest_size=16).digest()


def _list_changes(path: Path, before: str, after: str, names: Iterable[str]) -> None:
    """Write down, for whoever copies the site elsewhere (deploy/sync.sh), what changed between two builds: the builds in the
    first line, then a path a line, as rsync --files-from reads it."""
    fresh = path.with_suffix(".new")
    fresh.write_text(f"# {before or 'none'} {after}\n" + "".join(f"{name}\n" for name in names), "utf-8")
    fresh.replace(path)


@dataclass(frozen=True, slots=True)
class _Work:
    """What leads from the present site to the next."""

    build: str
    todo: list[Plan]
    gone: Set[str]
    kept: Set[str]
    """Paths of files that stand as they are."""
    keys: dict[str, bytes]
    """path -> key of the files that become others."""

    def joined(self, keys: dict[str, bytes]) -> _Work:
        """This and other files that were made apart from it."""
        build = build_id(int(self.build, 16) + fingerprint(keys.items()))
        return replace(self, build=build, keys=self.keys | keys)


def _whole(plans: Mapping[str, Plan], before: Mapping[str, bytes], live: str) -> _Work:
    todo = [plan for path, plan in plans.items() if before.get(path) != plan.key]
    keys = {plan.path: plan.key for plan in todo}
    gone = before.keys() - plans.keys()
    return _Work(_next_build(live, before, keys, gone), todo, gone, plans.keys() - keys.keys(), keys)


def _next_build(live: str, before: Mapping[str, bytes], keys: Mapping[str, bytes], gone: Set[str]) -> str:
    """The name of the build that differs from the `live` one in these files; its keys were those of `before`."""
    away = {path: key for path, key in before.items() if path in keys or path in gone}
    return build_id(int(live or "0", 16) + fingerprint(keys.items()) - fingerprint(away.items()))


def _part(renewal: Renewal, cache: Cache, live: str) -> _Work:
    old = {path: key for path in (*(plan.path for plan in renewal.plans), *renewal.gone) if (key := cache.page(path))}
    todo = [plan for plan in renewal.plans if old.get(plan.path) != plan.key]
    gone = renewal.gone & old.keys()
    keys = {plan.path: plan.key for plan in todo}
    return _Work(_next_build(live, old, keys, gone), todo, gone, cache.page_paths() - gone - keys.keys(), keys)


def _lay_out(staging: Staging, cache: Cache, work: _Work) -> list[str]:
    """Begin the next site with everything that stays as it is; returns what of that is missing."""
    stored = cache.meta("spare")
    spare, behind = marshal.loads(stored) if stored else ("", [])
    if not staging.begin_with_spare(spare, behind):
        staging.begin()
        return staging.keep(work.kept)
    for path in work.gone:
        staging.drop(path)
    present = staging.names()
    for stray in present - work.kept - work.keys.keys():
        staging.drop(stray)
    return staging.keep(work.kept - present)


def _live(target: Path) -> str:
    """The build that the present site came from, "" where there is none."""
    try:
        return (target / STAMP).read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


def settings(project: Project) -> tuple[str, str]:
    """(name of the site, address it is served from) out of mkdocs.yml."""
    node = tree.parse_tree(project.mkdocs_yml.read_text("utf-8"), Notebook("mkdocs.yml"))
    name, address = "知识库", "http://localhost/"
    if isinstance(node, tree.Mapping):
        value = node.get("site_name")
        name = value.text if isinstance(value, tree.Scalar) else name
        extra = node.get("extra")
        given = extra.get("address") if isinstance(extra, tree.Mapping) else None
        address = given.text if isinstance(given, tree.Scalar) else address
    return name, address if address.endswith("/") else address + "/"
