"""From the bytes of a file to its text: encodings, line ends and characters an editor's program left behind."""

from __future__ import annotations

import html
import itertools
import re

from kb.problem import Notebook
from kb.project import MAX_FILE_BYTES

UTF8_BOM = b"\xef\xbb\xbf"
CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff"
"""C0 controls but tab and line feed, DEL, C1 controls, and the separators that browsers take for line ends."""
BIDI = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Direction marks and overrides: they make a text read other than it is stored (CVE-2021-42574)."""
UNSEEN = re.compile(f"[{CONTROL}{BIDI}\u00ad\u180e\u200b-\u200d\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
"""These, and the soft hyphens, joiners, zero-width spaces and tags that copying from a web page or a PDF brings along: they
break search and ids unseen."""
_ENTITY = re.compile(r"&#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});")
_POINTS = "，。、；：？！“”‘’（）《》"
_QUOTED = re.compile("“[^“”]*”")
_INNER = str.maketrans("“”", "‘’")
_MOST = 20
"""A file with more unseen characters than this is no text; naming them all would help no one."""


def in_quotes(words: str) -> str:
    """Words in quotation marks; marks within them become single ones (GB/T 15834-2011, 4.8), marks around them do as they are."""
    if _QUOTED.fullmatch(words):
        return words
    return f"“{words.translate(_INNER)}”"


def decode(data: bytes, notes: Notebook, size: int = 0) -> str | None:
    """UTF-8 text with `\\n` line ends, or None with the reason noted. Unseen characters are noted and left out.

    A byte order mark and CRLF are accepted; GBK and UTF-16 are recognised and named.
    """
    size = max(size, len(data))
    if size > MAX_FILE_BYTES:
        notes.add(
            "file-too-large",
            (1, 1),
            f"文件有 {size / 1e6:.1f} MB，超过 {MAX_FILE_BYTES / 1e6:.0f} MB 的上限",
            "一条只写一件事；把长文拆成几条，图片放到 content/assets/",
        )
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_utf16(data):
        notes.add(
            "encoding-utf16",
            (1, 1),
            "文件是 UTF-16 编码",
            "用记事本“另存为”，编码选 UTF-8；或在 VS Code 右下角改编码后保存",
        )
        return None
    if data.startswith(UTF8_BOM):
        data = data[len(UTF8_BOM) :]
    # no character of UTF-8 or GBK holds these bytes as a part
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        column = len(data[data.rfind(b"\n", 0, fault.start) + 1 : fault.start].decode("utf-8", "replace")) + 1
        if _is_gb18030(data):
            notes.add(
                "encoding-gbk",
                (line, column),
                "文件是 GBK（ANSI）编码，不是 UTF-8",
                "用记事本“另存为”，编码选 UTF-8；WPS 存文本时编码也要选 UTF-8",
            )
        else:
            notes.add("encoding-unknown", (line, column), "这里的字节不是 UTF-8 文字", "检查文件是不是文本；另存为 UTF-8")
        return None
    unseen = list(itertools.islice(UNSEEN.finditer(text), _MOST))
    for found in unseen:
        note_unseen(found.group(), place(text, found.start()), notes, "；kb fmt 会删" if notes.path.endswith(".md") else "")
    if len(unseen) == _MOST:
        return None
    # the rest is read without them, so that all that is wrong is told at once
    return UNSEEN.sub("", text) if unseen else text


def note_unseen(char: str, at: tuple[int, int], notes: Notebook, mends: str = "") -> None:
    """Name a character that UNSEEN matches; `mends` says what else takes it out."""
    if re.match(f"[{BIDI}]", char):
        message, hint = "夹有改变文字方向的字符", f"删去这个字符：它会让看到的与存下的不一样{mends}"
        notes.add("bidi-character", at, f"{message}（U+{ord(char):04X}）", hint)
    else:
        notes.add("control-character", at, f"夹有看不见的字符（U+{ord(char):04X}）", f"删去这个字符，多半是复制粘贴带进来的{mends}")


def note_entities(text: str, first_line: int, notes: Notebook) -> None:
    """Name unseen characters that a Markdown text spells as references (`&#x202e;`)."""
    for found in itertools.islice(_ENTITY.finditer(text), _MOST):
        char = html.unescape(found.group())
        if UNSEEN.fullmatch(char):
            line, column = place(text, found.start())
            note_unseen(char, (line + first_line - 1, column), notes)


def place(text: str, offset: int) -> tuple[int, int]:
    """(line, column) of an offset, both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _is_utf16(data: bytes) -> bool:
    """True where the bytes make sense as UTF-16 without a mark: no text in UTF-8 holds a NUL."""
    if b"\0" not in data[:4000]:
        return False
    for name in ("utf-16-le", "utf-16-be"):
        text = data[:4000].decode(name, "replace")
        plain = sum(char == "\n" or " " <= char <= "~" for char in text)
        chinese = sum("\u4e00" <= char <= "\u9fff" or char in _POINTS for char in text)
        if "\n" in text and plain >= 0.05 * len(text) and plain + chinese >= 0.9 * len(text):
            return True
    return False


def _is_gb18030(data: bytes) -> bool:
    """True where the bytes decode as GBK and most of what comes out is Chinese."""
    try:
        text = data.decode("gbk")
    except UnicodeDecodeError:
        return False
    beyond = [char for char in text if ord(char) > 127]
    chinese = sum("\u4e00" <= char <= "\u9fff" or char in _POINTS for char in beyond)
    return bool(beyond) and chinese >= 0.7 * len(beyond)
