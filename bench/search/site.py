"""The barest site that the search works in."""

from __future__ import annotations

import html
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from kb.search import Document, build, bundle
from kb.search.extract import extract

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "templates/site/assets"
PAGE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>检索</title><meta name="kb-root" content="">
<link rel="stylesheet" href="assets/css/search.css"></head><body>
<a href="browse.html" data-kb-search-open>检索</a><script src="assets/js/search/open.js"></script></body></html>"""


def bare(documents: Sequence[Document], folder: Path, synonyms: Sequence[Sequence[str]]) -> dict[str, float]:
    """Write it; returns CPU milliseconds an entry for extraction and for the index."""
    shutil.copytree(ASSETS / "js/search", folder / "assets/js/search")
    (folder / "assets/css").mkdir()
    shutil.copy(ASSETS / "css/search.css", folder / "assets/css")
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    begun = time.process_time()
    known = {document.id: (document.listing, extract(document)) for document in documents}
    extracted = time.process_time()
    files = list(build(known, known.__getitem__, synonyms, bundle(ASSETS / "js/search")))
    made = [(file.path, file.make()) for file in files]
    built = time.process_time()
    for path, data in made:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    count = max(1, len(documents))
    return {"extract": (extracted - begun) / count * 1000, "index": (built - extracted) / count * 1000, "files": len(files)}


def plain_pages(documents: Sequence[Document], folder: Path) -> None:
    """One HTML page an entry, for search engines that read pages."""
    for document in documents:
        path = folder / document.url
        path = path / "index.html" if document.url.endswith("/") else path
        path.parent.mkdir(parents=True, exist_ok=True)
        body = "".join(
            f"<h2>{html.escape(heading)}</h2>" * bool(heading)
            + "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines())
            for heading, text in document.sections
        )
        names = "、".join(document.aliases)
        also = f"<p>又名：{html.escape(names)}</p>" if names else ""
        path.write_text(
            f'<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{html.escape(document.title)}</title></head>'
            f"<body data-pagefind-body><h1>{html.escape(document.title)}</h1>{also}{body}</body></html>",
            encoding="utf-8",
        )
