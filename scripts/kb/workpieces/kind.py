"""From the data files of content/<folder>/ to frozen values: what every kind of working instrument has in common."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kb.model.library import Library
from kb.problem import Notebook, Problem, Spot
from kb.project import MAX_FILE_BYTES, Project
from kb.schema.kinds import SLUG
from kb.schema.record import Record
from kb.syntax.text import decode
from kb.syntax.tree import parse_tree


@dataclass(frozen=True, slots=True)
class Piece:
    """One data file as read: `value` is the kind's own frozen type, `digest` that of the file's bytes."""

    id: str
    path: str
    value: Any
    digest: bytes


@dataclass(frozen=True, slots=True)
class WorkpieceKind:
    """A kind of data file: the folder it lives in, how it is read, how it is checked against the library.

    `read` gets the file's id and its record and notes problems in `record.notes`; None where nothing can be
    made of it. `check` gets the piece and the library (with all pieces) and yields located problems.
    """

    folder: str
    label: str
    read: Callable[[str, Record], Any]
    check: Callable[[Piece, Library], Iterable[Problem]]


def read_pieces(
    project: Project, paths: Iterable[str], kinds: Iterable[WorkpieceKind]
) -> tuple[dict[str, dict[str, Piece]], list[Problem]]:
    """folder -> id -> piece for every data file (paths from the project's root), and what was wrong."""
    by_folder = {kind.folder: kind for kind in kinds}
    pieces: dict[str, dict[str, Piece]] = {folder: {} for folder in by_folder}
    problems: list[Problem] = []
    for path in paths:
        _, folder, *rest = path.split("/")
        kind = by_folder.get(folder)
        if kind is None or not rest:
            continue
        name = rest[-1].removesuffix(".yml")
        if len(rest) > 1 or not SLUG.fullmatch(name):
            hint = f"直接放在 content/{folder}/ 下，文件名只用小写字母、数字和连字符"
            problems.append(Problem("bad-file-name", Spot(path), f"{kind.label}的文件名或位置不合写法", hint))
            continue
        with (project.root / path).open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
        notes = Notebook(path)
        text = decode(data, notes)
        tree = parse_tree(text, notes) if text is not None else None
        if tree is None and not notes.problems:
            notes.add("register-shape", (1, 1), f"{kind.label}是空的", "照同类文件填写")
        value = kind.read(name, Record(tree, notes, kind.label)) if tree is not None else None
        problems += notes.problems
        if value is not None:
            pieces[folder][name] = Piece(name, path, value, hashlib.blake2b(data, digest_size=16).digest())
    return pieces, problems


def check_pieces(library: Library, kinds: Iterable[WorkpieceKind]) -> list[Problem]:
    """What the kinds' checks find between their pieces and the library."""
    found: list[Problem] = []
    for kind in kinds:
        pieces: Mapping[str, Piece] = library.pieces.get(kind.folder, {})
        for piece in pieces.values():
            found += kind.check(piece, library)
    return found
