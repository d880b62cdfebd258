"""From the unsaved text of an entry to its article as the site will show it, in a frame that holds nothing but the site's styles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape

from kb.build import settings
from kb.editor.checking import with_draft
from kb.editor.house import House
from kb.model.entry import Card
from kb.model.library import Library
from kb.model.schema import Term
from kb.outputs.entries import draw_entry
from kb.outputs.plan import Site, Stock
from kb.render.shell import ENTRY, Shell, Skeleton
from kb.source.entry import EntryReading

_STYLES = re.compile(r'<link rel="?stylesheet"? href="?(?:\.\./)?([^">]+)"?>')
_BODY = re.compile(r"<body[^>]*>")
_FRAME = """<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>预览</title>
<base target="_blank">
{styles}
<link rel="stylesheet" href="../../frame.css">
</head>
{body}
<div class="md-container"><div class="md-main__inner md-grid"><div class="md-content">
<article class="md-content__inner md-typeset" id="article">{article}</article>
</div></div></div>
</body>
</html>
"""


def article(house: House, reading: EntryReading) -> str:
    """The article of an entry; a sentence in its place while the header does not say enough."""
    joined = with_draft(house.intake, reading)
    if joined is None or reading.entry is None:
        return '<p class="kb-empty">填好标题，信息头读得懂以后，这里显示页面的样子。</p>'
    library, card = _whole(*joined)
    kind = library.type_of(card)
    bare = Shell({f"{kind.folder}/{ENTRY}": Skeleton(("", "lead", "", "content", ""))}, b"", {})
    name, address = settings(house.project)
    stock = Stock(house.project.site, {}, {}, lambda: False, lambda paths: {}, False)
    site = Site(house.project, library, bare, name, address, b"", {}, house.intake.files, stock)
    return draw_entry(site, card, reading.entry).decode()


def _whole(library: Library, card: Card) -> tuple[Library, Card]:
    """The same with a word in the place of a topic that is still to be chosen: every page of the site names its topic."""
    topics = library.schema.vocabularies["topics"]
    if card.topic in {term.value for term in topics.terms}:
        return library, card
    card = card._replace(topic="还没有选主题")
    named = replace(topics, terms=(*topics.terms, Term(card.topic, "none")))
    schema = replace(library.schema, vocabularies={**library.schema.vocabularies, "topics": named})
    return replace(library, schema=schema, shown={**library.shown, card.id: card}), card


def frame(shell: Shell, inner: str = "") -> bytes:
    """The page that holds an article."""
    styles, body = _look(shell.skeletons)
    return _FRAME.format(styles=styles, body=body, article=inner).encode()


def _look(skeletons: Mapping[str, Skeleton]) -> tuple[str, str]:
    """The styles and the opening tag of the body, as a page of the theme has them that stands in a folder."""
    for name, skeleton in skeletons.items():
        html = "".join(skeleton.pieces)
        found = _STYLES.findall(html)
        if "/" in name and found:
            body = _BODY.search(html)
            styles = "\n".join(f'<link rel="stylesheet" href="../{escape(one)}">' for one in found)
            return styles, body.group() if body else "<body>"
    return "", "<body>"
