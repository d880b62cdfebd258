"""From the dates of last change to the Atom feed, and from all addresses to the site maps."""

from __future__ import annotations

import heapq
import zlib
from collections.abc import Callable, Iterator
from html import escape

from kb.model.entry import Card
from kb.outputs.plan import Plan, Site

FEED_SIZE = 40
SITEMAP_SIZE = 512
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


def shard_count(entries: int, size: int) -> int:
    """A power of two, so that it seldom changes as a library grows."""
    count = 1
    while count * size < entries:
        count *= 2
    return count


def bucket(key: str, count: int) -> int:
    """Where an id belongs; hangs on nothing but the id, so that one edit touches one shard."""
    return zlib.crc32(key.encode()) % count


def plan(site: Site) -> Iterator[Plan]:
    """feed.xml (RFC 4287), sitemap.xml with its parts (sitemaps.org 0.9), 404.html."""
    cards = list(site.library.shown.values())
    latest = heapq.nlargest(FEED_SIZE, cards, key=lambda card: (site.changed_on(card), card.sort_key, card.id))
    yield Plan("feed.xml", site.digest("feed", site.cards_digest(latest)), lambda: _feed(site, latest))
    count = shard_count(len(cards), SITEMAP_SIZE)
    parts: list[list[Card]] = [[] for _ in range(count)]
    for card in cards:
        parts[bucket(card.id, count)].append(card)
    for number, part in enumerate(parts):
        part.sort(key=lambda card: card.id)
        rows = [(site.library.url(card), site.changed_on(card)) for card in part]
        said = "\n".join(map(" ".join, rows)).encode()  # far cheaper than the repr of all addresses
        yield Plan(f"sitemaps/{number}.xml", site.digest("sitemap", said), _sitemap(site, rows))
    yield Plan("sitemap.xml", site.digest("sitemaps", count), lambda: _sitemaps(site, count))
    yield Plan(
        "404.html",
        site.digest("404"),
        lambda: site.shell.skeletons["404.html"].stamp(f"没有这一页 - {site.name}", "", _NOT_FOUND),
    )


_NOT_FOUND = (
    '<h1 id="kb-main">没有这一页</h1><p>地址可能写错了，也可能这一条已经改名或停用。</p>'
    '<ul><li><a href="/index.html">回首页</a></li><li><a href="/browse.html">在全部条目里筛选</a></li>'
    '<li><a href="/search.html">检索</a></li></ul>'
)


def _feed(site: Site, cards: list[Card]) -> bytes:
    updated = max((site.changed_on(card) for card in cards), default="") or "1970-01-01"
    rows = []
    for card in cards:
        url = site.address + site.library.url(card)
        rows.append(
            f"<entry><title>{escape(card.title)}</title><id>{escape(url)}</id>"
            f'<link href="{escape(url)}"/><updated>{site.changed_on(card) or "1970-01-01"}T00:00:00Z</updated>'
            f"<summary>{escape(card.summary)}</summary><category term={_quoted(card.topic)}/></entry>\n"
        )
    return (
        f'{_HEAD}<feed xmlns="http://www.w3.org/2005/Atom"><title>{escape(site.name)}：最近更新</title>'
        f"<id>{escape(site.address)}</id><updated>{updated}T00:00:00Z</updated>"
        f'<link rel="self" href="{escape(site.address)}feed.xml"/><author><name>{escape(site.name)}</name></author>\n'
        f"{''.join(rows)}</feed>\n"
    ).encode()


def _quoted(words: str) -> str:
    return f'"{escape(words)}"'


def _sitemap(site: Site, rows: list[tuple[str, str]]) -> Callable[[], bytes]:
    def make() -> bytes:
        body = "".join(
            f"<url><loc>{escape(site.address + url)}</loc>{f'<lastmod>{date}</lastmod>' if date else ''}</url>\n"
            for url, date in rows
        )
        return f'{_HEAD}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{body}</urlset>\n'.encode()

    return make


def _sitemaps(site: Site, count: int) -> bytes:
    body = "".join(f"<sitemap><loc>{escape(site.address)}sitemaps/{number}.xml</loc></sitemap>\n" for number in range(count))
    return f'{_HEAD}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{body}</sitemapindex>\n'.encode()
