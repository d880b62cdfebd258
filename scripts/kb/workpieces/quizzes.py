"""From content/quizzes/<id>.yml to a bank of questions (题库), and what is wrong or out of date in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.model.entry import Card
from kb.model.library import Library
from kb.model.value import EDITOR, Cite
from kb.problem import Level, Problem, Spot
from kb.schema.kinds import SLUG, nearest
from kb.schema.record import Record
from kb.workpieces.grounds import Grounds, Mention, check_mentions
from kb.workpieces.kind import Piece, WorkpieceKind

SINGLE, MULTIPLE, JUDGE, FILL, SHORT = "单选", "多选", "判断", "填空", "简答"
KINDS = (SINGLE, MULTIPLE, JUDGE, FILL, SHORT)
TRUTH = ("对", "错")
BLANK = re.compile(r"（[\s\u3000]+）")
"""A blank of a fill-in question: full-width brackets with nothing but space between them."""
LETTERS = "ABCDEFGH"
SEEN_LENGTH = 8
PAPER = {SINGLE: 10, MULTIPLE: 5, JUDGE: 5, FILL: 3, SHORT: 1}
"""Questions of each kind on a printed paper, where a bank does not say otherwise."""
RESERVED = re.compile(r"index|mock|wrong|data|paper-.*")
_DATE = re.compile(r"[1-9][0-9]{3}-[01][0-9]-[0-3][0-9]")
BANK_KEYS = ("title", "topic", "description", "checked", "paper", "questions")
QUESTION_KEYS = ("id", "kind", "ask", "options", "answer", "explain", "basis", "source", "seen")


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Choices have `options` and `right` (places of the right ones); 填空 has `blanks`, each with
    every accepted wording; 简答 has the `points` an answer is held against."""

    id: str
    kind: str
    ask: str
    options: tuple[str, ...]
    right: tuple[int, ...]
    blanks: tuple[tuple[str, ...], ...]
    points: tuple[str, ...]
    explain: str
    basis: str
    sources: tuple[Cite, ...]
    seen: str
    """First digits of the basis entry's digest when someone last held the question against it."""
    line: int
    mentions: tuple[Mention, ...]

    @property
    def key(self) -> str:
        """The answer in words: letters, 对 or 错, the blanks, the points."""
        if self.kind in {SINGLE, MULTIPLE}:
            return "".join(LETTERS[place] for place in self.right)
        if self.kind == JUDGE:
            return TRUTH[self.right[0]]
        return "；".join(blank[0] for blank in self.blanks) or "；".join(self.points)


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank of questions; `paper` says how many of each kind a printed paper takes."""

    title: str
    topic: str
    description: str
    checked: str
    paper: tuple[tuple[str, int], ...]
    questions: tuple[Question, ...]


def seen_of(digest: bytes) -> str:
    """What a question keeps of its basis entry's digest."""
    return digest.hex()[:SEEN_LENGTH]


def read(name: str, record: Record) -> Bank | None:
    """A bank from its file; faulty questions are noted and left out."""
    record.known(*BANK_KEYS)
    if RESERVED.fullmatch(name):
        record.notes.add("bad-file-name", (1, 1), f"“{name}”留给站点自己用", "题库文件换一个名字，如主题的拼音")
        return None
    checked = record.text("checked", "")
    if checked and not _DATE.fullmatch(checked):
        record.notes.add("bad-date", record.pairs["checked"].at, f"核对日期“{checked[:20]}”不合写法", "写成 2026-11-21")
    questions: dict[str, Question] = {}
    for item in record.records("questions", "题目"):
        question = _question(item)
        if question is None:
            continue
        if question.id in questions:
            item.notes.add("duplicate-id", item.node.at, f"题号“{question.id}”用了两次", "每道题一个题号，用过的不再用")
        else:
            questions[question.id] = question
    if not questions:
        record.notes.add("quiz-empty", record.node.at, "题库里没有能用的题目", "在 questions 下至少写一道题", Level.WARNING)
    return Bank(
        record.text("title"),
        record.text("topic", ""),
        record.text("description", ""),
        checked,
        _paper(record),
        tuple(questions.values()),
    )


def _paper(record: Record) -> tuple[tuple[str, int], ...]:
    node = record.pairs.get("paper")
    if node is None:
        return tuple(PAPER.items())
    counts = Record(node, record.notes, "试卷的题数")
    counts.known(*KINDS)
    return tuple((kind, counts.integer(kind)) for kind in KINDS if counts.integer(kind))


def _question(item: Record) -> Question | None:
    item.known(*QUESTION_KEYS)
    name, kind, ask = item.text("id"), item.text("kind"), item.text("ask")
    if name and not SLUG.fullmatch(name):
        item.notes.add("bad-id", item.pairs["id"].at, f"题号“{name[:40]}”不合写法", "只用小写字母、数字和连字符，如 zz-01")
        return None
    if kind not in KINDS:
        if kind:
            near = nearest(kind, KINDS)
            hint = (f"是不是“{near}”？" if near else "") + f"可写：{'、'.join(KINDS)}"
            item.notes.add("not-an-option", item.pairs["kind"].at, f"没有“{kind[:20]}”这种题", hint)
        return None
    if not name or not ask:
        return None
    options, answer = item.texts("options"), item.texts("answer")
    right = _right(item, kind, options, answer)
    if right is None:
        return None
    grounds = Grounds()
    basis = grounds.entries(item, "basis", "依据条目")
    item.text("basis")
    return Question(
        name,
        kind,
        ask,
        TRUTH if kind == JUDGE else options,
        right,
        tuple(tuple(part.strip() for part in blank.split("|")) for blank in answer) if kind == FILL else (),
        answer if kind == SHORT else (),
        item.text("explain"),
        basis[0].target if basis else "",
        _sources(item, grounds),
        item.text("seen", ""),
        item.node.at[0],
        tuple(grounds.mentions),
    )


def _right(item: Record, kind: str, options: tuple[str, ...], answer: tuple[str, ...]) -> tuple[int, ...] | None:
    """Places of the right options, () for kinds without any, None (and a note) where the answer does not fit."""
    at = item.pairs.get("answer", item.node).at

    def wrong(message: str, hint: str) -> None:
        item.notes.add("quiz-answer", at, message, hint)

    if not answer or not all(answer):
        wrong("这道题没有答案", "写成列表：选择题写字母 [A, C]，判断题写 [对]，填空题一空一项")
        return None
    if kind in {SINGLE, MULTIPLE}:
        if not 2 <= len(options) <= len(LETTERS) or len(set(options)) < len(options):
            place = item.pairs.get("options", item.node).at
            twice = next((one for one in options if options.count(one) > 1), "")
            message = f"选项“{twice[:20]}”写了两次" if twice else f"选项有 {len(options)} 个"
            item.notes.add("quiz-answer", place, message, f"写 2 到 {len(LETTERS)} 个互不相同的选项")
            return None
        letters = LETTERS[: len(options)]
        if any(len(letter) != 1 or letter not in letters for letter in answer) or len(set(answer)) < len(answer):
            wrong(
                f"答案“{'、'.join(answer)[:40]}”不在选项里，或有重复", f"用选项的字母 {letters[0]} 到 {letters[-1]}，每个只写一次"
            )
            return None
        if (len(answer) == 1) != (kind == SINGLE):
            wrong(f"{kind}题写了 {len(answer)} 个答案", "单选题一个答案，多选题至少两个")
            return None
        return tuple(sorted(letters.index(letter) for letter in answer))
    if kind == JUDGE:
        if len(answer) != 1 or answer[0] not in TRUTH:
            wrong(f"判断题的答案不能是“{'、'.join(answer)[:40]}”", "写 [对] 或 [错]")
            return None
        return (TRUTH.index(answer[0]),)
    blanks = len(BLANK.findall(item.text("ask")))
    if kind == FILL and blanks != len(answer):
        wrong(f"题目里有 {blanks} 个空，答案写了 {len(answer)} 个", "空写作（　　），答案按顺序一空一项；几种写法都算对的用 | 隔开")
        return None
    return ()


def _sources(item: Record, grounds: Grounds) -> tuple[Cite, ...]:
    """The paragraphs (`jiangsu:7`) or articles (`zhibu-gongzuo-tiaoli:第十二条`) that the answer stands in."""
    found = []
    for words in item.texts("source"):
        key, _, place = words.partition(":")
        found.append(Cite(key.strip(), place.strip()))
        if key.strip() == EDITOR:
            hint = "写来源的段（jiangsu:7）或制度的条款（zhibu-gongzuo-tiaoli:第十二条）；编者的建议不考"
            item.notes.add("quiz-source", item.pairs["source"].at, "题目的答案不能只凭编者", hint)
        grounds.mentions.append(Mention("出处", key.strip(), place.strip(), "来源", *item.pairs["source"].at))
    if not found:
        item.notes.add(
            "missing-field", item.node.at, "题目缺少“source”", "写明答案在来源的哪一段，如 source: [jiangsu:7]，或制度的哪一条"
        )
    return tuple(found)


def check(piece: Piece, library: Library) -> Iterator[Problem]:
    """What a bank points at is there, no other bank has the same question id, and no basis has changed unseen."""
    bank: Bank = piece.value
    topics = library.schema.vocabularies["topics"].words()
    if bank.topic and bank.topic not in topics:
        hint = f"可写：{'、'.join(topics)}"
        yield Problem("not-in-vocabulary", Spot(piece.path, 1, 1), f"题库的主题“{bank.topic[:20]}”不在词表里", hint)
    others = {
        question.id: other.path
        for key, other in library.pieces.get("quizzes", {}).items()
        if key < piece.id
        for question in other.value.questions
    }
    for question in bank.questions:
        spot = Spot(piece.path, question.line, 1)
        yield from check_mentions(piece.path, question.mentions, library)
        if question.id in others:
            yield Problem("duplicate-id", spot, f"题号“{question.id}”已被 {others[question.id]} 用了", "题号在全部题库里不能重复")
        card = library.cards.get(question.basis)
        if card is None or card.id in library.unread:
            continue
        if not card.published:
            message = f"题目依据的“{card.title}”还是“{card.status}”"
            yield Problem("reference-unpublished", spot, message, "发布那一条，或换一个依据", Level.WARNING)
        for cite in question.sources:
            if not _stands_in(cite, card, library):
                message = f"题目“{question.id}”的出处“{cite.key}:{cite.place}”在它依据的条目“{card.title}”里没有引"
                yield Problem("quiz-source", spot, message, "换成那一条引的出处，或换一个依据条目", Level.WARNING)
        now = seen_of(library.digests.get(card.path, b""))
        if now and question.seen != now:
            message = f"题目“{question.id}”依据的条目“{card.title}”{'在出题以后改过' if question.seen else '还没有核对过'}"
            hint = f"对照条目看题目和答案，无误后运行 kb seen {question.basis}（写上 seen: '{now}'）"
            yield Problem("quiz-outdated", spot, message, hint, Level.WARNING)


def _stands_in(cite: Cite, card: Card, library: Library) -> bool:
    """Whether an entry cites this paragraph, or this rule."""
    if cite.key not in library.schema.documents:
        return cite.key in card.targets or cite.key not in library.cards
    number = "".join(char for char in cite.place if char.isdigit())
    return not number or (cite.key, int(number)) in card.documents


QUIZZES = WorkpieceKind("quizzes", "题库", read, check)
