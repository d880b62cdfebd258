"""Who gets in: only this machine's own page with the token; nothing outside content/ is read or written."""

from __future__ import annotations

import http.client
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.editor.conftest import ENTRY, Desk, running

from kb.editor import files
from kb.editor.gate import MAX_BYTES, Gate
from kb.editor.server import PATIENCE

SAVED = b'{"path": "content/methods/sanhui-yike.md", "base": "", "text": "x", "digest": ""}'


@pytest.fixture(scope="module")
def desk(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for all tests here: none of them may change anything."""
    with running(furnished, tmp_path_factory.mktemp("gate") / "kb") as desk:
        yield desk


def test_the_token_is_exchanged_for_a_strict_cookie(desk: Desk) -> None:
    status, headers, body = desk.call("GET", f"{desk.gate.home}?token={desk.gate.token}&at=content/methods/a%22%3E.md")
    assert status == 200
    assert headers["Set-Cookie"] == f"{desk.pass_}; Path={desk.gate.home}; HttpOnly; SameSite=Strict"
    assert b"url=./#content/methods/a%22%3E.md" in body
    assert desk.call("GET", desk.gate.home, headers={"Cookie": desk.pass_})[0] == 200


def test_the_ticket_of_the_browser_is_good_once(desk: Desk) -> None:
    address = f"{desk.gate.home}?token={desk.gate.ticket}"
    assert [desk.call("GET", address)[0] for _ in range(2)] == [200, 403]


@pytest.mark.parametrize("path", ["/", "/editor.js", "/api/open", "/..%2f..%2fetc/passwd"])
def test_other_paths_are_refused(path: str, desk: Desk) -> None:
    assert desk.call("GET", path, headers={"Cookie": desk.pass_})[0] == 403


@pytest.mark.parametrize("inner", ["", "base.js", "site/frame/", "site/methods/sanhui-yike.html", "?token=wrong"])
@pytest.mark.parametrize("cookie", ["", "kb-edit=", "kb-edit=wrong", "kb-edit=\u00e9", "=;;;"])
def test_without_the_token_nothing_is_shown(inner: str, cookie: str, desk: Desk) -> None:
    assert desk.call("GET", desk.gate.home + inner, headers={"Cookie": cookie} if cookie else {})[0] == 403


@pytest.mark.parametrize(
    ("status", "changed"),
    [
        (403, {"Cookie": None}),
        (403, {"Cookie": "kb-edit=wrong"}),
        (403, {"Host": "evil.example"}),
        (403, {"Host": "127.0.0.1"}),
        (403, {"Host": "127.0.0.1.evil.example:80"}),
        (403, {"Host": ""}),
        (403, {"Origin": None}),
        (403, {"Origin": "null"}),
        (403, {"Origin": "http://evil.example"}),
        (403, {"Origin": "http://127.0.0.1:1"}),
        (403, {"Origin": "https://127.0.0.1"}),
        (403, {"Sec_Fetch_Site": "cross-site"}),
        (403, {"Sec_Fetch_Site": "same-site"}),
        (415, {"Content_Type": "text/plain"}),
        (415, {"Content_Type": "application/x-www-form-urlencoded"}),
        (415, {"Content_Type": None}),
        (413, {"Content_Length": str(MAX_BYTES + 1)}),
        (413, {"Content_Length": "9" * 400}),
        (411, {"Content_Length": "-1"}),
        (411, {"Content_Length": "１"}),
        (411, {"Transfer_Encoding": "chunked"}),
    ],
)
def test_a_wish_that_is_not_our_pages(status: int, changed: dict[str, str | None], desk: Desk) -> None:
    before = desk.text()
    headers = {name: value.encode("utf-8").decode("latin-1") for name, value in desk.headers(**changed).items()}
    got, answer, _ = desk.call("POST", f"{desk.gate.home}api/save", SAVED, headers)
    assert (got, desk.text()) == (status, before)
    assert "Access-Control-Allow-Origin" not in answer
    assert desk.ask("begin")["types"]


def test_get_writes_nothing_and_other_methods_are_unknown(desk: Desk) -> None:
    before = desk.text()
    assert desk.call("GET", f"{desk.gate.home}api/save", SAVED, desk.headers())[0] == 404
    for method in ("PUT", "DELETE", "OPTIONS", "PATCH"):
        assert desk.call(method, f"{desk.gate.home}api/save", SAVED, desk.headers())[0] == 501
    assert desk.text() == before


def test_every_answer_carries_the_policy(desk: Desk) -> None:
    for path in ("/", desk.gate.home, desk.gate.home + "editor.css", desk.gate.home + "site/frame/"):
        _, headers, _ = desk.call("GET", path, headers={"Cookie": desk.pass_})
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        framed = path.endswith("site/frame/")
        assert headers["X-Frame-Options"] == ("SAMEORIGIN" if framed else "DENY")
        assert ("sandbox" in policy) == framed
        assert "script-src" not in policy or not framed


def test_only_this_machine_is_listened_to(desk: Desk) -> None:
    assert desk.server.server_address[0] == "127.0.0.1"


def test_two_runs_share_no_secret() -> None:
    one, other = Gate(), Gate()
    assert (
        len({one.token, one.ticket, one.home, one.key, one.cookie, other.token, other.ticket, other.home, other.key, other.cookie})
        == 10
    )


@pytest.mark.parametrize("wish", [b"", b"[]", b'"a"', b"{", b"[" * 100_000, b"\xff\xfe", b'{"a": 1e999}'])
def test_what_is_no_wish(wish: bytes, desk: Desk) -> None:
    status, _, _ = desk.call("POST", f"{desk.gate.home}api/open", wish, desk.headers())
    assert status in {400, 403}


@pytest.mark.parametrize(
    "wish",
    [
        {"path": 1, "base": ""},
        {"path": ENTRY},
        {"path": ENTRY, "base": "", "values": []},
        {"path": ENTRY, "base": "", "values": {"title": 1}},
        {"path": ENTRY, "base": "", "values": {"title": [["a"]]}},
        {"path": ENTRY, "base": "", "body": 1},
        {"path": ENTRY, "base": "---\ntitle: 甲\n---\n", "values": {"nichts": "a"}},
        {"path": ENTRY, "base": "---\ntitle：甲\n---\n", "values": {"title": "a"}},
    ],
)
def test_wishes_of_the_wrong_make(wish: dict[str, object], desk: Desk) -> None:
    before = desk.text()
    assert "error" in desk.ask("save", **wish)
    assert desk.text() == before


OUTSIDE = [
    "content/../mkdocs.md", "content/methods/../../../etc/passwd", "/etc/passwd", "content/methods/a/b.md", "content/methods/A.md",
    "content/methods/.md", "content/methods/a.yml", "content/pages/about.md", "content/vocabulary/topics.md", "content/nichts/a.md",
    "content\\methods\\a.md", "content/methods/a.md\n", "content/methods/a\0.md", "templates/types/common.md", "", "content//a.md",
    "content/methods/-a.md", "content/methods/会议.md",
]  # fmt: skip


@pytest.mark.parametrize("path", OUTSIDE)
def test_paths_outside_are_neither_read_nor_written(path: str, desk: Desk) -> None:
    before = {one: one.read_bytes() for one in desk.root.rglob("*") if one.is_file() and "site_build" not in one.parts}
    for name in ("open", "check", "save"):
        assert "error" in desk.ask(name, path=path, base="", text="x", digest="")
    after = {one: one.read_bytes() for one in desk.root.rglob("*") if one.is_file() and "site_build" not in one.parts}
    assert after == before


def test_links_are_not_followed(desk: Desk, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("---\ntitle: 秘\n---\n", "utf-8")
    (desk.root / "content/methods/link.md").symlink_to(secret)
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases/x.md").write_text("秘", "utf-8")
    (desk.root / "content/cases").symlink_to(tmp_path / "cases")
    os.mkfifo(desk.root / "content/methods/pipe.md")
    for path in ("content/methods/link.md", "content/cases/x.md", "content/methods/pipe.md"):
        assert "error" in desk.ask("open", path=path)
        assert "error" in desk.ask("save", path=path, base="", text="x", digest=files.digest(secret.read_bytes()))
        assert b"\xe7\xa7\x98" not in desk.call("GET", f"{desk.gate.home}site/{path[8:-3]}.html", headers={"Cookie": desk.pass_})[2]
    assert secret.read_text("utf-8") == "---\ntitle: 秘\n---\n"
    for name in ("methods/link.md", "methods/pipe.md", "cases"):
        (desk.root / "content" / name).unlink()


@pytest.mark.parametrize(
    "inner",
    [
        "site/../../mkdocs.yml",
        "site/..%2f..%2fmkdocs.yml",
        "page.html.j2",
        "..%2feditor.css",
        "site/sources.yml",
        "site/vocabulary/topics.yml",
    ],
)
def test_files_beside_the_site_are_not_served(inner: str, desk: Desk) -> None:
    assert desk.call("GET", desk.gate.home + inner, headers={"Cookie": desk.pass_})[0] == 404


def test_a_silent_caller_holds_no_one_up(desk: Desk) -> None:
    """Connections that say nothing are bounded in time, and others are answered meanwhile."""
    assert PATIENCE <= 30
    silent = [socket.create_connection(("127.0.0.1", desk.server.server_port)) for _ in range(6)]
    try:
        assert desk.ask("entries")["total"] == 2
    finally:
        for one in silent:
            one.close()


def test_a_body_that_stops_short_is_no_wish(desk: Desk) -> None:
    line = http.client.HTTPConnection("127.0.0.1", desk.server.server_port, timeout=120)
    line.putrequest("POST", f"{desk.gate.home}api/save", skip_host=True)
    for name, value in desk.headers(Content_Length="1000").items():
        line.putheader(name, value)
    line.endheaders(b"{}")
    line.sock.shutdown(socket.SHUT_WR)
    assert line.getresponse().status == 400
    line.close()
    assert json.loads(json.dumps(desk.ask("begin")))["types"]
