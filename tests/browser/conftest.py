"""The real content built once, served over http and from the disk, and Chromium to read it with."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from bench.build.corpus import write
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, expect, sync_playwright
from tests.conftest import shared

from kb.build import build
from kb.project import Project

HOUSE = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
LEAN = (
    "--disable-features=RenderDocument,AimEnabled,AvoidCorsURLLoaderRestartOnRedirect,AvoidUnnecessaryBeforeUnloadCheckSync,"
    "DestroyProfileOnBrowserClose,HttpsFirstBalancedModeAutoEnable,HttpsUpgrades,LensOverlay,MediaRouter,"
    "NetworkTimeServiceQuerying,OptimizationHints,PaintHolding,PreconnectToSearch,ThirdPartyStoragePartitioning"
)
"""A page follows another in the same frame, which spares a fifth of the work of walking the site; the rest is Playwright's own list,
which a second flag of that name replaces."""
PATIENCE = 30_000
"""Milliseconds that a page may take to show what it is to show: how fast it is, benchmarks tell; a busy machine is no fault of it."""
expect.set_options(timeout=PATIENCE)
_LISTEN = """
window.addEventListener("securitypolicyviolation", function (event) {
  console.error("policy violation: " + event.violatedDirective + " " + event.blockedURI + " " + event.sourceFile);
});
"""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the repository's own content; of a generated base while that content is faulty."""
    return shared(tmp_path_factory, "browser-site", _build)


def _build(copy: Path) -> Path:
    for name in ("content", "templates", "scripts"):
        shutil.copytree(HOUSE / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HOUSE / "mkdocs.yml", copy / "mkdocs.yml")
    project = Project(copy)
    if build(project).failed:
        project = write(copy / "generated", 60)
        assert not build(project).failed
    return project.site


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes on to the next page hangs up in the middle; that is no news."""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture(scope="session")
def origins(site: Path) -> Iterator[dict[str, str]]:
    """Where the site stands: by http from this machine, and as files; both end in "/"."""
    server = _Server(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield {"http": f"http://127.0.0.1:{server.server_port}/", "file": site.as_uri() + "/"}
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=["http", "file"])
def origin(request: pytest.FixtureRequest, origins: dict[str, str]) -> str:
    """Each way to reach the site in turn."""
    return origins[request.param]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("没有装 Chromium：apt-get install chromium（make test 会代为安装）")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, LEAN])
        yield browser
        browser.close()


@dataclass
class Reader:
    """A reader's browser window. `faults` collects what no page may cause."""

    context: BrowserContext
    page: Page
    origin: str
    scripts: bool = True
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("request", self._asked)
        self.context.on("response", self._answered)
        self.context.on("requestfailed", self._failed)
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self._fault(f"script error: {error.error}"))

    def _fault(self, words: str) -> None:
        self.faults.append(f"{self.page.url.removeprefix(self.origin)}: {words}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self._fault(f"asked for {request.url}")

    def _failed(self, request: Request) -> None:
        # a script asked for ahead (rel=preload) is refused where scripts are off
        if not self.scripts and request.resource_type == "script":
            return
        # an icon still under way when the next page is opened is given up by the browser: no fault of the page
        if request.failure != "net::ERR_ABORTED":
            self._fault(f"failed ({request.failure}): {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self._fault(f"{response.status} for {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._fault(f"{message.type}: {message.text}")

    def open(self, name: str) -> Page:
        """Go to a page of the site."""
        self.page.goto(self.origin + name, wait_until="load")
        return self.page


Open = Callable[..., Reader]


@pytest.fixture
def reader(chromium: Browser) -> Iterator[Open]:
    """Opens windows: `reader(origin, width=390)`. Whatever a test does in them, no fault may come of it."""
    readers: list[Reader] = []

    def make(origin: str, width: int = 1280, height: int = 800, scripts: bool = True) -> Reader:
        context = chromium.new_context(viewport={"width": width, "height": height}, java_script_enabled=scripts, locale="zh-CN")
        context.add_init_script(_LISTEN)
        readers.append(Reader(context, context.new_page(), origin, scripts))
        return readers[-1]

    yield make
    faults = [fault for one in readers for fault in one.faults]
    for one in readers:
        one.context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture(scope="module")
def pages(site: Path) -> list[str]:
    """Every page of the site."""
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))


@pytest.fixture(scope="module")
def kinds(site: Path, pages: list[str]) -> list[str]:
    """A page of every kind: all at the root, and of each folder its index and its longest page."""
    found = [name for name in pages if "/" not in name]
    for folder in sorted({name.rpartition("/")[0] for name in pages if "/" in name}):
        inside = [name for name in pages if name.rpartition("/")[0] == folder]
        indexes = [name for name in inside if name.endswith("/index.html")]
        others = [name for name in inside if name not in indexes]
        found += indexes + sorted(others, key=lambda name: ((site / name).stat().st_size, name))[-1:]
    return found
