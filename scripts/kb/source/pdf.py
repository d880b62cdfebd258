"""From the bytes of a PDF to what it tells beside its pages: names, notes, files and scripts within, earlier versions.

A bounded look, not a reader of PDF: the dictionaries of the file, those in compressed object streams (ISO 32000-1,
7.5.7) and the XMP packet are searched for what is known to tell. The words on the pages are not read: fonts of
Chinese text are subsets, whose codes mean nothing without following every table.
"""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from kb.source.pictures import told

MAX_STREAMS = 50_000
MAX_INFLATED = 40_000_000
"""Bytes that all object streams of a file may come to."""
MAX_NAMES = 100
MAX_PACKET = 300_000
"""Characters of XMP that are read: real packets have a tenth."""
_STREAM = re.compile(rb"stream\r?\n")
_DICT = 4_000
"""Bytes before a stream in which its dictionary stands."""
_STRING = rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.){0,200}\)){0,1000}\)|<[0-9A-Fa-f\s]{0,4000}>"
_NAME = re.compile(
    rb"/(?:Author|Manager|LastModifiedBy)\s{0,4}(?:(" + _STRING + rb")|([0-9]{1,9})\s{1,4}[0-9]{1,5}\s{1,4}R\b)", re.S
)
_OBJECT = re.compile(rb"(?<![0-9])([0-9]{1,9})\s{1,4}[0-9]{1,5}\s{1,4}obj\s{0,4}(" + _STRING + rb")", re.S)
_WORDS = re.compile(rb"/(?:Title|Subject|Keywords)\s{0,4}(" + _STRING + rb")", re.S)
_NOTE = re.compile(rb"/Subtype\s*/(?:Text|FreeText|Highlight|Underline|StrikeOut|Squiggly|Stamp|Ink|Caret|Popup|Redact|Sound)\b")
_FILE = re.compile(rb"/Type\s*/EmbeddedFile\b|/EmbeddedFiles\b|/Subtype\s*/FileAttachment\b|/EF\s*<<")
_SCRIPT = re.compile(rb"/S\s*/(?:JavaScript|Launch)\b|/JS\s*[(<]|/XFA\b")
_CREATOR = re.compile(r"<(dc:creator|pdf:Author|xmpRights:Owner)\b[^<>]{0,200}>(.{0,2000}?)</\1>", re.S)
_CREATOR_INLINE = re.compile(r"\b(?:pdf:Author|photoshop:Credit)\s*=\s*[\"']([^\"'<>]+)[\"']")
_TAG = re.compile(r"<[^<>]*>")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.S)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}


@dataclass(frozen=True, slots=True)
class Pdf:
    """What was found: names of persons, title and keywords, and what is hidden; `pictures` are kinds of metadata in JPEGs."""

    people: tuple[str, ...]
    text: str
    notes: bool
    files: bool
    scripts: bool
    earlier: bool
    """Saved onto itself: what was there before can be brought back."""
    locked: bool
    pictures: tuple[str, ...]


def read_pdf(data: bytes) -> Pdf:
    """Look through a PDF. Raises ValueError where it is none, or holds more than it may."""
    if b"%PDF-" not in data[:1024]:
        raise ValueError("不是 PDF 文件")
    outside, packets, pictures = bytearray(), [], dict[str, None]()
    last = left = 0
    for number, (start, end, head) in enumerate(_streams(data)):
        if number >= MAX_STREAMS:
            raise ValueError("里面的部分太多")
        outside += data[last:start]
        last = end
        body = data[start:end]
        if b"/ObjStm" in head or b"/XML" in head:
            inflated = _inflated(body, head, MAX_INFLATED - left)
            left += len(inflated)
            if left >= MAX_INFLATED:
                raise ValueError("解开后太大")
            if b"/ObjStm" in head:
                outside += b"\n" + inflated + b"\n"
            else:
                packets.append(_decoded(inflated))
        elif body.startswith(b"\xff\xd8"):
            pictures.update(dict.fromkeys(told(body)))
    outside += data[last:]
    plain = bytes(outside)
    xmp = "\n".join(packets)[:MAX_PACKET]
    words = "\n".join(
        [*(_string(found.group(1)) for found in itertools.islice(_WORDS.finditer(plain), MAX_NAMES)), unescape(_TAG.sub("\n", xmp))]
    )
    return Pdf(
        tuple(dict.fromkeys(name for name in (*_people(plain), *_creators(xmp)) if name)),
        "\n".join(dict.fromkeys(line.strip() for line in words.split("\n"))),
        _NOTE.search(plain) is not None,
        _FILE.search(plain) is not None,
        _SCRIPT.search(plain) is not None,
        plain.count(b"%%EOF") > (2 if b"/Linearized" in data[:2048] else 1),
        b"/Encrypt" in plain,
        tuple(pictures),
    )


def _streams(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, dictionary) of every stream, in order."""
    at = 0
    while found := _STREAM.search(data, at):
        start = found.end()
        end = data.find(b"endstream", start)
        if end < 0:
            return
        if not data.startswith(b"end", found.start() - 3, found.start()):
            low = max(at, found.start() - _DICT)
            opening = data.rfind(b"obj", low, found.start())
            yield start, end, data[max(opening, low) : found.start()]
        at = end + len(b"endstream")


def _inflated(body: bytes, head: bytes, most: int) -> bytes:
    """The plain bytes of a stream as far as they can be had: what is cut short still tells what stands before."""
    if b"/FlateDecode" not in head:
        return body[:most]
    inflater = zlib.decompressobj()
    try:
        return inflater.decompress(body, max(1, most))
    except zlib.error:
        return b""


def _people(plain: bytes) -> Iterator[str]:
    pointed = set()
    for found in itertools.islice(_NAME.finditer(plain), MAX_NAMES):
        if found.group(1) is not None:
            yield _string(found.group(1)).strip()
        else:
            pointed.add(found.group(2))
    if pointed:
        named = {found.group(1): _string(found.group(2)).strip() for found in _OBJECT.finditer(plain) if found.group(1) in pointed}
        for number in sorted(pointed):
            yield named.get(number, "未能读出")


def _creators(xmp: str) -> Iterator[str]:
    for found in itertools.islice(_CREATOR.finditer(xmp), MAX_NAMES):
        for name in _TAG.sub("\n", found.group(2)).split("\n"):
            yield unescape(name).strip()
    for found in itertools.islice(_CREATOR_INLINE.finditer(xmp), MAX_NAMES):
        yield unescape(found.group(1)).strip()


def _string(written: bytes) -> str:
    """A string object in words (7.3.4): literal or hexadecimal, UTF-16 or UTF-8 with a mark, else one byte a letter."""
    if written.startswith(b"<"):
        digits = re.sub(rb"\s", b"", written[1:-1])
        data = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    else:
        data = _ESCAPE.sub(_unescaped, written[1:-1])
    return _decoded(data)


def _unescaped(found: re.Match[bytes]) -> bytes:
    what = found.group(1)
    return bytes([int(what, 8) & 255]) if what[:1].isdigit() and what[:1] < b"8" else _ESCAPES.get(what, what)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xfe\xff", b"\xff\xfe")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    # programs of this country write the bytes of GBK where the standard has Latin letters
    text = data.decode("gb18030", "replace")
    return text if "\ufffd" not in text else data.decode("latin-1")
