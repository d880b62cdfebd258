"""From the Markdown of a body to HTML: one walk over the parser's events, links and citations resolved on the way.

Only markup made here ever reaches a page: raw HTML events are dropped (the checks refuse them before).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Any, NamedTuple

from kb.model.value import EDITOR
from kb.source.markdown import BLANK, Anchors, events
from kb.syntax.cites import CITE

ALERTS = {
    "Note": ("note", "说明"),
    "Tip": ("tip", "提示"),
    "Important": ("important", "要紧"),
    "Warning": ("warning", "注意"),
    "Caution": ("caution", "警惕"),
}
_ALIGN = {"Left": " class=kl", "Center": " class=km", "Right": " class=kr"}
_INLINE = {"Emphasis": "em", "Strong": "strong", "Strikethrough": "del"}
_STATEMENTS = {"Paragraph": "p", "Item": "li", "TableRow": "tr"}
_PLAIN = re.compile(r"[\u4e00-\u9fff“‘《（A-Za-z][^\0\r\n\\`*_\[\]<>&~!|]*[^\0\s\\`*_\[\]<>&~!|]")
"""One line of words in which the dialect knows no sign: it begins no block and holds no inline markup."""


class CiteMark(NamedTuple):
    """A citation as it shows: ready HTML, and whether it marks 编者整理."""

    html: str
    editorial: bool


class Resolver(NamedTuple):
    """How a body's links and citations become addresses; given by whoever knows the library. A link whose address
    is "" leads to what this site does not show: its words stay, the link does not."""

    link: Callable[[str], str]
    cite: Callable[[str, str], CiteMark]


def render_body(text: str, resolver: Resolver) -> str:
    """The HTML of a whole body."""
    return _Writer(resolver).write(text)


def render_with_contents(text: str, resolver: Resolver) -> tuple[str, list[tuple[str, str]]]:
    """The HTML of a whole body, and its second-level headings as (anchor, words)."""
    writer = _Writer(resolver)
    return writer.write(text), writer.contents


def render_inline(text: str, resolver: Resolver) -> str:
    """The HTML of one statement: as a body, without the paragraph around it."""
    if _PLAIN.fullmatch(text):
        return text
    html = render_body(text, resolver)
    for opening in ("<p>", "<p class=ke>"):
        if html.startswith(opening) and html.count("<p") == 1 and html.endswith("</p>\n"):
            return html[len(opening) : -5]
    return html


def shown(words: str) -> str:
    """Words as HTML text: `html.escape` without quotes, at a fraction of its price where there is nothing to escape."""
    return escape(words, False) if "&" in words or "<" in words or ">" in words else words


class _Writer:
    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.out: list[str] = []
        self.anchors = Anchors()
        self.blocks: list[tuple[int, str, list[bool]]] = []
        """Open statements: (index of the opening tag in `out`, tag, editorial? of each citation)."""
        self.heading: list[str] | None = None
        self.code = 0
        self.alt: list[str] | None = None
        self.images: list[str] = []
        self.links: list[str] = []
        """Closing tags of open links."""
        self.aligns: tuple[str, ...] = ()
        self.cell = 0
        self.head = False
        self.notes: dict[str, int] = {}
        self.last = ""
        self.contents: list[tuple[str, str]] = []

    def write(self, text: str) -> str:
        out, blocks = self.out, self.blocks
        for event in events(text):
            if isinstance(event, str):
                self.mark(event)
                continue
            ((name, value),) = event.items()
            if name == "Text":
                self.text(value)
            elif name == "Start":
                # what most events are comes first: ten thousand bodies are written at a time
                tag = _STATEMENTS.get(value) if isinstance(value, str) else None
                if tag:
                    blocks.append((len(out), tag, []))
                    out.append(f"<{tag}>")
                    self.cell = 0
                else:
                    self.start(value)
            elif name == "End":
                if isinstance(value, str) and value in _STATEMENTS:
                    self.close()
                else:
                    self.end(value)
            elif name == "Code":
                self.put(f"<code>{shown(value)}</code>", value)
            elif name == "FootnoteReference":
                number = self.notes.setdefault(value, len(self.notes) + 1)
                self.put(f'<sup class="kf"><a href="#fn-{number}" id="fr-{number}">{number}</a></sup>', "")
            elif name == "TaskListMarker":
                self.put(
                    '<span class="kbox" role="img" aria-label="已完成">☑</span> '
                    if value
                    else '<span class="kbox" role="img" aria-label="待办">☐</span> ',
                    "",
                )
        return "".join(self.out)

    def put(self, html: str, plain: str) -> None:
        if self.alt is not None:
            self.alt.append(plain)
            return
        if self.heading is not None:
            self.heading.append(plain)
        self.out.append(html)
        if plain:
            self.last = plain[-1]

    def mark(self, name: str) -> None:
        if name == "Rule":
            self.out.append("<hr>\n")
        elif name == "HardBreak":
            self.put("<br>\n", " ")
        elif name == "SoftBreak" and self.last.isascii():
            # between two Chinese characters a line end is no space
            self.put("\n", " ")

    def text(self, words: str) -> None:
        first = words.find("[@")
        if first < 0 or self.code:
            self.put(shown(words), words)
            return
        marks = self.blocks[-1][2] if self.blocks else []
        if self.heading is None and self.alt is None and (found := CITE.fullmatch(words, first)):
            # nearly every statement ends so: its words, and one citation behind them
            key, place = found.groups()
            mark = self.resolver.cite(key, place.strip() if place else "")
            marks.append(mark.editorial)
            if first:
                said = words[:first]
                self.last = said[-1]
                self.out.append(shown(said.rstrip() or said))
            self.out.append(mark.html)
            return
        at, marked = 0, False
        for found in CITE.finditer(words):
            start, end = found.span()
            before = words[at:start]
            if before:
                marked = False
                self.put(shown(before.rstrip() if at or before.strip() else before), before)
            key, place = found.groups()
            mark = self.resolver.cite(key, place.strip() if place else "")
            marks.append(mark.editorial)
            if not (marked and key == EDITOR):
                # behind the mark of a rule, which says 编 already, the editor's own would be the same once more
                self.put(mark.html, "")
            marked = mark.editorial
            at = end
        rest = words[at:]
        if rest:
            self.put(shown(rest), rest)

    def start(self, tag: Any) -> None:
        name = tag if isinstance(tag, str) else next(iter(tag))
        value = None if isinstance(tag, str) else tag[name]
        out = self.out
        if name in _INLINE:
            self.put(f"<{_INLINE[name]}>", "")
        elif name == "Heading":
            assert value is not None
            out.append(f"<{value['level'].lower()}")
            out.append("")
            self.heading = []
        elif name == "List":
            out.append(f'<ol start="{value}">\n' if value not in {None, 1} else "<ol>\n" if value == 1 else "<ul>\n")
        elif name == "Link":
            assert value is not None
            address = self.resolver.link(value["dest_url"])
            self.links.append("</a>" if address else "</span>")
            self.put(f'<a href="{escape(address)}">' if address else '<span class="ku" title="这一条不在本站">', "")
        elif name == "Image":
            assert value is not None
            self.images.append(escape(self.resolver.link(value["dest_url"])))
            self.alt = []
        elif name == "BlockQuote":
            kind, label = ALERTS.get(value or "", ("", ""))
            out.append(f'<div class="admonition {kind}"><p class="admonition-title">{label}</p>\n' if kind else "<blockquote>\n")
            self.blocks.append((-1, "", []))
        elif name == "CodeBlock":
            self.code += 1
            out.append("<pre><code>")
        elif name == "Table":
            self.aligns = value or ()
            out.append("<div class=kt><table>\n")
        elif name == "TableHead":
            self.head, self.cell = True, 0
            out.append("<thead><tr>")
        elif name == "TableCell":
            align = _ALIGN.get(self.aligns[self.cell], "") if self.cell < len(self.aligns) else ""
            out.append(f"<th scope=col{align}>" if self.head else f"<td{align}>")
        elif name == "FootnoteDefinition":
            number = self.notes.setdefault(str(value), len(self.notes) + 1)
            out.append(f'<div class="kfn" id="fn-{number}"><a href="#fr-{number}" aria-label="回到正文">{number}</a>')

    def close(self) -> None:
        """End a statement: it is marked where every citation in it is the editor's."""
        index, tag, marks = self.blocks.pop()
        if marks:
            if False not in marks:
                self.out[index] = f"<{tag} class=ke>"
            elif tag == "p" and self.blocks:
                self.blocks[-1][2].extend(marks)
        # items and rows end where the next begins (HTML, 13.1.2.4)
        self.out.append("</p>\n" if tag == "p" else "\n")

    def end(self, tag: Any) -> None:
        name = tag if isinstance(tag, str) else next(iter(tag))
        value = None if isinstance(tag, str) else tag[name]
        out = self.out
        if name in _INLINE:
            self.put(f"</{_INLINE[name]}>", "")
        elif name == "Heading":
            words = BLANK.sub(" ", CITE.sub("", "".join(self.heading or []))).strip()
            self.heading = None
            opening = next(i for i in range(len(out) - 1, -1, -1) if out[i] == "" and i and out[i - 1].startswith("<h"))
            anchor = self.anchors.of(words)
            if str(value).lower() == "h2":
                self.contents.append((anchor, words))
            out[opening] = f' id="{escape(anchor)}">'
            out.append(f"</{str(value).lower()}>\n")
        elif name == "List":
            out.append("</ol>\n" if value else "</ul>\n")
        elif name == "Link":
            self.put(self.links.pop(), "")
        elif name == "Image":
            words = "".join(self.alt or [])
            self.alt = None
            self.put(f'<img src="{self.images.pop()}" alt="{escape(words)}" loading="lazy">', words)
        elif name == "BlockQuote":
            self.blocks.pop()
            out.append("</div>\n" if value else "</blockquote>\n")
        elif name == "CodeBlock":
            self.code -= 1
            out.append("</code></pre>\n")
        elif name == "Table":
            out.append("</table></div>\n")
        elif name == "TableHead":
            self.head = False
            out.append("<tbody>\n")
        elif name == "TableCell":
            self.cell += 1
        elif name == "FootnoteDefinition":
            out.append("</div>\n")
