"""From the theme's style sheets and our own to the one sheet that every page links to.

The theme brings 150 kB of styles for parts that no page of ours has. A rule stays where every class and attribute
its selector names is in the tables below; a custom property stays where something that stays asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

CLASSES = frozenset(
    (
        "admonition", "admonition-title", "caution", "important", "md-content", "md-content__inner", "md-footer", "md-grid",
        "md-header", "md-header__inner", "md-main", "md-main__inner", "md-skip", "md-typeset", "note", "tip", "warning",
    )
)  # fmt: skip
"""Classes of the theme that our pages use; one more of its parts is one more name here."""
ATTRIBUTES = frozenset(("class", "data-md-color-scheme", "dir=ltr", "hidden", "href", "open", "type"))
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_CLASS = re.compile(r"\.([A-Za-z_][\w-]*)")
_ATTRIBUTE = re.compile(r"\[([\w-]+)(?:[~|^$*]?=[\"']?([^\]\"']*)[\"']?)?\]")
_LINK = re.compile(r'(?:<link rel="stylesheet" href="[^"]*">\s*)+')
_DESCRIPTION = re.compile(r'<meta name="description"[^>]*>\s*')
_PROPERTY = re.compile(r"(--[\w-]+):(?:\"[^\"]*\"|'[^']*'|url\((?:\"[^\"]*\"|'[^']*'|[^)]*)\)|[^;}\"'])*;?")
_ASKED = re.compile(r"var\((--[\w-]+)")
_IDLE = re.compile(r"\s*([{};,])\s*|(:)\s+")
_STRING = re.compile(r"(\"[^\"]*\"|'[^']*')")


def one_sheet(theme: Iterable[str], own: Iterable[str]) -> str:
    """The theme's sheets as far as they are used, then our own, in the order given."""
    ours = [compact(css) for css in own]
    return _without_idle_properties("".join(map(trimmed, theme)), "".join(ours)) + "\n" + "\n".join(ours) + "\n"


def compact(css: str) -> str:
    """A sheet without comments and idle white space; what stands in quotes stays as it is."""
    parts = _STRING.split(_COMMENT.sub("", css))
    parts[::2] = [_IDLE.sub(r"\1\2", part.replace("\n", " ")) for part in parts[::2]]
    return "".join(parts).replace(";}", "}").strip()


def linked(html: str, sheet: str) -> str:
    """A drawn page whose links to several sheets are one link to `sheet`, an address from the page."""
    return _LINK.sub(link(sheet) + "\n", html, count=1)


def started(html: str, sheet: str, first: str, ahead: bool = False) -> str:
    """The same page with the styles of its first lines in it: the link to the sheet stands behind these lines, and
    what comes before it shows without waiting (HTML, 4.2.4.3: a style sheet in the body holds up what follows it).
    It needs no description in its head, for the summary stands in its first lines. `ahead`: the sheet is asked for
    before what these lines ask for."""
    html = _DESCRIPTION.sub("", html, count=1)
    asked = f'<link rel="preload" as="style" href="{sheet}">' if ahead else ""
    html = html.replace(link(sheet), f"{asked}<style>{compact(first)}</style>", 1)
    return html.replace("@@kb-content@@", f"@@kb-lead@@{link(sheet)}\n@@kb-content@@", 1)


def link(sheet: str) -> str:
    return f'<link rel="stylesheet" href="{sheet}">'


def trimmed(css: str) -> str:
    """The rules of a sheet that can apply to a page of ours."""
    out = []
    for head, body in _rules(_COMMENT.sub("", css)):
        if head.startswith(("@media", "@supports")):
            inner = trimmed(body)
            if inner:
                out.append(f"{head}{{{inner}}}")
        elif not head.startswith("@"):
            selectors = [one for one in _split(head) if _applies(one)]
            if selectors and body.strip():
                out.append(f"{','.join(selectors)}{{{body}}}")
    return "".join(out)


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """(selectors or at-rule, what stands in its braces); statements without braces (@charset, @import) are left out."""
    depth = start = opened = 0
    quote = ""
    for at, char in enumerate(css):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "{":
            depth += 1
            opened = at if depth == 1 else opened
        elif char == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened].strip(), css[opened + 1 : at]
                start = at + 1
        elif char == ";" and depth == 0:
            start = at + 1


def _split(head: str) -> list[str]:
    """The selectors of a list; a comma inside brackets or parentheses parts nothing."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(head):
        if char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(head[start:at].strip())
            start = at + 1
    return [*parts, head[start:].strip()]


def _applies(selector: str) -> bool:
    plain = re.sub(r":not\([^()]*\)", "", selector)
    for name, value in _ATTRIBUTE.findall(plain):
        if name not in ATTRIBUTES and f"{name}={value}" not in ATTRIBUTES:
            return False
    return all(name in CLASSES for name in _CLASS.findall(_ATTRIBUTE.sub("", plain)))


def _without_idle_properties(css: str, ours: str) -> str:
    while True:
        asked = set(_ASKED.findall(css)) | set(_ASKED.findall(ours))
        kept = _PROPERTY.sub(lambda found, asked=asked: found.group() if found.group(1) in asked else "", css)  # type: ignore[misc]
        if kept == css:
            return "".join(f"{head}{{{body}}}" for head, body in _rules(css) if body)
        css = kept
