"""The same over http: git http-backend takes the push, the real nginx serves the release with the policy of deploy/nginx."""

from __future__ import annotations

import http.server
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.host.conftest import commit, entry, git

from kb.host.home import Home

ENTRY = "content/terms/sanzhang-qingdan.md"


@pytest.fixture
def address(home: Home) -> Iterator[str]:
    """The repository behind git http-backend, with a name the server vouches for."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            environ = os.environ | {
                "GIT_PROJECT_ROOT": str(home.root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "REMOTE_USER": "lisi",
                "REMOTE_ADDR": "127.0.0.1",
            }
            done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env=environ, check=False)
            head, _, rest = done.stdout.partition(b"\r\n\r\n")
            fields = [line.split(b": ", 1) for line in head.split(b"\r\n")]
            status = next((int(value.split()[0]) for name, value in fields if name == b"Status"), 200)
            self.send_response(status)
            for name, value in fields:
                if name != b"Status":
                    self.send_header(name.decode(), value.decode())
            self.end_headers()
            self.wfile.write(rest)

        do_POST = do_GET  # noqa: N815 -- the name http.server looks for

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/repo.git"
    server.shutdown()
    server.server_close()
    thread.join()


def test_push_over_http(address: str, home: Home, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", address, "far")
    far = tmp_path / "far"
    commit(far, ENTRY, entry("三张清单", more="topics: 错\n"))
    done = git(far, "push", "origin", "main", ok=False)
    assert done.returncode != 0
    assert "unknown-field" in done.stderr
    assert not (home.current / "terms").joinpath("sanzhang-qingdan.html").exists()
    commit(far, ENTRY, entry("三张清单"))
    assert "已发布：3 条" in git(far, "push", "origin", "main").stderr
    assert (home.current / "terms/sanzhang-qingdan.html").is_file()
    assert home.log()[-1]["who"] == "lisi"


@pytest.fixture
def nginx(home: Home, tmp_path: Path) -> Iterator[str]:
    """The example of deploy/nginx with the places filled in, run by the real nginx."""
    if shutil.which("nginx") is None:
        pytest.fail("没有 nginx；tests/setup.sh 会装")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    example = (ROOT / "deploy/nginx/dangjian.conf").read_text("utf-8")
    example = example.replace("/srv/dangjian/current", str(home.current)).replace("listen 80", f"listen 127.0.0.1:{port}")
    place = tmp_path / "nginx"
    place.mkdir()
    (place / "site.conf").write_text(example, "utf-8")
    temp = "".join(f"{name}_temp_path {place}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (place / "nginx.conf").write_text(
        f"daemon off;\npid {place}/pid;\nerror_log stderr;\n{'user root;' if os.getuid() == 0 else ''}\nevents {{}}\n"
        f"http {{\ninclude /etc/nginx/mime.types;\naccess_log off;\n{temp}include {place}/site.conf;\n}}\n",
        "utf-8",
    )
    run = subprocess.Popen(["nginx", "-p", str(place), "-c", str(place / "nginx.conf")], stderr=subprocess.PIPE)
    address = f"http://127.0.0.1:{port}"
    for _ in range(3000):
        try:
            urllib.request.urlopen(f"{address}/build.txt", timeout=5).close()
            break
        except OSError:
            assert run.poll() is None, run.stderr.read() if run.stderr else ""
            time.sleep(0.02)
    yield address
    run.terminate()
    run.communicate()


def asked(address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as fault:
        with fault:
            return fault.code, dict(fault.headers), fault.read()


def test_real_nginx(nginx: str, home: Home, clone: Path) -> None:
    status, head, body = asked(f"{nginx}/")
    assert status == 200
    assert "人大机关党建知识库".encode() in body
    for name, value in (
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "SAMEORIGIN"),
        ("Referrer-Policy", "same-origin"),
        ("Cache-Control", "no-cache"),
    ):
        assert head[name] == value
    assert "frame-ancestors 'self'" in head["Content-Security-Policy"]
    again, _, _ = asked(f"{nginx}/", **{"If-None-Match": head["ETag"]})
    assert again == 304
    assert "nginx/" not in head.get("Server", "")
    status, head, body = asked(f"{nginx}/no/such.html")
    assert (status, "html" in head["Content-Type"]) == (404, True)
    assert "X-Content-Type-Options" in head
    for hidden in ("/.git/config", "/../host.json", "/%2e%2e/host.json", "/.current.1", "/build.txt/../../log.jsonl"):
        assert asked(nginx + hidden)[0] in {400, 403, 404}, hidden
    commit(clone, ENTRY, entry("三张清单"))
    assert asked(f"{nginx}/terms/sanzhang-qingdan.html")[0] == 404
    git(clone, "push", "-q", "origin", "main")
    status, _, body = asked(f"{nginx}/terms/sanzhang-qingdan.html")
    assert (status, "三张清单".encode() in body) == (200, True)
    sheet = next(path for path in (home.current / "assets").glob("site.*.min.css"))
    _, head, _ = asked(f"{nginx}/assets/{sheet.name}")
    assert "immutable" in head["Cache-Control"]
    assert "text/css" in head["Content-Type"]
