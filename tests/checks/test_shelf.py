"""What the checks between entries are handed: guesses at what was meant are few, however much is wrong."""

from __future__ import annotations

import pytest

from kb.checks import shelf
from kb.checks.shelf import MAX_GUESSED, Shelf
from kb.checks.titles import known_titles
from kb.model.schema import Schema
from kb.source.library import join


def test_guesses_are_bounded(schema: Schema, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole library whose references were all misread took six minutes to say so."""
    looked: list[str] = []
    monkeypatch.setattr(shelf, "nearest", lambda word, known: looked.append(word) or "near")
    empty = Shelf((), join((), schema, {}), (), known_titles(()))
    answers = [empty.nearest(f"word-{number // 2}") for number in range(4 * MAX_GUESSED)]
    assert len(looked) == MAX_GUESSED
    assert answers == ["near"] * (2 * MAX_GUESSED) + [""] * (2 * MAX_GUESSED)
    assert empty.nearest("word-0") == "near"
