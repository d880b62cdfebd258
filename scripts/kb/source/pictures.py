"""From the bytes of a picture to what it tells beside the picture (place, camera, author), and to the same picture without."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_JPEG_TOLD = {0xE1: "EXIF 或 XMP", 0xED: "IPTC", 0xFE: "注释"}
_PNG_TOLD = {b"eXIf": "EXIF", b"tEXt": "文字", b"zTXt": "文字", b"iTXt": "文字", b"tIME": "时间"}
_WEBP_TOLD = {b"EXIF": "EXIF", b"XMP ": "XMP"}
PNG = b"\x89PNG\r\n\x1a\n"


def told(data: bytes) -> list[str]:
    """Kinds of metadata in a JPEG, PNG or WebP; empty for any other file and for one that is cut short."""
    return list(dict.fromkeys(label for _, _, label in _parts(data) if label))


def stripped(data: bytes) -> bytes:
    """The same picture without metadata; the pixels are not touched."""
    out = bytearray()
    last = 0
    for start, end, label in _parts(data):
        if label:
            out += data[last:start]
            last = end
    out += data[last:]
    if data[:4] == b"RIFF" and len(out) >= 8:
        out[4:8] = struct.pack("<I", len(out) - 8)
    return bytes(out)


def _parts(data: bytes) -> Iterator[tuple[int, int, str]]:
    """(start, end, kind of metadata or "") of the segments of a file."""
    if data.startswith(b"\xff\xd8"):
        yield from _jpeg(data)
    elif data.startswith(PNG):
        yield from _chunks(data, len(PNG), ">I4s", 4, _PNG_TOLD)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        yield from _chunks(data, 12, "<4sI", 0, _WEBP_TOLD)


def _jpeg(data: bytes) -> Iterator[tuple[int, int, str]]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        mark = data[at + 1]
        if mark == 0xDA:
            return
        if mark == 0xFF or 0xD0 <= mark <= 0xD8 or mark == 1:
            at += 1 if mark == 0xFF else 2
            continue
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        end = min(at + 2 + max(size, 2), len(data))
        yield at, end, _JPEG_TOLD.get(mark, "")
        at = end


def _chunks(data: bytes, at: int, shape: str, tail: int, table: dict[bytes, str]) -> Iterator[tuple[int, int, str]]:
    while at + 8 <= len(data):
        first, second = struct.unpack_from(shape, data, at)
        size, name = (first, second) if isinstance(first, int) else (second, first)
        padding = size % 2 if tail == 0 else 0
        end = min(at + 8 + size + tail + padding, len(data))
        yield at, end, table.get(name, "")
        at = end
