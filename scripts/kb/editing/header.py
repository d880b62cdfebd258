"""From the text of an entry to the same text with one header field set, added to or taken out; every other byte stays."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_TOP = re.compile(r"^([A-Za-z_][A-Za-z0-9_-]*)[ ]*:")
_PLAIN = re.compile(r"[^\s,\[\]{}#&*!|>'\"%@`:-][^,\[\]{}#:'\"]*")


class Block(NamedTuple):
    """A header field as it stands: lines [start, end) of the file; `lead` counts the comment lines above it."""

    key: str
    start: int
    end: int
    lead: int


def blocks(lines: list[str]) -> list[Block]:
    """The top-level fields of a header, in order. Comments at the left margin belong to the field below them."""
    found: list[Block] = []
    lead = 0
    last = fence(lines)
    for number in range(1, last):
        line = lines[number]
        top = _TOP.match(line)
        if top:
            if found:
                found[-1] = found[-1]._replace(end=number - lead)
            found.append(Block(top.group(1), number, number + 1, lead))
            lead = 0
        elif line.startswith("#") or not line.strip():
            lead += 1
        else:
            lead = 0
    if found:
        found[-1] = found[-1]._replace(end=last - lead)
    return found


def fence(lines: list[str]) -> int:
    """The line that closes the header. Raises ValueError where there is no whole header."""
    if lines and lines[0].lstrip("\ufeff").rstrip() == "---":
        for number in range(1, len(lines)):
            if lines[number].rstrip() == "---":
                return number
    raise ValueError("没有完整的信息头")


def scalar(text: str) -> str:
    """A value as YAML (flow or block) reads it back: bare where it may be, else in double quotes."""
    return text if _PLAIN.fullmatch(text) and text == text.strip() else json.dumps(text, ensure_ascii=False)


def set_field(text: str, key: str, value: str, after: str = "visibility") -> str:
    """The text with `key: value` (one line); a field of that key is replaced, a new one goes behind `after`."""
    return _put(text, key, [f"{key}: {value}"], after)


def append_item(text: str, key: str, item: str, after: str = "visibility") -> str:
    """The text with one more `- item` at the end of a list; the list is begun where there is none, and a list
    in brackets is written out."""
    lines = text.split("\n")
    block = next((one for one in blocks(lines) if one.key == key), None)
    if block is None:
        return _put(text, key, [f"{key}:", f"  - {item}"], after)
    head = lines[block.start]
    rest = head.partition(":")[2].strip()
    items = [line for line in lines[block.start + 1 : block.end] if line.lstrip().startswith("- ")]
    if rest.startswith("[") and rest.endswith("]"):
        inner = [part.strip() for part in rest[1:-1].split(",") if part.strip()]
        return _put(text, key, [f"{key}:", *(f"  - {part}" for part in inner), f"  - {item}"], after)
    if rest and not rest.startswith("#"):
        raise ValueError(f"{key} 不是一行一项的列表")
    indent = items[0][: len(items[0]) - len(items[0].lstrip())] if items else "  "
    end = block.end
    while end > block.start + 1 and not lines[end - 1].strip():
        end -= 1
    return "\n".join([*lines[:end], f"{indent}- {item}", *lines[end:]])


def drop_item(text: str, key: str, word: str) -> str:
    """The text without the items of a list that are just this word; the field goes when nothing is left of it."""
    lines = text.split("\n")
    for block in blocks(lines):
        if block.key != key:
            continue
        rest = lines[block.start].partition(":")[2].strip()
        if rest.startswith("[") and rest.endswith("]"):
            inner = [part.strip() for part in rest[1:-1].split(",") if part.strip() not in {"", word}]
            return _put(text, key, [f"{key}: [{', '.join(inner)}]"], key) if inner else drop_field(text, key)
        kept = [line for line in lines[block.start + 1 : block.end] if line.strip() != f"- {word}"]
        if not any(line.strip() for line in kept):
            return drop_field(text, key)
        return "\n".join([*lines[: block.start + 1], *kept, *lines[block.end :]])
    return text


def drop_field(text: str, key: str) -> str:
    """The text without a field; its comments go with it."""
    lines = text.split("\n")
    for block in blocks(lines):
        if block.key == key:
            return "\n".join(lines[: block.start - block.lead] + lines[block.end :])
    return text


def _put(text: str, key: str, fresh: list[str], after: str) -> str:
    lines = text.split("\n")
    known = blocks(lines)
    block = next((one for one in known if one.key == key), None)
    if block is not None:
        return "\n".join([*lines[: block.start], *fresh, *lines[block.end :]])
    place = next((one.end for one in known if one.key == after), fence(lines))
    return "\n".join([*lines[:place], *fresh, *lines[place:]])


def read(path: Path) -> str:
    """The text of a file as `kb.syntax.text` understands it, but with its own line ends. Raises UnicodeDecodeError."""
    return path.read_bytes().decode("utf-8")


def write(path: Path, text: str) -> None:
    """Replace a file in one step: who reads meanwhile sees the old text or the new one."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """The same for bytes."""
    write_all({path: data})


def write_all(drafts: Mapping[Path, bytes | None]) -> None:
    """Replace, make and (None) remove files: all of them or, where one cannot be written, none. Raises OSError with the
    name of that file."""
    scratches: dict[Path, Path] = {}
    stood: dict[Path, bytes | None] = {}
    try:
        for path, data in drafts.items():
            if data is not None:
                with _named(path):
                    _prepare(scratches, path, data)
        try:
            for path in drafts:
                with _named(path):
                    before = path.read_bytes() if path.exists() else None
                    _put_in_place(scratches, path)
                stood[path] = before
        except OSError:
            for path, before in reversed(stood.items()):
                if before is not None:
                    _prepare(scratches, path, before)
                _put_in_place(scratches, path)
            raise
    finally:
        for scratch in scratches.values():
            scratch.unlink(missing_ok=True)


def _prepare(scratches: dict[Path, Path], path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:80]}.")
    scratches[path] = Path(name)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    scratches[path].chmod(path.stat().st_mode if path.exists() else 0o644)


def _put_in_place(scratches: dict[Path, Path], path: Path) -> None:
    scratch = scratches.pop(path, None)
    if scratch is None:
        path.unlink()
        return
    try:
        scratch.replace(path)
    except OSError:
        scratches[path] = scratch
        raise


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """A fault is told of the file itself, not of the scratch beside it."""
    try:
        yield
    except OSError as fault:
        raise OSError(fault.errno, fault.strerror, os.fspath(path)) from fault


def lf(text: str) -> tuple[str, str]:
    """(the text with plain line feeds and no byte order mark, what `restored` needs to put them back)."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    ends = "\r\n" if "\r\n" in text else "\n"
    return text.removeprefix("\ufeff").replace("\r\n", "\n"), mark + ends


def restored(text: str, how: str) -> str:
    """The inverse of `lf`."""
    mark = "\ufeff" if how.startswith("\ufeff") else ""
    return mark + text.replace("\n", how.removeprefix("\ufeff"))
