"""The folder of one host: its repository, its releases, its settings, its lock and its log."""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import json
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

BRANCH = "main"
NOTHING = "0" * 40
LOCK_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Settings:
    """What `kb host init` was told; kept in host.json."""

    program: str
    """Root of the host's own copy of the program, its templates and mkdocs.yml."""
    python: str
    edition: str = "公开"
    keep: int = 5
    maintainers: tuple[str, ...] = ()
    """Who may push changes outside content/: names as the web server or the system gives them. They still
    change nothing here: the host goes on using its own copy until someone updates that."""


class BusyError(Exception):
    """Another publication holds the lock."""


@dataclass(frozen=True, slots=True)
class Home:
    """A host's folder."""

    root: Path

    @property
    def repository(self) -> Path:
        return self.root / "repo.git"

    @property
    def releases(self) -> Path:
        return self.root / "releases"

    @property
    def manifests(self) -> Path:
        return self.root / "manifests"

    @property
    def current(self) -> Path:
        """The link that the web server serves."""
        return self.root / "current"

    @property
    def work(self) -> Path:
        return self.root / "work"

    def settings(self) -> Settings:
        """Raises FileNotFoundError where this is no host's folder."""
        told = json.loads((self.root / "host.json").read_text("utf-8"))
        return Settings(**(told | {"maintainers": tuple(told.get("maintainers", ()))}))

    def save(self, settings: Settings) -> None:
        text = json.dumps(asdict(settings), ensure_ascii=False, indent=2)
        (self.root / "host.json").write_text(text + "\n", "utf-8")

    def git(self, *words: str, data: bytes | None = None) -> bytes:
        """What git prints about the repository. Raises subprocess.CalledProcessError where it refuses."""
        command = ["git", "-c", "core.quotePath=false", "--git-dir", os.fspath(self.repository), *words]
        return subprocess.run(command, input=data, capture_output=True, check=True, cwd=self.root).stdout

    def tip(self, ref: str = f"refs/heads/{BRANCH}") -> str:
        """The commit a ref stands at, "" where there is none."""
        try:
            return self.git("rev-parse", "--verify", "-q", f"{ref}^{{commit}}").decode().strip()
        except subprocess.CalledProcessError:
            return ""

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the host for oneself; the system lets go of it when the process ends, however it ends.

        Raises BusyError after LOCK_SECONDS.
        """
        until = time.monotonic() + LOCK_SECONDS
        with (self.root / "lock").open("a") as file:
            while True:
                try:
                    # a record lock: processes forked while building do not inherit it, so it ends with this one
                    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except (BlockingIOError, PermissionError) as fault:
                    if time.monotonic() > until:
                        raise BusyError from fault
                    time.sleep(0.02)
            yield

    def note(self, what: str, **facts: object) -> None:
        """One line in the log: who did what when."""
        now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
        line = json.dumps({"time": now, "what": what, "who": who(), **facts}, ensure_ascii=False)
        with (self.root / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def log(self) -> list[dict[str, object]]:
        """The log, oldest first; a line cut short by a crash is left out."""
        rows = []
        try:
            lines = (self.root / "log.jsonl").read_text("utf-8", "replace").splitlines()
        except FileNotFoundError:
            return []
        for line in lines:
            with contextlib.suppress(json.JSONDecodeError):
                rows.append(json.loads(line))
        return rows


def who() -> str:
    """Who is at work: the name the web server or ssh vouches for, else the system's."""
    import getpass

    try:
        return os.environ.get("REMOTE_USER") or os.environ.get("KB_USER") or getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
