"""From the bytes of a file to its text: encodings, line ends and characters an editor's program left behind."""

from __future__ import annotations

import re

from kb.problem import Notebook
from kb.project import MAX_FILE_BYTES

UTF8_BOM = b"\xef\xbb\xbf"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\ufffe\uffff]")
"""C0 controls but tab and line feed, DEL, and the line separators that YAML and browsers take for line ends."""
BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""Direction overrides: they make a text read other than it is stored (CVE-2021-42574)."""


def decode(data: bytes, notes: Notebook, size: int = 0) -> str | None:
    """UTF-8 text with `\\n` line ends, or None with the reason noted.

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
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        notes.add(
            "encoding-utf16",
            (1, 1),
            "文件是 UTF-16 编码",
            "用记事本“另存为”，编码选 UTF-8；或在 VS Code 右下角改编码后保存",
        )
        return None
    if data.startswith(UTF8_BOM):
        data = data[len(UTF8_BOM) :]
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
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = CONTROL.search(text)
    if found:
        name = "NUL 字符" if found.group() == "\0" else f"控制字符 U+{ord(found.group()):04X}"
        notes.add("control-character", place(text, found.start()), f"夹有看不见的{name}", "删去这个字符，多半是复制粘贴带进来的")
        return None
    found = BIDI.search(text)
    if found:
        notes.add(
            "bidi-character",
            place(text, found.start()),
            f"夹有改变文字方向的字符 U+{ord(found.group()):04X}",
            "删去这个字符：它会让看到的与存下的不一样",
        )
        return None
    return text


def place(text: str, offset: int) -> tuple[int, int]:
    """(line, column) of an offset, both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _is_gb18030(data: bytes) -> bool:
    """True where the bytes decode as GBK and most of what comes out is Chinese."""
    try:
        text = data.decode("gbk")
    except UnicodeDecodeError:
        return False
    beyond = [char for char in text if ord(char) > 127]
    chinese = sum("\u4e00" <= char <= "\u9fff" or char in "，。、；：？！“”‘’（）《》" for char in beyond)
    return bool(beyond) and chinese >= 0.7 * len(beyond)
