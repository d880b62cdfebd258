"""Every page as a file: links and anchors lead somewhere, images are there, nothing runs that should not."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

HOUSE = Path(__file__).resolve().parents[2]
NOT_IN_78 = {
    "?.": r"[\w)\]]\?\.[A-Za-z_(\[]",
    "??": r"\?\?",
    "replaceAll": r"\.replaceAll\(",
    ".at(": r"\.at\(",
    "structuredClone": r"\bstructuredClone\b",
    "Intl.Segmenter": r"\bSegmenter\b",
    "Object.fromEntries is fine, hasOwn is not": r"\bhasOwn\(",
    "Promise.any/allSettled is fine from 76": r"\bPromise\.any\b",
    "Array.flat is fine, findLast is not": r"\.findLast",
    "private fields": r"\bthis\.#\w",
    "static blocks": r"\bstatic\s*\{",
    "logical assignment": r"(\|\||&&)=",
    "numeric separators are fine, import() is not on file://": r"\bimport\s*\(|\bimport\s+[\w{*\"']",
    "fetch": r"\bfetch\s*\(",
    "XMLHttpRequest": r"\bXMLHttpRequest\b",
    "Worker": r"\bnew (Shared)?Worker\b|\bserviceWorker\b",
    "eval": r"\beval\s*\(|\bnew Function\b",
    "setting innerHTML": r"\b(inner|outer)HTML\s*\+?=(?!=)|\binsertAdjacentHTML\b|\bdocument\.write\b",
    "WeakRef": r"\bWeakRef\b",
    "String.raw regexp look-behind is fine, the v flag is not": r"/[gimsuy]*v[gimsuy]*[;,).]",
}
"""What Chromium 78 lacks, what file:// forbids, and what a strict policy would refuse."""
NOT_IN_78_CSS = {
    ":has": r":has\(",
    ":is/:where": r":(is|where)\(",
    "inset": r"[{;\s]inset\s*:",
    "aspect-ratio": r"[{;\s]aspect-ratio\s*:",
    "nesting": r"&[\s:.\[>+~]",
    "@container, @layer, @scope": r"@(container|layer|scope|property)\b",
    "color-mix, oklch": r"\b(color-mix|oklch|oklab|lab|lch)\(",
    "min(), max(), clamp()": r"[:\s(,](min|max|clamp)\(",
    ":focus-within is fine, :focus-visible is 86 and must stand alone": r"$^",
    "logical shorthands": r"\b(margin|padding)-(inline|block)\s*:",
    "dvh, svh": r"\d(dvh|svh|lvh)\b",
    "content-visibility": r"content-visibility",
    "import": r"@import|url\(\s*['\"]?(https?:)?//",
}


@dataclass
class Read(HTMLParser):
    """What one page holds."""

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    images: list[dict[str, str]] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)
    metas: list[dict[str, str]] = field(default_factory=list)
    h1: int = 0
    lang: str = ""
    title: str = ""
    in_title: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag in {"a", "area"} and "href" in given:
            self.links.append(given["href"])
        elif tag == "form" and "action" in given:
            self.links.append(given["action"])
        elif tag == "link" and "href" in given:
            self.loads.append(given["href"])
        if "src" in given:
            self.loads.append(given["src"])
        if tag == "img":
            self.images.append(given)
        self.handlers += [f"{tag} {key}" for key in given if key.startswith("on")]
        if tag == "meta":
            self.metas.append(given)
        elif tag == "h1":
            self.h1 += 1
        elif tag == "html":
            self.lang = given.get("lang", "")
        self.in_title = tag == "title" and not self.title

    def handle_data(self, data: str) -> None:
        if self.in_title:
            self.title += data
            self.in_title = False

    def handle_endtag(self, tag: str) -> None:
        self.in_title = False


@pytest.fixture(scope="module")
def read(site: Path, pages: list[str]) -> dict[str, Read]:
    found = {}
    for name in pages:
        one = found[name] = Read()
        one.feed((site / name).read_text("utf-8"))
    return found


def local(page: str, address: str) -> tuple[str, str]:
    """(file, anchor) that an address on a page leads to; the file is "" outside the site."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return "", ""
    path = unquote(parts.path)
    if path.startswith("/"):
        return path.lstrip("/"), unquote(parts.fragment)
    return (posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page), unquote(parts.fragment)


def test_links_lead_somewhere(site: Path, read: dict[str, Read]) -> None:
    """Every internal link, script, style and image is there; every anchor is on its page; browse and search read their own."""
    faults = []
    for page, one in read.items():
        for address in (*one.links, *one.loads):
            if address.startswith("data:"):
                continue
            name, anchor = local(page, address)
            if not name or not (site / name).is_file():
                faults.append(f"{page}: {address}")
            elif anchor and name.endswith(".html") and name not in {"browse.html", "search.html"} and anchor not in read[name].ids:
                faults.append(f"{page}: {address}（没有这个锚点）")
    assert not faults, "\n".join(faults)


def test_only_the_page_of_lost_readers_links_from_the_root(read: dict[str, Read]) -> None:
    """404.html is shown under any address; all other links are relative and hold on a shared drive too."""
    assert [
        (page, link) for page, one in read.items() if page != "404.html" for link in one.links + one.loads if link.startswith("/")
    ] == []


def test_each_page_is_whole(read: dict[str, Read]) -> None:
    faults = []
    for page, one in read.items():
        if one.lang != "zh":
            faults.append(f"{page}: lang={one.lang!r}")
        if not one.title.strip() or "@@" in one.title:
            faults.append(f"{page}: title={one.title!r}")
        if one.h1 != 1:
            faults.append(f"{page}: {one.h1} h1")
        doubled = sorted({name for name in one.ids if one.ids.count(name) > 1})
        if doubled:
            faults.append(f"{page}: ids twice: {doubled}")
        faults += [f"{page}: image without words: {image.get('src')}" for image in one.images if not image.get("alt", "").strip()]
    assert not faults, "\n".join(faults)


def test_titles_tell_pages_apart(read: dict[str, Read]) -> None:
    """No two pages carry the same title in a list of windows or bookmarks, but for two things of one name in two types."""
    seen: dict[tuple[str, str], str] = {}
    faults = []
    for page, one in read.items():
        other = seen.setdefault((page.rpartition("/")[0], one.title), page)
        if other != page:
            faults.append(f"{page} and {other}: {one.title}")
    assert not faults, "\n".join(faults)


def test_nothing_left_of_the_making(site: Path, pages: list[str]) -> None:
    """No mark, no template code, no Python value printed by accident."""
    left = re.compile(r"@@kb-|\{\{|\{%|&lt;built-in|\bUndefined\b|>None<|Markup\(|&amp;lt;")
    faults = []
    for name in pages:
        found = left.search((site / name).read_text("utf-8"))
        if found:
            faults.append(f"{name}: {found.group()}")
    assert not faults, "\n".join(faults)


def test_the_policy_stands_on_every_page(site: Path, read: dict[str, Read]) -> None:
    """A Content-Security-Policy before the first script, that allows no inline script but by its hash."""
    faults = []
    for page, one in read.items():
        policies = [meta["content"] for meta in one.metas if meta.get("http-equiv", "").lower() == "content-security-policy"]
        if len(policies) != 1:
            faults.append(f"{page}: {len(policies)} policies")
            continue
        rules = dict(part.strip().partition(" ")[::2] for part in policies[0].split(";"))
        scripts = rules["script-src"].split()
        if "'unsafe-inline'" in scripts or "'unsafe-eval'" in scripts or "*" in policies[0] or "http" in policies[0]:
            faults.append(f"{page}: {policies[0]}")
        if rules.get("default-src") != "'none'" or rules.get("base-uri") != "'none'":
            faults.append(f"{page}: {policies[0]}")
        if one.handlers:
            faults.append(f"{page}: {one.handlers}")
        text = (site / page).read_text("utf-8")
        if text.index("Content-Security-Policy") > text.index("<script"):
            faults.append(f"{page}: policy behind a script")
    assert not faults, "\n".join(faults)


def test_an_entry_page_is_light(site: Path) -> None:
    """The page of an entry of usual length stays below 40 kB; what is larger is text, not shell."""
    sizes = sorted(
        path.stat().st_size
        for folder in ("methods", "cases", "rules", "terms")
        for path in (site / folder).glob("*.html")
        if path.name != "index.html"
    )
    assert sizes[len(sizes) // 2] < 40_000


def test_the_shell_of_an_entry_page_is_light(site: Path, pages: list[str]) -> None:
    """What every entry's page bears besides the entry itself, with the styles of its first lines."""
    heavy = []
    for name in pages:
        if name.startswith(("methods/", "cases/", "rules/", "terms/")) and "/index" not in name:
            html = (site / name).read_bytes()
            shell = len(html) - (html.index(b"</article>") - html.index(b"<article"))
            if shell > 7_800:
                heavy.append((name, shell))
    assert heavy == []


def own(ending: str) -> list[Path]:
    return sorted(path for path in (HOUSE / "templates/site/assets").rglob(f"*{ending}") if "vendor" not in path.parts)


@pytest.mark.parametrize("path", own(".js"), ids=lambda path: path.name)
def test_scripts_run_in_chromium_78(path: Path) -> None:
    """Also: nothing that file:// or the policy refuses."""
    text = re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", "", path.read_text("utf-8"), flags=re.S)
    assert [name for name, pattern in NOT_IN_78.items() if re.search(pattern, text)] == []


@pytest.mark.parametrize("path", own(".css"), ids=lambda path: path.name)
def test_styles_hold_in_chromium_78(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)
    found = [name for name, pattern in NOT_IN_78_CSS.items() if re.search(pattern, text)]
    for selectors, rules in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
        # gap works in grids from 66 on, in flex boxes only from 84 on
        if re.search(r"(^|[;\s])(row-|column-)?gap\s*:", rules) and "grid" not in rules and "columns" not in rules:
            found.append(f"gap: {selectors.strip()}")
        if ":focus-visible" in selectors and re.search(r":focus(?!-)", selectors):
            found.append(f"a browser that lacks :focus-visible drops the whole rule: {selectors.strip()}")
    assert found == []


def test_no_module_scripts(read: dict[str, Read], site: Path) -> None:
    """Modules do not load over file://."""
    assert [page for page in read if 'type="module"' in (site / page).read_text("utf-8")] == []
