"""From content/ to all cards and problems: only files that changed are read again, on all cores where they are many."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kb import snapshot
from kb.disk.cache import Cache, SourceRow
from kb.disk.history import dates_of_change, head
from kb.model.entry import Card
from kb.model.library import Library
from kb.model.schema import Schema
from kb.problem import Level, Problem, bounded
from kb.progress import Progress
from kb.project import Project
from kb.schema.loading import SchemaLoader
from kb.source.folder import RACY, Found, Listing, list_content
from kb.source.frozen import thaw_card, thaw_problems
from kb.source.library import Deferred
from kb.source.spool import Spool

FEW = 20
"""With more entries edited than this the library is joined anew."""


@dataclass(slots=True)
class Intake:
    """Everything known of the content: the library, all problems, and what each file's bytes were."""

    library: Library
    problems: list[Problem]
    files: dict[str, Found]
    digests: Mapping[str, bytes]
    """path -> digest of an entry's bytes."""
    key: bytes
    """Digest of the program, the types, the vocabularies and the registers."""
    rest: Callable[[], list[Problem]] | None = None
    """What was still being looked for; `settle` waits for it."""
    state: bytes = b""
    """Digest of all that but also of every other file but the entries, b"" where that cannot be told."""
    seconds: dict[str, float] = field(default_factory=dict)

    def settle(self) -> None:
        """Have all problems in `problems`."""
        if self.rest is not None:
            self.problems = bounded([*self.problems, *self.rest()])
            self.rest = None

    @property
    def entries(self) -> int:
        """How many entries were read, pages not counted."""
        return sum(self.files[path].kind != "page" for path in self.digests)

    @property
    def failed(self) -> bool:
        return any(problem.level is Level.ERROR for problem in self.problems)


def code_digest() -> bytes:
    """Digest of the program itself: what an older program understood is read anew."""
    digest = hashlib.blake2b(digest_size=16)
    root = os.path.dirname(__file__)
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            if name.endswith((".py", ".json")):
                with open(os.path.join(folder, name), "rb") as file:
                    digest.update(name.encode() + b"\0" + file.read())
    return digest.digest()


def content_key(loader: SchemaLoader) -> bytes:
    """Digest of all that an entry is read by and against, once the schema is loaded: the cache keeps to it."""
    return hashlib.blake2b(loader.digest.digest() + code_digest(), digest_size=16).digest()


def cache_path(project: Project, target: Path | None = None) -> Path:
    """The cache of the site in `target`: each site has its own, for a cache also remembers what its site was made from."""
    name = "kb" if target is None or target == project.site else hashlib.blake2b(str(target).encode(), digest_size=6).hexdigest()
    return project.cache / f"{name}.sqlite"


def take_in(
    project: Project,
    cache: Cache,
    edition: str = "公开",
    progress: Progress | None = None,
    spool: Spool | None = None,
    renew: bool = False,
    types_known: Callable[[Schema], None] | None = None,
    stack: contextlib.ExitStack | None = None,
) -> Intake:
    """Read, check and join all content. Writes to the cache; the caller commits. What is read is put into the `spool`
    too, for whoever makes pages of it; `types_known` is called before any entry is read, where the types are sound.

    With `renew` the library may be that of the last look with a few entries changed: its cards are fetched when they are
    asked for, which only works while the cache is open. With a `stack`, problems between the entries may still be looked
    for by a process that ends with it: see `Intake.settle`.
    """
    clock = time.perf_counter
    began = clock()
    loader = SchemaLoader(project)
    schema = loader.load()
    if types_known is not None and not loader.problems:
        types_known(schema)
    key = content_key(loader)
    if cache.meta("schema") != key:
        cache.clear_sources()
        snapshot.forget_rows(cache)
        cache.set_meta("attachments", b"")
        # what the index was made from is forgotten too: it cannot be brought up to date, whatever the schema becomes
        cache.set_meta("index", b"")
        cache.set_meta("schema", key)
    listing = list_content(project, schema)
    entries = [found for found in listing.files if found.kind in schema.types or found.kind == "page"]
    listed = clock()
    known = cache.signatures()
    todo = [found for found in entries if known.get(found.path, (0, 0, b""))[:2] != (found.mtime, found.size)]
    gone = known.keys() - {found.path for found in entries}
    came = any(found.path not in known for found in todo)
    edited: list[tuple[bytes, bytes]] = []
    for fresh, frozen in _read(project, todo, schema, progress, spool is not None):
        if spool is not None and frozen:
            spool.put(fresh.path, fresh.sha, frozen, fresh.postings)
        changed = known.get(fresh.path, (0, 0, b""))[2] != fresh.sha
        if changed and len(edited) <= FEW:
            edited.append((cache.card(fresh.path), fresh.card))
        cache.put(fresh, changed)
        known[fresh.path] = (fresh.mtime, fresh.size, fresh.sha)
    cache.drop(gone)
    read = clock()
    sound = not loader.problems and not listing.problems
    state = _state(key, edition, head(project.root), listing.files, schema) if sound else b""
    # the cache tells them in order of path
    digests = {path: known[path][2] for path in (sorted(known) if came else known) if path not in gone}
    edits = _thawed(edited) if renew and not came and not gone and len(edited) <= FEW else None
    found: tuple[Library, list[Problem], Callable[[], list[Problem]] | None] | None = None
    if edits is not None and state:
        found = _renewed(project, cache, state, edits, schema, edition, listing, digests)
    if found is None:
        from kb.joining import join_all  # checks and instruments: a small edit need not load them

        faults = [*loader.problems, *listing.problems]
        found = join_all(project, cache, state, schema, edition, faults, listing, digests, edits, stack)
    done = clock()
    seconds = {"列出文件": listed - began, "读取条目": read - listed, "汇总检查": done - read}
    library, problems, rest = found
    files = {found.path: found for found in listing.files}
    problems = problems if rest else bounded(problems)
    return Intake(library, problems, files, library.digests, key, rest, state, seconds)


def _read(
    project: Project, todo: list[Found], schema: Schema, progress: Progress | None, freeze: bool
) -> Iterable[tuple[SourceRow, bytes]]:
    if not todo:
        return ()
    from kb.reading import read_files  # parsers and checks: an unchanged library need not load them

    return read_files(project, todo, schema, progress, freeze)


def _state(key: bytes, edition: str, commit: str, files: Iterable[Found], schema: Schema) -> bytes:
    """Digest of everything but the entries' files; b"" where one of them may change again within the same time stamp."""
    others = [found for found in files if found.kind not in schema.types and found.kind != "page"]
    if others and time.time_ns() - max(found.mtime for found in others) < RACY:
        return b""
    return hashlib.blake2b(key + repr((edition, commit, others)).encode(), digest_size=16).digest()


def _thawed(edited: Iterable[tuple[bytes, bytes]]) -> list[tuple[Card, Card]] | None:
    """The cards (before, after) of edited entries; None where one of them had or has none."""
    pairs = [(thaw_card(before), thaw_card(after)) for before, after in edited]
    cards = [(old, new) for old, new in pairs if old is not None and new is not None]
    return cards if len(cards) == len(pairs) else None


def _renewed(
    project: Project,
    cache: Cache,
    state: bytes,
    edits: Collection[tuple[Card, Card]],
    schema: Schema,
    edition: str,
    listing: Listing,
    digests: Mapping[str, bytes],
) -> tuple[Library, list[Problem], None] | None:
    """The library as it was at the last look, but for what changed inside of a few entries; None where more did."""
    if any(old.public != new.public for old, new in edits):
        return None
    view = snapshot.recall(cache, state)
    if view is None:
        return None
    files = {found.path for found in listing.files}

    def dates() -> Mapping[str, str]:
        return dates_of_change(project.root, cache)

    def pieces() -> Mapping[str, Mapping[str, Any]]:
        from kb.joining import pieces_of  # as in take_in

        return pieces_of(project, listing)[0]

    found = snapshot.renew(cache, view, [new for _, new in edits], schema, Deferred(dates), edition, files, digests)
    if found is None:
        return None
    problems = [problem for rows in cache.problems() for problem in thaw_problems(rows)]
    return replace(found.library, pieces=Deferred(pieces)), [*problems, *found.problems], None
