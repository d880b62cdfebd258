"""From `extra:` of mkdocs.yml to what this house asks for: which reviews, and against which source texts copying is told."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from kb.model.schema import ReviewRule
from kb.problem import Notebook, Problem
from kb.project import Project
from kb.schema.kinds import nearest
from kb.syntax.sealing import STAGES
from kb.syntax.tree import Mapping as Tree
from kb.syntax.tree import Node, Scalar, Sequence, parse_tree

RUN = 14
"""Characters: a run this long is no accident; official names of fewer characters are not told."""
MAX_TEXT_BYTES = 3_000_000
"""Bound on one source text, so that a wrong folder cannot fill the memory."""
MAX_RUNS = 3_000_000
VISIBILITIES = ("公开", "内部")
_SILENT = re.compile(r"[^0-9a-z\u3400-\u9fff]+")


class Policy(NamedTuple):
    """What mkdocs.yml asks for; `digest` changes whenever any of it does."""

    review: tuple[ReviewRule, ...]
    runs: Mapping[str, str]
    problems: list[Problem]
    digest: bytes


def read_policy(project: Project, types: Collection[str], documents: Collection[str]) -> Policy:
    """The policy of a project; that mkdocs.yml cannot be read is told elsewhere (`SchemaLoader`)."""
    notes = Notebook("mkdocs.yml")
    try:
        tree = parse_tree(project.mkdocs_yml.read_text("utf-8"), Notebook("mkdocs.yml"))
    except (FileNotFoundError, UnicodeDecodeError):
        tree = None
    extra = tree.get("extra") if isinstance(tree, Tree) else None
    asked = extra.get("review") if isinstance(extra, Tree) else None
    rules = _rules(asked, notes, types) if asked is not None else ()
    folder = extra.get("source_texts") if isinstance(extra, Tree) else None
    digest = hashlib.blake2b(repr(rules).encode(), digest_size=16)
    runs: dict[str, str] = {}
    if isinstance(folder, Scalar) and folder.text.strip():
        runs = _runs(project.root / Path(folder.text.strip()).expanduser(), documents, digest)
    return Policy(rules, runs, notes.problems, digest.digest())


def normal(text: str) -> str:
    """The characters by which copying is told: no punctuation, no blanks, no case."""
    return _SILENT.sub("", text.lower())


def _rules(node: Node, notes: Notebook, types: Collection[str]) -> tuple[ReviewRule, ...]:
    if not isinstance(node, Sequence):
        if not (isinstance(node, Scalar) and not node.text.strip()):
            notes.add(
                "wrong-kind", node.at, "extra.review 应是列表", "每项写 types、visibility、stages，如 {stages: [初审, 复审, 终审]}"
            )
        return ()
    rules = []
    for item in node.items:
        if not isinstance(item, Tree):
            notes.add(
                "wrong-kind", item.at, "extra.review 的每一项应分项写明", "如 {visibility: [公开], stages: [初审, 复审, 终审]}"
            )
            continue
        found = {
            key: _words(item.get(key), notes, key, allowed)
            for key, allowed in (("types", types), ("visibility", VISIBILITIES), ("stages", STAGES))
        }
        for key, _ in item.pairs:
            if key.text not in found:
                notes.add("unknown-field", key.at, f"extra.review 没有“{key.text}”这一项", "可写：types、visibility、stages")
        stages = tuple(stage for stage in STAGES if stage in found["stages"])
        rules.append(ReviewRule(found["types"], found["visibility"], stages))
    return tuple(rules)


def _words(node: Node | None, notes: Notebook, key: str, allowed: Collection[str]) -> tuple[str, ...]:
    if node is None:
        return ()
    if not isinstance(node, Sequence):
        notes.add("wrong-kind", node.at, f"extra.review 的 {key} 应是列表", "写成 [甲, 乙]")
        return ()
    words = []
    for item in node.items:
        word = item.text.strip() if isinstance(item, Scalar) else ""
        if word in allowed:
            words.append(word)
        else:
            near = nearest(word, allowed)
            hint = (f"是不是“{near}”？" if near else "") + f"可选：{'、'.join(allowed)}"
            notes.add("not-an-option", item.at, f"extra.review 的 {key} 里没有“{word[:20]}”", hint)
    return tuple(words)


def _runs(folder: Path, documents: Collection[str], digest: hashlib.blake2b) -> dict[str, str]:
    """Every run of RUN characters in <folder>/<document>.txt; a text that is not there is simply not compared."""
    runs: dict[str, str] = {}
    for document in sorted(documents):
        try:
            with (folder / f"{document}.txt").open("rb") as file:
                data = file.read(MAX_TEXT_BYTES)
        except OSError:
            continue
        digest.update(document.encode() + b"\0" + data)
        text = normal(data.decode("utf-8", "ignore"))
        for at in range(min(len(text) - RUN + 1, MAX_RUNS - len(runs))):
            runs.setdefault(text[at : at + RUN], document)
    return runs
