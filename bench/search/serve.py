"""A server as sites have it: gzip, the strict policy; it counts what it sends."""

from __future__ import annotations

import gzip
import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'"
)


@dataclass
class Sent:
    """Bytes and requests since the last `take`."""

    bytes: int = 0
    requests: int = 0
    paths: list[str] = field(default_factory=list)

    def add(self, path: str, size: int) -> None:
        """One answer."""
        self.bytes += size
        self.requests += 1
        self.paths.append(path)

    def take(self) -> tuple[int, int]:
        """(bytes, requests), and begin again."""
        taken = (self.bytes, self.requests)
        self.bytes = self.requests = 0
        self.paths.clear()
        return taken


@cache
def packed(path: Path) -> bytes:
    """A file as it goes over the wire."""
    return gzip.compress(path.read_bytes(), 6)


@contextmanager
def serving(root: Path, strict: bool = True) -> Iterator[tuple[str, Sent]]:
    """Serve a folder: (address, what was sent)."""
    sent = Sent()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path).lstrip("/")
            target = root / path
            if target.is_dir():
                target /= "index.html"
            if not target.is_file():
                self.send_error(404)
                return
            body = packed(target)
            self.send_response(200)
            self.send_header("Content-Type", mimetypes.guess_type(target.name)[0] or "application/octet-stream")
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            if strict:
                self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            sent.add(path, len(body))  # before the browser has it, or it would count for the next query
            self.wfile.write(body)

        def log_message(self, format: str, *values: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", sent
        server.shutdown()
