"""From the pages MkDocs drew with marks in them to skeletons: themed HTML split once, stamped for every page."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

MARKS = ("title", "description", "lead", "content", "toc")
ENTRY = "entry.html"
"""In the folder of a type: the skeleton of its entries' pages, which bring the styles of their first lines themselves."""
LEAD_END = "<!-- lead -->"
"""In the HTML of a page: what stands before it need not wait for the style sheet."""
_SPLIT = re.compile("@@kb-(" + "|".join(MARKS) + ")@@")
_INLINE = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.S)
_SCRIPTS = re.compile(r'(?:<script src="[^"]*" defer></script>\s*)+')
_IDLE = re.compile(r"\s*\n\s*")
_TAG = re.compile(r"(<(?:script|style)\b[^>]*>)(.*?)(</(?:script|style)>)|<[a-z][^>]*>", re.S)
_QUOTED = re.compile(r"=\"([^\s\"'=<>`@]*[^\s\"'=<>`@/])\"(?=[\s>])")
_CLOSING = re.compile(r"</(?:li|dt|dd)>(?=\s*<(?:/?(?:li|dt|dd)\b|/[uod]l>|/div>))")


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Themed HTML in pieces: text at even places, the name of a mark at odd ones."""

    pieces: tuple[str, ...]

    def stamp(self, title: str, description: str, content: str, toc: str = "") -> bytes:
        """One finished page; what stands before LEAD_END comes before the style sheet, where the skeleton knows such a place."""
        lead, _, content = content.rpartition(LEAD_END)
        pieces = self.pieces
        if "lead" not in pieces[1::2]:
            lead, content = "", lead + content
        filling = {"title": escape(title), "description": escape(description), "lead": lead, "content": content, "toc": toc}
        return "".join(filling[piece] if place & 1 else piece for place, piece in enumerate(pieces)).encode()


@dataclass(frozen=True, slots=True)
class Shell:
    """All skeletons by the page they were drawn for, their digest, and the theme's files with theirs."""

    skeletons: dict[str, Skeleton]
    digest: bytes
    files: dict[str, tuple[Path, bytes]]


def load_shell(folder: Path) -> Shell:
    """The shell kept in a folder that `draw` has filled: skeleton/*.html and files/**."""
    digest = hashlib.blake2b(digest_size=16)
    skeletons: dict[str, Skeleton] = {}
    drawn = folder / "skeleton"
    for path in sorted(drawn.rglob("*.html")):
        text = path.read_text("utf-8")
        name = path.relative_to(drawn).as_posix()
        skeletons[name] = Skeleton(tuple(_SPLIT.split(text)))
        digest.update(name.encode() + text.encode())
    files = {
        path.relative_to(folder / "files").as_posix(): (path, hashlib.blake2b(path.read_bytes(), digest_size=16).digest())
        for path in sorted((folder / "files").rglob("*"))
        if path.is_file()
    }
    return Shell(skeletons, digest.digest(), files)


def scripted(html: str, script: str) -> str:
    """A drawn page whose scripts of every page are one, at the address `script`."""
    html, count = _SCRIPTS.subn(f'<script src="{script}" defer></script>\n', html, count=1)
    assert count, "the page template names no scripts"
    return html


def prepare(html: str) -> str:
    """A drawn page made ready to keep: policy in the head, idle white space, idle quotes and closing tags gone.

    The policy (CSP Level 3) names the theme's inline scripts by hash, so that nothing else can run; it must
    stand before the first script, hence directly behind the character set.
    """
    html = _lean(_IDLE.sub("\n", html))
    hashes = sorted(
        {
            "'sha256-" + base64.b64encode(hashlib.sha256(found.group("code").encode()).digest()).decode() + "'"
            for found in _INLINE.finditer(html)
            if "src=" not in found.group("attributes") and "application/json" not in found.group("attributes")
        }
    )
    policy = ";".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self'", *hashes)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
        )
    )
    charset = "<meta charset=utf-8>"
    assert charset in html, "the theme's head has changed"
    return html.replace(charset, f'{charset}\n<meta http-equiv="Content-Security-Policy" content="{policy}">', 1)


def _lean(html: str) -> str:
    """A page without the quotes and closing tags that HTML lets one leave out (13.1.2.3 and 13.1.2.4): every page bears them."""

    def bare(found: re.Match[str]) -> str:
        opening, code, closing = found.groups()
        return _QUOTED.sub(r"=\1", opening) + code + closing if opening else _QUOTED.sub(r"=\1", found.group())

    return _CLOSING.sub("", _TAG.sub(bare, html))
