"""From the entries' packed terms to the search index: built whole, or patched where only a few entries changed."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from kb.model.entry import Card
from kb.outputs.plan import Plan, Site
from kb.search_text import listing_of
from kb.source.library import EDITIONS

if TYPE_CHECKING:
    from kb.search import Scripts

FOLDER = "search/"
PATCH_AT_MOST = 200
"""More changed entries than this are indexed anew: a patch would touch nearly every shard."""


def plan(site: Site) -> Iterator[Plan]:
    """search.html and everything under search/."""
    yield site.page("search.html", "search.html", "pages/search.html.j2", "检索", "在全部条目里检索", (), lambda page: {})
    patched = _patched(site)
    if patched is None:
        yield from _built(site)
    else:
        yield from patched


def _scripts(site: Site) -> Scripts:
    from kb.search import bundle  # numpy: an unchanged site need not load it

    return bundle(site.project.templates / "site" / "assets" / "js" / "search")


def _built(site: Site) -> Iterator[Plan]:
    from kb.search import build  # as above

    cards = sorted(site.library.shown.values(), key=lambda card: card.id)
    listings = [listing_of(card, site.library.schema) for card in cards]
    blobs = site.stock.postings(None)
    for path, data in build(listings, (blobs[card.path] for card in cards), site.library.schema.synonyms, _scripts(site)):
        yield Plan(path, _key(data), functools.partial(bytes, data))


def _patched(site: Site) -> Iterator[Plan] | None:
    """The plans of the standing index brought up to date; None where it must be built."""
    stock = site.stock
    standing = {path: key for path, key in stock.standing.items() if path.startswith(FOLDER)}
    if not standing or len(stock.stale) > PATCH_AT_MOST or not stock.index_fits:
        return None
    from kb.search import Change, patch  # as above

    schema = site.library.schema
    by_path = {card.path: card for card in site.library.shown.values()}
    fresh = stock.postings(stock.stale)
    changes = []
    for path, (old, old_blob) in stock.stale.items():
        before = (listing_of(old, schema), old_blob) if old is not None and old_blob and _shown(site, old) else None
        card = by_path.get(path)
        after = (listing_of(card, schema), fresh[path]) if card is not None else None
        if before != after:
            changes.append(Change(before, after))
    if not changes:
        return iter([Plan(path, key, _reader(site, path)) for path, key in standing.items()])
    cards = sorted(site.library.shown.values(), key=lambda card: card.id)

    def blob_of(key: str) -> bytes:
        path = site.library.shown[key].path
        return stock.postings([path])[path]

    def read(path: str) -> bytes | None:
        return _read(site, path)

    done = patch(read, [listing_of(card, schema) for card in cards], changes, blob_of, schema.synonyms, _scripts(site))
    if done is None:
        return None
    gone = done.drop
    written = dict(done.write)
    plans = [Plan(path, key, _reader(site, path)) for path, key in standing.items() if path not in gone and path not in written]
    plans += [Plan(path, _key(data), functools.partial(bytes, data)) for path, data in written.items()]
    return iter(plans)


def _shown(site: Site, card: Card) -> bool:
    return card.published and card.visibility in EDITIONS[site.library.edition]


def _key(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


def _read(site: Site, path: str) -> bytes | None:
    try:
        return (site.stock.folder / path).read_bytes()
    except FileNotFoundError:
        return None


def _reader(site: Site, path: str) -> Callable[[], bytes]:
    def read() -> bytes:
        data = _read(site, path)
        assert data is not None, path
        return data

    return read
