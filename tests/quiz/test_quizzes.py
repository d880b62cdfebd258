"""Question banks: what is read, what is told of faults, when a question counts as out of date, how papers are shuffled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Ran, dress_base

from kb.disk.cache import Cache
from kb.intake import take_in
from kb.outputs.quizzes import Row, _lettered, _shown, _shuffled
from kb.problem import Problem
from kb.project import Project
from kb.workpieces.quizzes import KINDS, LETTERS, Bank, Question

HOUSE = Path(__file__).resolve().parents[2]
GOOD = """\
title: 组织建设
topic: 组织建设
checked: 2026-11-21
questions:
  - id: a-1
    kind: 单选
    ask: 哪份来源写到三会一课？
    options: [江苏, 青海]
    answer: [B]
    explain: 见来源。
    basis: sanhui-yike
    source: [qinghai:4]
    seen: '{seen}'
"""


def problems(base: Path, text: str, name: str = "zuzhi") -> list[Problem]:
    """What `kb check` says of one bank, without the rest of the base."""
    folder = base / "content" / "quizzes"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yml").write_text(text, "utf-8")
    with Cache(base / "cache.sqlite") as cache:
        intake = take_in(Project(base), cache)
    return [problem for problem in intake.problems if problem.spot.path.startswith("content/quizzes/")]


def seen(base: Path) -> str:
    """What a question on the entry of the base should keep now, as the hint tells it."""
    (told,) = problems(base, GOOD.format(seen="00000000"))
    assert (told.code, told.spot.line, str(told.level)) == ("quiz-outdated", 5, "提醒")
    return told.hint.split("'")[1]


def test_a_good_bank_is_silent(base: Path) -> None:
    assert problems(base, GOOD.format(seen=seen(base))) == []


def test_a_changed_basis_is_told(base: Path) -> None:
    """The flag goes up with a change of the entry, and down once someone has looked."""
    text = GOOD.format(seen=seen(base))
    entry = base / "content/methods/sanhui-yike.md"
    entry.write_text(entry.read_text("utf-8").replace("年初列计划", "年初列出计划"), "utf-8")
    (told,) = problems(base, text)
    assert "三会一课" in told.message and "在出题以后改过" in told.message
    assert problems(base, GOOD.format(seen=told.hint.split("'")[1])) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("answer: [B]", "answer: [C]", "quiz-answer", 9),
        ("answer: [B]", "answer: [A, B]", "quiz-answer", 9),
        ("answer: [B]", "answer: []", "quiz-answer", 9),
        ("options: [江苏, 青海]", "options: [青海, 青海]", "quiz-answer", 8),
        ("options: [江苏, 青海]", "options: [青海]", "quiz-answer", 8),
        ("kind: 单选", "kind: 多选", "quiz-answer", 9),
        ("kind: 单选", "kind: 判断", "quiz-answer", 9),
        ("kind: 单选", "kind: 填空", "quiz-answer", 9),
        ("kind: 单选", "kind: 单选择", "not-an-option", 6),
        ("id: a-1", "id: 第一题", "bad-id", 5),
        ("basis: sanhui-yike", "basis: sanhui", "dangling-reference", 11),
        ("source: [qinghai:4]", "source: [qinghai:9]", "no-such-place", 12),
        ("source: [qinghai:4]", "source: [qinghia:4]", "unknown-source", 12),
        ("source: [qinghai:4]", "source: [编者]", "quiz-source", 12),
        ("source: [qinghai:4]", "source: [qinghai:5]", "quiz-source", 5),
        ("topic: 组织建设", "topic: 组织", "not-in-vocabulary", 1),
        ("checked: 2026-11-21", "checked: 昨天", "bad-date", 3),
        ("explain: 见来源。", "explian: 见来源。", "unknown-field", 10),
    ],
)  # fmt: skip
def test_faults_are_located(base: Path, old: str, new: str, code: str, line: int) -> None:
    good = GOOD.format(seen=seen(base))
    assert good.count(old) == 1
    assert (code, line) in [(told.code, told.spot.line) for told in problems(base, good.replace(old, new))]


def test_an_answer_may_stand_in_an_article(base: Path, kb: Callable[..., Ran]) -> None:
    """Pages, data and papers name the entry and its article, marked as not confirmed; a paragraph may be written 第4段."""
    dress_base(base)
    text = GOOD.format(seen=seen(base)).replace("[qinghai:4]", "[qinghai:第4段, 'zhibu-gongzuo-tiaoli:第十二条']")
    (base / "content/quizzes/zuzhi.yml").write_text(text, "utf-8")
    ran = kb(base, "build")
    assert ran.status == 0, ran.out + ran.err
    site = base / "site_build/site"
    page, data, paper = (
        (site / f"quizzes/{name}").read_text("utf-8") for name in ("zuzhi.html", "data/zuzhi.js", "paper-zuzhi-a.html")
    )
    for found in (page, data, paper):
        assert "支部工作条例" in found and "第十二条（待核对）" in found and "青海第4段" in found and "第第" not in found
    assert "《支部工作条例》第十二条（待核对）" in paper
    assert 'href="../rules/zhibu-gongzuo-tiaoli.html">支部工作条例第十二条' in page
    assert 'href="../sources/qinghai.html#p4"' in page


def test_one_id_stands_for_one_question(base: Path) -> None:
    good = GOOD.format(seen=seen(base))
    question = good.partition("questions:\n")[2]
    assert [told.code for told in problems(base, good + question)] == ["duplicate-id"]
    assert problems(base, good) == []
    assert [told.code for told in problems(base, good, "zz-other")] == ["duplicate-id"], "the same id in two banks"


def test_names_the_site_needs_are_refused(base: Path) -> None:
    assert "bad-file-name" in [told.code for told in problems(base, GOOD.format(seen=""), "mock")]


@pytest.fixture(scope="module")
def banks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Bank]:
    """The banks of the repository."""
    with Cache(tmp_path_factory.mktemp("cache") / "kb.sqlite") as cache:
        pieces = take_in(Project(HOUSE), cache).library.pieces["quizzes"]
    return {name: piece.value for name, piece in pieces.items()}


def test_enough_questions_of_every_kind(banks: dict[str, Bank]) -> None:
    questions = [question for bank in banks.values() for question in bank.questions]
    assert len(questions) >= 120
    assert {question.kind for question in questions} == set(KINDS)
    assert all(question.basis and question.sources and question.explain for question in questions)


def test_right_answers_stand_at_all_places(banks: dict[str, Bank]) -> None:
    """A reader who always ticks the same letter does no better than chance."""
    places = [question.right[0] for bank in banks.values() for question in bank.questions if question.kind == "单选"]
    assert all(places.count(place) < 0.4 * len(places) for place in range(4))
    truths = [question.right[0] for bank in banks.values() for question in bank.questions if question.kind == "判断"]
    assert 0 < sum(truths) < len(truths)


def test_two_variants_ask_the_same(banks: dict[str, Bank]) -> None:
    """Both papers hold the same questions in another order; each key names the same right words."""
    rows = [Row(question, None, False, [], "") for question in banks["jilv"].questions]
    one, other = _shuffled(rows, "jilv-a"), _shuffled(rows, "jilv-b")
    assert {row.question.id for row in one} == {row.question.id for row in other}
    assert one != other and one == _shuffled(rows, "jilv-a")
    moved = 0
    for row in rows:
        answers = []
        for seed in ("jilv-a", "jilv-b"):
            options, key = _lettered(row.question, seed)
            words = dict(options)
            answers.append({words[letter] for letter in key} if options else {key})
        assert answers[0] == answers[1] == right(row.question)
        moved += _lettered(row.question, "jilv-a") != _lettered(row.question, "jilv-b")
    assert moved > len(rows) / 3


def right(question: Question) -> set[str]:
    """The words of the right options, or the key as it stands."""
    if question.kind in {"单选", "多选"}:
        assert len(question.options) <= len(LETTERS)
        return {question.options[place] for place in question.right}
    return {question.key}


def test_blanks_are_drawn(banks: dict[str, Bank]) -> None:
    for bank in banks.values():
        for question in bank.questions:
            if question.kind == "填空":
                assert _shown(question).count("＿＿＿＿") == len(question.blanks)
