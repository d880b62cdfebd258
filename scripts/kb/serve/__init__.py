"""The live preview: a small web server on this machine, a site kept up to date, pages that change when their files do."""

from __future__ import annotations

import gc
import http.server
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from kb import report
from kb.build import Result, settings
from kb.glimpse import Drawn, Glimpse
from kb.problem import Level
from kb.project import Project
from kb.serve.building import Builder, Built
from kb.serve.pages import News, Pages, handler
from kb.serve.watching import Changes, watch

_PAINT = 0.15
"""Seconds in which browsers can paint a page that was drawn ahead, before a build takes the processor."""


def serve(project: Project, port: int, edition: str = "内部") -> int:
    """Serve the preview on 127.0.0.1 until it is interrupted. The preview has a folder of its own: what is published stays untouched."""
    target = project.output / "preview"
    changes = Changes()
    with watch((project.content, project.templates), changes):
        builder = Builder(project, target, edition, changes.ring)
        glimpse = Glimpse(project, target, edition, *settings(project))
        preview = Preview(changes, builder, glimpse, Pages(target), News(changes.ring))
        try:
            preview.begin()
            try:
                server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler(preview.pages, preview.news))
            except OSError:
                print(f"kb：端口 {port} 已被占用，换一个：kb serve --port {port + 1}")
                return 2
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            print(f"预览：http://127.0.0.1:{server.server_port}/ （{edition}版；按 Ctrl-C 结束）", flush=True)
            while True:
                preview.follow()
        except KeyboardInterrupt:
            print("\n预览结束。")
        finally:
            builder.close()
            glimpse.close()
    return 0


class Preview:
    """What is saved is shown: entries first, each by itself where that can be; then the whole site."""

    def __init__(self, changes: Changes, builder: Builder, glimpse: Glimpse, pages: Pages, news: News) -> None:
        self.changes = changes
        self.builder = builder
        self.glimpse = glimpse
        self.pages = pages
        self.news = news
        self._saved: dict[str, Drawn | None] = {}
        """What no build has begun with yet: path -> page drawn ahead, None where only a build can tell."""
        self._building: dict[str, Drawn | None] = {}
        self._fresh = False
        self._build_at = 0.0

    def begin(self) -> None:
        """Build for the first time."""
        self.builder.begin()
        while (built := self.builder.result()) is None:
            self._note(self.changes.wait())
        self._take_over(built)

    def follow(self) -> None:
        """Wait for what comes next, a saved file or a finished build, and see to it."""
        # a file that is being written ends the waiting itself, and the build waits for it
        due = self._build_at if self._fresh and not self.builder.busy and not self.changes.pending else None
        self._show(self.changes.wait(due))
        built = self.builder.result()
        if built is not None:
            self._take_over(built)
        ready = self.news.painted or time.monotonic() >= self._build_at
        if self._fresh and ready and not self.builder.busy and not self.changes.pending:
            self._building, self._saved, self._fresh = {**self._building, **self._saved}, {}, False
            self.builder.begin()

    def _note(self, paths: Iterable[str]) -> None:
        for path in paths:
            self._saved[path] = self.glimpse.page(Path(path)) if path.endswith(".md") else None
            self._fresh = True

    def _show(self, paths: set[str]) -> None:
        self._note(paths)
        drawn = [page for path in paths if (page := self._saved[path]) is not None]
        if drawn:
            self.pages.ahead = {**self.pages.ahead, **_by_address(drawn)}
            self.news.tell()
            self._build_at = time.monotonic() + _PAINT

    def _take_over(self, built: Built) -> None:
        """A build has ended. Where it failed, what it was to bring is left to the next one, and what was drawn ahead stands."""
        result = built.result
        if not result.unchanged:
            _tell(result)
        if result.failed:
            self._withdraw({problem.spot.path for problem in result.problems if problem.level is Level.ERROR})
            return
        drawn = [page for page in self._building.values() if page is not None]
        newer = _by_address(self._saved.values())
        # what was saved during an earlier build may have been drawn from a library that this had made an old one
        as_drawn = all(self.pages.built(page.url) == page.html for page in drawn if page.url not in newer)
        inside = bool(drawn) and len(drawn) == len(self._building) and all(page.alone for page in drawn)
        self._building = {}
        self.pages.ahead = newer
        if inside and as_drawn:
            # pages that were shown ahead are what has been built, to the byte: no browser need ask again
            self.glimpse.go_on()
            return
        if not (result.unchanged and as_drawn):
            self.news.tell(built.files)
        self.glimpse.renew()
        # no page is to wait for these thousands of lasting things to be looked through for what can go
        gc.unfreeze()
        gc.collect()
        gc.freeze()

    def _withdraw(self, faulty: set[str]) -> None:
        """Entries that do not agree with others show again as they are built."""
        root = self.glimpse.project.root
        refused = {
            path: page for path, page in self._building.items() if page and Path(path).relative_to(root).as_posix() in faulty
        }
        if refused:
            self._building |= dict.fromkeys(refused)
            gone = {page.url for page in refused.values()} - _by_address(self._saved.values()).keys()
            self.pages.ahead = {address: html for address, html in self.pages.ahead.items() if address not in gone}
            self.news.tell()


def _by_address(pages: Iterable[Drawn | None]) -> dict[str, bytes]:
    return {page.url: page.html for page in pages if page is not None}


def _tell(result: Result) -> None:
    """One line for a good build, the report for a bad one."""
    errors = [problem for problem in result.problems if problem.level is Level.ERROR]
    if errors:
        print(report.text(errors, result.entries) + "页面保持原样，改好保存后自动更新。", flush=True)
    else:
        print(
            f"{time.strftime('%H:%M:%S')} 已更新：生成 {result.made} 个文件，用时 {sum(result.seconds.values()):.2f} 秒", flush=True
        )
