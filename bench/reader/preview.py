"""`kb serve` with a browser on an entry page: from saving the file to the frame that shows the new sentence, and to the
whole site that has it."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.build.corpus import HOUSE
from bench.reader.nginx import free_port
from bench.search.browser import chromium
from kb.disk.publish import STAMP

ENTRY = "methods/method-00007"
_START = 600
"""Seconds the first build may take."""
_REST = 2.5
"""Seconds between two saves: files younger than two seconds are read again whatever their time says."""
_SAVES = 10
"""At least so many saves."""
_LOOK = 0.005
"""Seconds between two looks at the name of the present build."""
_WORDS = "次保存时补写的一句"
_WATCH = """(() => {
  const now = () => performance.timeOrigin + performance.now();
  const look = () => document.querySelectorAll(".kb-body p:not([elementtiming])").forEach((line) => {
    const found = /第(\\d+)%s/.exec(line.textContent);
    if (!found) return;
    // before it is painted: the browser then tells when the frame with these words was shown
    line.setAttribute("elementtiming", found[1]);
    window.kbShown("dom", Number(found[1]), now());
  });
  new MutationObserver(look).observe(document, {childList: true, subtree: true, characterData: true});
  new PerformanceObserver((list) => list.getEntries().forEach((entry) =>
    window.kbShown("frame", Number(entry.identifier), performance.timeOrigin + entry.renderTime)
  )).observe({type: "element", buffered: true});
})();""".replace("%s", _WORDS)
_SEEN = """(words) => {
  const line = [...document.querySelectorAll(".kb-body p")].find((one) => one.textContent.includes(words));
  const box = line.getBoundingClientRect();
  return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;
}"""


@contextmanager
def preview(folder: Path) -> Iterator[str]:
    """`kb serve` on a free port; gives the address, ending in "/". Raises RuntimeError where it ends by itself."""
    port = free_port()
    env = os.environ | {"PYTHONPATH": str(HOUSE / "scripts"), "PYTHONUNBUFFERED": "1"}
    words = [sys.executable, "-m", "kb", "-C", str(folder), "serve", "--port", str(port)]
    process = subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if "预览：" in line:
                break
        else:
            raise RuntimeError("kb serve 没有起来：" + "".join(said[-20:]))
        # its later lines have to go somewhere, or the pipe fills up
        drain = subprocess.Popen(["cat"], stdin=process.stdout, stdout=subprocess.DEVNULL)
        yield f"http://127.0.0.1:{port}/"
        drain.terminate()
        drain.wait()
    finally:
        process.terminate()
        process.wait()


def measure(folder: Path, repeat: int) -> None:
    """Print the table for a generated base. Raises RuntimeError where the server ends or a save never shows."""
    source = folder / f"content/{ENTRY}.md"
    first = source.read_text("utf-8").count(_WORDS) + 1
    shown: dict[tuple[str, int], float] = {}
    began = time.perf_counter()
    with preview(folder) as address, chromium() as browser:
        print(f"kb serve 起来用 {time.perf_counter() - began:.1f} 秒（连同第一次生成）")
        page = browser.new_page()
        page.expose_function("kbShown", lambda what, number, moment: shown.setdefault((what, number), moment))
        page.add_init_script(_WATCH)
        page.goto(f"{address}{ENTRY}.html")
        ahead = _ahead(page)
        waits: list[tuple[float, float, float]] = []
        for turn in range(first, first + max(repeat, _SAVES)):
            page.evaluate("document.querySelector('.kb-end').scrollIntoView({block: 'center'})")
            page.wait_for_timeout(_REST * 1000)
            text = f"{source.read_text('utf-8')}\n第{turn}{_WORDS}。[@编者]\n"
            with ThreadPoolExecutor(1) as other:
                switched = other.submit(_switched, folder, _build(folder))
                saved = time.time() * 1000
                source.write_text(text, "utf-8")
                for _ in range(600):
                    page.wait_for_timeout(50)
                    if ("frame", turn) in shown:
                        break
                else:
                    raise RuntimeError(f"第 {turn} 次保存以后 30 秒，页面还没有变")
                if not page.evaluate(_SEEN, f"第{turn}{_WORDS}"):
                    raise RuntimeError(f"第 {turn} 次补写的句子不在画面里")
                dom, frame = (shown[what, turn] - ahead - saved for what in ("dom", "frame"))
                waits.append((dom, frame, switched.result() - saved))
    doms, frames, builds = zip(*waits, strict=True)
    each = "、".join(f"{frame:.0f}" for frame in frames)
    print(f"{len(waits)} 次保存，负载 {os.getloadavg()[0]:.1f}；中位数（最多）：")
    print(f"到页面里有了新句子 {statistics.median(doms):.0f}（{max(doms):.0f}）毫秒")
    print(f"到画出来 {statistics.median(frames):.0f}（{max(frames):.0f}）毫秒；各次 {each}")
    print(f"到全站换成新的 {statistics.median(builds) / 1000:.2f}（{max(builds) / 1000:.2f}）秒")


def _ahead(page: Any) -> float:
    """Milliseconds by which the clock of the page is ahead of ours."""
    trials = []
    for _ in range(20):
        began = time.time() * 1000
        there = page.evaluate("performance.timeOrigin + performance.now()")
        ended = time.time() * 1000
        trials.append((ended - began, there - (began + ended) / 2))
    return float(min(trials)[1])


def _build(folder: Path) -> str:
    return (folder / "site_build/preview" / STAMP).read_text("utf-8")


def _switched(folder: Path, before: str) -> float:
    """When, in milliseconds since 1970, the site of another build than `before` stands. Raises TimeoutError after a minute."""
    for _ in range(round(60 / _LOOK)):
        if _build(folder) != before:
            return time.time() * 1000
        time.sleep(_LOOK)
    raise TimeoutError("一分钟以后，全站还是老样子")
