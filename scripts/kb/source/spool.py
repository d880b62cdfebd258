"""From entries as read to the same entries for the processes that write pages: values and bodies put aside in a file without a name.

A cold build reads every entry in one set of processes and writes its page in another. Reading the YAML a second
time would cost more than writing the page; the spool costs a tenth of that. It lives as long as one build.
"""

from __future__ import annotations

import marshal
import os
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Self

from kb.model.entry import Entry
from kb.model.value import Atom, Cadence, Cite, Date, EntryRef, Review, SourceRef, Text, Value


class Spool:
    """Written by the process that gathers what was read, then read by any process forked from it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - closed by __exit__
        self._places: dict[str, tuple[int, int, bytes]] = {}
        self._end = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def put(self, path: str, sha: bytes, data: bytes) -> None:
        """Put aside what `freeze_entry` made of the file with this digest. Raises OSError where the disk refuses."""
        self._file.write(data)
        self._places[path] = (self._end, len(data), sha)
        self._end += len(data)

    def get(self, path: str, type_name: str, sha: bytes) -> Entry | None:
        """The entry as read from bytes with this digest; None where it was not read in this build."""
        place = self._places.get(path)
        if place is None or place[2] != sha:
            return None
        return thaw_entry(path, type_name, os.pread(self._file.fileno(), place[1], place[0]))


def freeze_entry(entry: Entry) -> bytes:
    """Values, body and its first line as bytes."""
    values = {key: _frozen(value) for key, value in entry.values.items()}
    return marshal.dumps((values, entry.body, entry.body_line))


def thaw_entry(path: str, type_name: str, data: bytes) -> Entry:
    """The entry that `freeze_entry` put away."""
    values, body, line = marshal.loads(data)
    return Entry(PurePosixPath(path).stem, type_name, path, {key: _thawed(value) for key, value in values.items()}, body, line)


def _frozen(value: Value) -> Any:
    """Words and numbers as they are, several values as a list, everything else as a tuple led by the name of its type."""
    if isinstance(value, tuple):
        return [_frozen(one) for one in value]
    return value if isinstance(value, (str, int)) else _FREEZE[type(value)](value)


def _thawed(value: Any) -> Value:
    if isinstance(value, list):
        return tuple([_atom(one) for one in value])
    return _atom(value)


def _atom(value: Any) -> Atom:
    return _THAW[value[0]](value[1:]) if isinstance(value, tuple) else value


def _plain(cites: tuple[Cite, ...]) -> tuple[tuple[str, str], ...]:
    return tuple([(one.key, one.place) for one in cites])


def _cites(cites: tuple[tuple[str, str], ...]) -> tuple[Cite, ...]:
    return tuple([Cite(key, place) for key, place in cites])


_FREEZE: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    Text: lambda one: ("text", one.text, _plain(one.cites)),
    Date: lambda one: ("date", one.year, one.month, one.day),
    Cadence: lambda one: (
        "cadence", one.text, one.unit, one.least, one.most, one.months, one.event, one.loose, one.note, _plain(one.cites)
    ),
    EntryRef: lambda one: ("entry", one.target, one.place),
    SourceRef: lambda one: ("source", one.document, one.paragraph),
    Review: lambda one: ("review", one.by, one.on.year, one.on.month, one.on.day, one.stage, one.note, one.seen),
}  # fmt: skip
_THAW: dict[str, Callable[[Any], Atom]] = {
    "text": lambda row: Text(row[0], _cites(row[1])),
    "date": lambda row: Date(*row),
    "cadence": lambda row: Cadence(*(*row[:-1], _cites(row[-1]))),
    "entry": lambda row: EntryRef(*row),
    "source": lambda row: SourceRef(*row),
    "review": lambda row: Review(row[0], Date(*row[1:4]), *row[4:]),
}
