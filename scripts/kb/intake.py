"""From content/ to all cards and problems: only files that changed are read again, on all cores where they are many."""

from __future__ import annotations

import hashlib
import marshal
import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from kb.checks import check_card, check_entry, check_library, shelve
from kb.checks.attachment import CHECKED, check_attachment
from kb.checks.traces import quoted, sketch
from kb.checks.wording import find_twins, near_duplicates, sketch_of
from kb.disk.cache import Cache, SourceRow
from kb.disk.history import follows, head, last_changes
from kb.model.entry import Card, Claim, FileLink, Ref
from kb.model.library import Library
from kb.model.schema import Schema
from kb.problem import Level, Problem, Spot, bounded
from kb.processes import may_fork
from kb.project import MAX_FILE_BYTES, Project
from kb.schema.loading import SchemaLoader
from kb.search_text import extract_postings
from kb.source.entry import read_entry
from kb.source.folder import MAX_ASSET_BYTES, Found, list_content
from kb.source.library import join
from kb.source.spool import Spool, freeze_entry
from kb.workpieces import KINDS
from kb.workpieces.kind import check_pieces, read_pieces

PARALLEL_FROM = 200
"""Fewer changed files than this are read faster without starting other processes."""
_RACY = 2_000_000_000
"""Nanoseconds: a file changed this shortly before it was read may change again within the same time stamp."""
Progress = Callable[[str, Iterable[object], int], Iterable[object]]


@dataclass(slots=True)
class Intake:
    """Everything known of the content: the library, all problems, and what each file's bytes were."""

    library: Library
    problems: list[Problem]
    files: dict[str, Found]
    digests: dict[str, bytes]
    """path -> digest of an entry's bytes."""
    key: bytes
    """Digest of the program, the types, the vocabularies and the registers."""
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


def take_in(
    project: Project, cache: Cache, edition: str = "公开", progress: Progress | None = None, spool: Spool | None = None
) -> Intake:
    """Read, check and join all content. Writes to the cache; the caller commits. What is read is put into the `spool`
    too, for whoever makes pages of it."""
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
    for fresh, frozen in _read_all(project, todo, schema, progress, spool is not None):
        if spool is not None and frozen:
            spool.put(fresh.path, fresh.sha, frozen)
        cache.put(fresh, known.get(fresh.path, (0, 0, b""))[2] != fresh.sha)
    cache.drop(gone)
    read = clock()
    cards: list[Card] = []
    problems = [*loader.problems, *listing.problems]
    digests: dict[str, bytes] = {}
    for path, sha, card, found_problems in cache.rows():
        digests[path] = sha
        thawed = thaw_card(card)
        if thawed is not None:
            cards.append(thawed)
        if found_problems:
            problems += thaw_problems(found_problems)
    library = join(cards, schema, _history(project, cache), edition)
    files = {found.path: found for found in listing.files}
    pieces, piece_problems = read_pieces(project, (found.path for found in listing.files if found.kind == "data"), KINDS)
    library = replace(library, pieces=pieces, digests=digests)
    problems += piece_problems
    problems += _attachments(project, listing.files, cache)
    shelf = shelve(cards, library, files.keys())
    problems += check_library(shelf)
    for one in cards:
        problems += check_card(one, shelf)
    by_path = {one.path: one for one in cards}
    twins = find_twins({path: sketch_of(one) for path, one in by_path.items()})
    problems += near_duplicates(twins, by_path)
    problems += check_pieces(library, KINDS)
    problems = bounded(problems)
    done = clock()
    seconds = {"列出文件": listed - began, "读取条目": read - listed, "汇总检查": done - read}
    return Intake(library, problems, files, digests, key, seconds)


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


def freeze_card(card: Card | None) -> bytes:
    """A card as bytes (marshal: plain tuples and strings only)."""
    if card is None:
        return b""
    plain = card._replace(
        claims=tuple(map(tuple, card.claims)),  # type: ignore[arg-type]
        refs=tuple(map(tuple, card.refs)),  # type: ignore[arg-type]
        files=tuple(map(tuple, card.files)),  # type: ignore[arg-type]
    )
    return marshal.dumps(tuple(plain))


def thaw_card(data: bytes) -> Card | None:
    """The card that `freeze_card` put away."""
    if not data:
        return None
    card = Card._make(marshal.loads(data))
    return card._replace(
        claims=tuple(Claim._make(one) for one in card.claims),
        refs=tuple(Ref._make(one) for one in card.refs),
        files=tuple(FileLink._make(one) for one in card.files),
    )


def freeze_problems(problems: Iterable[Problem]) -> bytes:
    """Problems as bytes, b"" for none."""
    rows = [(p.code, p.spot.path, p.spot.line, p.spot.column, p.message, p.hint, p.level.name, p.count) for p in problems]
    return marshal.dumps(rows) if rows else b""


def thaw_problems(data: bytes) -> list[Problem]:
    """The problems that `freeze_problems` put away."""
    return [
        Problem(code, Spot(path, line, column), message, hint, Level[level], count)
        for code, path, line, column, message, hint, level, count in marshal.loads(data)
    ]


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
