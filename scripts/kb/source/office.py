"""From an Office file (docx, xlsx) to its text and to what it tells of those who wrote it; read with bounds, never unpacked."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from html import unescape

from kb.source.pictures import stripped, told

MAX_PARTS = 2_000
MAX_PART_BYTES = 20_000_000
MAX_TOTAL_BYTES = 60_000_000
"""What a part, or all of them, may come to when inflated: a document of a thousand pages stays below."""
_AUTHOR = re.compile(r'<(?:w:ins|w:del|w:moveFrom|w:moveTo|w:comment|w:rPrChange|w:pPrChange|author)\b[^<>]*?w:author="([^"]*)"')
_CHANGE = re.compile(r"<w:(?:ins|del|moveFrom|moveTo)\b[^<>]*>|<w:(?:rPrChange|pPrChange|tblPrChange)\b")
_CORE = re.compile(r"<(?:dc:creator|cp:lastModifiedBy|Manager|author)(?:\s[^<>]*)?>([^<]+)<")
_BLOCK = re.compile(r"</(?:w:p|si|c|row|w:tr)>|<w:(?:br|tab)\b[^<>]*/>")
_TAG = re.compile(r"<[^<>]*>")
_PICTURES = (".png", ".jpg", ".jpeg", ".webp")
NEUTRAL = frozenset(
    {"", "python-docx", "openpyxl", "xlsxwriter", "WPS Office", "Microsoft Office User", "匿名", "作者", "un-named"}
)
"""Names that programs fill in and that name nobody."""


class UnreadableError(Exception):
    """The file is no Office file, is locked, or is larger than it may be; the message says so in Chinese."""


@dataclass(frozen=True, slots=True)
class Office:
    """What was read: text with a line for each paragraph, cell or property, names, and whether there are changes or comments."""

    text: str
    people: tuple[str, ...]
    changes: int
    comments: bool
    pictures: tuple[tuple[str, bytes], ...]


def read_office(data: bytes) -> Office:
    """Read a docx or xlsx. Raises UnreadableError."""
    text, people, pictures = [], dict[str, None](), []
    changes, comments, left = 0, False, MAX_TOTAL_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS:
                raise UnreadableError("里面的文件太多")
            for part in parts:
                name = part.filename.lower()
                if part.flag_bits & 1:
                    raise UnreadableError("文件加了密码")
                if "vbaproject" in name or "/embeddings/" in name:
                    raise UnreadableError("夹带了宏或别的文件")
                if not name.endswith((".xml", ".rels", *_PICTURES)):
                    continue
                with archive.open(part) as file:
                    inflated = file.read(min(MAX_PART_BYTES, left) + 1)
                left -= len(inflated)
                if len(inflated) > MAX_PART_BYTES or left < 0:
                    raise UnreadableError("解开后太大")
                if not name.endswith((".xml", ".rels")):
                    if "thumbnail" not in name:  # drawn by the program from the page itself
                        pictures.append((part.filename, inflated))
                    continue
                xml = _decode(inflated)
                people.update(dict.fromkeys(unescape(name) for name in (*_AUTHOR.findall(xml), *_CORE.findall(xml))))
                changes += len(_CHANGE.findall(xml))
                comments = comments or name.endswith(("word/comments.xml", "/comments1.xml"))
                if name.startswith(("word/", "xl/")) and name.endswith(".xml"):
                    text.append(unescape(_TAG.sub("", _BLOCK.sub("\n", xml))))
                elif name.startswith("docprops/"):
                    # title, subject, keywords, remarks, and what offices add of their own
                    text.append(unescape(_TAG.sub("\n", xml)))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as fault:
        raise UnreadableError("文件坏了，或不是它的名称所说的那种") from fault
    return Office(
        "\n".join(text), tuple(name for name in people if name.strip() not in NEUTRAL), changes, comments, tuple(pictures)
    )


def without_traces(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The same file with its pictures stripped, and what was in them; all else stays. Raises UnreadableError."""
    read_office(data)  # what is too large is refused before anything is copied
    kinds: dict[str, None] = {}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            inner = old.read(part)
            if part.filename.lower().endswith(_PICTURES):
                kinds |= dict.fromkeys(told(inner))
                inner = stripped(inner)
            new.writestr(part, inner)
    return out.getvalue(), tuple(kinds)


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8", "replace")
