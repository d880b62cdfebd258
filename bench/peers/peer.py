"""The generators compared: how each is run from nothing and after an edit, and where its pages lie."""

from __future__ import annotations

import os
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from bench.build.corpus import HOUSE
from bench.build.measure import FailedError, Taken, put_away, run
from bench.peers.flavours import FLAVOURS, Library, convert
from bench.peers.obtain import Program

EDITED = "methods/method-00007"
"""The entry that is edited, in every corpus of eight entries and more."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One generator. `words` follow the program, from nothing and after an edit alike."""

    label: str
    flavour: str
    out: str
    page: str
    """The edited entry's page below `out`."""
    words: tuple[str, ...]
    forget: tuple[str, ...]
    """What a build from nothing must not find."""
    means: str = ""
    """What it does about an edit, for the reader of the table; "" where it does everything again."""


OURS = "kb"
# mkdocs build --dirty is no answer to an edit: the search index it writes holds only the pages of that run.
# eleventy --incremental=<file> works only under --watch, within one process.
PEERS: dict[str, Peer] = {
    OURS: Peer("kb build", "", "site_build/site", f"{EDITED}.html", ("build",), ("site_build",), means="增量，与从头生成逐字节相同"),
    "hugo": Peer(
        "Hugo", "hugo", "public", f"{EDITED}/index.html", ("--quiet", "--noBuildLock", "--cacheDir", "{home}/cache"),
        ("public", "resources", "cache"),
    ),
    "eleventy": Peer("Eleventy", "eleventy", "out", f"{EDITED}/index.html", (), ("out", ".cache")),
    "material": Peer(
        "mkdocs+material", "mkdocs", "site", f"{EDITED}/index.html", ("build", "--quiet"), ("site",),
    ),
    "zensical": Peer(
        "Zensical", "zensical", "site", f"{EDITED}/index.html", ("build",), ("site", ".cache"), means="自带缓存",
    ),
}  # fmt: skip


class Runner:
    """One peer with its corpus in a folder, ready to be run, each time for at most `limit` seconds."""

    def __init__(self, peer: Peer, program: Program, home: Path, limit: float = 1800) -> None:
        self.peer = peer
        self.program = program
        self.home = home
        self.limit = limit
        (home / "tmp").mkdir(exist_ok=True)
        # what a program keeps for itself stays in its own folder
        self.env = os.environ | {
            "TMPDIR": str(home / "tmp"), "XDG_CACHE_HOME": str(home / "tmp"), "NO_MKDOCS_2_WARNING": "1",
            "ELEVENTY_CACHE_DIRECTORY": str(home / ".cache"),
        }  # fmt: skip
        if peer.flavour:
            self.source = home / FLAVOURS[peer.flavour].pages / f"{EDITED}.md"
        else:
            self.source = home / "content" / f"{EDITED}.md"
            # another Python of the same version finds our packages here
            self.env["PYTHONPATH"] = os.pathsep.join([str(HOUSE / "scripts"), sysconfig.get_paths()["purelib"]])

    def cold(self, turn: int) -> Taken:
        """Everything it made and remembers taken away, then a build.

        Raises FailedError where the program fails or a page is missing.
        """
        for name in self.peer.forget:
            put_away(self.home / name, self.home.parent / ".gone" / f"{self.home.name}-{turn}-{name}")
        taken = self._run(self.peer.words)
        self._page()
        return taken

    def edited(self, turn: int) -> Taken:
        """A sentence more in one entry, then a build.

        Raises FailedError where the program fails or the sentence is not on the page.
        """
        sentence = f"第{turn}次修改时补写的一句。"
        cite = "" if self.peer.flavour else "[@编者]"
        self.source.write_text(f"{self.source.read_text('utf-8')}\n{sentence}{cite}\n", "utf-8")
        taken = self._run(self.peer.words)
        if sentence not in self._page():
            raise FailedError("改了一条，页面没有变")
        return taken

    def size(self) -> tuple[int, int]:
        """(files, bytes) of what it made."""
        lengths = [path.stat().st_size for path in (self.home / self.peer.out).rglob("*") if path.is_file()]
        return len(lengths), sum(lengths)

    def _run(self, words: tuple[str, ...]) -> Taken:
        return run(
            [*self.program.words, *(word.replace("{home}", str(self.home)) for word in words)], self.home, self.env, self.limit
        )

    def _page(self) -> str:
        page = self.home / self.peer.out / self.peer.page
        if not page.is_file():
            raise FailedError(f"没有做出 {self.peer.page}")
        return page.read_text("utf-8")


def ours(home: Path, python: str = sys.executable) -> Program:
    """The program of this repository, on the corpus at `home`; `python` is of the version that runs this bench."""
    return Program((python, "-m", "kb", "-C", str(home)), "本仓库")


def prepare(peer: Peer, library: Library, home: Path, programs: Path) -> None:
    """Write the peer's corpus; Eleventy finds its packages beside the pages."""
    convert(library, FLAVOURS[peer.flavour], home)
    if peer.flavour == "eleventy":
        (home / "node_modules").symlink_to(programs / "eleventy/node_modules")
