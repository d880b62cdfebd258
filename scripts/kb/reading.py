"""From one entry's file to what the cache keeps of it: card, problems, search terms; many files on all cores."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Sequence

from kb.checks.entry import check_entry
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
LOT = 64
"""Files that go through each step together."""
Task = tuple[str, Found, bool]
"""(root of the project, file, whether its entry is wanted too)."""


def read_files(
    project: Project, todo: list[Found], schema: Schema, progress: Progress | None, freeze: bool
) -> Iterator[tuple[SourceRow, bytes]]:
    """(row, entry frozen for the spool) of each file, in order; with `freeze` off the second is empty."""
    tasks = [(os.fspath(project.root), found, freeze) for found in todo]
    watch = progress or (lambda words, items, total: items)
    lots = [tasks[at : at + LOT] for at in range(0, len(tasks), LOT)]
    global _schema
    _schema = schema
    if len(todo) < PARALLEL_FROM or not may_fork():
        for lot in watch("读取条目", map(_read_some, lots), len(lots)):
            yield from lot  # type: ignore[misc]
        return
    import multiprocessing  # a small edit need not load it

    # fork: the workers share the schema as it stands in memory
    with multiprocessing.get_context("fork").Pool(os.cpu_count() or 1) as pool:
        for lot in watch("读取条目", pool.imap(_read_some, lots), len(lots)):
            yield from lot  # type: ignore[misc]


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


def _read_some(tasks: Sequence[Task]) -> list[tuple[SourceRow, bytes]]:
    """What the cache keeps of each file, and the entry itself where it is asked for.

    One step after the other for all of them, not one file after the other: code and tables in the processor's
    cache are used while they are there (measured: 6 to 9 % less).
    """
    schema = _schema
    moments, raw = [], []
    for root, found, _ in tasks:
        moments.append(time.time_ns())
        raw.append(_bytes_of(f"{root}/{found.path}"))
    founds = [found for _, found, _ in tasks]
    shas = [hashlib.blake2b(data, digest_size=16).digest() for data in raw]
    readings = [read_entry(found.path, data, found.kind, schema, found.size) for found, data in zip(founds, raw, strict=True)]
    problems = [freeze_problems(check_entry(reading, schema)) for reading in readings]
    sketches = [sketch(reading) if reading.card else b"" for reading in readings]
    cards = [
        freeze_card(reading.card._replace(quoted=quoted(reading), sketch=given) if reading.card else None)
        for reading, given in zip(readings, sketches, strict=True)
    ]
    postings = [extract_postings(reading, schema) for reading in readings]
    frozen = [
        freeze_entry(reading.entry) if freeze and reading.entry else b""
        for reading, (_, _, freeze) in zip(readings, tasks, strict=True)
    ]
    mtimes = [0 if now - found.mtime < RACY else found.mtime for now, found in zip(moments, founds, strict=True)]
    return [
        (SourceRow(found.path, mtime, found.size, *kept), entry)
        for found, mtime, entry, *kept in zip(founds, mtimes, frozen, shas, cards, problems, postings, strict=True)
    ]
