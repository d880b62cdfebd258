"""The live preview: a small web server on this machine, a site kept up to date, pages that reload when they changed."""

from __future__ import annotations

import http.server
import threading
import time
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from kb import report
from kb.build import Result, build
from kb.outputs.entries import ContentMovedError
from kb.problem import Level
from kb.project import Project

LIVE = "/__kb_live"
_WAIT = 25.0
"""Seconds a browser's question for news is held open; below the idle limits of proxies."""
_SETTLE = 0.03
"""Seconds to let an editor finish its burst of writes (temporary file, rename)."""
_SCRIPT = b"""(function () {
  "use strict";
  function ask(known) {
    var request = new XMLHttpRequest();
    request.open("GET", "%s?known=" + known);
    request.onload = function () {
      if (request.status === 200 && known !== "" && request.responseText !== known) location.reload();
      else ask(request.status === 200 ? request.responseText : known);
    };
    request.onerror = function () { setTimeout(function () { ask(known); }, 1000); };
    request.send();
  }
  ask("");
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
    """Sets a flag whenever something under a watched folder was written."""

    def __init__(self) -> None:
        self.flag = threading.Event()

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in {"created", "modified", "deleted", "moved"} and not event.is_directory:
            self.flag.set()


def handler(site: Path, news: News) -> type[http.server.SimpleHTTPRequestHandler]:
    """Serves the site; pages get the reload script, nothing else is altered."""

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
            html = path.read_bytes() if path.is_file() else "站点还没有生成，先改好终端里列出的错误。".encode()
            tag = f'<script src="{LIVE}.js"></script>'.encode()
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
    news, changes = News(), Changes()
    observer = Observer()
    for folder in (project.content, project.templates):
        observer.schedule(changes, str(folder), recursive=True)
    observer.start()
    tell(rebuild(project, target, edition))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler(target, news))
    except OSError:
        print(f"kb：端口 {port} 已被占用，换一个：kb serve --port {port + 1}")
        observer.stop()
        return 2
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"预览：http://127.0.0.1:{server.server_port}/ （{edition}版；按 Ctrl-C 结束）", flush=True)
    try:
        while True:
            changes.flag.wait()
            time.sleep(_SETTLE)
            changes.flag.clear()
            result = rebuild(project, target, edition)
            if not result.unchanged:
                tell(result)
            if not result.failed and not result.unchanged:
                news.tell()
    except KeyboardInterrupt:
        print("\n预览结束。")
    finally:
        observer.stop()
        server.shutdown()
        observer.join()
    return 0
