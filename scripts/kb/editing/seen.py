"""From an entry that was read again to the questions built on it, marked as held against it: `seen` in the quizzes."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from kb.editing import header
from kb.editing.reading import take, unknown
from kb.model.library import Library
from kb.problem import Notebook
from kb.project import Project
from kb.syntax.tree import Mapping as Tree
from kb.syntax.tree import Node, Scalar, Sequence, parse_tree
from kb.workpieces.kind import read_pieces
from kb.workpieces.quizzes import QUIZZES, Bank, Question, seen_of

_FLOW = re.compile(r"\s*-?\s*\{")


class Built(NamedTuple):
    """A question built on an entry."""

    path: str
    question: Question


def built_on(library: Library) -> Iterator[Built]:
    """All questions of all banks."""
    for piece in library.pieces.get(QUIZZES.folder, {}).values():
        bank: Bank = piece.value
        for question in bank.questions:
            yield Built(piece.path, question)


def digests_of(library: Library) -> dict[str, str]:
    """id of an entry -> what its questions should keep of it."""
    return {card.id: seen_of(library.digests[card.path]) for card in library.cards.values() if card.path in library.digests}


def confirm(project: Project, ids: list[str]) -> int:
    """`kb seen`: mark the questions built on entries as held against them as they are now; without ids, list the
    entries whose questions wait. Exit status as in `kb.cli`."""
    library = take(project).library
    now = digests_of(library)
    late = [one for one in built_on(library) if one.question.basis in now and one.question.seen != now[one.question.basis]]
    if not ids:
        _list(library, late)
        return 0
    cards = {words: library.find(words) for words in ids}
    for words, card in cards.items():
        if card is None:
            print(f"kb：{unknown(words, library)}", file=sys.stderr)
            return 2
    ids = [card.id for card in cards.values() if card]
    wanted = [one for one in late if one.question.basis in ids]
    count = mark(project, {one.path for one in wanted}, {one.question.id: now[one.question.basis] for one in wanted})
    for one in wanted:
        print(f"  {one.path}:{one.question.line} {one.question.id} {one.question.ask[:40]}")
    built = sum(one.question.basis in ids for one in built_on(library))
    print(f"依据这 {len(set(ids))} 条的题目有 {built} 道，{count} 道改记为“已对照现在的条目”。")
    return 0


def _list(library: Library, late: list[Built]) -> None:
    entries: dict[str, list[str]] = {}
    for one in late:
        entries.setdefault(one.question.basis, []).append(one.question.id)
    for key, questions in sorted(entries.items()):
        print(f"  {key}（{library.cards[key].title}）：{'、'.join(questions)}")
    print(f"{len(entries)} 条改过以后，依据它的 {len(late)} 道题还没有对照。对照无误后运行 kb seen 条目编号。")


def mark(project: Project, paths: set[str], seen: Mapping[str, str]) -> int:
    """Write what each question (by its id) has seen into the quizzes; every other byte stays. How many were written."""
    count = 0
    drafts: dict[Path, bytes | None] = {}
    for path in sorted(paths):
        before, ends = header.lf(header.read(project.root / path))
        after, done = _marked(before, path, seen)
        if done:
            drafts[project.root / path] = header.restored(after, ends).encode()
            count += done
    header.write_all(drafts)
    return count


def carry(project: Project, edits: Iterable[tuple[str, bytes, bytes]], drafts: dict[Path, bytes | None]) -> None:
    """Let the questions held against entries stay so, where only their form changes: (id, bytes before, bytes after). The
    banks are put among the `drafts`, which may hold them already."""
    held, now = {}, {}
    for key, before, after in edits:
        held[key], now[key] = (seen_of(hashlib.blake2b(data, digest_size=16).digest()) for data in (before, after))
    paths = sorted((project.content / QUIZZES.folder).glob("*.yml"))
    pieces, _ = read_pieces(project, [path.relative_to(project.root).as_posix() for path in paths], [QUIZZES])
    for piece in pieces[QUIZZES.folder].values():
        bank: Bank = piece.value
        fresh = {one.id: now[one.basis] for one in bank.questions if one.basis in held and one.seen == held[one.basis]}
        if fresh:
            path = project.root / piece.path
            text, ends = header.lf((drafts.get(path) or path.read_bytes()).decode())
            drafts[path] = header.restored(_marked(text, piece.path, fresh)[0], ends).encode()


def _marked(text: str, path: str, seen: Mapping[str, str]) -> tuple[str, int]:
    lines = text.split("\n")
    tree = parse_tree(text, Notebook(path))
    questions = tree.get("questions") if isinstance(tree, Tree) else None
    done = 0
    # from the end: a line that comes in moves only what is below it
    for node in reversed(questions.items if isinstance(questions, Sequence) else ()):
        name = node.get("id") if isinstance(node, Tree) else None
        if not isinstance(node, Tree) or not isinstance(name, Scalar) or name.text not in seen:
            continue
        _set(lines, node, seen[name.text])
        done += 1
    return "\n".join(lines), done


def _set(lines: list[str], question: Tree, digest: str) -> None:
    at: dict[str, tuple[Scalar, Node]] = {key.text: (key, value) for key, value in question.pairs}
    if "seen" in at:
        line, column = at["seen"][1].at
        row = lines[line - 1]
        rest = re.sub(r"^(?:'[^']*'|\"[^\"]*\"|[^\s,}#]*)", f"'{digest}'", row[column - 1 :], count=1)
        lines[line - 1] = row[: column - 1] + rest
        return
    line, column = at["basis"][0].at
    row = lines[line - 1]
    if _FLOW.match(row):
        lines[line - 1] = row[: column - 1] + f"seen: '{digest}', " + row[column - 1 :]
    else:
        # behind the line of the basis; where that line opens the question, its dash must stay first
        lines.insert(line, " " * (column - 1) + f"seen: '{digest}'")
