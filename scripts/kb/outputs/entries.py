"""From each entry to its page."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from kb.model.entry import Card, Entry
from kb.outputs.mentions import SHOWN, address, grouped, shown_of
from kb.outputs.plan import Plan, Site, toc_html
from kb.render.shell import ENTRY
from kb.source.entry import read_again
from kb.source.library import shows, targets_of
from kb.workpieces.instruments import Instrument, instruments_of

COMMON_FACTS = ("roles", "organs", "functions", "levels", "audience", "places", "year")
"""Common fields that the box of facts shows behind the type's own."""


class ContentMovedError(Exception):
    """A file changed while the site was being built; the build must be run again."""


def plan(site: Site) -> Iterator[Plan]:
    """One page for every entry of the edition."""
    shown, instruments = site.library.shown, instruments_of(site.library)
    touched = _touched(site)
    if touched is None:
        return plans_of(site, shown.values(), instruments)
    return itertools.chain(
        plans_of(site, [shown[key] for key in touched], instruments),
        _standing(site, [card for key, card in shown.items() if key not in touched], instruments),
    )


def _touched(site: Site) -> Collection[str] | None:
    """Ids of the entries whose pages may differ from the standing ones: the edited, and those that name or are named by one,
    before or after. None where it may be any."""
    stock, library = site.stock, site.library
    if not stock.only_entries:
        return None
    touched: dict[str, None] = {}
    for path, (before, _) in stock.stale.items():
        key = PurePosixPath(path).stem
        after = library.shown.get(key)
        if after is None or after.path != path or before is None or not shows(library.edition, before):
            return None
        named = (*targets_of(before, library.shown), *library.forward.get(key, ()), *library.backward.get(key, ()))
        touched.update(dict.fromkeys((key, *named)))
    return touched


def _standing(site: Site, cards: Iterable[Card], instruments: Mapping[str, list[Instrument]]) -> Iterator[Plan]:
    """Pages that stand as they are: their keys need not be worked out again."""
    keys = site.stock.standing
    folders = {kind.name: kind.folder for kind in site.kinds}
    templates = {kind.name: template_of(site, kind.name) for kind in site.kinds}
    for card in cards:
        url = f"{folders[card.type]}/{card.id}.html"  # as Library.url, without a call for each of ten thousand
        yield Plan(url, keys[url], _Maker(site, card, templates[card.type], instruments.get(card.id, [])))


def plans_of(site: Site, cards: Iterable[Card], instruments: Mapping[str, list[Instrument]]) -> Iterator[Plan]:
    """The pages of these entries; `instruments` by entry."""
    library = site.library
    shown = library.shown
    templates = {}
    for kind in library.schema.ordered_types():
        name = template_of(site, kind.name)
        templates[kind.name] = (name, site.template_digest(name))
    base = site.digest("entry", site.macros)
    name_of = _Named(shown).__getitem__
    forward, backward, changed, digests = library.forward, library.backward, library.changed, site.digests
    blake = hashlib.blake2b
    for card in cards:
        id, path = card.id, card.path
        name, template = templates[card.type]
        tools = instruments.get(id, [])
        neighbours = b"".join(map(name_of, (*forward.get(id, ()), *backward.get(id, ()))))
        seen = f"{id}\n{changed.get(path, '')}\n{tools or ''}\n".encode()
        key = blake(base + template + digests[path] + seen + neighbours, digest_size=16).digest()
        yield Plan(library.url(card), key, _Maker(site, card, name, tools))


class _Named(dict[str, bytes]):
    """id -> digest of how a neighbour's page names the entry; each is put together once."""

    def __init__(self, shown: Mapping[str, Card]) -> None:
        self.shown = shown

    def __missing__(self, key: str) -> bytes:
        card = self.shown[key]
        words = self[key] = hashlib.blake2b(f"{key}\t{card.title}\t{card.type}".encode(), digest_size=16).digest()
        return words


def draw_entry(site: Site, card: Card, entry: Entry) -> bytes:
    """The page of an entry that has not been saved yet: `card` stands among the shown ones of the site's library."""
    return _Maker(site, card, template_of(site, card.type), instruments_of(site.library).get(card.id, [])).draw(entry)


def template_of(site: Site, type_name: str) -> str:
    """The template of a type's pages: a type may have one of its own."""
    own = f"types/{type_name}/page.html.j2"
    return own if (site.project.templates / own).is_file() else "pages/_entry.html.j2"


class _Maker:
    """Makes one entry's page; a class so that ten thousand plans hold no closures."""

    __slots__ = ("card", "site", "template", "tools")

    def __init__(self, site: Site, card: Card, template: str, tools: list[Instrument]) -> None:
        self.site = site
        self.card = card
        self.template = template
        self.tools = tools

    def __call__(self) -> bytes:
        site, card = self.site, self.card
        entry = site.spool.get(card.path, card.type, site.digests[card.path]) if site.spool else None
        if entry is None:
            data = (site.project.root / card.path).read_bytes()
            if hashlib.blake2b(data, digest_size=16).digest() != site.digests[card.path]:
                raise ContentMovedError(card.path)
            entry = read_again(card.path, data, card.type, site.library.schema)
        return self.draw(entry)

    def draw(self, entry: Entry) -> bytes:
        """The page of the entry as it has been read."""
        site, card = self.site, self.card
        library = site.library
        kind = library.type_of(card)
        url = library.url(card)
        page = site.page_at(url, card.path, lists_sources=True)
        facts = []
        for key in (*kind.own, *COMMON_FACTS):
            field = kind.field(key)
            value = entry.values.get(key)
            if field is not None and value is not None:
                shown = page.value(value, field)
                if shown:
                    facts.append((field.label, shown))
        mentioning = library.backward.get(card.id, ())
        sources: dict[str, list[int]] = {}
        for document, paragraph in card.documents:
            sources.setdefault(document, []).append(paragraph)
        html = site.templates.get_template(self.template).render(
            page=page,
            site=site,
            library=library,
            root=page.root,
            card=card,
            kind=kind,
            facts=facts,
            body=page.body(entry.body),
            sources=[(library.schema.documents[key], numbers) for key, numbers in sources.items()],
            forward=grouped(site, library.forward.get(card.id, ())),
            backward=shown_of(grouped(site, mentioning)),
            mentions=(len(mentioning), address(card)) if len(mentioning) > SHOWN else None,
            changed=site.changed_on(card),
            tools=self.tools,
            topic_slug=library.schema.vocabularies["topics"].slug(card.topic),
        )
        return site.stamp(f"{kind.folder}/{ENTRY}", url, card.title, card.summary, html, toc_html(page.contents))
