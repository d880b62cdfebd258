"""From an editor's words for how often (频次) to a structured cadence: 每年1至2次（为期一个月）, 年底, 换届后, 定期."""

from __future__ import annotations

import re

from kb.model.value import UNSTATED, Cadence, Cite

_NUMBER = r"[1-9][0-9]{0,2}|[一二两三四五六七八九十]"
_PERIOD = re.compile(
    rf"每(?P<every>(?:[两二三四五六]|[1-9][0-9]?)个?)?(?P<unit>日|天|周|月|季度|季|半年|年|届)"
    rf"(?:(?P<atleast>至少|不少于)?(?P<least>{_NUMBER})(?:(?:至|到|-|—|～|~)(?P<most>{_NUMBER}))?次)?"
)
_EVENT = re.compile(r"[\u4e00-\u9fffA-Za-z“”、]{1,16}(?:前|后|时|期间|之前|之后)")
_MONTH = re.compile(r"(?:每年)?(?P<a>1[0-2]|[1-9])(?:月?(?:至|到|-|—|～|~)(?P<b>1[0-2]|[1-9]))?月(?:底|初|中旬|上旬|下旬|份)?")
_SEASON = {
    "年初": (1,),
    "年中": (6, 7),
    "年底": (12,),
    "年末": (12,),
    "上半年": (1, 2, 3, 4, 5, 6),
    "下半年": (7, 8, 9, 10, 11, 12),
    "第一季度": (1, 2, 3),
    "第二季度": (4, 5, 6),
    "第三季度": (7, 8, 9),
    "第四季度": (10, 11, 12),
}
_LOOSE = frozenset(
    {
        "定期",
        "适时",
        "经常",
        "经常性",
        "常态化",
        "按期",
        "及时",
        "随时",
        "不定期",
        "一次性",
        "持续",
        "长期",
        "日常",
        "按需",
        "按规定",
    }
)
_UNIT = {"天": "日", "季": "季度"}
_DIGIT = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
MAX_LENGTH = 130
FORMS = "每月、每季度1次、每年1至2次、每年至少1次、年底、上半年、3月、换届后、会前、定期、来源未载明"


def read_cadence(words: str, cites: tuple[Cite, ...] = ()) -> Cadence | None:
    """The cadence the words state, None where they follow none of the known forms.

    A remark in full-width brackets behind it is kept as the note.
    """
    words = words.strip()
    if len(words) > MAX_LENGTH:
        return None
    match = re.fullmatch(r"(?P<main>[^（(]+?)[ ]*(?:[（(](?P<note>.{1,80})[）)])?", words)
    if not match:
        return None
    main, note = match.group("main").strip(), match.group("note") or ""
    if main == UNSTATED:
        return Cadence(main, note=note, cites=cites)
    if main in _LOOSE:
        return Cadence(main, loose=main, note=note, cites=cites)
    for joint in ("，", "、", ""):
        head, _, season = main.partition(joint) if joint else (main, "", "")
        found = _PERIOD.fullmatch(head)
        if found and (not season or season in _SEASON):
            months = _SEASON.get(season) or (_told(note) if found.group("unit") == "年" and not found.group("every") else ())
            return _period(main, found, months, note, cites)
    if main.removeprefix("每年") in _SEASON:
        once = main.startswith("每年")
        return Cadence(main, "年", 1 if once else 0, 0, _SEASON[main.removeprefix("每年")], note=note, cites=cites)
    month = _MONTH.fullmatch(main)
    if month:
        first = int(month.group("a"))
        last = int(month.group("b") or first)
        months = tuple(range(first, last + 1)) if last >= first else (*range(first, 13), *range(1, last + 1))
        return Cadence(main, "年", 1, 1, months, note=note, cites=cites)
    if _EVENT.fullmatch(main):
        return Cadence(main, event=main, note=note, cites=cites)
    return None


def _told(note: str) -> tuple[int, ...]:
    """The months of the one season that a remark names, as in 每年1次（一般在第四季度）; none where it names several."""
    named = [months for season, months in _SEASON.items() if season in note]
    return named[0] if len(named) == 1 else ()


def _period(text: str, found: re.Match[str], months: tuple[int, ...], note: str, cites: tuple[Cite, ...]) -> Cadence | None:
    unit = _UNIT.get(found.group("unit"), found.group("unit"))
    least = _count(found.group("least")) or 1
    most = 0 if found.group("atleast") else _count(found.group("most")) or least
    if 0 < most < least:
        return None
    if found.group("every"):
        unit = f"{found.group('every').rstrip('个')}{unit}"
    return Cadence(text, unit, least, most, months, note=note, cites=cites)


def _count(words: str | None) -> int:
    if not words:
        return 0
    return int(words) if words.isdigit() else _DIGIT[words]
