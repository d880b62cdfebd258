"""What the hooks do: pre-receive looks at a push and refuses it with the reasons, post-receive publishes what was taken."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from kb import report
from kb.build import build
from kb.checks.reviewing import for_release
from kb.disk.cache import Cache, use_cache
from kb.host import releases, stage
from kb.host.home import BRANCH, NOTHING, BusyError, Home, Settings, who
from kb.host.past import MAX_COMMITS, TooManyError, how_to_mend, lasting, stays
from kb.host.pushed import how_to_undo, outside, refused
from kb.intake import Intake, cache_path, take_in
from kb.outputs.entries import ContentMovedError
from kb.problem import MOST_TOLD, Level, Problem
from kb.project import Project

MAX_SECONDS = 120
PUBLISH_SECONDS = 900
_PR_SET_PDEATHSIG = 1
MAX_MEMORY = 4_000_000_000
"""Address space of the process that looks at a push."""
_REF = f"refs/heads/{BRANCH}"


def enter(home: Home, seconds: int = MAX_SECONDS) -> None:
    """Bounds on time and memory for this process, so that a push cannot hold up the host; git asks the host's repository."""
    os.environ["GIT_DIR"] = os.fspath(home.repository)
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY if most == resource.RLIM_INFINITY else min(MAX_MEMORY, most), most))
    signal.signal(signal.SIGALRM, _late)
    signal.alarm(seconds)
    os.register_at_fork(after_in_child=_ends_with_parent)


def _ends_with_parent() -> None:
    """Linux: a worker forked while building dies with the process that forked it."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _late(number: int, frame: object) -> None:
    sys.stderr.write("用时太久，停下了；站点没有变。请分批提交；一再这样，请管理员看日志。\n")
    sys.stderr.flush()
    os._exit(1)


def receive(home: Home, lines: list[str]) -> int:
    """pre-receive: 0 takes the push, 1 refuses all of it. `lines` are git's “old new ref”."""
    settings = home.settings()
    began = time.monotonic()
    for line in lines:
        before, after, ref = line.split(" ", 2)
        words = _refuse(home, settings, before, after, ref)
        if words:
            sys.stderr.write(words)
            home.note("拒收", ref=ref, commit=after, seconds=round(time.monotonic() - began, 2), why=words.splitlines()[0])
            return 1
    return 0


def _refuse(home: Home, settings: Settings, before: str, after: str, ref: str) -> str:
    """Why an update of a ref is refused, "" where it is taken."""
    if not ref.startswith("refs/heads/"):
        return f"只收分支，不收 {ref}。\n"
    if after == NOTHING:
        return f"不能删去 {BRANCH} 分支。\n" if ref == _REF else ""
    if home.git("cat-file", "-t", after).strip() != b"commit":
        return f"{ref} 指的不是一次提交。\n"
    if ref == _REF and before != NOTHING and not _follows(home, before, after):
        return "这次提交不是接着现在的版本改的：先 git pull，再提交。\n"
    since = before if before != NOTHING else home.tip()
    problems, blobs = refused(home, after)
    if problems:
        return report.text(problems, len(blobs)) + "没有收下，库里什么也没有变。改好后再推送。\n"
    changed = outside(home, since, after)
    if changed and who() not in settings.maintainers:
        names = "、".join(changed[:5])
        undo = how_to_undo(home, since, after)
        return (
            f"改动了 content 之外的 {names}，编者只能改 content。确要改程序或模板，请找管理员。\n"
            f"撤回这些改动（content 里写的不受影响），再推送：\n{undo}"
        )
    folder = home.work / f"push-{os.getpid()}"
    try:
        with home.locked():  # no publication may move the base away meanwhile
            project = stage.prepare(home, settings, after, blobs, folder)
        intake = examine(home, project)
        errors = [one for one in _explained(home, project, intake.problems) if one.level is Level.ERROR]
        if errors:
            mend = how_to_mend(home, after) if any(stays(one.code) for one in errors) else "改好后再推送。\n"
            return report.text(errors, intake.entries, MOST_TOLD) + "没有收下，库里什么也没有变。" + mend
        past = _past(home, settings, after, {blob.id for blob in blobs.values()}, intake)
        if past:
            return past
        others = len(intake.problems)
        sys.stderr.write(
            f"检查了 {intake.entries} 条，没有错误" + (f"；另有 {others} 处提醒和建议，见 kb check" if others else "") + "。\n"
        )
        if ref == _REF:
            ready = home.work / f"ready-{after}"
            if ready.exists():
                shutil.rmtree(ready)
            folder.replace(ready)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return ""


def _past(home: Home, settings: Settings, after: str, shown: Collection[str], intake: Intake) -> str:
    """Why the history that a push brings is refused, "" where it is taken."""
    trusted = who() in settings.maintainers
    try:
        problems = lasting(home, after, shown, intake.library.schema, not trusted)
    except TooManyError:
        if trusted:
            sys.stderr.write("这次推送的历史太长，没有逐次看有没有个人信息和涉密内容。\n")
            return ""
        return f"这次推送的历史太长（至多 {MAX_COMMITS} 次提交），没有收下。分几次推送，或请管理员来推。\n"
    if not problems:
        return ""
    return report.text(problems, intake.entries) + how_to_mend(home, after) + "没有收下，库里什么也没有变。\n"


def examine(home: Home, project: Project) -> Intake:
    """Read and check a copy; what was read is kept in its cache for the build."""

    def work(cache: Cache) -> Intake:
        intake = take_in(project, cache)
        cache.commit()
        return intake

    intake = use_cache(cache_path(project, _site(home)), work)
    intake.problems = for_release(intake.problems)
    return intake


def _explained(home: Home, project: Project, problems: list[Problem]) -> list[Problem]:
    if not any(one.code == "review-reopened" for one in problems):
        return problems
    from kb.editing.reviewing import explain

    return explain(project, problems)


def _follows(home: Home, before: str, after: str) -> bool:
    try:
        home.git("merge-base", "--is-ancestor", before, after)
    except subprocess.CalledProcessError:
        return False
    return True


def _site(home: Home) -> Path:
    """Where the site is built, file by file on top of the last; releases are taken from it."""
    return home.work / "site"


def published(home: Home, lines: list[str]) -> int:
    """post-receive: publish where the branch that is published was pushed."""
    if any(line.split(" ", 2)[2] == _REF for line in lines):
        return publish(home)
    print("已收下；这不是要发布的分支，站点没有变。")
    return 0


def publish(home: Home) -> int:
    """Build and publish the tip of the branch; at once where it is published already. Exit status as in `kb.cli`."""
    began = time.monotonic()
    try:
        with home.locked(), _history_of(home):
            return _publish(home, began)
    except BusyError:
        print("已收下，但另一次发布还没有完。稍后请管理员运行 kb host publish。", file=sys.stderr)
        return 1


@contextlib.contextmanager
def _history_of(home: Home) -> Iterator[None]:
    """The dates of last change come from the history of the host's repository, not from a checkout."""
    before = os.environ.get("GIT_DIR")
    os.environ["GIT_DIR"] = os.fspath(home.repository)
    try:
        yield
    finally:
        if before is None:
            del os.environ["GIT_DIR"]
        else:
            os.environ["GIT_DIR"] = before


def _publish(home: Home, began: float) -> int:
    commit = home.tip()
    if not commit:
        print("还没有内容，没有发布。")
        return 0
    _sweep(home, commit)
    if releases.commit_of(home, releases.serving(home)) == commit:
        print(f"{commit[:10]} 已经发布。")
        return 0
    settings = home.settings()
    try:
        project = _project(home, settings, commit)
        if project is None:
            return 1
        result = build(project, _site(home), settings.edition, release=True)
        if result.failed:
            errors = [one for one in result.problems if one.level is Level.ERROR]
            sys.stderr.write(report.text(errors, result.entries, MOST_TOLD) + "内容有错误，没有发布。\n")
            home.note("没有发布", commit=commit, why="内容有错误")
            return 1
        name = releases.release(home, _site(home), commit)
    except (OSError, ContentMovedError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "文件在发布中途变了"
        print(f"已收下，但没有发布成（{why}），站点还是原来的。排除后再推送一次，或运行 kb host publish。", file=sys.stderr)
        home.note("没有发布", commit=commit, why=str(fault))
        return 1
    _keep(home, project.root)
    releases.prune(home, settings.keep)
    seconds = time.monotonic() - began
    author = home.git("log", "-1", "--format=%an", commit).decode("utf-8", "replace").strip()
    home.note("发布", commit=commit, release=name, entries=result.entries, author=author, seconds=round(seconds, 2))
    print(f"已发布：{result.entries} 条，新做 {result.made} 个文件，用时 {seconds:.1f} 秒（{name}）。")
    return 0


def _project(home: Home, settings: Settings, commit: str) -> Project | None:
    """The copy that pre-receive left, or a new one."""
    ready = home.work / f"ready-{commit}"
    if (ready / stage.STAMP).is_file():
        return Project(ready)
    problems, blobs = refused(home, commit)
    if problems:
        sys.stderr.write(report.text(problems, len(blobs)))
        home.note("没有发布", commit=commit, why=problems[0].message)
        return None
    return stage.prepare(home, settings, commit, blobs, ready)


def _keep(home: Home, made: Path) -> None:
    """Make the copy that was published the base of the next; a kill in between only costs the next push time."""
    old = stage.base(home)
    gone = home.work / "gone"
    if old.exists():
        old.replace(gone)
    made.replace(old)
    shutil.rmtree(gone, ignore_errors=True)


def _sweep(home: Home, commit: str) -> None:
    """Remove copies that killed processes left; copies of pushes that are being looked at stay."""
    for path in home.work.glob("*"):
        number = path.name.removeprefix("push-")
        if (
            path.name == "gone"
            or (path.name.startswith("ready-") and path.name != f"ready-{commit}")
            or (number.isdigit() and (not _alive(number) or time.time() - path.stat().st_mtime > 2 * MAX_SECONDS))
        ):
            shutil.rmtree(path, ignore_errors=True)


def _alive(number: str) -> bool:
    """Whether a process is at work: one that was killed and that nobody asked after counts as gone."""
    try:
        state = Path(f"/proc/{number}/stat").read_text("ascii", "replace")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] not in {"Z", "X"}
