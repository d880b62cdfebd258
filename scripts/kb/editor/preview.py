"""From the unsaved text of an entry to its article as the site will show it, in a frame that holds nothing but the site's styles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from kb.build import settings
from kb.editor.checking import with_draft
from kb.editor.house import House
from kb.outputs.entries import draw_entry
from kb.outputs.plan import Site, Stock
from kb.render.shell import Shell, Skeleton
from kb.source.entry import EntryReading

_STYLES = re.compile(r'<link rel="stylesheet" href="(?:\.\./)?([^"]+)">')
_FRAME = """<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>预览</title>
<base target="_blank">
{styles}
</head>
<body data-md-color-scheme="default" data-md-color-primary="custom" data-md-color-accent="custom">
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
    library, card = joined
    kind = library.type_of(card)
    bare = Shell({f"{kind.folder}/index.html": Skeleton(("", "content", ""))}, b"", {})
    name, address = settings(house.project)
    stock = Stock(house.project.site, {}, {}, lambda: False, lambda paths: {})
    site = Site(house.project, library, bare, name, address, b"", {}, house.intake.files, stock)
    return draw_entry(site, card, reading.entry).decode()


def frame(shell: Shell, inner: str = "") -> bytes:
    """The page that holds an article."""
    return _FRAME.format(styles="\n".join(_links(shell.skeletons)), article=inner).encode()


def _links(skeletons: Mapping[str, Skeleton]) -> list[str]:
    """The styles that the theme's own pages ask for."""
    plate = next((name for name in skeletons if "/" in name), "")
    html = "".join(skeletons[plate].pieces) if plate else ""
    return [f'<link rel="stylesheet" href="../{escape(name)}">' for name in _STYLES.findall(html)]
