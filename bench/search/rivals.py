"""The same queries with Material's own search and with Pagefind, where they are installed.

Both are given what they need and we do not ask for: a policy that allows WebAssembly, an http server, and time.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.search.browser import chromium
from bench.search.judge import Query
from bench.search.serve import serving
from bench.search.site import plain_pages
from kb.search import Document

# Material's worker speaks in numbered messages: 0 setup, 1 ready, 2 query, 3 result
MATERIAL_START = """async () => {
  const begun = performance.now();
  const worker = new Worker(WORKER);
  const next = () => new Promise(done => { worker.onmessage = event => done(event.data); });
  const index = await (await fetch('/search/search_index.json')).json();
  index.options = {suggest: false};
  worker.postMessage({type: 0, data: index});
  while ((await next()).type !== 1);
  self.ask = async query => {
    const answer = next();
    worker.postMessage({type: 2, data: query});
    const message = await answer;
    return message.data.items.map(item => item[0].location.split('#')[0]);
  };
  return performance.now() - begun;
}"""
PAGEFIND_START = """async () => {
  const begun = performance.now();
  const engine = await import('/pagefind/pagefind.js');
  await engine.init();
  self.ask = async query => {
    const found = await engine.search(query);
    const data = await Promise.all((found ? found.results : []).slice(0, 10).map(result => result.data()));
    return data.map(each => each.url.replace(/^\\//, ''));
  };
  return performance.now() - begun;
}"""
ASK = """async query => {
  const begun = performance.now();
  const urls = await self.ask(query);
  return {urls: urls.slice(0, 10), ms: performance.now() - begun};
}"""


def material(documents: Sequence[Document], asked: Sequence[Query]) -> dict[str, Any]:
    """mkdocs with the material theme, its search plugin cutting words with jieba."""
    for module in ("mkdocs", "material", "jieba"):
        if find_spec(module) is None:
            return skipped("Material", f"{module} 没有安装")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "mkdocs.yml").write_text(
            json.dumps({"site_name": "x", "theme": {"name": "material", "language": "zh", "font": False},
                        "plugins": [{"search": {"lang": "zh"}}], "nav": [{"首页": "index.md"}]}), encoding="utf-8")  # fmt: skip
        for document in documents:
            path = root / "docs" / (document.url.rstrip("/").removesuffix(".html") + ".md")
            path.parent.mkdir(parents=True, exist_ok=True)
            body = "\n\n".join(f"## {heading}\n\n{text}" for heading, text in document.sections)
            path.write_text(f"# {document.title}\n\n{'、'.join(document.aliases)}\n\n{body}\n", encoding="utf-8")
        (root / "docs/index.md").write_text("# x\n", encoding="utf-8")
        begun = time.perf_counter()
        command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--config-file", str(root / "mkdocs.yml")]
        subprocess.run(command, check=True, env={"NO_MKDOCS_2_WARNING": "1", "PATH": ""}, stderr=subprocess.DEVNULL)
        seconds = time.perf_counter() - begun
        worker = next((root / "site/assets/javascripts/workers").glob("search.*.min.js"))
        script = MATERIAL_START.replace("WORKER", json.dumps(f"/assets/javascripts/workers/{worker.name}"))
        urls = {document.url.rstrip("/").removesuffix(".html") + "/": document.id for document in documents}
        return ask_all("Material", root / "site", script, urls, asked, seconds)


def pagefind(documents: Sequence[Document], asked: Sequence[Query]) -> dict[str, Any]:
    """Pagefind over one plain page an entry."""
    program = shutil.which("pagefind_extended") or shutil.which("pagefind")
    module = next((name for name in ("pagefind_bin_extended", "pagefind_bin") if find_spec(name)), None)
    if not program and not module:
        return skipped("Pagefind", "pagefind 没有安装")
    command = [program] if program else [sys.executable, "-m", str(module)]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        plain_pages(documents, root)
        (root / "index.html").write_text('<!doctype html><html lang="zh"><title>x</title></html>', encoding="utf-8")
        begun = time.perf_counter()
        subprocess.run([*command, "--site", str(root), "--quiet"], check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - begun
        urls = {document.url: document.id for document in documents}
        return ask_all("Pagefind", root, PAGEFIND_START, urls, asked, seconds)


def ask_all(name: str, site: Path, start: str, urls: dict[str, str], asked: Sequence[Query], seconds: float) -> dict[str, Any]:
    """Start an engine in the browser and put every query to it."""
    with serving(site, strict=False) as (address, sent), chromium() as browser:
        page = browser.new_context().new_page()
        page.set_default_timeout(300_000)
        page.goto(address + "index.html")
        page.wait_for_load_state("networkidle")
        sent.take()
        run: dict[str, Any] = {"name": name, "res": {}, "ms": {}, "bytes": {}, "requests": {}, "build": seconds}
        milliseconds = page.evaluate(start)
        total, requests = sent.take()
        run["cold"] = {"ms": milliseconds, "bytes": total, "requests": requests}
        for query in asked:
            answer = page.evaluate(ASK, query.text)
            run["res"][query.id] = [urls[url] for url in answer["urls"] if url in urls]
            run["ms"][query.id] = answer["ms"]
            run["bytes"][query.id], run["requests"][query.id] = sent.take()
        return run


def skipped(name: str, reason: str) -> dict[str, Any]:
    """A run that did not take place."""
    return {"name": name, "skipped": reason}
