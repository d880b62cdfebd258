"""What is read without the YAML parser is what the parser makes of it, and nothing it would find fault with."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.problem import Notebook
from kb.syntax.nodes import Mapping, Node, Scalar, Sequence
from kb.syntax.plain import read_plain
from kb.syntax.text import UNSEEN
from kb.syntax.tree import parse_events

ODD = [
    "：",
    ":",
    ": ",
    " #",
    "#",
    "-",
    "- ",
    "?",
    "\u3000",
    "\u00a0",
    "\t",
    '"',
    "'",
    "\\",
    "|",
    ">",
    "{",
    "}",
    "[",
    "]",
    ",",
    ", ",
    "&",
]
ODD += [
    "*",
    "!",
    "%",
    "@",
    "`",
    " ",
    "  ",
    "\n",
    "\n  ",
    "\n  - ",
    "\n# ",
    "b: 一",
    "\u200b",
    "\u00ad",
    "\u061c",
    "\U000e0041",
    "\ufeff",
    "\u2028",
    "~",
    "=",
    "---",
    "\nk：",
    "x:",
]
BARE = ["党支部", "a", "2026-11", "三会一课 [@a:1]。", "“引”…", "x y", "甲：乙", "𬭎", "《办法》（试行）"]
INNER = ["甲", "a-b/c_d.e", "一 二", '"x, y: z"', "'z'", "2026-11-20"]
KEYS = ["title", "a_b", "k1", "topic", "l"]
inner = st.sampled_from(INNER)
bare = st.sampled_from(BARE)
quoted = st.one_of(bare.map(lambda words: f'"{words}"'), bare.map(lambda words: f"'{words}'"))
flow = st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]")
table = st.lists(st.one_of(inner, flow), min_size=1, max_size=3).map(
    lambda parts: "{" + ", ".join(f"k{n}: {part}" for n, part in enumerate(parts)) + "}"
)
single = st.one_of(bare, quoted)
fields = st.one_of(
    st.builds("{}: {}".format, st.sampled_from(KEYS), single),
    st.builds("{}:\n  {}".format, st.sampled_from(KEYS), single),
    st.builds("{}: [{}]".format, st.sampled_from(KEYS), st.lists(inner, max_size=3).map(", ".join)),
    st.builds(
        lambda key, indent, items: f"{key}:" + "".join(f"\n{indent}- {item}" for item in items),
        st.sampled_from(KEYS),
        st.sampled_from(["  ", "", "    "]),
        st.lists(st.one_of(bare, quoted, table, flow), min_size=1, max_size=3),
    ),
    st.sampled_from(["# 说明", "", "# topic:"]),
)
headers = st.lists(fields, max_size=4).map("\n".join)


def spoilt(text: str, pieces: list[tuple[int, str]]) -> str:
    for place, piece in pieces:
        place %= len(text) + 1
        text = text[:place] + piece + text[place:]
    return text


piece = st.tuples(st.integers(0, 200), st.one_of(st.sampled_from(ODD), bare, st.characters()))
texts = st.builds(spoilt, headers, st.lists(piece, max_size=2))


def same_kind(one: Node, other: Node) -> bool:
    """Nodes are tuples: a list without items would equal a table without keys."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Sequence) and isinstance(other, Sequence):
        return all(map(same_kind, one.items, other.items))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(same_kind(value, twin) for (_, value), (_, twin) in zip(one.pairs, other.pairs, strict=True))
    return True


def check(text: str) -> Mapping | None:
    found = read_plain(text, 5)
    if found is not None:
        notes = Notebook("a.md")
        expected = parse_events(text, notes, 5)
        assert notes.problems == []
        assert found == expected
        assert expected is not None and same_kind(found, expected)
    return found


@settings(max_examples=2000)
@given(texts)
def test_the_parser_agrees(text: str) -> None:
    check(text)


def test_forms_that_are_read() -> None:
    text = """# 说明
title: 第一议题：“会前”学习 [@a:1]
year: "2020"

topic: '党建'
organs: [党组,  "机关, 党委" , a-b/c.d]
empty: []
roles:
  - 书记 [@编者]
  - "甲: 乙"
  - {stage: 初审, by: 甲 乙, on: 2026-11-20}
  - {at: ["a:1" , b] , of: [], on: [ '[}', 乙 ]}
  - [甲, "乙, 丙"]
next:
- 一
below:
    编制立法规划时用。
# 尾
"""
    found = check(text)
    assert found is not None
    assert found.get("topic") == Scalar("党建", (9, 8))
    assert found.get("below") == Scalar("编制立法规划时用。", (21, 5))
    assert isinstance(found.get("roles"), Sequence)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# 只有说明",
        "a: b: c",
        "a:\n  - b\n - c",
        "a: b\n  c",
        "a: |\n  b",
        "a: *b",
        "a: !b",
        "a: b #c",
        "a: {b: c}",
        "a: b\na: c",
        "a:",
        "标题: b",
        "a:\u3000b",
        "a: \u3000b",
        "a: b\tc",
        'a: "\\x41"',
        "a: 'b''c'",
        "a: [b,c]",
        "a: [b, [c]]",
        "l:\n  - {a: b, a: c}",
    ],
)
def test_forms_that_are_left_to_the_parser(text: str) -> None:
    assert read_plain(text) is None


@pytest.mark.parametrize(
    "piece", [" ", "a", "a: b ", "- ", "#", "\n", "a: [b, ", '"', "a: b\n", "l:\n  - {a: b, c: d}\n", "x:\n    "]
)
def test_time_grows_with_the_text_only(piece: str) -> None:
    """Each of these once more a thousand times: what is tried twice at a place would be felt as minutes."""
    for begin in ("", "k: ", "k:\n  - "):
        read_plain(begin + piece * (60_000 // len(piece)))


def test_no_unseen_character_is_read() -> None:
    """What the parser refuses in a value, the short cut leaves to it."""
    unseen = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000 and UNSEEN.fullmatch(chr(code))]
    assert len(unseen) > 200
    assert [char for char in unseen if char not in "\n" and read_plain(f"title: 党{char}课") is not None] == []
