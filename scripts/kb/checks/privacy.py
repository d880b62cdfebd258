"""From running text to what must not be published: personal numbers, addresses and classification marks.

Identity numbers by GB 11643-1999 (ISO 7064 MOD 11-2), bank cards by ISO/IEC 7812 (Luhn), marks by the order on
国家秘密标志 (密级★期限). Numbers may be written with blanks, hyphens or full-width figures.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import NamedTuple

from kb.problem import Level

_WIDE = "０１２３４５６７８９Ｘｘ＠．－＋＊☆\u3000\xa0\u2002\u2003\u2009\u202f"
"""Full-width signs and blanks other than the plain one. A text is gone through for each of these: that takes a fifth of what
one pattern of them all does."""
_NARROW = str.maketrans(_WIDE, "0123456789Xx@.-+**      ")
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-8][0-9]{5}[ -]?(?:19|20)[0-9]{2}[ -]?[0-9]{2}[ -]?[0-9]{2}[ -]?[0-9]{3}[ -]?[0-9Xx](?![0-9A-Za-z])"
)
_OLD_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-8][0-9]{14}(?![0-9A-Za-z])")
_BANK = re.compile(r"(?<![0-9A-Za-z])[3-69][0-9]{3}(?:[ -]?[0-9]{4}){3}(?:[ -]?[0-9]{1,3})?(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9A-Za-z.])(?:[+]?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}(?![0-9A-Za-z])")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-HJ-NP-Z][·•・. -]?"
    r"(?=[A-HJ-NP-Z]{0,4}[0-9])(?:[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳领]|[DF][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[DF])(?![A-Za-z0-9])"
)
_MAIL = re.compile(r"(?<![A-Za-z0-9_.%+@\[-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9_-])")
MOST = 200
_WORDS = "[绝机秘][ ]*密|工作秘密|内部资料|内部文件|内部材料"
_MARK = re.compile(
    rf"[绝机秘][ ]*密[ ]*[★*]|★[ ]*(?:[0-9]{{1,2}}年|长期|解密)|密[ ]*级[ ]*[:：][ ]*(?:工作)?[绝机秘][ ]*密"
    rf"|[【\[（(〔][ ]*(?:{_WORDS})[ ]*[】\]）)〕]"
    rf"|^[>#* |-]*(?:{_WORDS})[ ]*(?:级|[，,、 ]*(?:注意保存|请勿外传|不得外传|严禁外传))?[* |]*$"
    r"|(?:内部(?:资料|文件|材料)|工作秘密)[，,、 ]{0,2}(?:注意保存|妥善保管|请勿|不得|严禁|禁止)(?:外传|转发|复制|扩散|公开)?",
    re.M,
)
_MENTION = re.compile(r"(?<![“《‘])(?:绝密|机密)(?![”》’])")
_PROVINCES = frozenset(
    str(code)
    for code in (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83)
)
_SECRET = re.compile("[绝机秘][ ]*密|密[ ]*级|★|内部[资文材]")
"""Without one of these there is neither a mark nor the mention of one, and without one of _SIGNS none of these."""
_SIGNS = ("密", "★", "内部")
_KINDS = bytes(
    ord("9") if 0x30 <= code <= 0x39 else ord("A") if 0x41 <= code <= 0x5A and chr(code) not in "IO" else ord(".")
    for code in range(256)
)
"""ASCII: figures as 9, capitals of a number plate as A."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Finding(NamedTuple):
    """Something that must not be published: `text` as it stands, at `offset` of the text that was searched."""

    code: str
    label: str
    text: str
    offset: int
    hint: str
    level: Level = Level.ERROR

    @property
    def shown(self) -> str:
        """The finding fit for a log that others read: a number is not repeated in full."""
        text = self.text.strip()
        if self.code == "secret-mark":
            return text
        return text[:3] + "*" * max(1, len(text) - 5) + text[-2:]


def find_private(text: str) -> Iterator[Finding]:
    """Everything in a text that must not be published, in no particular order."""
    plain = text.translate(_NARROW) if any(sign in text for sign in _WIDE) else text
    numbers = plain
    # most texts hold no long number, no plate, no address and no mark: one quick look each spares them the rest
    kinds = plain.encode("ascii", "replace").translate(_KINDS, b" -")
    for pattern in (_IDENTITY, _OLD_IDENTITY, _BANK, _MOBILE) if b"99999999999" in kinds else ():
        taken = []
        for found in pattern.finditer(numbers):
            told = _number(found.group())
            if told:
                taken.append(found.span())
                hint = "删去，或隐去中间几位"
                yield Finding(told[0], told[1], text[found.start() : found.end()], found.start(), hint, told[2])
        if taken:
            # what is told as one number is not told again as part of another
            parts = zip([0, *(end for _, end in taken)], [*taken, (len(numbers), 0)], strict=True)
            numbers = "".join(numbers[last:start] + "\n" * max(0, end - start) for last, (start, end) in parts)
    # a citation is no address
    for found in _MAIL.finditer(plain) if plain.count("@") > plain.count("[@") else ():
        yield Finding("private-mail", "电子邮箱", text[found.start() : found.end()], found.start(), "改写单位和岗位，不写邮箱")
    for found in _PLATE.finditer(plain) if b"A" in kinds else ():
        yield Finding("private-plate", "车牌号", found.group(), found.start(), "删去车牌号")
    marks: set[int] = set()
    secret = any(sign in plain for sign in _SIGNS) and _SECRET.search(plain) is not None
    for found in _MARK.finditer(plain) if secret else ():
        start = found.start() + len(found.group()) - len(found.group().lstrip())
        marks.update(range(start, found.end()))
        words = text[start : found.end()].strip()
        yield Finding("secret-mark", "密级或内部标志", words, start, "涉密和内部资料不得入库、不得上网：撤下原文，报保密办")
    for found in _MENTION.finditer(plain) if secret else ():
        if found.start() not in marks:
            hint = "只是说到这个词，用“”括起来；是定密标志，撤下原文"
            yield Finding("secret-mark", "密级字样", found.group(), found.start(), hint, Level.WARNING)


def most_telling(text: str, most: int = MOST) -> list[Finding]:
    """The first errors and the first warnings among the findings: more than `most` of each say nothing new."""
    kept: list[Finding] = []
    counts = dict.fromkeys(Level, 0)
    for finding in find_private(text):
        if counts[finding.level] < most:
            counts[finding.level] += 1
            kept.append(finding)
    return kept


def _number(written: str) -> tuple[str, str, Level] | None:
    """(code, what it is, level) of a run of figures, None where it is an innocent one."""
    digits = re.sub(r"[ +-]", "", written).upper()
    if re.fullmatch(r"(?:86)?1[3-9][0-9]{9}", digits):
        return "private-phone", "手机号", Level.ERROR
    if len(digits) == 18 and digits[:2] in _PROVINCES and _born(digits[6:14]):
        if is_identity(digits):
            return "private-identity", "公民身份号码", Level.ERROR
        return "private-identity", "像公民身份号码（校验码不符）", Level.WARNING
    if len(digits) == 15 and digits.isdigit() and digits[:2] in _PROVINCES and _born("19" + digits[6:12]):
        return "private-identity", "像旧的15位身份号码", Level.WARNING
    if 16 <= len(digits) <= 19 and digits.isdigit() and digits[0] in "34569" and luhn(digits):
        return "private-bank", "银行卡号", Level.ERROR
    return None


def is_identity(digits: str) -> bool:
    """True where the check character of an 18-character identity number is right (GB 11643-1999)."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", digits):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == digits[17]


def luhn(digits: str) -> bool:
    """True where the check digit is right (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and len(set(digits)) > 1


def _born(words: str) -> bool:
    if not words.isdigit() or not 1900 <= int(words[:4]) <= 2100:
        return False
    try:
        datetime.date(int(words[:4]), int(words[4:6]), int(words[6:]))
    except ValueError:
        return False
    return True
