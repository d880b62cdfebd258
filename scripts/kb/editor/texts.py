"""From the bytes of an entry to the text a form shows, and back with the file's own mark, line ends and last line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from kb.problem import Notebook
from kb.syntax.text import UTF8_BOM, decode

_ENDS = re.compile(r"\r\n|\r|\n")
_FOREIGN = {"encoding-gbk": "gb18030", "encoding-utf16": "utf-16"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A file as it is shown: plain line ends, no mark. `encoding` names what it was where that was not UTF-8."""

    text: str
    encoding: str = ""


def shown(data: bytes) -> Shown | None:
    """The text of a file, None where its bytes are no text. What Windows' editors write is understood and said."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    else:
        if "\0" not in text:
            return Shown(_ENDS.sub("\n", text))
    notes = Notebook("")
    decode(data, notes)
    for code, name in _FOREIGN.items():
        if any(problem.code == code for problem in notes.problems):
            if name == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
                name = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
            try:
                return Shown(_ENDS.sub("\n", data.decode(name)), name)
            except UnicodeDecodeError:
                return None
    return None


def encoded(text: str, before: bytes | None) -> bytes:
    """The bytes of a text in the manner of the file it came from: byte order mark, and the end of every line that stays."""
    was = shown(before) if before is not None else None
    if before is None or was is None or was.encoding:
        return text.encode()
    if was.text == text:
        return before
    mark = UTF8_BOM if before.startswith(UTF8_BOM) else b""
    ends = _ENDS.findall(before.decode("utf-8-sig"))
    usual = "\r\n" if "\r\n" in ends else ends[0] if ends else "\n"
    if len(set(ends)) < 2:
        return mark + text.replace("\n", usual).encode()
    return mark + _mixed(was.text.split("\n"), ends, text.split("\n"), usual).encode()


def _mixed(old: list[str], ends: list[str], new: list[str], usual: str) -> str:
    """The new lines; those that stood in the old text end as they did there."""
    given = [usual] * len(new)
    for one, other, size in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        for at in range(size):
            if one + at < len(ends):
                given[other + at] = ends[one + at]
    given[-1] = ""
    for at in range(1, len(given)):
        if not new[at] and given[at - 1] == "\r" and given[at] == "\n":
            given[at] = "\r"  # the two would be read as one
    return "".join(line + end for line, end in zip(new, given, strict=True))
