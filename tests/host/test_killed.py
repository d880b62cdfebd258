"""Whatever happens while a release is made, the served site is one whole release, and the next push heals."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.host.conftest import commit, entry, git

from kb.host import releases
from kb.host.home import Home
from kb.host.managing import status
from kb.host.receiving import PUBLISH_SECONDS, enter, publish

ENTRY = "content/terms/sanzhang-qingdan.md"
KILLS = 100


def apart(home: Home, before: Callable[[], None] = lambda: None) -> int:
    """Publish in a process of its own, as `kb host publish` does (forked, so that nothing is imported anew); its id."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        try:
            silent = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silent, 1)
            os.dup2(silent, 2)
            enter(home, PUBLISH_SECONDS)
            before()
            os._exit(publish(home))
        finally:
            os._exit(70)
    return child


def fetched(home: Home, clone: Path) -> None:
    """Bring the clone's commit into the repository without the hooks."""
    home.git("fetch", "-q", str(clone), "+main:main")


def test_a_hundred_kills(home: Home, clone: Path) -> None:
    chance = random.Random(7)
    commit(clone, ENTRY, entry("三张清单", "开头。"))
    fetched(home, clone)
    began = time.monotonic()
    os.waitpid(apart(home), 0)
    usual = time.monotonic() - began
    seen: set[str] = set()
    unpublished = 0
    for number in range(KILLS):
        if number % 4 == 0:
            commit(clone, ENTRY, entry("三张清单", f"第{number}次。"))
            fetched(home, clone)
        child = apart(home)
        if number % 10 == 3:
            # however busy the machine is, some are killed just after the new release stands
            before = releases.serving(home)
            while releases.serving(home) == before and os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                time.sleep(0.001)
        else:
            time.sleep(chance.uniform(0, 1.3 * usual) if number % 5 == 3 else chance.uniform(0, 0.6 * usual) * chance.random())
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        now = releases.serving(home)
        assert releases.whole(home, now), number
        unpublished += releases.commit_of(home, now) != home.tip()
        seen.add(now)
    assert len(seen) > 3, "有的发布在被杀之前做完了"
    assert unpublished > 3, "有的发布在做完之前被杀了"
    commit(clone, ENTRY, entry("三张清单", "最后一次。"))
    git(clone, "push", "-q", "origin", "main")
    assert "最后一次" in (home.current / "terms/sanzhang-qingdan.html").read_text("utf-8")
    assert status(home.root) == 0
    assert sorted(path.name for path in home.work.iterdir()) == ["base", "site"]
    assert len(releases.names(home)) == 3
    assert not [path for path in home.releases.iterdir() if path.name.startswith(".")]


def test_disk_full_while_building(home: Home, clone: Path) -> None:
    """RLIMIT_FSIZE stands in for a full disk: a write beyond it fails as one on a full disk does."""
    before = releases.serving(home)
    commit(clone, ENTRY, entry("三张清单", "很长。" * 4000))
    fetched(home, clone)

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))

    _, code = os.waitpid(apart(home, full), 0)
    assert os.waitstatus_to_exitcode(code) != 0
    assert releases.serving(home) == before
    assert releases.whole(home, before)
    _, code = os.waitpid(apart(home), 0)
    assert os.waitstatus_to_exitcode(code) == 0
    assert status(home.root) == 0
    assert "很长" in (home.current / "terms/sanzhang-qingdan.html").read_text("utf-8")


def test_push_killed_half_way(home: Home, clone: Path) -> None:
    before, tip = releases.serving(home), home.tip()
    commit(clone, ENTRY, entry("三张清单"))
    push = subprocess.Popen(["git", "push", "-q", "origin", "main"], cwd=clone, start_new_session=True)
    while not any(path.name.startswith("push-") for path in home.work.iterdir()):
        assert push.poll() is None
        time.sleep(0.005)
    os.killpg(push.pid, signal.SIGKILL)
    push.wait()
    time.sleep(0.2)
    assert releases.whole(home, releases.serving(home))
    assert (home.tip(), releases.serving(home)) == (tip, before)
    git(clone, "push", "-q", "origin", "main")
    assert (home.current / "terms/sanzhang-qingdan.html").is_file()
    assert status(home.root) == 0
    assert sorted(path.name for path in home.work.iterdir()) == ["base", "site"]


def test_publishing_waits_its_turn(home: Home, clone: Path) -> None:
    commit(clone, ENTRY, entry("三张清单"))
    fetched(home, clone)
    with home.locked():
        child = apart(home)
        time.sleep(0.3)
        assert os.waitpid(child, os.WNOHANG) == (0, 0)
        assert releases.commit_of(home, releases.serving(home)) != home.tip()
    os.waitpid(child, 0)
    assert releases.commit_of(home, releases.serving(home)) == home.tip()
