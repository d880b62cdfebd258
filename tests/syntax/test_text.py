"""From bytes to text: what is accepted, what is refused and where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.problem import Notebook
from kb.project import MAX_FILE_BYTES
from kb.syntax.text import UNSEEN, decode, in_quotes, note_entities, place

CHINESE = "标题：三会一课\n党支部最基本的组织生活。\n"


def told(data: bytes, size: int = 0) -> tuple[str | None, list[tuple[str, int, int]]]:
    notes = Notebook("content/a.md")
    text = decode(data, notes, size)
    return text, [(problem.code, problem.spot.line, problem.spot.column) for problem in notes.problems]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_mark_are_accepted(ends: str, mark: bytes) -> None:
    assert told(mark + CHINESE.replace("\n", ends).encode()) == (CHINESE, [])


@pytest.mark.parametrize("name", ["gbk", "gb18030"])
def test_gbk_is_named_at_its_first_byte(name: str) -> None:
    assert told(b"abc\r\nd" + CHINESE.encode(name)) == (None, [("encoding-gbk", 2, 2)])


@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [CHINESE, "title: a\nb\n", "title: " + CHINESE])
def test_utf16_is_named(name: str, text: str) -> None:
    assert told(text.encode(name)) == (None, [("encoding-utf16", 1, 1)])


def test_a_utf8_file_with_one_nul_is_not_taken_for_utf16() -> None:
    assert told(b"title: abc\n\0name: abcd\n") == ("title: abc\nname: abcd\n", [("control-character", 2, 1)])


def test_other_bytes_are_told_with_their_place() -> None:
    assert told("甲\n乙caf".encode() + b"\xe9 na\n") == (None, [("encoding-unknown", 2, 5)])


def test_every_unseen_character_is_told() -> None:
    assert told("a\x00b\n\u200bc\u202e\n\ufeff".encode()) == (
        "ab\nc\n",
        [("control-character", 1, 2), ("control-character", 2, 1), ("bidi-character", 2, 3), ("control-character", 3, 1)],
    )


@pytest.mark.parametrize("char", ["\u00ad", "\u200d", "\u200e", "\u061c", "\u2062", "\U000e0041", "\U000e007f"])
def test_what_copying_brings_along_is_told(char: str) -> None:
    text, problems = told(f"党{char}课".encode())
    assert text == "党课"
    assert [(code, column) for code, _, column in problems] in ([("control-character", 2)], [("bidi-character", 2)])


def test_a_binary_file_is_not_told_byte_by_byte() -> None:
    text, problems = told(b"\x01" * 5000)
    assert text is None
    assert len(problems) == 20


def test_too_large_by_what_was_read_or_by_what_is_there() -> None:
    assert told(b"a" * (MAX_FILE_BYTES + 1)) == (None, [("file-too-large", 1, 1)])
    assert told(b"a", 5_000_000) == (None, [("file-too-large", 1, 1)])
    assert told(b"a" * MAX_FILE_BYTES)[1] == []


def test_references_to_unseen_characters() -> None:
    notes = Notebook("content/a.md")
    note_entities("甲 &#x41; &#20013;\n&#x202e; &#8203;", 9, notes)
    assert [(one.code, one.spot.line, one.spot.column) for one in notes.problems] == [
        ("bidi-character", 10, 1),
        ("control-character", 10, 10),
    ]


@given(st.text())
def test_any_text_comes_back_or_is_refused(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    read, problems = told(data)
    assert read is not None or problems
    if read is not None:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
        assert bool(UNSEEN.search(lines)) == bool(problems)
        assert read == UNSEEN.sub("", lines)


@given(st.lists(st.text("甲a", max_size=4), min_size=1), st.data())
def test_place_counts_lines_and_columns_from_one(lines: list[str], data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.integers(0, len(lines[row])))
    offset = sum(len(line) + 1 for line in lines[:row]) + column
    assert place("\n".join(lines), offset) == (row + 1, column + 1)


@pytest.mark.parametrize(
    ("words", "quoted"),
    [
        ("三会一课", "“三会一课”"),
        ("“第一课题”", "“第一课题”"),
        ("纠治“四风”", "“纠治‘四风’”"),
        ("“三级”责任清单", "“‘三级’责任清单”"),
        ("“学”与“思”", "“‘学’与‘思’”"),
    ],
)
def test_quotes_within_quotes(words: str, quoted: str) -> None:
    assert in_quotes(words) == quoted
