"""What `extract` finds in a few passes over arrays is what a plain walk over the characters finds."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search import Document
from kb.search.extract import FEW, HEADING, MANY, ONCE, extract, unfold
from kb.search.normalise import BREAK, folded_units, normalise

PIECES = [
    "党支部",
    "一",
    "二〇二〇",
    "三五",
    "ＡＥＤ",
    "，",
    "“第一”",
    "①㎡",
    "黨員",
    "𬭎",
    "½",
    "\n",
    " ",
    "x",
    "\uffff",
    "\ufffe",
    "\ue000",
]
words = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=12).map("".join)


@given(words, words)
def test_folding_units_is_folding_text(body: str, headings: str) -> None:
    folded, length = folded_units(body, headings)
    assert folded[:length].tobytes().decode("utf-16-le") == normalise(body)
    assert folded[length] == ord(BREAK)
    assert folded[length + 1 :].tobytes().decode("utf-16-le") == normalise(headings)


@pytest.mark.parametrize("first", range(0, 0x10000, 0x800))
def test_every_unit_folds_as_its_character_does(first: int) -> None:
    for code in range(first, first + 0x800):
        if not 0xD800 <= code < 0xE000:
            folded, length = folded_units(chr(code), "")
            assert folded[:length].tobytes().decode("utf-16-le") == normalise(chr(code)), hex(code)


@given(words, words, words)
def test_terms_are_those_of_a_plain_walk(summary: str, heading: str, text: str) -> None:
    found = unfold(extract(Document("a", "a.html", "a", summary=summary, sections=(("", text), (heading, text)))))
    body = BREAK.join([summary, text, text] if summary else [text, text])
    counts: Counter[tuple[int, ...]] = Counter()
    places: dict[tuple[int, ...], int] = {}
    headed: set[tuple[int, ...]] = set()
    for source in (body, heading):
        for clause in normalise(source).split(BREAK):
            units = np.frombuffer(clause.encode("utf-16-le"), dtype="<u2").tolist()
            for term in [*((unit,) for unit in units), *itertools.pairwise(units)]:
                counts[term] += 1
                headed |= {term} if source is heading else set()
            for at, pair in enumerate(itertools.pairwise(units)):
                places[pair] = places.get(pair, 0) | 1 << ((at + units[0]) & 7)
    strength = {
        term: HEADING if term in headed else ONCE if count < 2 else FEW if count < 4 else MANY for term, count in counts.items()
    }
    pairs = sorted(term for term in counts if len(term) == 2)
    assert [(code >> 16, code & 0xFFFF) for code in found.pairs.tolist()] == pairs
    assert found.pair_strength.tolist() == [strength[pair] for pair in pairs]
    assert found.pair_places.tolist() == [places[pair] for pair in pairs]
    units = sorted(term[0] for term in counts if len(term) == 1)
    assert found.units.tolist() == units
    assert found.unit_strength.tolist() == [strength[unit,] for unit in units]
