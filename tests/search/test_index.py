"""The index: numbers, files, and the law that a patch equals a clean build."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from hashlib import blake2b
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.search import Change, Document, File, Patch, Scripts, build, patch
from kb.search.extract import extract, unfold
from kb.search.files import held
from kb.search.joining import Joining
from kb.search.packing import pack_text, unpack
from kb.search.shards import BATCH_BITS, PAIRS, UNITS, Shelf, decode, encode, keys_of, shard_of
from kb.search.slots import assign, capacity

MakeFiles = Callable[[list[Document]], list[File]]
MakeIndex = Callable[[list[Document]], dict[str, bytes]]
Mend = Callable[[dict[str, bytes], list[Document], list[Document]], Patch | None]
WORDS = ["三会一课", "党支部", "主题党日", "学习", "制度", "机关", "代表", "监督", "二〇二〇年", "，", "。", "AED", "𬭎"]


@given(st.lists(st.integers(0, 3_000_000)))
def test_numbers_come_back_from_text(numbers: list[int]) -> None:
    text = pack_text(np.array(numbers, dtype=np.int64))
    assert unpack(text).tolist() == numbers
    assert '"' not in text and "\\" not in text
    assert text.isprintable() or not text.isascii()


@given(st.sets(st.text(max_size=8), max_size=60))
def test_numbers_depend_on_the_ids_alone(ids: set[str]) -> None:
    slots = assign(ids)
    assert slots == assign(sorted(ids, reverse=True))
    assert len(set(slots.values())) == len(ids)


@given(st.sets(st.text(max_size=8), max_size=120))
def test_every_entry_stands_at_its_home_or_right_behind_the_one_before(ids: set[str]) -> None:
    slots = assign(ids)
    homes = {id: int.from_bytes(blake2b(id.encode(), digest_size=8).digest(), "big") * capacity(len(ids)) >> 64 for id in ids}
    taken = -1
    for id, slot in slots.items():
        assert slot == max(homes[id], taken + 1)
        taken = slot


def test_a_new_entry_moves_few_others() -> None:
    ids = [f"entry-{number}" for number in range(5000)]
    before = assign(ids)
    moved = []
    for number in range(50):
        after = assign([*ids, f"new-{number}"])
        moved.append(sum(before[id] != after[id] for id in ids))
    assert sum(moved) / len(moved) < 4
    assert capacity(5000) == 8192


def test_keys_come_back_from_shards() -> None:
    found = unfold(extract(Document("a", "a.html", "a", sections=(("做法", "党支部，党支部。党支部书记"),))))
    for family, codes, strength, places in (
        (PAIRS, found.pairs, found.pair_strength, found.pair_places),
        (UNITS, found.units, found.unit_strength, None),
    ):
        keys = np.sort(np.concatenate([keys_of(family, codes, slot, strength, places) for slot in (3, 70, 40_000)]))
        back = [decode(family, number, 7, data) for number, _, data in encode(family, keys, 7)]
        assert np.concatenate(back).tolist() == keys.tolist()
        assert family.codes(family.hashes(codes)).tolist() == codes.tolist()


def test_places_follow_one_another_within_a_clause_only() -> None:
    found = unfold(extract(Document("a", "a.html", "a", sections=(("", "党支部，书记"),))))
    pairs = {chr(code >> 16) + chr(code & 0xFFFF): int(bits) for code, bits in zip(found.pairs, found.pair_places, strict=True)}
    assert set(pairs) == {"党支", "支部", "书记"}
    assert pairs["支部"] == (pairs["党支"] << 1 | pairs["党支"] >> 7) & 255


texts = st.lists(st.sampled_from(WORDS), max_size=12).map("".join)


@st.composite
def libraries(draw: st.DrawFn) -> list[Document]:
    ids = draw(st.lists(st.integers(0, 40), unique=True, max_size=12))
    return [
        Document(
            f"e{id}",
            f"e{id}.html",
            draw(texts) or "无题",
            tuple(draw(st.lists(texts.filter(bool), max_size=2))),
            draw(texts),
            (
                ("type", (draw(st.sampled_from(["案例", "制度"])),)),
                ("topic", tuple(draw(st.lists(st.sampled_from("甲乙丙"), max_size=2, unique=True)))),
            ),
            ((draw(texts), draw(texts)),),
        )
        for id in ids
    ]


@settings(max_examples=60, deadline=None)
@given(before=libraries(), after=libraries())
def test_a_patch_equals_a_clean_build(
    make_index: MakeIndex, make_files: MakeFiles, mend: Mend, before: list[Document], after: list[Document]
) -> None:
    files = make_index(before)
    made = mend(files, before, after)
    assert made is not None
    written = {file.path: file.make() for file in made.write}
    assert not made.drop & set(written)
    assert made.drop <= set(files)
    keys = {file.path: file.key for file in make_files(after)}
    assert all(keys[file.path] == file.key for file in made.write)
    assert {path: data for path, data in files.items() if path not in made.drop} | written == make_index(after)


def test_no_fitting_index_asks_for_a_clean_build(make_index: MakeIndex, mend: Mend) -> None:
    assert mend({}, [], []) is None
    many = [Document(f"e{number}", "a.html", "题") for number in range(60)]
    assert mend(make_index([]), [], many) is None


def test_an_edited_word_touches_few_files(make_index: MakeIndex, mend: Mend) -> None:
    rnd = random.Random(1)
    library = [
        Document(f"e{number}", f"e{number}.html", f"条目{number}", sections=(("做法", "".join(rnd.choices(WORDS, k=200))),))
        for number in range(200)
    ]
    heading, text = library[7].sections[0]
    edited = dataclasses.replace(library[7], sections=((heading, text[:90] + "新" + text[91:]),))
    made = mend(make_index(library), library, [*library[:7], edited, *library[8:]])
    assert made is not None
    shards = [file.path for file in made.write if file.path.startswith(("search/p/", "search/u/"))]
    assert 0 < len(shards) < 12
    assert not [file.path for file in made.write if file.path.startswith("search/n/")]


def test_a_longer_text_changes_a_length_and_no_name(make_index: MakeIndex, mend: Mend) -> None:
    library = [
        Document(f"e{number}", f"e{number}.html", f"条目{number}", ("又名",), sections=(("做法", "三会一课" * 9),))
        for number in range(20)
    ]
    longer = [dataclasses.replace(library[0], sections=(("做法", "主题党日" * 90),)), *library[1:]]
    files = make_index(library)
    made = mend(files, library, longer)
    assert made is not None
    written = {file.path: file.make() for file in made.write}
    assert [path for path in written if path.startswith("search/n/")] == ["search/n/0.js"]
    assert {path: data for path, data in files.items() if path not in made.drop} | written == make_index(longer)


def test_marks_tell_contents_apart(make_files: MakeFiles) -> None:
    first, second = make_files([Document("a", "a.html", "甲", sections=(("", "党支部"),))]), make_files([])
    known = {file.path: file for file in first}
    for file in second:
        same = file.path in known and known[file.path].make() == file.make()
        assert same == (file.path in known and known[file.path].key == file.key), file.path


def test_a_shelf_writes_what_encoding_writes() -> None:
    found = unfold(extract(Document("a", "a.html", "a", sections=(("做法", "党支部，党支部。党支部书记三会一课"),))))
    keys = np.sort(np.concatenate([keys_of(PAIRS, found.pairs, slot, found.pair_strength, found.pair_places) for slot in range(9)]))
    shelf = Shelf(PAIRS, 7, held)
    assert [(number, mark, shelf.shard(number)) for number, mark in list(shelf.add(keys))] == list(encode(PAIRS, keys, 7))


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(texts, max_size=20), lot=st.integers(1, 8), bits=st.sampled_from([(7, 4), (9, 5), (14, 9)]))
def test_groups_hold_all_keys_in_order(texts: list[str], lot: int, bits: tuple[int, int]) -> None:
    """However the entries are dealt into lots and the shards into groups; no batch of shards is in two groups."""
    blobs = {7 * at: extract(Document("a", "a.html", "a", sections=(("做法", text),))) for at, text in enumerate(texts)}
    with mock.patch("kb.search.joining.AT_ONCE", lot):
        joining = Joining({PAIRS.name: bits[0], UNITS.name: bits[1]}, held)
        for slot, blob in blobs.items():
            joining.add(slot, blob)
        for family, width in ((PAIRS, bits[0]), (UNITS, bits[1])):
            wanted = [
                keys_of(family, found.pairs, slot, found.pair_strength, found.pair_places)
                if family is PAIRS
                else keys_of(family, found.units, slot, found.unit_strength, None)
                for slot, blob in blobs.items()
                for found in [unfold(blob)]
            ]
            groups = list(joining.groups(family))
            assert [key for group in groups for key in group.tolist()] == sorted(key for keys in wanted for key in keys.tolist())
            batches = [set((shard_of(family, group, width) >> BATCH_BITS).tolist()) for group in groups]
            assert sum(map(len, batches)) == len(set().union(*batches))


@pytest.fixture(scope="session")
def make_files(script: Scripts) -> MakeFiles:
    """A clean index, as files yet to be written."""

    def make(documents: list[Document]) -> list[File]:
        known = {document.id: document for document in documents}
        return list(build(known, lambda id: (known[id].listing, extract(known[id])), (), script))

    return make


@pytest.fixture(scope="session")
def mend(script: Scripts) -> Mend:
    """Patch an index from one library to another."""

    def run(files: dict[str, bytes], before: list[Document], after: list[Document]) -> Patch | None:
        old = {document.id: document for document in before}
        new = {document.id: document for document in after}
        changes = [
            Change(*((side.listing, extract(side)) if side else None for side in (old.get(id), new.get(id))))
            for id in sorted({*old, *new})
            if old.get(id) != new.get(id)
        ]
        return patch(
            files.get, new.keys(), changes, lambda id: (new[id].listing, extract(new[id])), lambda id: new[id].listing, script
        )

    return run
