"""The web server of the preview: the site's files, the pages drawn ahead of it, and the news that browsers wait for."""

from __future__ import annotations

import hashlib
import http.server
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

LIVE = "/__kb_live"
_WAIT = 25.0
"""Seconds a browser's question for news is held open; below the idle limits of proxies."""
_KEPT = 32
"""So many pages that were sent, and so many pieces of news, are remembered."""
_LONG = 300_000
"""Bytes: longer pages are loaded anew by the browser, not compared."""
_SCRIPT = Path(__file__).with_name("live.js").read_bytes()
_UNBUILT = "站点还没有生成，先改好终端里列出的错误。".encode()


class News:
    """The number of the last change to what is shown; browsers wait on it."""

    def __init__(self, ring: Callable[[], None]) -> None:
        # a browser may know numbers of a preview that has ended since
        self.number = time.time_ns() // 1_000_000
        self._log: deque[tuple[int, frozenset[str] | None]] = deque([(self.number, None)], _KEPT)
        self._changed = threading.Condition()
        self._waiting = 0
        self._told = 0
        self._ring = ring

    def tell(self, files: frozenset[str] | None = frozenset()) -> None:
        """Pages have changed, and these other files (None: any)."""
        with self._changed:
            self.number += 1
            self._log.append((self.number, files))
            self._told = self._waiting
            self._changed.notify_all()

    @property
    def painted(self) -> bool:
        """Whether every browser that was told the last news has come back for more."""
        return self._told <= 0

    def wait(self, known: str) -> tuple[int, frozenset[str] | None]:
        """(number, files that have changed besides pages since `known`), at once where there is news, else when there is
        some or time is up."""
        with self._changed:
            if known == str(self.number):
                self._told -= 1
                if self._told == 0:
                    self._ring()
                self._waiting += 1
                self._changed.wait(_WAIT)
                self._waiting -= 1
            news = dict(self._log)
            if not known.isdecimal() or int(known) not in news:
                return self.number, None
            files: set[str] = set()
            for number, more in news.items():
                if number > int(known):
                    if more is None:
                        return self.number, None
                    files |= more
            return self.number, frozenset(files)


class Pages:
    """The site's pages as they are shown: `ahead` holds those (by address) that are newer than the site."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self.ahead: Mapping[str, bytes] = {}
        self._sent: dict[str, bytes] = {}

    def place(self, address: str) -> Path:
        """The file at an address; the page that says so where there is none."""
        root = self.site.resolve()
        found = (root / unquote(urlsplit(address).path).lstrip("/")).resolve()
        if not found.is_relative_to(root):
            return root / "404.html"
        return found / "index.html" if found.is_dir() else found

    def page(self, path: Path) -> tuple[HTTPStatus, bytes]:
        """The page in a file of the site."""
        root = self.site.resolve()
        html = self.ahead.get(path.relative_to(root).as_posix()) if path.is_relative_to(root) else None
        try:
            return HTTPStatus.OK, path.read_bytes() if html is None else html
        except (FileNotFoundError, NotADirectoryError):
            lost = root / "404.html"
            return HTTPStatus.NOT_FOUND, lost.read_bytes() if lost.is_file() else _UNBUILT

    def built(self, address: str) -> bytes | None:
        """The page at an address as the site has it, None where it has none."""
        path = self.site / address
        return path.read_bytes() if path.is_file() else None

    def send(self, html: bytes) -> str:
        """The name of a page that is about to be sent: it can be had back by that for a while."""
        name = hashlib.blake2b(html, digest_size=8).hexdigest()
        if len(html) <= _LONG:
            self._sent.pop(name, None)
            self._sent[name] = html
            for old in list(self._sent)[:-_KEPT]:
                self._sent.pop(old, None)
        return name

    def sent(self, name: str) -> bytes | None:
        return self._sent.get(name)


def handler(pages: Pages, news: News) -> type[http.server.SimpleHTTPRequestHandler]:
    """Serves the site; pages get the script that asks for news, nothing else is altered."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                self.close_connection = True  # the reader has gone elsewhere

        def translate_path(self, path: str) -> str:
            return str(pages.place(path))

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            if address.path == LIVE:
                self.answer(HTTPStatus.OK, "application/json", json.dumps(self.news(address.query), ensure_ascii=False).encode())
            elif address.path == LIVE + ".js":
                self.answer(HTTPStatus.OK, "text/javascript", _SCRIPT)
            else:
                path = pages.place(self.path)
                if path.suffix == ".html" or not path.is_file():
                    self.page(path)
                else:
                    super().do_GET()

        def page(self, path: Path) -> None:
            # the number first: what comes between it and the page is told once too often, not never
            number = news.number
            status, html = pages.page(path)
            tag = f'<script src="{LIVE}.js" data-known="{number}" data-page="{pages.send(html)}"></script>'.encode()
            html = html.replace(b"</body>", tag + b"</body>") if b"</body>" in html else html + tag
            self.answer(status, "text/html", html)

        def news(self, query: str) -> dict[str, Any]:
            """The answer to a browser: `known` is the last news it has had, `page` names what it shows at `address`."""
            asked = {key: values[0] for key, values in parse_qs(query).items()}
            number, files = news.wait(asked.get("known", ""))
            told: dict[str, Any] = {"number": number, "files": None if files is None else sorted(files)}
            shown = asked.get("page", "")
            _, html = pages.page(pages.place(asked.get("address", "/")))
            name = pages.send(html)
            if name != shown:
                told["page"] = name
                was = pages.sent(shown)
                if was is not None and len(html) <= _LONG:
                    told |= {"was": was.decode(), "now": html.decode()}
            return told

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
