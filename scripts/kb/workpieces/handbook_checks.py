"""What is wrong with a handbook: entries that are not there, words outside the vocabularies, empty chapters, rings of includes."""

from __future__ import annotations

from collections.abc import Iterator

from kb.model.library import Library
from kb.problem import Problem, Spot
from kb.schema.kinds import nearest
from kb.workpieces.grounds import check_mentions
from kb.workpieces.handbooks import VOCABULARIES, Handbook, Word, chapters_of, read
from kb.workpieces.kind import Piece, WorkpieceKind


def check(piece: Piece, library: Library) -> Iterator[Problem]:
    """Entries that are not there, not published or not of this edition; words outside the vocabularies; empty
    selections; rings of includes."""
    handbook: Handbook = piece.value
    yield from check_mentions(piece.path, handbook.mentions, library)
    for word in handbook.audience:
        yield from _check_word("audience", word, piece.path, library)
    filled = {id(chapter.plan): chapter for chapter in chapters_of(handbook, library)}
    absent = handbook.inner and library.edition == "公开"
    for plan in handbook.chapters:
        if plan.include is not None:
            yield from _check_include(plan.include, piece, library)
            continue
        for word in (*plan.entries, *plan.without, *(word for question in plan.questions for word in question.see)):
            yield from _check_entry(word, piece.path, library, absent)
        faults = [
            problem
            for key, wanted in plan.select.items()
            for word in wanted
            for problem in _check_word(key, word, piece.path, library)
        ]
        yield from faults
        known = all(word in library.cards for word in plan.entries)
        if (
            not absent
            and not faults
            and not library.unread
            and known
            and (plan.entries or plan.select)
            and not filled[id(plan)].cards
        ):
            hint = "放宽条件，或改用 entries 列出条目编号；前面的章已收的条目，后面的章不再选"
            yield Problem("empty-selection", Spot(piece.path, *plan.at), f"“{plan.title[:30]}”一条也没有选到", hint)
    seen: dict[str, Word] = {}
    for plan in handbook.chapters:
        for word in plan.entries:
            if word in seen:
                hint = f"第 {seen[word].at[0]} 行已经收了它，留一处即可"
                yield Problem("repeated-item", Spot(piece.path, *word.at), f"条目“{word}”收了两次", hint)
            seen.setdefault(word, word)
    for folder, words in (("forms", handbook.forms), ("quizzes", handbook.quizzes)):
        pieces = library.pieces.get(folder, {})
        for word in words:
            if word not in pieces:
                near = nearest(word, pieces)
                hint = f"是不是“{near}”（{pieces[near].value.title}）？" if near else f"见 content/{folder}/"
                yield Problem("dangling-reference", Spot(piece.path, *word.at), f"content/{folder}/ 里没有“{word[:60]}”", hint)


def _check_entry(word: Word, path: str, library: Library, absent: bool) -> Iterator[Problem]:
    spot = Spot(path, *word.at)
    card = library.cards.get(word)
    if word in library.unread:
        return
    if card is None:
        near = nearest(word, library.cards)
        hint = f"是不是“{near}”{library.named(near)}？" if near else "编号就是文件名去掉 .md"
        yield Problem("dangling-reference", spot, f"没有“{word[:60]}”这一条", hint)
    elif not card.published:
        hint = "等它发布以后再收，或先删去这个编号"
        yield Problem("entry-unpublished", spot, f"条目“{card.title}”还没有发布（{card.status}）", hint)
    elif card.id not in library.shown and not absent:
        hint = "删去这个编号，或在手册里写 visibility: 内部（只在内部版里印制）"
        yield Problem("entry-out-of-edition", spot, f"条目“{card.title}”是内部条目，不进公开版", hint)


def _check_word(key: str, word: Word, path: str, library: Library) -> Iterator[Problem]:
    schema = library.schema
    known: dict[str, str]
    if key == "type":
        known = {name: name for kind in schema.types.values() for name in (kind.name, kind.label)}
    elif key == "source":
        known = {name: name for name in schema.documents}
    elif key == "year":
        known = {card.year: card.year for card in library.shown.values() if card.year}
    else:
        known = schema.vocabularies[VOCABULARIES[key]].words()
    if word not in known:
        near = nearest(word, known)
        hint = (f"是不是“{near}”？" if near else "") + f"可写：{'、'.join(list(known)[:30])}"
        yield Problem("not-in-vocabulary", Spot(path, *word.at), f"{key} 里没有“{word[:30]}”", hint)


def _check_include(word: Word, piece: Piece, library: Library) -> Iterator[Problem]:
    spot = Spot(piece.path, *word.at)
    handbooks = library.pieces.get("handbooks", {})
    if word not in handbooks:
        near = nearest(word, handbooks)
        hint = f"是不是“{near}”？" if near else f"已有：{'、'.join(handbooks)}"
        yield Problem("dangling-reference", spot, f"没有“{word[:60]}”这本手册", hint)
        return
    # walk what it brings along: a ring leads back here
    trail = [piece.id]
    todo: list[tuple[str, tuple[str, ...]]] = [(str(word), (piece.id,))]
    while todo:
        name, above = todo.pop()
        if name == piece.id:
            ring = " → ".join((*above, name))
            yield Problem("include-loop", spot, f"手册互相包含，绕成了圈：{ring}", "删去其中一处 include")
            return
        inner = handbooks.get(name)
        if name in trail or inner is None:
            continue
        trail.append(name)
        todo += [(str(plan.include), (*above, name)) for plan in inner.value.chapters if plan.include is not None]


HANDBOOKS = WorkpieceKind("handbooks", "手册", read, check)
