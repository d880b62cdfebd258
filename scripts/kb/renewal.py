"""From a finished site to the plans of the few files that may differ, where only the insides of a few entries have changed."""

from __future__ import annotations

import hashlib
import marshal
import os
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kb.disk.cache import Cache
from kb.outputs import Plan, Site
from kb.project import Project
from kb.workpieces.instruments import Instrument, instruments_of

_STATE, _CONSULTED, _BESIDES, _INSTRUMENTS = "site-state", "site-consulted", "site-besides", "site-instruments"
_MODULUS = 2**128


@dataclass(frozen=True, slots=True)
class Renewal:
    """Files that may have changed, and paths that are gone; all others stand."""

    plans: list[Plan]
    gone: Set[str]


def renewed(site: Site, cache: Cache) -> Renewal | None:
    """What has to be looked at in the present site, where `only_entries`; None where all outputs must be planned.

    Only what was seen of entries from outside, and the bytes that an output looked at, can make a difference to files that are
    not the entry's own.
    """
    consulted = set(marshal.loads(cache.meta(_CONSULTED)))
    cards = []
    for path, (before, _) in site.stock.stale.items():
        card = site.library.cards.get(PurePosixPath(path).stem)
        if card is None or card.path != path or before is None or before.public != card.public or path in consulted:
            return None
        if card.id in site.library.shown:
            cards.append(card)
    if not cards:
        return Renewal([], frozenset())
    from kb.outputs import entries, search  # an unchanged site need not load them

    index = search.renewed(site, marshal.loads(cache.meta(_BESIDES)))
    if index is None:
        return None
    tools = {key: [Instrument(*row) for row in rows] for key, rows in marshal.loads(cache.meta(_INSTRUMENTS)).items()}
    return Renewal([*entries.plans_of(site, cards, tools), *index[0]], index[1])


def only_entries(cache: Cache, state: bytes) -> bool:
    """Whether nothing but entries has changed since the present site was planned; `state` is that of `site_state`."""
    return bool(state) and state == cache.meta(_STATE)


def remember(cache: Cache, site: Site, state: bytes, consulted: Iterable[str]) -> None:
    """What the next build needs to know: the state, of which entries the outputs (but those of entries) read the bytes, and
    what a page and the search index take from the working instruments, so that these need not be read again."""
    from kb.outputs import search  # as above

    cache.set_meta(_STATE, state)
    cache.set_meta(_CONSULTED, marshal.dumps(sorted(consulted)))
    cache.set_meta(_BESIDES, marshal.dumps(search.pages_besides(site)))
    tools = {key: [tuple(one) for one in found] for key, found in instruments_of(site.library).items()}
    cache.set_meta(_INSTRUMENTS, marshal.dumps(tools))


def site_state(project: Project, content: bytes, key: bytes) -> bytes:
    """Digest of everything but entries that files are planned from, `key` being that of `Site`; b"" where `content`
    (`Intake.state`) is not known."""
    if not content:
        return b""
    digest = hashlib.blake2b(content + key, digest_size=16)
    for path in _files(project.templates):
        with open(path, "rb") as file:  # noqa: PTH123 - a hundred of them at every build
            digest.update(path.encode() + b"\0" + file.read())
    books = project.output / "books"
    for path in _files(books) if books.is_dir() else ():
        status = os.stat(path)  # noqa: PTH116 - as above
        digest.update(repr((path, status.st_mtime_ns, status.st_size)).encode())
    return digest.digest()


def fingerprint(pages: Iterable[tuple[str, bytes]]) -> int:
    """A digest of (path, key) pairs that does not hang on their order: the sum of their digests (AdHash, Bellare and
    Micciancio 1997), so that it can be brought up to date pair by pair."""
    blake = hashlib.blake2b
    return sum(int.from_bytes(blake(path.encode() + b"\0" + key, digest_size=16).digest(), "big") for path, key in pages) % _MODULUS


def build_id(number: int) -> str:
    """The name of a build with this fingerprint."""
    return f"{number % _MODULUS:032x}"


def _files(folder: Path) -> Iterator[str]:
    for home, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            yield f"{home}/{name}"
