"""From a title and numbered questions to a quiz paper as a sheet that Typst and DOCX set: the paper, then its key on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kb.print.blocks import Block, Head, Item, List, Para, Run, Runs, Table
from kb.print.book import Book, BookChapter, Notes, Section, chinese

SHORT_OPTIONS = 40
"""Characters of all options of a question that still stand in one line."""
ANSWER_LINES = 5
"""Lines to write on below a question that is answered in words."""
GAP = "　　"


class Asked(NamedTuple):
    """A question on a paper: its number, words, options with their letters, answer, why, and what that rests on."""

    number: int
    ask: str
    options: Sequence[tuple[str, str]]
    key: str
    explain: str
    basis: str


class Part(NamedTuple):
    """The questions of one kind; `bracket` is where the answer goes, `room` whether lines to write on follow."""

    kind: str
    instruction: str
    asked: Sequence[Asked]
    bracket: str
    room: bool


def paper_book(name: str, path: str, title: str, house: str, parts: Sequence[Part]) -> Book:
    """The paper; the same parts give the same bytes on any day."""
    total = sum(len(part.asked) for part in parts)
    blocks: list[Block] = [
        Para(_text("支部＿＿＿＿＿＿＿＿＿＿　　姓名＿＿＿＿＿＿＿＿　　得分＿＿＿＿＿＿")),
        Para(_text(f"共 {total} 题。各题分值由本单位定，填在大题后面。")),
    ]
    for place, part in enumerate(parts, 1):
        blocks.append(
            Head(1, _text(f"{chinese(place)}、{part.kind}题（{len(part.asked)} 题，{part.instruction}；每题＿＿分，共＿＿分）"))
        )
        blocks.append(List(part.asked[0].number, tuple(_item(one, part) for one in part.asked), True))
    blocks.append(Head(0, _text(f"{title}答案"), f"key-{name}"))
    head = tuple(_text(word) for word in ("题号", "答案", "解析", "依据"))
    rows = tuple(
        (_text(str(one.number)), _text(one.key), _text(one.explain), _text(one.basis)) for part in parts for one in part.asked
    )
    blocks.append(Table(("center", "left", "left", "left"), head, rows, (3, 7, 15, 9)))
    blocks.append(Para(_text("答案和解析由编者撰写，待核对。")))
    section = Section(name, path, title, (), (), "", (), tuple(blocks), None, (), ())
    return Book(
        name, path, title, (title,), "", "", house, "", house, "", "试卷", (), (), (), Notes(), (),
        (BookChapter(title, (), (section,), (), Notes()),), (), (),
    )  # fmt: skip


def _text(words: str) -> Runs:
    return (Run("text", words),)


def _item(one: Asked, part: Part) -> Item:
    blocks: list[Block] = [Para(_text(one.ask + part.bracket))]
    lettered = [f"{letter}．{words}" for letter, words in one.options]
    if lettered and sum(map(len, lettered)) + len(GAP) * len(lettered) <= SHORT_OPTIONS:
        blocks.append(Para(_text(GAP.join(lettered))))
    else:
        blocks += [Para(_text(words)) for words in lettered]
    if part.room:
        blocks.append(Para((Run("text", "　"), *[Run("break", ""), Run("text", "　")] * (ANSWER_LINES - 1))))
    return Item(tuple(blocks))
