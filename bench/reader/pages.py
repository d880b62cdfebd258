"""An entry page and the page of facets in a slowed Chromium: first paint, layout shift, bytes, and when a facet answers."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.build.__main__ import columns
from bench.reader.nginx import serving
from bench.search.browser import chromium, until


@dataclass(frozen=True, slots=True)
class Line:
    """A network: milliseconds from a request to the first byte of its answer, and bits a second; 0 is without limit."""

    name: str
    wait: float
    down: float
    up: float


LINES = (
    Line("机关内网", 0, 0, 0),
    # 1.6 Mbit/s, 768 kbit/s and a round trip of 150 ms: the line meant by "Fast 3G" as it is observed
    Line("Fast 3G 实线", 150, 1.6e6, 768e3),
    # DevTools' preset of that name stretches the wait by 3.75 (handshakes) and takes a tenth off both rates
    Line("Fast 3G DevTools", 150 * 3.75, 1.6e6 * 0.9, 750e3 * 0.9),
)
SLOWER = 4
"""The processor is made so many times slower."""
DESK, PHONE = 1366, 390
"""Widths in pixels."""
_WATCH = """(() => {
  const seen = window.__seen = {fcp: 0, lcp: 0, shift: 0, moved: []};
  const on = (type, take) => new PerformanceObserver(list => list.getEntries().forEach(take)).observe({type, buffered: true});
  on("paint", entry => { if (entry.name === "first-contentful-paint") seen.fcp = entry.startTime; });
  on("largest-contentful-paint", entry => { seen.lcp = entry.startTime; });
  on("layout-shift", entry => {
    if (entry.hadRecentInput) return;
    seen.shift += entry.value;
    entry.sources.forEach(source => seen.moved.push(source.node ? (source.node.id || source.node.className || source.node.nodeName) : "?"));
  });
})();"""
# a frame at a time: a facet that can be clicked, its click, another number and results that are no longer awaited
_FACET = """(() => {
  const seen = window.__facet = {drawn: 0, answered: 0, before: "", after: ""};
  const look = () => {
    const box = document.querySelector("#kb-browse input[type=checkbox]:not(:disabled)");
    const count = document.querySelector("#kb-browse [role=status]");
    const words = count ? count.textContent : "";
    if (!seen.drawn && box && /\\d/.test(words)) {
      seen.drawn = performance.now();
      seen.before = words;
      box.click();
    } else if (seen.drawn && words && words !== seen.before && /\\d/.test(words) && document.querySelector("#kb-browse [aria-busy=false] > li")) {
      seen.answered = performance.now();
      seen.after = words;
      return;
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();"""
STAMP = "build.txt"
_FLOOR = {
    "一行字": '<!doctype html><html lang="zh"><meta charset="utf-8"><title>一行</title><p>一行字</p></html>',
    "一行字和空样式表": '<!doctype html><html lang="zh"><meta charset="utf-8"><title>一行</title>'
    '<link rel="stylesheet" href="empty.css"><p>一行字</p></html>',
}
"""The least a page can be: how fast a line lets anything appear."""


@dataclass(slots=True)
class Visit:
    """Seconds, the sum of layout shifts, bytes over the wire with headers, requests."""

    fcp: float
    lcp: float
    shift: float
    bytes: int
    requests: int
    moved: list[str] = field(default_factory=list)
    parts: dict[str, int] = field(default_factory=dict)
    """Bytes by address below the site."""


class Window:
    """A browser window with an empty cache, on a line."""

    def __init__(self, browser: Any, line: Line, width: int) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN")
        self.page = self.context.new_page()
        self.page.set_default_timeout(120_000)
        wire = self.context.new_cdp_session(self.page)
        wire.send("Network.enable")
        wire.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": line.wait,
                "downloadThroughput": line.down / 8 or -1,
                "uploadThroughput": line.up / 8 or -1,
            },
        )
        wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        self.names: dict[str, str] = {}
        self.parts: dict[str, int] = {}
        wire.on("Network.requestWillBeSent", lambda event: self.names.update({event["requestId"]: event["request"]["url"]}))
        wire.on("Network.loadingFinished", self._arrived)

    def _arrived(self, event: dict[str, Any]) -> None:
        # what comes from the cache has no bytes
        if event["encodedDataLength"]:
            name = self.names[event["requestId"]]
            self.parts[name] = self.parts.get(name, 0) + int(event["encodedDataLength"])

    def visit(self, address: str) -> Visit:
        """Open a page and wait until it has come to rest."""
        self.parts.clear()
        self.page.goto(address, wait_until="load")
        self.page.wait_for_load_state("networkidle")
        until(self.page, "window.__seen.fcp > 0")
        seen = self.page.evaluate("window.__seen")
        start = address[: address.index("/", 8) + 1]
        parts = {name.removeprefix(start): size for name, size in self.parts.items()}
        return Visit(seen["fcp"] / 1000, seen["lcp"] / 1000, seen["shift"], sum(parts.values()), len(parts), seen["moved"], parts)


@contextmanager
def window(browser: Any, line: Line, script: str = _WATCH, width: int = DESK) -> Iterator[Window]:
    one = Window(browser, line, width)
    one.context.add_init_script(script)
    yield one
    one.context.close()


def measure(site: Path, repeat: int, lines: Sequence[Line] = LINES) -> None:
    """Print the tables for a built site. Raises RuntimeError where nginx does not start."""
    names = sorted(
        (path for path in (site / "methods").glob("*.html") if path.name != "index.html"), key=lambda path: path.stat().st_size
    )
    entry, other = (f"methods/{names[len(names) // 2 + step].name}" for step in (0, -1))
    with serving(site) as address, chromium() as browser, tempfile.TemporaryDirectory(prefix="kb-bench-floor-") as scratch:
        with window(browser, LINES[0]) as one:
            one.visit(address + entry)  # the browser's own first start
        print(
            f"条目页 {entry}（中等大小，{(site / entry).stat().st_size / 1000:.1f} kB）；处理器放慢 {SLOWER} 倍；窗口 {DESK} 像素宽；{repeat} 次取中位数"
        )
        _row("", "首次内容 秒", "最大内容 秒", "位移", "传输 kB", "请求")
        last: list[Visit] = []
        for line in lines:
            print(f" {line.name}：{_words(line)}", flush=True)
            first, second, narrow, running = [], [], [], []
            for _ in range(repeat):
                with window(browser, line) as one:
                    first.append(one.visit(address + entry))
                    second.append(one.visit(address + other))
                with window(browser, line, width=PHONE) as one:
                    narrow.append(one.visit(address + entry))
                with window(browser, line) as one:
                    one.visit(address + STAMP)  # a line of text, so that the browser's process for this site is there
                    running.append(one.visit(address + entry))
            _visits("初次打开，进程新起", first)
            _visits(f"同上，{PHONE} 像素宽", narrow)
            _visits("初次打开，进程已在", running)
            _visits("接着打开另一条", second)
            _floor(browser, line, Path(scratch), repeat)
            last = first
        _parts(last[-1])
        print(f"\n筛选页（{(site / 'browse.html').stat().st_size / 1000:.1f} kB）：点第一个条件，条数变了、结果也在了才算能用")
        _row("", "条件画出 秒", "条数变了 秒", "", "传输 kB", "请求")
        for line in lines:
            _facets(browser, line, address, repeat, False)
            _facets(browser, line, address, repeat, True)


def _facets(browser: Any, line: Line, address: str, repeat: int, running: bool) -> None:
    drawn, answered, sizes, counts = [], [], [], []
    for _ in range(repeat):
        with window(browser, line, _FACET) as one:
            if running:
                one.page.goto(address + STAMP, wait_until="load")
                one.parts.clear()
            one.page.goto(address + "browse.html", wait_until="load")
            until(one.page, "window.__facet.answered > 0")
            seen = one.page.evaluate("window.__facet")
            drawn.append(seen["drawn"] / 1000)
            answered.append(seen["answered"] / 1000)
            one.page.wait_for_load_state("networkidle")
            sizes.append(sum(one.parts.values()))
            counts.append(len(one.parts))
    middle = statistics.median
    name = f"{line.name}，{'已在' if running else '新起'}"
    _row(name, f"{middle(drawn):.2f}", f"{middle(answered):.2f}", "", f"{middle(sizes) / 1000:.0f}", f"{middle(counts):.0f}")


def _floor(browser: Any, line: Line, folder: Path, repeat: int) -> None:
    (folder / "empty.css").write_text("", "utf-8")
    (folder / STAMP).write_text("x\n", "utf-8")
    for name, html in _FLOOR.items():
        (folder / "index.html").write_text(html, "utf-8")
        with serving(folder) as address:
            for running in (False, True):
                visits = []
                for _ in range(repeat):
                    with window(browser, line) as one:
                        if running:
                            one.page.goto(address + STAMP, wait_until="load")
                        visits.append(one.visit(address))
                _visits(f"{name}，{'已在' if running else '新起'}", visits)


def _visits(name: str, visits: Sequence[Visit]) -> None:
    def middle(key: str) -> float:
        return float(statistics.median(getattr(one, key) for one in visits))

    moved = sorted({name for one in visits for name in one.moved})
    _row(
        name, f"{middle('fcp'):.2f}", f"{middle('lcp'):.2f}", f"{max(one.shift for one in visits):.3f}",
        f"{middle('bytes') / 1000:.0f}", f"{middle('requests'):.0f}", rest=f"移动了的：{'、'.join(moved)}" if moved else "",
    )  # fmt: skip


def _parts(visit: Visit) -> None:
    """What the first visit transfers, the largest first."""
    print("\n初次打开传输的，由大到小（字节，含响应头）：")
    for name, size in sorted(visit.parts.items(), key=lambda part: -part[1])[:12]:
        print(f"  {size:>9,}  {name}")


def _words(line: Line) -> str:
    if not line.down:
        return "不限速，不加等待"
    return f"每个请求先等 {line.wait:g} 毫秒，下行 {line.down / 1e6:g} Mbit/s，上行 {line.up / 1e3:g} kbit/s"


def _row(name: str, *cells: str, rest: str = "") -> None:
    text = "".join(f"{' ' * (13 - columns(cell))}{cell}" for cell in cells)
    print(f"  {name}{' ' * (24 - columns(name))}{text}   {rest}".rstrip(), flush=True)
