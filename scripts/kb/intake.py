"""From content/ to all cards and problems: only files that changed are read again, on all cores where they are many."""

from __future__ import annotations

import hashlib
import marshal
import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from kb import snapshot
from kb.checks import check_card, check_entry, check_library, shelve
from kb.checks.attachment import CHECKED, check_attachment
from kb.checks.traces import quoted, sketch
from kb.checks.wording import find_twins, near_duplicates, sketch_of
from kb.disk.cache import Cache, SourceRow
from kb.disk.history import follows, head, last_changes
from kb.model.entry import Card
from kb.model.library import Library
from kb.model.schema import Schema
from kb.problem import Level, Problem, bounded
from kb.processes import may_fork
from kb.project import MAX_FILE_BYTES, Project
from kb.schema.loading import SchemaLoader
from kb.search_text import extract_postings
from kb.source.entry import read_entry
from kb.source.folder import MAX_ASSET_BYTES, Found, Listing, list_content
from kb.source.frozen import freeze_card, freeze_problems, thaw_card, thaw_problems
from kb.source.library import Consulted, Deferred, join
from kb.source.spool import Spool, freeze_entry
from kb.workpieces import KINDS
from kb.workpieces.kind import Piece, check_pieces, read_pieces

PARALLEL_FROM = 200
"""Fewer changed files than this are read faster without starting other processes."""
FEW = 20
"""With more entries edited than this the library is joined anew."""
_RACY = 2_000_000_000
"""Nanoseconds: a file changed this shortly before it was read may change again within the same time stamp."""
Progress = Callable[[str, Iterable[object], int], Iterable[object]]


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
    state: bytes = b""
    """Digest of all that but also of every other file but the entries, b"" where that cannot be told."""
    seconds: dict[str, float] = field(default_factory=dict)

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
) -> Intake:
    """Read, check and join all content. Writes to the cache; the caller commits. What is read is put into the `spool`
    too, for whoever makes pages of it.

    With `renew` the library may be that of the last look with a few entries changed: its cards are fetched when they are
    asked for, which only works while the cache is open.
    """
    clock = time.perf_counter
    began = clock()
    loader = SchemaLoader(project)
    schema = loader.load()
    key = content_key(loader)
    if cache.meta("schema") != key:
        cache.clear_sources()
        cache.set_meta("attachments", b"")
        cache.set_meta("schema", key)
    listing = list_content(project, schema)
    entries = [found for found in listing.files if found.kind in schema.types or found.kind == "page"]
    listed = clock()
    known = cache.signatures()
    todo = [found for found in entries if known.get(found.path, (0, 0, b""))[:2] != (found.mtime, found.size)]
    gone = known.keys() - {found.path for found in entries}
    came = any(found.path not in known for found in todo)
    edited: list[tuple[bytes, bytes]] = []
    for fresh, frozen in _read_all(project, todo, schema, progress, spool is not None):
        if spool is not None and frozen:
            spool.put(fresh.path, fresh.sha, frozen)
        changed = known.get(fresh.path, (0, 0, b""))[2] != fresh.sha
        if changed and len(edited) <= FEW:
            edited.append((cache.card(fresh.path), fresh.card))
        cache.put(fresh, changed)
        known[fresh.path] = (fresh.mtime, fresh.size, fresh.sha)
    cache.drop(gone)
    read = clock()
    sound = not loader.problems and not listing.problems
    state = _state(key, edition, head(project.root), listing.files, schema) if sound else b""
    found = None
    if renew and state and not came and not gone and len(edited) <= FEW:
        found = _renewed(project, cache, state, edited, schema, edition, listing, known)
    if found is None:
        found = _joined(project, cache, state, schema, edition, [*loader.problems, *listing.problems], listing)
    done = clock()
    seconds = {"列出文件": listed - began, "读取条目": read - listed, "汇总检查": done - read}
    library, problems = found
    files = {found.path: found for found in listing.files}
    return Intake(library, bounded(problems), files, library.digests, key, state, seconds)


def _state(key: bytes, edition: str, commit: str, files: Iterable[Found], schema: Schema) -> bytes:
    """Digest of everything but the entries' files; b"" where one of them may change again within the same time stamp."""
    others = [found for found in files if found.kind not in schema.types and found.kind != "page"]
    if others and time.time_ns() - max(found.mtime for found in others) < _RACY:
        return b""
    return hashlib.blake2b(key + repr((edition, commit, others)).encode(), digest_size=16).digest()


def _renewed(
    project: Project,
    cache: Cache,
    state: bytes,
    edited: Iterable[tuple[bytes, bytes]],
    schema: Schema,
    edition: str,
    listing: Listing,
    known: Mapping[str, tuple[int, int, bytes]],
) -> tuple[Library, list[Problem]] | None:
    """The library as it was at the last look, but for what changed inside of a few entries; None where more did."""
    edits = []
    for before, after in edited:
        old, new = thaw_card(before), thaw_card(after)
        if old is None or new is None or old.public != new.public:
            return None
        edits.append(new)
    view = snapshot.recall(cache, state)
    if view is None:
        return None
    digests = {path: known[path][2] for path in sorted(known)}
    files = {found.path for found in listing.files}
    dates = Deferred(lambda: _history(project, cache))
    found = snapshot.renew(cache, view, edits, schema, dates, edition, files, digests)
    if found is None:
        return None
    pieces = Deferred(lambda: _pieces(project, listing)[0])
    problems = [problem for rows in cache.problems() for problem in thaw_problems(rows)]
    return replace(found.library, pieces=pieces), [*problems, *found.problems]


def _joined(
    project: Project, cache: Cache, state: bytes, schema: Schema, edition: str, problems: list[Problem], listing: Listing
) -> tuple[Library, list[Problem]]:
    """The library joined from all cards."""
    cards: list[Card] = []
    digests: dict[str, bytes] = {}
    for path, sha, card, found_problems in cache.rows():
        digests[path] = sha
        thawed = thaw_card(card)
        if thawed is not None:
            cards.append(thawed)
        problems += thaw_problems(found_problems)
    pieces, others = _pieces(project, listing)
    consulted = Consulted(digests)
    library = replace(join(cards, schema, _history(project, cache), edition), pieces=pieces, digests=consulted)
    shelf = shelve(cards, library, {found.path: found for found in listing.files})
    others += _attachments(project, listing.files, cache)
    others += check_library(shelf)
    others += check_pieces(library, KINDS)
    between = {one.path: check_card(one, shelf) for one in cards}
    by_path = {one.path: one for one in cards}
    sketches = {path: sketch_of(one) for path, one in by_path.items()}
    twins = find_twins(sketches)
    snapshot.keep(cache, state, shelf, sketches, twins, between, others, consulted.keys_seen)
    problems += others
    problems += (problem for rows in between.values() for problem in rows)
    problems += near_duplicates(twins, by_path)
    return replace(library, digests=digests), problems


def _pieces(project: Project, listing: Listing) -> tuple[dict[str, dict[str, Piece]], list[Problem]]:
    return read_pieces(project, (found.path for found in listing.files if found.kind == "data"), KINDS)


def _read_all(
    project: Project, todo: list[Found], schema: Schema, progress: Progress | None, freeze: bool
) -> Iterator[tuple[SourceRow, bytes]]:
    tasks = [(os.fspath(project.root), found, freeze) for found in todo]
    watch = progress or (lambda words, items, total: items)
    if len(todo) < PARALLEL_FROM or not may_fork():
        global _schema
        _schema = schema
        for row in watch("读取条目", map(_read_one, tasks), len(tasks)):
            yield row  # type: ignore[misc]
        return
    # fork: the workers share the schema as it stands in memory
    _schema = schema
    with multiprocessing.get_context("fork").Pool(os.cpu_count() or 1) as pool:
        for row in watch("读取条目", pool.imap(_read_one, tasks, 64), len(tasks)):
            yield row  # type: ignore[misc]


def _attachments(project: Project, files: Iterable[Found], cache: Cache) -> list[Problem]:
    """What attachments and data files give away; each is read again only when it changed."""
    stored = cache.meta("attachments")
    known: dict[str, tuple[int, int, bytes]] = marshal.loads(stored) if stored else {}
    rows: dict[str, tuple[int, int, bytes]] = {}
    for found in files:
        if found.kind not in {"asset", "data"} or not found.path.lower().endswith(CHECKED):
            continue
        row = known.get(found.path)
        if row is None or row[:2] != (found.mtime, found.size):
            now = time.time_ns()
            with open(os.path.join(project.root, found.path), "rb") as file:
                problems = check_attachment(found.path, file.read(MAX_ASSET_BYTES + 1))
            row = (0 if now - found.mtime < _RACY else found.mtime, found.size, freeze_problems(problems))
        rows[found.path] = row
    if rows != known:
        cache.set_meta("attachments", marshal.dumps(rows))
    return [problem for _, _, frozen in rows.values() if frozen for problem in thaw_problems(frozen)]


_schema: Schema


def _read_one(task: tuple[str, Found, bool]) -> tuple[SourceRow, bytes]:
    """What the cache keeps of a file, and the entry itself where it is asked for."""
    root, found, freeze = task
    now = time.time_ns()
    with open(os.path.join(root, found.path), "rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    sha = hashlib.blake2b(data, digest_size=16).digest()
    reading = read_entry(found.path, data, found.kind, _schema, found.size)
    problems = check_entry(reading, _schema)
    card = reading.card._replace(quoted=quoted(reading), sketch=sketch(reading)) if reading.card else None
    postings = extract_postings(reading, _schema)
    mtime = 0 if now - found.mtime < _RACY else found.mtime
    row = SourceRow(found.path, mtime, found.size, sha, freeze_card(card), freeze_problems(problems), postings)
    return row, freeze_entry(reading.entry) if freeze and reading.entry else b""


def _history(project: Project, cache: Cache) -> dict[str, str]:
    """Dates of last change from git; only commits that came since the last build are read."""
    now = head(project.root)
    if not now:
        return {}
    before = cache.meta("history-head").decode()
    stored = cache.meta("history")
    known: dict[str, str] = marshal.loads(stored) if stored else {}
    if before == now:
        return known
    since = before if before and follows(project.root, before) else ""
    dates = last_changes(project.root, known if since else None, since)
    cache.set_meta("history-head", now.encode())
    cache.set_meta("history", marshal.dumps(dates))
    return dates
