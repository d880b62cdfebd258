"""`kb serve` with a browser on an entry page: from saving the file to the frame that shows the new sentence."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.build.corpus import HOUSE
from bench.reader.nginx import free_port
from bench.search.browser import chromium

ENTRY = "methods/method-00007"
_START = 600
"""Seconds the first build may take."""
_REST = 2.5
"""Seconds between two saves: files younger than two seconds are read again whatever their time says."""
_WATCH = """(() => {
  let known = 0;
  const look = () => {
    const found = (document.documentElement ? document.documentElement.textContent : "").match(/第\\d+次保存时补写/g) || [];
    if (found.length <= known) return;
    const number = known = found.length;
    const dom = performance.timeOrigin + performance.now();
    requestAnimationFrame(() => window.kbShown(number, dom, performance.timeOrigin + performance.now()));
  };
  new MutationObserver(look).observe(document, {childList: true, subtree: true, characterData: true});
})();"""


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
    shown: dict[int, tuple[float, float]] = {}
    began = time.perf_counter()
    with preview(folder) as address, chromium() as browser:
        print(f"kb serve 起来用 {time.perf_counter() - began:.1f} 秒（连同第一次生成）")
        page = browser.new_page()
        page.expose_function("kbShown", lambda number, dom, frame: shown.setdefault(number, (dom, frame)))
        page.add_init_script(_WATCH)
        page.goto(f"{address}{ENTRY}.html")
        waits = []
        for turn in range(1, repeat + 1):
            page.wait_for_timeout(_REST * 1000)
            saved = time.time() * 1000
            source.write_text(f"{source.read_text('utf-8')}\n第{turn}次保存时补写的一句。[@编者]\n", "utf-8")
            for _ in range(600):
                page.wait_for_timeout(50)
                if turn in shown:
                    break
            else:
                raise RuntimeError(f"第 {turn} 次保存以后 30 秒，页面还没有变")
            waits.append(tuple(moment - saved for moment in shown[turn]))
    doms, frames = (statistics.median(column) for column in zip(*waits, strict=True))
    each = "、".join(f"{frame:.0f}" for _, frame in waits)
    print(f"保存到页面里有了新句子 {doms:.0f} 毫秒，到画出来 {frames:.0f} 毫秒（{repeat} 次的中位数；各次 {each}）")
