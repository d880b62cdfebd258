"""The web server of `kb edit`: a page, its wishes, the site's look for the preview; on 127.0.0.1 only."""

from __future__ import annotations

import http.server
import json
import mimetypes
import re
import socket
import threading
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import jinja2

from kb.build import settings
from kb.editor.checking import read_draft
from kb.editor.desk import ANSWERS
from kb.editor.draft import RefusedError
from kb.editor.files import PathRefusedError, locate, read
from kb.editor.gate import Gate, Refusal
from kb.editor.house import House
from kb.editor.preview import article, frame
from kb.editor.texts import shown

MOST = 24
"""Requests answered at the same time; a browser keeps six connections."""
PATIENCE = 20.0
"""Seconds that a connection may keep silent."""
_OWN = re.compile(r"[a-z-]+\.(?:js|css)")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FRAME_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin allow-popups"
)
_ENTERED = (
    '<!doctype html><html lang="zh"><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=./{at}">'
    '<link rel="icon" href="site/assets/favicon.svg"><title>编辑</title><p><a href="./{at}">进入编辑</a></p></html>'
)
"""A page of our own that leads on: a browser sends a strict cookie only where it comes from the same site."""


class Server(http.server.ThreadingHTTPServer):
    """Answers at most MOST requests at a time; those beyond wait in the queue of the system."""

    daemon_threads = True
    allow_reuse_address = False

    def __init__(self, house: House, gate: Gate, port: int) -> None:
        self.house = house
        self.gate = gate
        self.places = threading.BoundedSemaphore(MOST)
        super().__init__(("127.0.0.1", port), Handler)
        gate.port = self.server_port

    def process_request(self, request: Any, client_address: Any) -> None:
        self.places.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is no news; a fault of ours is told in the terminal."""
        import sys
        import traceback

        if not isinstance(sys.exception(), (ConnectionError, TimeoutError, socket.timeout)):
            # in one piece: other connections have threads of their own
            sys.stderr.write(traceback.format_exc())


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "kb", ""
    timeout = PATIENCE
    server: Server

    def do_GET(self) -> None:
        gate = self.server.gate
        address = urlsplit(self.path)
        refusal = gate.stranger(self.headers)  # type: ignore[arg-type]
        if refusal is not None:
            return self.refuse(refusal)
        if not address.path.startswith(gate.home):
            return self.refuse(Refusal(HTTPStatus.FORBIDDEN, "请从终端里给出的地址进来"))
        inner = unquote(address.path[len(gate.home) :])
        asked = parse_qs(address.query)
        token = asked.get("token", [""])[0]
        if not inner and token:
            if not gate.opens(token):
                return self.refuse(Refusal(HTTPStatus.FORBIDDEN, "这个地址已经用过或不对，请用终端里给出的地址"))
            at = "#" + quote(asked["at"][0], safe="/") if "at" in asked else ""
            return self.answer(HTTPStatus.OK, "text/html", _ENTERED.format(at=at).encode(), ("Set-Cookie", gate.cookie))
        refusal = gate.without_pass(self.headers)  # type: ignore[arg-type]
        if refusal is not None:
            return self.refuse(refusal)
        if not inner:
            return self.page()
        if _OWN.fullmatch(inner):
            return self.own(inner)
        return self.site(inner.removeprefix("site/")) if inner.startswith("site/") else self.missing()

    def do_POST(self) -> None:
        gate = self.server.gate
        headers: Any = self.headers
        refusal = gate.stranger(headers) or gate.without_pass(headers) or gate.foreign_wish(headers)
        if refusal is not None:
            self.close_connection = True  # its body is not read
            return self.refuse(refusal)
        length = int(self.headers["Content-Length"])
        data = self.rfile.read(length)
        name = urlsplit(self.path).path.removeprefix(gate.home + "api/")
        answer = ANSWERS.get(name)
        if answer is None:
            return self.missing()
        try:
            wish = json.loads(data) if len(data) == length else None
        except (ValueError, RecursionError):
            wish = None
        if not isinstance(wish, dict):
            return self.refuse(Refusal(HTTPStatus.BAD_REQUEST, "请求的写法不对"))
        try:
            told = answer(self.server.house, wish)
        except RefusedError as fault:
            return self.tell(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": str(fault), **fault.offer})
        except PathRefusedError as fault:
            return self.tell(HTTPStatus.FORBIDDEN, {"error": str(fault)})
        except BaseException:
            self.tell(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "编辑程序出了错，细节在终端里；写的都还在这一页"})
            raise
        return self.tell(HTTPStatus.OK, told)

    def page(self) -> None:
        """The page; all it shows comes by its own wishes."""
        folder = self.server.house.project.templates / "editor"
        loader = jinja2.Environment(loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined)
        name, _ = settings(self.server.house.project)
        html = loader.get_template("page.html.j2").render(name=name, key=self.server.gate.key)
        self.answer(HTTPStatus.OK, "text/html", html.encode())

    def own(self, name: str) -> None:
        """A style or a script of the page."""
        path = self.server.house.project.templates / "editor" / name
        if not path.is_file():
            return self.missing()
        return self.answer(HTTPStatus.OK, "text/css" if name.endswith(".css") else "text/javascript", path.read_bytes())

    def site(self, name: str) -> None:
        """What the preview needs: the theme's files, pictures of content/assets, and the pages of other entries."""
        house = self.server.house
        themed = house.shell.files.get(name)
        if themed is not None and themed[0].is_file():
            return self.answer(HTTPStatus.OK, mimetypes.guess_type(name)[0] or "application/octet-stream", themed[0].read_bytes())
        found = house.intake.files.get(f"content/{name}")
        kind = mimetypes.guess_type(name)[0] or ""
        if found is not None and found.kind == "asset" and kind.startswith("image/"):
            return self.answer(HTTPStatus.OK, kind, (house.project.root / found.path).read_bytes())
        if name == "frame/":
            return self.answer(HTTPStatus.OK, "text/html", frame(house.shell))
        if not name.endswith(".html"):
            return self.missing()
        path = f"content/{name[:-5]}.md"
        try:
            data = read(locate(house.project, house.schema, path))
        except PathRefusedError:
            data = None
        seen = shown(data) if data is not None else None
        inner = '<p class="kb-empty">这一页要在站点里看。</p>'
        if seen is not None:
            inner = article(house, read_draft(house.intake, path, seen.text))
        return self.answer(HTTPStatus.OK, "text/html", frame(house.shell, inner))

    def missing(self) -> None:
        self.refuse(Refusal(HTTPStatus.NOT_FOUND, "没有这一页"))

    def refuse(self, refusal: Refusal) -> None:
        self.answer(refusal.status, "text/plain", (refusal.words + "\n").encode())

    def tell(self, status: HTTPStatus, told: dict[str, Any]) -> None:
        self.answer(status, "application/json", json.dumps(told, ensure_ascii=False).encode())

    def answer(self, status: HTTPStatus, kind: str, data: bytes, *more: tuple[str, str]) -> None:
        framed = urlsplit(self.path).path.startswith(self.server.gate.home + "site/")
        self.send_response(status)
        text = kind.startswith(("text/", "application/json"))
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if text else kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", _FRAME_POLICY if framed else _POLICY)
        self.send_header("X-Frame-Options", "SAMEORIGIN" if framed else "DENY")
        for name, value in (*_HEADERS, *(() if framed else _APART), *more):
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: the terminal belongs to the editor."""


_HEADERS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
_APART = (("Cross-Origin-Opener-Policy", "same-origin"),)
"""Not for what stands in a sandbox: a browser refuses the two together."""
