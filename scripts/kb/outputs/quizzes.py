"""From question banks to practice pages, a mock test, a book of wrong answers and printed papers in two variants."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from kb.model.entry import Card
from kb.outputs.plan import Plan, Site
from kb.outputs.tools import PLATE
from kb.render.context import Page
from kb.workpieces.grounds import cites_of, told
from kb.workpieces.kind import Piece
from kb.workpieces.quizzes import BLANK, FILL, JUDGE, KINDS, LETTERS, MULTIPLE, SHORT, SINGLE, Bank, Question, seen_of

VARIANTS = (("a", "A"), ("b", "B"))
WHOLE_PAPER = ((SINGLE, 20), (MULTIPLE, 10), (JUDGE, 10), (FILL, 5), (SHORT, 2))
"""Questions of each kind on the paper that draws from all banks."""
INSTRUCTION = {
    SINGLE: "每题只有一个正确答案",
    MULTIPLE: "每题有两个以上正确答案，多选、少选都不得分",
    JUDGE: "对的打√，错的打×",
    FILL: "在横线上填写",
    SHORT: "写出要点",
}


class Row(NamedTuple):
    """A question with the entry it rests on; `stale` where that entry changed since the question was checked."""

    question: Question
    basis: Card | None
    stale: bool
    sources: list[tuple[str, str]]
    """Where the answer stands: in words, and the address from the site's root."""
    cited: str
    """The same in one line, for paper."""


class Line(NamedTuple):
    """A question as it stands on a paper: its number, words, lettered options, answer."""

    number: int
    ask: str
    options: list[tuple[str, str]]
    key: str
    row: Row


def plan(site: Site) -> Iterator[Plan]:
    """quizzes/: index, a practice page and its data per bank, mock test, wrong answers, papers."""
    pieces: list[Piece] = sorted(site.library.pieces.get("quizzes", {}).values(), key=lambda piece: piece.id)
    topics = [term.value for term in site.library.schema.vocabularies["topics"].terms]
    pieces.sort(key=lambda piece: topics.index(piece.value.topic) if piece.value.topic in topics else len(topics))
    banks = [(piece, rows_of(site, piece.value)) for piece in pieces]
    counts = [
        (piece.id, piece.value, [(kind, _count(piece.value, kind)) for kind in KINDS], sum(row.stale for row in rows))
        for piece, rows in banks
    ]
    listed = [(piece.id, piece.value.title, len(piece.value.questions)) for piece, _ in banks]
    total = sum(count for _, _, count in listed)
    shared = {"banks": counts, "total": total, "kinds": KINDS}
    for name, title, description in (
        ("index", "题库", "按主题练习、模拟测试、错题本和可打印的试卷，题目只考条目写明的内容"),
        ("mock", "模拟测试", "从题库随机抽题，限时作答，交卷看分数；成绩只留在这台电脑的浏览器里"),
        ("wrong", "错题本", "答错的题都在这里，做对一次就移出；只留在这台电脑的浏览器里"),
    ):
        key = [(piece.id, piece.digest, stale) for (piece, _), (_, _, _, stale) in zip(banks, counts, strict=True)]
        yield site.page(
            f"quizzes/{name}.html",
            PLATE,
            f"pages/quiz_{name}.html.j2",
            title,
            description,
            key,
            lambda page: shared | {"listed": listed},
        )
    for piece, rows in banks:
        yield from _bank(site, piece, rows)
    if banks:
        every = [row for _, rows in banks for row in rows]
        digests = [piece.digest for piece, _ in banks]
        yield from _papers(site, "all", "综合", WHOLE_PAPER, every, digests)


def rows_of(site: Site, bank: Bank) -> list[Row]:
    found = []
    for question in bank.questions:
        card = site.library.shown.get(question.basis)
        stale = card is not None and question.seen != seen_of(site.digests[card.path])
        sources = [told(cite, site.library) for cite in question.sources]
        found.append(Row(question, card, stale, sources, cites_of(question.sources, site.library)))
    return found


def _count(bank: Bank, kind: str) -> int:
    return sum(question.kind == kind for question in bank.questions)


def _bank(site: Site, piece: Piece, rows: list[Row]) -> Iterator[Plan]:
    bank: Bank = piece.value
    parts = (piece.digest, state_of(rows))

    def values(page: Page) -> dict[str, Any]:
        groups = [(kind, [row for row in rows if row.question.kind == kind]) for kind in KINDS]
        return {
            "bank": bank,
            "name": piece.id,
            "groups": [(kind, found) for kind, found in groups if found],
            "letters": LETTERS,
            "shown": _shown,
        }

    title = f"{bank.title}：练习"
    yield site.page(f"quizzes/{piece.id}.html", PLATE, "pages/quiz_bank.html.j2", title, bank.description, parts, values)
    yield Plan(f"quizzes/data/{piece.id}.js", site.digest("quiz-data", *parts), lambda: _data(site, piece, rows))
    yield from _papers(site, piece.id, bank.title, bank.paper, rows, [piece.digest])


def state_of(rows: Iterable[Row]) -> list[tuple[object, ...]]:
    """What a page shows of the entries behind the questions."""
    return [
        (row.question.id, row.basis.title if row.basis else "", row.basis.type if row.basis else "", row.stale, row.sources)
        for row in rows
    ]


def _shown(question: Question) -> str:
    """The question as it stands on a page: blanks drawn as lines."""
    return BLANK.sub("＿＿＿＿", question.ask)


def _data(site: Site, piece: Piece, rows: list[Row]) -> bytes:
    """The bank as the script reads it; addresses count from the site's root."""
    questions = [
        {
            "id": row.question.id,
            "kind": row.question.kind,
            "ask": _shown(row.question),
            "options": row.question.options,
            "right": row.question.right,
            "blanks": row.question.blanks,
            "points": row.question.points,
            "key": row.question.key,
            "explain": row.question.explain,
            "basis": [row.basis.title, site.library.url(row.basis)] if row.basis else None,
            "source": row.sources,
            "stale": row.stale,
        }
        for row in rows
    ]
    data = json.dumps({"title": piece.value.title, "questions": questions}, ensure_ascii=False, separators=(",", ":"))
    return f"kbQuiz({json.dumps(piece.id)},{data});\n".encode()


def _papers(
    site: Site, name: str, title: str, paper: tuple[tuple[str, int], ...], rows: list[Row], digests: list[bytes]
) -> Iterator[Plan]:
    """Two variants of one paper: the same questions, in another order, with their options in another order."""
    chosen = chosen_of(name, paper, rows)
    for variant, letter in VARIANTS:
        yield site.page(
            f"quizzes/paper-{name}-{variant}.html",
            PLATE,
            "pages/quiz_paper.html.j2",
            f"{title}试卷（{letter}卷）",
            f"{title}试卷{letter}卷，可直接打印，答案另起一页",
            (digests, [(kind, state_of(found)) for kind, found in chosen]),
            _paper(name, title, variant, letter, chosen),
        )


def chosen_of(name: str, paper: Iterable[tuple[str, int]], rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """The questions of a paper by kind: the same for all its variants."""
    return [(kind, _shuffled([row for row in rows if row.question.kind == kind], name)[:count]) for kind, count in paper]


def parts_of(name: str, variant: str, chosen: Iterable[tuple[str, list[Row]]]) -> list[tuple[str, str, list[Line]]]:
    """A variant of a paper: (kind, instruction, questions in its order), numbered through."""
    seed = f"{name}-{variant}"
    parts = []
    number = 0
    for kind, rows in chosen:
        lines = []
        for row in _shuffled(rows, seed):
            number += 1
            options, key = _lettered(row.question, seed)
            lines.append(Line(number, _shown(row.question), options, key, row))
        if lines:
            parts.append((kind, INSTRUCTION[kind], lines))
    return parts


def _paper(name: str, title: str, variant: str, letter: str, chosen: list[tuple[str, list[Row]]]) -> Any:
    def values(page: Page) -> dict[str, Any]:
        parts = parts_of(name, variant, chosen)
        other = next((one, words) for one, words in VARIANTS if one != variant)
        return {
            "title": title,
            "name": name,
            "letter": letter,
            "variant": variant,
            "parts": parts,
            "total": sum(len(lines) for _, _, lines in parts),
            "other": other,
            "numerals": "一二三四五",
        }

    return values


def _lettered(question: Question, seed: str) -> tuple[list[tuple[str, str]], str]:
    """Options in the order of this variant, and the answer in its letters."""
    if question.kind not in {SINGLE, MULTIPLE}:
        return [], question.key
    places = sorted(range(len(question.options)), key=lambda place: _order(seed, question.id, question.options[place]))
    options = [(LETTERS[at], question.options[place]) for at, place in enumerate(places)]
    return options, "".join(LETTERS[at] for at, place in enumerate(places) if place in question.right)


def _shuffled(rows: list[Row], seed: str) -> list[Row]:
    return sorted(rows, key=lambda row: _order(seed, row.question.id))


def _order(*parts: str) -> bytes:
    """A place in a shuffle that is the same on every machine and in every year."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).digest()
