"""From a Chinese title to its place in an index by pinyin, without a dictionary to load.

GB 2312 orders its 3755 level-1 characters by pinyin, and GB 18030 keeps their codes: comparing the encoded
bytes is comparing by pinyin. Level-2 characters (rare) follow behind, by radical.
"""

from __future__ import annotations

import bisect

_FIRST = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
_LETTERS = "ABCDEFGHJKLMNOPQRSTWXYZ"
_CODES = [char.encode("gb2312") for char in _FIRST]
_LAST = "座".encode("gb2312")


def sort_key(title: str) -> str:
    """A string that sorts as the title does in a Chinese index; punctuation does not count."""
    kept = "".join(char for char in title.lower() if char.isalnum())
    return kept.encode("gb18030").decode("latin-1")


def letter(key: str) -> str:
    """The capital under which a sort key stands, "#" for figures, Latin letters as themselves."""
    if not key:
        return "#"
    if key[0].isascii():
        return key[0].upper() if key[0].isalpha() else "#"
    code = key[:2].encode("latin-1")
    if not _CODES[0] <= code <= _LAST:
        return "#"
    return _LETTERS[bisect.bisect_right(_CODES, code) - 1]
