"""Make the tables that the normaliser and the pinyin matcher work from.

    python -m kb.search.make_tables

Needs `opencc`, `pypinyin` and `jieba`, which nobody else needs: the results are committed (`tables/*.json`) and serve Python and
JavaScript alike, so both always fold a text the same way, whatever Unicode version a browser or a Python carries.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import numpy as np

from kb.search.packing import ESCAPE, pack_text

FOLDER = Path(__file__).parent / "tables"

# What people type differently every time, and never mean to search for: quotes, brackets, dashes, blanks.
DROPPED = (
    "“”‘’\"'`《》〈〉「」『』【】〔〕（）()[]{}·•、—－-_~*#|/\\ \t\u00a0\u00ad\u200b\u200c\u200d\u2060\u3000\ufeff…"
    "‐‑‒–―‧・･⋯〖〗﹏＿–"
)
# U+25CB is what most government texts use for the zero in 二○二○.
SPECIAL = {"○": "〇", "◯": "〇", "ß": "ss"}
# Every range whose characters are folded; what lies outside stays as it is (Tibetan, Uyghur and so on remain searchable).
FOLDED_RANGES = [
    (0x0020, 0x0250), (0x0370, 0x0530), (0x1E00, 0x2000), (0x2000, 0x2190), (0x2460, 0x2500), (0x25A0, 0x2600),
    (0x2E80, 0x2FE0), (0x3000, 0x3400), (0x4E00, 0xA000), (0xF900, 0xFB00), (0xFE30, 0xFE50), (0xFF00, 0xFFF0),
]  # fmt: skip
BREAKS_BELOW = 0x10000
READINGS = 2
ALPHABET = ESCAPE


def fold(char: str, simplify: dict[str, str]) -> str:
    """The text that stands for one character: lower case, half width, simplified; `\\n` for a break, empty if dropped."""
    if char in SPECIAL:
        return SPECIAL[char]
    if char in DROPPED:
        return ""
    out: list[str] = []
    for part in unicodedata.normalize("NFKC", char).lower():
        if part in DROPPED:
            continue
        out.append(simplify.get(part, part) if is_word(part) else "\n")
    text = "".join(out)
    # a sign that decomposes into word and break (№ 1⁄2) keeps its words only
    return text if text.strip("\n") == "" or "\n" not in text else text.replace("\n", "")


def is_word(char: str) -> bool:
    """Letters, marks and numbers of any script are words, everything else separates."""
    return unicodedata.category(char)[0] in "LMN"


def simplified() -> dict[str, str]:
    """Traditional character → simplified one, one for one."""
    convert = import_module("opencc").OpenCC("t2s").convert
    pairs: dict[str, str] = {}
    for code in range(0x4E00, 0xA000):
        char = chr(code)
        plain = convert(char)
        if plain != char and len(plain) == 1 and 0x4E00 <= ord(plain) < 0xA000:
            pairs[char] = plain
    return pairs


def normal_table() -> dict[str, object]:
    """`gaps` and `to`: source code points, each as its distance from the one before, and what they fold to;
    `many`: source followed by its text; `drop`: what vanishes; `breaks`: ranges that separate words."""
    simplify = simplified()
    gaps: list[int] = []
    to: list[str] = []
    last = 0
    many: list[str] = []
    drop: set[str] = set(DROPPED)
    breaks: list[int] = []
    for start, end in FOLDED_RANGES:
        for code in range(start, end):
            char = chr(code)
            plain = fold(char, simplify)
            if plain == char:
                continue
            if plain == "":
                drop.add(char)
            elif plain.strip("\n") == "":
                breaks.append(code)
            elif len(plain) == 1 and ord(plain) < 0x10000:
                gaps.append(code - last)
                to.append(plain)
                last = code
            else:
                many.append(char + plain)
    covered = {code for start, end in FOLDED_RANGES for code in range(start, end)}
    for code in range(BREAKS_BELOW):
        char = chr(code)
        if code in covered or char in drop or 0xD800 <= code < 0xE000:
            continue
        category = unicodedata.category(char)
        if category[0] in "PSZ" or category in ("Cc", "Cf"):
            breaks.append(code)
    return {
        "gaps": pack_text(np.array(gaps)),
        "to": "".join(to),
        "many": many,
        "drop": "".join(sorted(drop)),
        "breaks": pack_text(np.array(ranges(sorted(breaks)))),
    }


def ranges(codes: Iterable[int]) -> list[int]:
    """Sorted code points as gap, length, gap, length…"""
    out: list[int] = []
    at = 0
    start = end = -1
    for code in codes:
        if code == end:
            end += 1
            continue
        if start >= 0:
            out += [start - at, end - start]
            at = end
        start, end = code, code + 1
    return [*out, start - at, end - start]


def pinyin_table() -> dict[str, object]:
    """`syllables`, and for the characters of GB 2312 in code order: their gaps, the number of their first reading, and
    of the second one (0 for none). Numbers are packed as text."""
    from pypinyin import Style
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.style import convert

    readings: dict[int, list[str]] = {}
    for code, marked in PINYIN_DICT.items():
        if not 0x4E00 <= code <= 0x9FA5 or not in_gb2312(chr(code)):
            continue
        seen: list[str] = []
        for reading in marked.split(","):
            syllable = convert(reading, Style.NORMAL, True).replace("ü", "v")
            if syllable.isascii() and syllable.isalpha() and syllable not in seen:
                seen.append(syllable)
        readings[code] = seen[:READINGS]
    counted = Counter(syllable for seen in readings.values() for syllable in seen)
    syllables = [syllable for syllable, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]
    number = {syllable: index + 1 for index, syllable in enumerate(syllables)}
    codes = sorted(code for code, seen in readings.items() if seen)
    return {
        "syllables": " ".join(syllables),
        "gaps": pack_text(np.diff(np.array(codes), prepend=0)),
        "first": pack_text(np.array([number[readings[code][0]] for code in codes])),
        "second": pack_text(np.array([number[readings[code][1]] if readings[code][1:] else 0 for code in codes])),
    }


def alphabet() -> str:
    """The commonest characters, commonest first: names are written in short codes for them."""
    words = Path(import_module("jieba").__file__ or "").parent / "dict.txt"
    counted: Counter[str] = Counter()
    with words.open(encoding="utf-8") as rows:
        for row in rows:
            word, count, _ = row.split(" ", 2)
            for char in word:
                if in_gb2312(char):
                    counted[char] += int(count)
    plain = [chr(code) for code in range(0x20, 0x7F) if chr(code) != "|"]
    common = [char for char, _ in counted.most_common(ALPHABET) if char not in plain]
    return "".join(["\n", "|", *common[: ALPHABET - len(plain) - 2], *plain])


def in_gb2312(char: str) -> bool:
    """The 6,763 characters of the common simplified set."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def main() -> None:
    """Write the tables."""
    FOLDER.mkdir(exist_ok=True)
    for name, table in (("normal", normal_table()), ("pinyin", pinyin_table()), ("alphabet", alphabet())):
        text = json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n"
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")
        print(f"{name}.json {len(text.encode()) / 1000:.1f} kB")


if __name__ == "__main__":
    main()
