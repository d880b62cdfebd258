"""The sketch of an entry is of the characters by which copying is told, and of nothing else."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.checks.traces import SHINGLE, SKETCH, kept_codes, sketch
from kb.schema.policy import normal
from kb.source.markdown import Outline, outline

PIECES = [
    "党支部学习",
    "，",
    "[@a:1]",
    "\n",
    "\n## 做法 一\n",
    "# x",
    "AbC",
    "İ",
    "K",
    "𬭎",
    " ",
    "。",
    "12",
    "第一议题制度的落实情况",
]


@pytest.mark.parametrize("first", range(0, 0x10000, 0x800))
def test_each_character_counts_as_it_does_for_copying(first: int) -> None:
    for code in range(first, first + 0x800):
        if not 0xD800 <= code < 0xE000:
            assert "".join(map(chr, kept_codes(chr(code)).tolist())) == normal(chr(code)), hex(code)


@given(st.text(st.one_of(st.sampled_from("aİK党。 9"), st.characters(codec="utf-8"))))
def test_what_counts_of_a_text(text: str) -> None:
    assert "".join(map(chr, kept_codes(text).tolist())) == normal(text)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_smallest_hashes_of_all_shingles(body: str) -> None:
    found, _ = outline(body)
    assert isinstance(found, Outline)
    text = normal("\n".join(words for _, words in found.sections))
    hashes = set()
    for at in range(len(text) - SHINGLE + 1):
        mixed = 0
        for char in text[at : at + SHINGLE]:
            mixed = (mixed ^ ord(char)) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
            mixed ^= mixed >> 29
        hashes.add(mixed >> 32)
    expected = sorted(hashes)[:SKETCH] if len(text) >= 4 * SHINGLE else []
    reading = SimpleNamespace(outline=found)
    assert np.frombuffer(sketch(reading), dtype="<u4").tolist() == expected  # type: ignore[arg-type]
