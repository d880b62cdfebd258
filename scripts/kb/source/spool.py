"""What one part of a build puts aside for another in a file without a name: entries as read, for the processes that write pages.

A cold build reads every entry in one set of processes, writes its page in another and plans the search index in a third.
Reading the YAML a second time would cost more than writing the page; the spool costs a tenth of that. It lives as long as
one build.
"""

from __future__ import annotations

import functools
import marshal
import os
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, NamedTuple, Self

from kb.model.entry import Entry
from kb.model.value import Atom, Cadence, Cite, Date, EntryRef, Review, SourceRef, Text, Value


class Nameless:
    """A file without a name: bytes put at its end, read again by this process or any forked since.

    Only one process may write. The file is gone with the last process that holds it.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            self._file = os.dup(file.fileno())
        self._end = 0
        self.close = weakref.finalize(self, os.close, self._file)

    def put(self, data: bytes) -> int:
        """Where the bytes stand now. Raises OSError where the disk refuses."""
        at = self._end
        while data:
            written = os.pwrite(self._file, data, self._end)
            self._end += written
            data = data[written:]
        return at

    def get(self, at: int, size: int) -> bytes:
        """The bytes that were put there."""
        return os.pread(self._file, size, at)

    def keep(self, data: bytes) -> Callable[..., bytes]:
        """Put the bytes aside: what gives them back, all or `size` from `at` on."""
        return functools.partial(self._part, self.put(data), len(data))

    def _part(self, begin: int, length: int, at: int = 0, size: int | None = None) -> bytes:
        return self.get(begin + at, length - at if size is None else size)


class _Place(NamedTuple):
    """Where an entry stands in the file, and its packed terms behind it."""

    at: int
    entry: int
    terms: int
    sha: bytes


class Spool:
    """Written by the process that gathers what was read, then read by any process forked from it."""

    def __init__(self, folder: Path) -> None:
        self._file = Nameless(folder)
        self._places: dict[str, _Place] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def put(self, path: str, sha: bytes, entry: bytes, terms: bytes) -> None:
        """Put aside what `freeze_entry` made of the file with this digest, b"" where that is not known, and what the search
        index keeps of it. Raises OSError where the disk refuses."""
        self._places[path] = _Place(self._file.put(entry + terms), len(entry), len(terms), sha)

    def get(self, path: str, type_name: str, sha: bytes) -> Entry | None:
        """The entry as read from bytes with this digest; None where it was not read in this build."""
        place = self._place(path, sha)
        return thaw_entry(path, type_name, self._file.get(place.at, place.entry)) if place and place.entry else None

    def terms(self, path: str, sha: bytes) -> bytes | None:
        """What the search index keeps of the file with this digest; None where it was not put aside."""
        place = self._place(path, sha)
        return self._file.get(place.at + place.entry, place.terms) if place else None

    def holds(self, path: str, sha: bytes) -> bool:
        """Whether anything made of the file with this digest was put aside."""
        return self._place(path, sha) is not None

    def _place(self, path: str, sha: bytes) -> _Place | None:
        place = self._places.get(path)
        return place if place and place.sha == sha else None


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
