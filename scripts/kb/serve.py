"""The live preview: a small web server on this machine, a site kept up to date, pages that reload when they changed."""

from __future__ import annotations

import http.server
import os
import threading
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from kb import report
from kb.build import Result, build, settings
from kb.glimpse import Glimpse
from kb.outputs.entries import ContentMovedError
from kb.problem import Level
from kb.processes import fork_no_more
from kb.project import Project

LIVE = "/__kb_live"
_WAIT = 25.0
"""Seconds a browser's question for news is held open; below the idle limits of proxies."""
_SETTLE = 0.03
"""Seconds to let an editor finish its burst of writes (temporary file, rename)."""
_FETCH = 0.1
"""Seconds in which browsers can fetch a page that was drawn ahead, before the build takes the processor."""
_SCRIPT = b"""(function () {
  "use strict";
  function ask(known) {
    var request = new XMLHttpRequest();
    request.open("GET", "%s?known=" + known);
    request.onload = function () {
      if (request.status === 200 && request.responseText !== known) location.reload();
      else ask(request.status === 200 ? request.responseText : known);
    };
    request.onerror = function () { setTimeout(function () { ask(known); }, 1000); };
    request.send();
  }
  // the news that this page already holds, lest what was saved while it was loading be missed
  ask(document.currentScript.getAttribute("data-known"));
})();
"""


class News:
    """The number of finished builds; browsers wait on it."""

    def __init__(self) -> None:
        self.number = 0
        self.changed = threading.Condition()

    def tell(self) -> None:
        with self.changed:
            self.number += 1
            self.changed.notify_all()

    def wait(self, known: str) -> int:
        """The number, at once where it differs from `known`, else when it changes or time is up."""
        with self.changed:
            if known == str(self.number):
                self.changed.wait(_WAIT)
            return self.number


class Changes(FileSystemEventHandler):
    """Collects what was written under the watched folders."""

    def __init__(self) -> None:
        self.flag = threading.Event()
        self.paths: set[str] = set()

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in {"created", "modified", "deleted", "moved"} and not event.is_directory:
            self.paths |= {os.fsdecode(path) for path in (event.src_path, event.dest_path) if path}
            self.flag.set()

    def wait(self) -> set[str]:
        """What was written since the last call, as soon as an editor's burst of writes is over."""
        self.flag.wait()
        time.sleep(_SETTLE)
        self.flag.clear()
        paths, self.paths = self.paths, set()
        return paths


def handler(site: Path, news: News, ahead: Mapping[str, bytes]) -> type[http.server.SimpleHTTPRequestHandler]:
    """Serves the site; pages get the reload script, nothing else is altered. `ahead` are pages (by address) that are
    newer than the site."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def translate_path(self, path: str) -> str:
            inner = Path(unquote(urlsplit(path).path).lstrip("/"))
            found = (site / inner).resolve()
            return str(found if found.is_relative_to(site.resolve()) else site / "404.html")

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            if address.path == LIVE:
                known = address.query.partition("known=")[2]
                self.answer(HTTPStatus.OK, "text/plain", str(news.wait(known)).encode())
            elif address.path == LIVE + ".js":
                self.answer(HTTPStatus.OK, "text/javascript", _SCRIPT % LIVE.encode())
            else:
                path = Path(self.translate_path(self.path))
                if path.is_dir():
                    path /= "index.html"
                if not path.is_file():
                    self.page(HTTPStatus.NOT_FOUND, site / "404.html")
                elif path.suffix == ".html":
                    self.page(HTTPStatus.OK, path)
                else:
                    super().do_GET()

        def page(self, status: HTTPStatus, path: Path) -> None:
            tag = f'<script src="{LIVE}.js" data-known="{news.number}"></script>'.encode()
            html = ahead.get(path.relative_to(site.resolve()).as_posix()) if path.is_relative_to(site.resolve()) else None
            if html is None:
                html = path.read_bytes() if path.is_file() else "站点还没有生成，先改好终端里列出的错误。".encode()
            html = html.replace(b"</body>", tag + b"</body>") if b"</body>" in html else html + tag
            self.answer(status, "text/html", html)

        def answer(self, status: HTTPStatus, kind: str, data: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(data)

        def end_headers(self) -> None:
            self.send_header("X-Content-Type-Options", "nosniff")
            super().end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Silent: the terminal belongs to the checks."""

    return Handler


def rebuild(project: Project, target: Path, edition: str) -> Result:
    """Build; where a file changed under way, once more."""
    while True:
        try:
            return build(project, target, edition)
        except ContentMovedError:
            time.sleep(_SETTLE)


def tell(result: Result) -> None:
    """One line for a good build, the report for a bad one."""
    errors = [problem for problem in result.problems if problem.level is Level.ERROR]
    if errors:
        print(report.text(errors, result.entries) + "页面保持原样，改好保存后自动更新。", flush=True)
    else:
        print(
            f"{time.strftime('%H:%M:%S')} 已更新：生成 {result.made} 个文件，用时 {sum(result.seconds.values()):.2f} 秒", flush=True
        )


def serve(project: Project, port: int, edition: str = "内部") -> int:
    """Serve the preview on 127.0.0.1 until it is interrupted. The preview has a folder of its own: what is published stays untouched."""
    target = project.output / "preview"
    tell(rebuild(project, target, edition))
    # the first build may share its work with other processes; from here on there are threads
    fork_no_more()
    news, changes, ahead = News(), Changes(), dict[str, bytes]()
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler(target, news, ahead))
    except OSError:
        print(f"kb：端口 {port} 已被占用，换一个：kb serve --port {port + 1}")
        return 2
    observer = Observer()
    for folder in (project.content, project.templates):
        observer.schedule(changes, str(folder), recursive=True)
    observer.start()
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"预览：http://127.0.0.1:{server.server_port}/ （{edition}版；按 Ctrl-C 结束）", flush=True)
    glimpse = Glimpse(project, target, edition, *settings(project))
    try:
        # what was written while the first build ran was not watched yet
        changes.flag.set()
        while True:
            follow(changes.wait(), glimpse, ahead, news, lambda: rebuild(project, target, edition))
    except KeyboardInterrupt:
        print("\n预览结束。")
    finally:
        observer.stop()
        server.shutdown()
        observer.join()
        glimpse.close()
    return 0


def follow(paths: set[str], glimpse: Glimpse, ahead: dict[str, bytes], news: News, build_on: Callable[[], Result]) -> None:
    """Bring the preview up to date: saved entries first, each by itself where that can be; then the whole site."""
    pages = {path: glimpse.page(Path(path)) for path in paths if path.endswith(".md")}
    ahead.update(page for page in pages.values() if page is not None)
    if ahead:
        news.tell()
        time.sleep(_FETCH)
    glimpse.close()
    result = build_on()
    ahead.clear()
    if not result.unchanged:
        tell(result)
    if not result.failed:
        # pages that were shown ahead are what has been built, to the byte: no browser need ask again
        if not result.unchanged and (not paths or any(pages.get(path) is None for path in paths)):
            news.tell()
        glimpse.renew()
