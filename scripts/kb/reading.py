"""From one entry's file to what the cache keeps of it: card, problems, search terms; many files on all cores."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator

from kb.checks import check_entry
from kb.checks.traces import quoted, sketch
from kb.disk.cache import SourceRow
from kb.model.schema import Schema
from kb.processes import may_fork
from kb.progress import Progress
from kb.project import MAX_FILE_BYTES, Project
from kb.search_text import extract_postings
from kb.source.entry import read_entry
from kb.source.folder import RACY, Found
from kb.source.frozen import freeze_card, freeze_problems
from kb.source.spool import freeze_entry

PARALLEL_FROM = 200
"""Fewer changed files than this are read faster without starting other processes."""


def read_files(
    project: Project, todo: list[Found], schema: Schema, progress: Progress | None, freeze: bool
) -> Iterator[tuple[SourceRow, bytes]]:
    """(row, entry frozen for the spool) of each file, in order; with `freeze` off the second is empty."""
    tasks = [(os.fspath(project.root), found, freeze) for found in todo]
    watch = progress or (lambda words, items, total: items)
    if len(todo) < PARALLEL_FROM or not may_fork():
        global _schema
        _schema = schema
        for row in watch("读取条目", map(_read_one, tasks), len(tasks)):
            yield row  # type: ignore[misc]
        return
    import multiprocessing  # a small edit need not load it

    # fork: the workers share the schema as it stands in memory
    _schema = schema
    with multiprocessing.get_context("fork").Pool(os.cpu_count() or 1) as pool:
        for row in watch("读取条目", pool.imap(_read_one, tasks, 64), len(tasks)):
            yield row  # type: ignore[misc]


def _bytes_of(path: str) -> bytes:
    """A file up to the limit and one byte more; a buffered read would set aside a megabyte for each."""
    handle = os.open(path, os.O_RDONLY)
    try:
        parts = []
        left = MAX_FILE_BYTES + 1
        while left and (part := os.read(handle, min(left, 65_536))):
            parts.append(part)
            left -= len(part)
        return b"".join(parts)
    finally:
        os.close(handle)


_schema: Schema


def _read_one(task: tuple[str, Found, bool]) -> tuple[SourceRow, bytes]:
    """What the cache keeps of a file, and the entry itself where it is asked for."""
    root, found, freeze = task
    now = time.time_ns()
    data = _bytes_of(f"{root}/{found.path}")
    sha = hashlib.blake2b(data, digest_size=16).digest()
    reading = read_entry(found.path, data, found.kind, _schema, found.size)
    problems = check_entry(reading, _schema)
    card = reading.card._replace(quoted=quoted(reading), sketch=sketch(reading)) if reading.card else None
    postings = extract_postings(reading, _schema)
    mtime = 0 if now - found.mtime < RACY else found.mtime
    row = SourceRow(found.path, mtime, found.size, sha, freeze_card(card), freeze_problems(problems), postings)
    return row, freeze_entry(reading.entry) if freeze and reading.entry else b""
