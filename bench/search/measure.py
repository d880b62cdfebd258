"""Run queries against a built site in a browser and take the numbers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.search.browser import chromium
from bench.search.judge import Query
from bench.search.serve import Sent, serving

START = """async () => {
  const begun = performance.now();
  await kbSearch.open();
  await kbSearch.ready();
  return performance.now() - begun;
}"""
COLD = """async query => {
  kbSearch.forget();
  const begun = performance.now();
  const result = await kbSearch.search(query, {limit: 10});
  return {ids: result.hits.map(hit => hit.id), ms: performance.now() - begun, total: result.total};
}"""
WARM = """async query => {
  const begun = performance.now();
  await kbSearch.search(query, {limit: 10});
  return performance.now() - begun;
}"""
KEYS = """async query => {
  const suggest = [], rank = [];
  for (let end = 1; end <= query.length; end++) {
    const typed = query.slice(0, end);
    let begun = performance.now();
    kbSearch.suggest(typed);
    suggest.push(performance.now() - begun);
    await kbSearch.search(typed, {limit: 10});
    begun = performance.now();
    await kbSearch.search(typed, {limit: 10});
    rank.push(performance.now() - begun);
  }
  return {suggest, rank};
}"""


def measure(site: Path, asked: Sequence[Query]) -> dict[str, Any]:
    """{"name", "res", "ms", "bytes", "requests", "cold", "keys", "heap"}; ms is a ranked list with its files at hand."""
    with serving(site) as (address, sent), chromium() as browser:
        page = browser.new_context().new_page()
        page.goto(address + ("index.html" if (site / "index.html").is_file() else "search.html"))
        settle(page, sent)
        run: dict[str, Any] = {"name": "kb", "res": {}, "ms": {}, "bytes": {}, "requests": {}, "cold_ms": {}}
        milliseconds = page.evaluate(START)
        core = [path for path in sent.paths if path.startswith("search/core.")]
        scripts = sum(len(packed_size(site / path)) for path in core)
        total, requests = sent.take()
        page.evaluate("() => kbSearch.needSounds()")
        sounds, _ = sent.take()
        run["cold"] = {"ms": milliseconds, "bytes": total - scripts, "script": scripts, "sounds": sounds, "requests": requests}
        for query in asked:
            cold = page.evaluate(COLD, query.text)
            run["bytes"][query.id], run["requests"][query.id] = sent.take()
            run["res"][query.id] = cold["ids"]
            run["cold_ms"][query.id] = cold["ms"]
            run["ms"][query.id] = page.evaluate(WARM, query.text)
        suggest: list[float] = []
        rank: list[float] = []
        for query in asked:
            keys = page.evaluate(KEYS, query.text)
            suggest += keys["suggest"]
            rank += keys["rank"]
        run["keys"] = {"suggest": suggest, "rank": rank}
        run["heap"] = page.evaluate("() => { if (self.gc) gc(); return performance.memory.usedJSHeapSize; }")
        run["aliases"] = page.evaluate(
            "() => { const out = {}; kbSearch.allNames().forEach(name => {"
            " if (name.alias) (out[kbSearch.titleOf(name.slot)] = out[kbSearch.titleOf(name.slot)] || []).push(name.alias); });"
            " return out; }"
        )
        return run


def packed_size(path: Path) -> bytes:
    """A file as sent."""
    from bench.search.serve import packed

    return packed(path)


def settle(page: Any, sent: Sent) -> None:
    """Wait until the page's own files are here."""
    page.wait_for_load_state("networkidle")
    time.sleep(0.1)
    sent.take()
