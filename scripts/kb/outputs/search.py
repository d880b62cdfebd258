"""From the entries' packed terms, and the pages that are no entries, to the search index: built whole, or patched
where only a few entries changed. Where anything else changed, `Stock.index_fits` is False."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from kb.outputs.plan import Plan, Site
from kb.search import Document, Listing, Scripts, bundle, fits
from kb.search.files import Keep
from kb.search_text import listing_of
from kb.source.library import shows
from kb.source.spool import Nameless, Spool

FOLDER = "search/"
PATCH_AT_MOST = 200
"""More changed entries than this are indexed anew: a patch would touch nearly every shard."""

AT_ONCE = 512
"""Entries whose packed terms are fetched from the cache at a time."""


def plan(site: Site) -> Iterator[Plan]:
    """search.html and everything under search/."""
    yield site.page(
        "search.html", "search.html", "pages/search.html.j2", "检索", "在条目、表单、清单、题库和手册里检索", (), lambda page: {}
    )
    patched = _patched(site)
    yield from _built(site) if patched is None else patched


def _scripts(site: Site) -> Scripts:
    return bundle(site.project.templates / "site" / "assets" / "js" / "search")


def prepare(site: Site, spool: Spool) -> None:
    """See to it that the packed terms of all entries are in the spool: a process that was forked must not ask the cache.

    What this build has read is there already. The rest is fetched in the cache's own order: in the order of the index
    that would take three times as long.
    """
    cards = site.library.shown.values()
    missing = sorted(card.path for card in cards if not spool.holds(card.path, site.digests[card.path]))
    for at in range(0, len(missing), AT_ONCE):
        lot = missing[at : at + AT_ONCE]
        found = site.stock.postings(lot)
        for path in lot:
            spool.put(path, site.digests[path], b"", found[path])


def _built(site: Site) -> Iterator[Plan]:
    from kb.search import build  # numpy: an unchanged site need not load it

    assert site.spool is not None
    prepare(site, site.spool)
    known = _Known(site, pages_besides(site))

    def aside() -> Keep:
        return Nameless(site.project.cache).keep

    for file in build(known.ids, known.entry, site.library.schema.synonyms, _scripts(site), aside):
        yield Plan(*file)


def pages_besides(site: Site) -> list[str]:
    """Ids in the index of all pages that are no entries."""
    from kb.outputs.findable import findable  # working instruments and views: a small edit need not load them

    return sorted(findable(site.library))


class _Known:
    """What the index is told of each entry, and of each page that is none (`others` are their ids)."""

    def __init__(self, site: Site, others: Iterable[str]) -> None:
        self._site, self._shown, self._schema = site, site.library.shown, site.library.schema
        self.ids = self._shown.keys() | set(others)

    @functools.cached_property
    def _others(self) -> Mapping[str, Callable[[], Document]]:
        from kb.outputs.findable import findable  # as above

        return findable(self._site.library)

    def listing(self, key: str) -> Listing:
        return listing_of(self._shown[key], self._schema) if key in self._shown else self._others[key]().listing

    def entry(self, key: str) -> tuple[Listing, bytes]:
        """With its packed terms and texts."""
        if key not in self._shown:
            from kb.search.extract import extract  # as above

            document = self._others[key]()
            return document.listing, extract(document)
        card = self._shown[key]
        terms = self._site.spool.terms(card.path, self._site.digests[card.path]) if self._site.spool else None
        return listing_of(card, self._schema), self._site.stock.postings([card.path])[card.path] if terms is None else terms


def _patched(site: Site) -> list[Plan] | None:
    """The plans of the standing index brought up to date; None where it must be built."""
    stock = site.stock
    standing = {path: key for path, key in stock.standing.items() if path.startswith(FOLDER)}
    keep = functools.partial(_keep, site)
    if not standing:
        return None
    if not stock.stale and stock.index_fits() and fits(_scripts(site), standing):
        return [Plan(path, key, functools.partial(keep, path)) for path, key in standing.items()]
    done = renewed(site, pages_besides(site)) if stock.index_fits() else None
    if done is None:
        return None
    written, dropped = done
    plans = {path: Plan(path, key, functools.partial(keep, path)) for path, key in standing.items() if path not in dropped}
    plans |= {plan.path: plan for plan in written}
    return list(plans.values())


def renewed(site: Site, others: Iterable[str]) -> tuple[list[Plan], set[str]] | None:
    """What brings the standing index up to date, which must fit: files to write and paths to delete; None where it must be
    built. `others` are the ids of the pages in it that are no entries."""
    stock = site.stock
    if len(stock.stale) > PATCH_AT_MOST:
        return None
    from kb.search import Change, patch  # as above

    shown, schema = site.library.shown, site.library.schema
    fresh = stock.postings(stock.stale)
    changes = []
    for path, (old, old_blob) in stock.stale.items():
        before = (listing_of(old, schema), old_blob) if old is not None and old_blob and shows(site.library.edition, old) else None
        card = shown.get(PurePosixPath(path).stem)
        after = (listing_of(card, schema), fresh[path]) if card is not None and card.path == path else None
        if before != after:
            changes.append(Change(before, after))

    known = _Known(site, others)
    done = patch(functools.partial(_read, site), known.ids, changes, known.entry, known.listing, _scripts(site))
    return None if done is None else ([Plan(*file) for file in done.write], done.drop)


def _read(site: Site, path: str) -> bytes | None:
    try:
        return (site.stock.folder / path).read_bytes()
    except FileNotFoundError:
        return None


def _keep(site: Site, path: str) -> bytes:
    data = _read(site, path)
    assert data is not None, path
    return data
