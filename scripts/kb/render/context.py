"""From the library to the small helpers an entry's page is written with: addresses, citations, values as HTML."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from html import escape
from urllib.parse import quote

from markupsafe import Markup

from kb.model.entry import Card
from kb.model.library import Library
from kb.model.schema import Field
from kb.model.value import EDITOR, UNSTATED, Cadence, Cite, Date, EntryRef, Review, SourceRef, Text, Value
from kb.render.body import CiteMark, Resolver, render_body, render_inline, render_with_contents, shown

_SAFE = re.compile(r"[A-Za-z0-9/#._~%-]*")
_BARE = re.compile(r"[^\s\"'=<>`&]+")
"""What needs no quotes as the value of an attribute (HTML, 13.1.2.3)."""


class Written(dict[tuple[str, str], CiteMark]):
    """The marks of citations (key, place) as all pages of one library at one depth write them: each is made once."""

    KEPT = 20_000
    """Marks; more would cost a hundred thousand entries their memory."""

    def keep(self, key: str, place: str, mark: CiteMark) -> CiteMark:
        if len(self) >= self.KEPT:
            self.clear()
        self[key, place] = mark
        return mark


class Page:
    """Writes the parts of one page that stands at `url` (from the site's root). `written` may be shared by the pages
    of a library that stand equally deep."""

    def __init__(
        self, library: Library, url: str, source: str = "", written: Written | None = None, lists_sources: bool = False
    ) -> None:
        self.library = library
        self.url = url
        self.root = "../" * url.count("/")
        self.folder = url.rpartition("/")[0]
        self.written = Written() if written is None else written
        self.lists_sources = lists_sources
        """Whether the page names the sources it cites anyway: then the marks of their paragraphs need no words of their own."""
        self.source = source
        """Path of the file under content/ that relative links start from."""
        self.resolver = Resolver(self.link, self.cite)
        self.contents: list[tuple[str, str]] = []
        """(anchor, words) of the second-level headings of the body written last."""

    def to(self, url: str) -> str:
        """The relative address of another page or file of the site."""
        return self.root + (url if _SAFE.fullmatch(url) else quote(url, safe="/#-._~%=&"))

    def entry(self, card: Card) -> str:
        return self.to(self.library.url(card))

    def near(self, card: Card) -> str:
        """The address of an entry, the shorter for standing in the page's own folder; not for what pages of several share."""
        folder = self.library.schema.types[card.type].folder
        # ids and folders are such as need no quoting
        return f"{card.id}.html" if folder == self.folder else f"{self.root}{folder}/{card.id}.html"

    def link(self, target: str) -> str:
        """A relative link of a body: to the page of an entry, to a page, to an attachment, or within this page."""
        path, hash_, anchor = target.partition("#")
        if not path:
            return target
        full = posixpath.normpath(posixpath.join(posixpath.dirname(self.source), path))
        inner = full.removeprefix("content/")
        folder, name = posixpath.split(inner)
        if name.endswith(".md"):
            if folder in self.library.schema.folders:
                if name[:-3] not in self.library.shown:
                    return ""
                inner = f"{folder}/{name[:-3]}.html"
            else:
                inner = f"{name[:-3]}.html"
        return self.to(inner) + hash_ + anchor

    def cite(self, key: str, place: str) -> CiteMark:
        """A citation as a small mark behind the statement; hovering tells it in full."""
        return self.written.get((key, place)) or self.written.keep(key, place, self._mark_of(key, place))

    def _mark_of(self, key: str, place: str) -> CiteMark:
        document = self.library.schema.documents.get(key)
        if document is not None:
            number = "".join(char for char in place if char.isdigit())
            title = "" if self.lists_sources else f"来源所载：{document.title}，第{number}段"
            return CiteMark(self._mark("kc", self.to(f"sources/{key}.html#p{number}"), title, f"{document.short}{number}"), False)
        told = "" if self.lists_sources else "编者整理 · 待核对"
        if key == EDITOR:
            return CiteMark(self._mark("kd", "", told, "编"), True)
        card = self.library.shown.get(key)
        name = card.title if card else key
        title = f"{told}：{name}{place}" if told else f"{name}{place}"
        if card is None:
            return CiteMark(self._mark("kd", "", title, "编"), True)
        # an entry's page names the entries it cites at its end, where the script finds the title
        title = title if told else place
        return CiteMark(self._mark("kd", self.entry(card), title, "编"), True)

    @staticmethod
    def _mark(css: str, href: str, title: str, label: str) -> str:
        words = title if _BARE.fullmatch(title) else f'"{escape(title)}"'
        told = f" title={words}" if title else ""
        return f"<a class={css} href={href}{told}>{escape(label)}</a>" if href else f"<i class={css}{told}>{escape(label)}</i>"

    def cites(self, cites: tuple[Cite, ...]) -> str:
        return "".join([mark.html for mark in self._marks(cites)])

    def _marks(self, cites: tuple[Cite, ...]) -> list[CiteMark]:
        """The marks of a statement; behind that of a rule, which says 编 already, the editor's own is left out."""
        found: list[CiteMark] = []
        for cite in cites:
            if not (cite.key == EDITOR and found and found[-1].editorial):
                found.append(self.cite(cite.key, cite.place))
        return found

    def statement(self, text: str, cites: tuple[Cite, ...]) -> str:
        """A statement with its citations, marked where it is the editor's."""
        marks = self._marks(cites)
        html = render_inline(text, self.resolver) + "".join(mark.html for mark in marks)
        return f"<span class=ke>{html}</span>" if marks and all(mark.editorial for mark in marks) else html

    def body(self, text: str) -> Markup:
        html, self.contents = render_with_contents(text, self.resolver)
        return Markup(html)

    def card_link(self, card: Card, place: str = "") -> str:
        return f"<a href={self.near(card)}>{shown(card.title)}</a>{shown(place)}"

    def links(self, cards: Iterable[Card]) -> Markup:
        """Links to entries, one behind the other."""
        return Markup("".join([self.card_link(card) for card in cards]))

    def value(self, value: Value, field: Field) -> Markup:
        """The value of a field as it stands in the box of facts."""
        if isinstance(value, tuple):
            parts = [self.atom(one, field) for one in value]
            parts = [part for part in parts if part]
            if field.of in {"text", "cadence"} and len(parts) > 1:
                return Markup("<ul>" + "".join([f"<li>{part}" for part in parts]) + "</ul>")
            return Markup("、".join(parts))
        return Markup(self.atom(value, field))

    def atom(self, value: object, field: Field) -> str:
        writer = _ATOMS.get(type(value))
        assert writer is not None, type(value)
        return writer(self, value, field)


def _plain(page: Page, value: object, field: Field) -> str:
    return shown(str(value))


def _text(page: Page, value: object, field: Field) -> str:
    assert isinstance(value, Text)
    if value.text == UNSTATED:
        return f"<span class=ku>{UNSTATED}</span>"
    if field.kind == "paragraphs" and "\n" in value.text:
        tail = "".join(f"[@{cite.key}:{cite.place}]" if cite.place else f"[@{cite.key}]" for cite in value.cites)
        return render_body(value.text + tail, page.resolver)
    return page.statement(value.text, value.cites)


def _cadence(page: Page, value: object, field: Field) -> str:
    assert isinstance(value, Cadence)
    if value.text == UNSTATED:
        return f"<span class=ku>{UNSTATED}</span>"
    return page.statement(value.text + (f"（{value.note}）" if value.note else ""), value.cites)


def _entry(page: Page, value: object, field: Field) -> str:
    assert isinstance(value, EntryRef)
    card = page.library.shown.get(value.target)
    return page.card_link(card, value.place) if card else ""


def _source(page: Page, value: object, field: Field) -> str:
    assert isinstance(value, SourceRef)
    document = page.library.schema.documents[value.document]
    href = page.to(f"sources/{document.id}.html#p{value.paragraph}")
    return f'<a href="{href}">{shown(document.short)} 第{value.paragraph}段</a>'


def _review(page: Page, value: object, field: Field) -> str:
    assert isinstance(value, Review)
    return escape(f"{value.stage} {value.by} {value.on}".strip(), False)


_ATOMS: dict[type, Callable[[Page, object, Field], str]] = {
    str: _plain,
    int: _plain,
    Text: _text,
    Date: _plain,
    Cadence: _cadence,
    EntryRef: _entry,
    SourceRef: _source,
    Review: _review,
}
