"""From the entries' packed terms, and the pages that are no entries, to the search index: built whole, or patched
where only a few entries changed. Where anything else changed, `Stock.index_fits` is False."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from pathlib import PurePosixPath

from kb.model.entry import Card
from kb.outputs.findable import findable
from kb.outputs.plan import Plan, Site
from kb.search import Listing, Scripts, bundle, fits
from kb.search_text import listing_of
from kb.source.library import EDITIONS

FOLDER = "search/"
PATCH_AT_MOST = 200
"""More changed entries than this are indexed anew: a patch would touch nearly every shard."""


def plan(site: Site) -> Iterator[Plan]:
    """search.html and everything under search/."""
    yield site.page(
        "search.html", "search.html", "pages/search.html.j2", "检索", "在条目、表单、清单、题库和手册里检索", (), lambda page: {}
    )
    patched = _patched(site)
    yield from _built(site) if patched is None else patched


def _scripts(site: Site) -> Scripts:
    return bundle(site.project.templates / "site" / "assets" / "js" / "search")


def _built(site: Site) -> Iterator[Plan]:
    from kb.search import build  # numpy: an unchanged site need not load it
    from kb.search.extract import extract

    cards = sorted(site.library.shown.values(), key=lambda card: card.id)
    listings = [listing_of(card, site.library.schema) for card in cards]
    blobs = site.stock.postings(None)
    others = [make() for make in findable(site.library).values()]
    listings += [document.listing for document in others]
    packed = itertools.chain((blobs.pop(card.path) for card in cards), map(extract, others))
    for file in build(listings, packed, site.library.schema.synonyms, _scripts(site)):
        yield Plan(*file)


def _patched(site: Site) -> list[Plan] | None:
    """The plans of the standing index brought up to date; None where it must be built."""
    stock = site.stock
    standing = {path: key for path, key in stock.standing.items() if path.startswith(FOLDER)}
    keep = functools.partial(_keep, site)
    if not standing:
        return None
    if not stock.stale and stock.index_fits() and fits(_scripts(site), standing):
        return [Plan(path, key, functools.partial(keep, path)) for path, key in standing.items()]
    done = renewed(site)
    if done is None:
        return None
    written, dropped = done
    plans = {path: Plan(path, key, functools.partial(keep, path)) for path, key in standing.items() if path not in dropped}
    plans |= {plan.path: plan for plan in written}
    return list(plans.values())


def renewed(site: Site) -> tuple[list[Plan], set[str]] | None:
    """What brings the standing index up to date: files to write and paths to delete; None where it must be built."""
    stock = site.stock
    if len(stock.stale) > PATCH_AT_MOST or not stock.index_fits():
        return None
    from kb.search import Change, patch  # as above
    from kb.search.extract import extract

    shown, schema = site.library.shown, site.library.schema
    fresh = stock.postings(stock.stale)
    changes = []
    for path, (old, old_blob) in stock.stale.items():
        before = (listing_of(old, schema), old_blob) if old is not None and old_blob and _shown(site, old) else None
        card = shown.get(PurePosixPath(path).stem)
        after = (listing_of(card, schema), fresh[path]) if card is not None and card.path == path else None
        if before != after:
            changes.append(Change(before, after))

    others = findable(site.library)

    def entry(key: str) -> tuple[Listing, bytes]:
        if key in others:
            return listing(key), extract(others[key]())
        path = shown[key].path
        return listing(key), stock.postings([path])[path]

    def listing(key: str) -> Listing:
        return others[key]().listing if key in others else listing_of(shown[key], schema)

    done = patch(functools.partial(_read, site), shown.keys() | others.keys(), changes, entry, listing, _scripts(site))
    return None if done is None else ([Plan(*file) for file in done.write], done.drop)


def _shown(site: Site, card: Card) -> bool:
    return card.published and card.visibility in EDITIONS[site.library.edition]


def _read(site: Site, path: str) -> bytes | None:
    try:
        return (site.stock.folder / path).read_bytes()
    except FileNotFoundError:
        return None


def _keep(site: Site, path: str) -> bytes:
    data = _read(site, path)
    assert data is not None, path
    return data
