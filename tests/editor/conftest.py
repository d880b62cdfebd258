"""A small knowledge base with the editor's server on it, a caller that speaks plain HTTP, and Chromium."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.browser.conftest import FLAGS, PATIENCE
from tests.conftest import ROOT, lay_base

from kb.drawing import ensure_shell
from kb.editor.gate import Gate
from kb.editor.house import House
from kb.editor.server import Server
from kb.project import Project
from kb.schema.loading import SchemaLoader

_EXPECTED = re.compile("status of 422|net::ERR_FAILED")
"""What the browser itself says of a refusal that a test provokes."""
ENTRY = "content/methods/sanhui-yike.md"


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The base with the real look, its shell drawn."""
    root = lay_base(tmp_path_factory.mktemp("furnished") / "kb")
    shutil.copytree(ROOT / "templates", root / "templates", dirs_exist_ok=True)
    shutil.copy(ROOT / "mkdocs.yml", root)
    (root / "scripts").symlink_to(ROOT / "scripts")
    project = Project(root)
    ensure_shell(project, SchemaLoader(project).load())
    return root


@dataclass
class Desk:
    """A running editor."""

    root: Path
    server: Server
    gate: Gate

    @property
    def pass_(self) -> str:
        """The cookie as a browser sends it."""
        return self.gate.cookie.partition(";")[0]

    def call(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """One request as it is; a header of None is left out. (status, headers, body)"""
        line = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=120)
        try:
            line.request(method, path, body, headers or {})
            answer = line.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            line.close()

    def headers(self, **changed: str | None) -> dict[str, str]:
        """What our own page sends with a wish, but for what is changed (`_` for `-`)."""
        own: dict[str, str | None] = {
            "Host": self.gate.hosts[0],
            "Origin": f"http://{self.gate.hosts[0]}",
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/json",
            "Cookie": self.pass_,
        }
        own.update({name.replace("_", "-"): value for name, value in changed.items()})
        return {name: value for name, value in own.items() if value is not None}

    def ask(self, name: str, **wish: Any) -> dict[str, Any]:
        """An answer to our own page; a refusal has `error`."""
        _, _, data = self.call("POST", f"{self.gate.home}api/{name}", json.dumps(wish).encode(), self.headers())
        told = json.loads(data)
        assert isinstance(told, dict)
        return told

    def text(self, path: str = ENTRY) -> str:
        return (self.root / path).read_text("utf-8")


@contextlib.contextmanager
def running(furnished: Path, root: Path) -> Iterator[Desk]:
    """The editor on a copy of the furnished knowledge base."""
    shutil.copytree(furnished, root, symlinks=True)
    gate = Gate()
    server = Server(House(Project(root)), gate, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield Desk(root, server, gate)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def desk(furnished: Path, tmp_path: Path) -> Iterator[Desk]:
    """The editor on a knowledge base of the test's own."""
    with running(furnished, tmp_path / "kb") as desk:
        yield desk


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for one module."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("没有装 Chromium：apt-get install chromium（make test 会代为安装）")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def window(chromium: Browser, desk: Desk) -> Iterator[Open]:
    """Opens the editor in a window of its own; whatever a test does there, no script may fail and nothing leave the machine."""
    faults: list[str] = []
    contexts = []

    def make(place: str = "", width: int = 1280, page: Page | None = None) -> Page:
        if page is None:
            context = chromium.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
            context.set_default_timeout(PATIENCE)
            contexts.append(context)
        else:
            context = page.context
        fresh = context.new_page()
        fresh.on("pageerror", lambda fault: faults.append(f"script: {fault}"))
        fresh.on(
            "console", lambda said: faults.append(said.text) if said.type == "error" and not _EXPECTED.search(said.text) else None
        )
        fresh.on(
            "request", lambda asked: faults.append(asked.url) if not asked.url.startswith(("http://127.0.0.1:", "blob:")) else None
        )
        fresh.on("dialog", lambda box: box.accept())
        fresh.goto(desk.gate.address(desk.gate.token, place))
        fresh.wait_for_selector("h1")
        return fresh

    yield make
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)
