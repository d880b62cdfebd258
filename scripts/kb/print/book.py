"""The composed book: everything a writer needs to set it, and nothing it would have to look up."""

from __future__ import annotations

from dataclasses import dataclass

from kb.print.blocks import Block, Runs

SHEETS = frozenset({"单页", "试卷"})
"""Styles of what is no book: no cover, no contents, one chapter without a head."""
NUMERALS = "一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of a chapter: what its source marks and its editor marks stand for, grouped by document."""

    sources: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """(title of the document, ((mark, place) …))"""
    editor: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """The same for rules that an editor worked from and no one has held against the official text yet."""
    plain: bool = False
    """Whether there are statements that rest on the editor alone."""

    @property
    def empty(self) -> bool:
        return not (self.sources or self.editor or self.plain)


@dataclass(frozen=True, slots=True)
class Section:
    """One entry in the book."""

    id: str
    path: str
    title: str
    kicker: tuple[str, ...]
    """Type, topic and the like: a small line above the summary."""
    aliases: tuple[str, ...]
    summary: str
    facts: tuple[tuple[str, tuple[Runs, ...]], ...]
    blocks: tuple[Block, ...]
    ticks: tuple[str, tuple[Runs, ...]] | None
    """A list to tick off at the end (留痕材料): its heading and items."""
    closing: tuple[tuple[str, Runs], ...]
    """Labelled lines at the very end: 参见 related entries, 表单 to go with it."""
    flags: tuple[str, ...]
    """待核对, 未登记三审: shown in a draft."""


@dataclass(frozen=True, slots=True)
class BookChapter:
    """A chapter: opening words, entries, questions, notes."""

    title: str
    intro: tuple[Block, ...]
    sections: tuple[Section, ...]
    questions: tuple[Runs, ...]
    notes: Notes


@dataclass(frozen=True, slots=True)
class Appendix:
    """A part behind the chapters that is made of blocks."""

    title: str
    lead: str
    blocks: tuple[Block, ...]
    small: bool = True


@dataclass(frozen=True, slots=True)
class IndexWord:
    """A word of the index: where it sorts, the letter it stands under."""

    word: str
    letter: str


@dataclass(frozen=True, slots=True)
class Book:
    """One composed handbook."""

    id: str
    path: str
    title: str
    title_lines: tuple[str, ...]
    """The title as it stands on the cover."""
    subtitle: str
    edition: str
    publisher: str
    audience: str
    house: str
    """Name of the knowledge base."""
    date: str
    """ISO date of the last change of anything in it, "" where git does not know."""
    style: str
    keywords: tuple[str, ...]
    imprint: tuple[tuple[str, str], ...]
    foreword: tuple[Block, ...]
    foreword_notes: Notes
    guide: tuple[Block, ...]
    chapters: tuple[BookChapter, ...]
    appendices: tuple[Appendix, ...]
    index: tuple[IndexWord, ...]

    @property
    def sheet(self) -> bool:
        """Whether this is a sheet: one entry, or a paper."""
        return self.style in SHEETS


def chinese(number: int) -> str:
    """1 to 999 in Chinese numerals: 十二, 二十, 一百零三."""
    if number >= 100:
        rest = number % 100
        head = f"{NUMERALS[number // 100 - 1]}百"
        return head + (("零" if rest < 10 else "") + ("一" if 10 <= rest < 20 else "") + chinese(rest) if rest else "")
    if number < 10:
        return NUMERALS[number - 1]
    tens, ones = divmod(number, 10)
    return (NUMERALS[tens - 1] if tens > 1 else "") + "十" + (NUMERALS[ones - 1] if ones else "")


def chinese_date(iso: str) -> str:
    """2026-11-21 as 2026年11月21日."""
    year, month, day = iso.split("-")
    return f"{year}年{int(month)}月{int(day)}日"
