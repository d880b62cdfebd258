"""From the forms and question banks a handbook names to its appendices: blank forms, a paper to test oneself, its key."""

from __future__ import annotations

from collections.abc import Iterator

from kb.model.library import Library
from kb.office.form import Grid, blank_of
from kb.office.sheet import TICK
from kb.print.blocks import Block, Cell, Form, Head, Item, List, Para, Run, Runs, Table
from kb.print.book import Appendix
from kb.workpieces.handbooks import Handbook
from kb.workpieces.quizzes import FILL, JUDGE, KINDS, LETTERS, SHORT, Bank, Question

INSTRUCTIONS = {JUDGE: "（　　）", FILL: "（填空）", SHORT: "（简答）"}


def exercises(library: Library, handbook: Handbook) -> Iterator[Appendix]:
    """Forms, questions and answers, as far as the handbook names any that are there."""
    forms = library.pieces.get("forms", {})
    blocks: list[Block] = []
    for name in handbook.forms:
        if name in forms:
            form = forms[name].value
            foot = (f"谁填：{form.filled_by.text}；谁存：{form.kept_by.text}", *(note.text for note in form.notes))
            blank = blank_of(form, foot)
            blocks.append(Head(0, _text(form.title), form_anchor(name)))
            for grid in blank.grids:
                if len(blank.grids) > 1 and grid.heading:
                    blocks.append(Para((Run("strong", grid.heading),)))
                if grid.hint:
                    blocks.append(Para(_text(grid.hint)))
                blocks.append(_grid(grid))
            blocks.append(List(0, tuple(Item((Para(_text(line)),)) for line in blank.foot)))
    yield Appendix("常用表单", "下面的空白表可以复印使用；电子版在知识库“表单与台账”里下载。", tuple(blocks))
    banks = [library.pieces["quizzes"][name].value for name in handbook.quizzes if name in library.pieces.get("quizzes", {})]
    questions = [question for bank in banks for question in _drawn(bank)]
    if questions:
        yield Appendix("自测题", "答案和解析见下一个附录。", (_paper(questions),), False)
        yield Appendix("自测题参考答案", "解析由编者撰写，待核对。", (_key(questions),))


def form_anchor(name: str) -> str:
    """Where a form stands in a book; no entry's id can be the same."""
    return f"b.{name}"


def _text(words: str) -> Runs:
    return (Run("text", words),)


def _grid(grid: Grid) -> Form:
    rows = tuple(
        tuple(
            Cell("" if slot.text == TICK else slot.text, slot.span, slot.head, slot.lines, slot.left, slot.text == TICK)
            for slot in row
        )
        for row in grid.rows
    )
    return Form(grid.widths, rows, grid.head_rows)


def _drawn(bank: Bank) -> list[Question]:
    """As many questions of each kind as a paper of this bank takes, in the bank's order."""
    counts = dict(bank.paper)
    found: list[Question] = []
    for kind in KINDS:
        found += [question for question in bank.questions if question.kind == kind][: counts.get(kind, 0)]
    return found


def _paper(questions: list[Question]) -> List:
    items = []
    for question in questions:
        options = [Para(_text(f"{LETTERS[at]}．{words}")) for at, words in enumerate(question.options) if question.kind != JUDGE]
        items.append(Item((Para(_text(question.ask + INSTRUCTIONS.get(question.kind, ""))), *options)))
    return List(1, tuple(items), True)


def _key(questions: list[Question]) -> Table:
    head = tuple(_text(word) for word in ("题号", "答案", "解析"))
    rows = tuple((_text(str(number)), _text(question.key), _text(question.explain)) for number, question in enumerate(questions, 1))
    return Table(("center", "left", "left"), head, rows, (4, 14, 24))
