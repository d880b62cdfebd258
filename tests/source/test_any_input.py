"""Whatever bytes stand in an entry's file: no traceback, and either an entry or a problem with its place."""

from __future__ import annotations

import posixpath
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.checks.entry import check_entry
from kb.checks.library import check_card, check_library, shelve
from kb.model.schema import Schema
from kb.problem import Problem
from kb.source.entry import read_entry
from kb.source.frozen import freeze_card, thaw_card
from kb.source.library import join

HANGING = 20
"""Seconds of work after which an input counts as hanging; what is read well takes less than one."""
METHOD = """---
title: “三会一课”
aliases: [支部党员大会, 党课]
summary: 党支部最基本的组织生活：三种会、一堂课。
topic: 组织建设
organs: [政治机关]
functions: [立法]
levels: [机关]
roles:
  - 党支部书记
places: [青海省]
year: 2021-06
status: 已发布
visibility: 公开
reviews:
  - {stage: 初审, by: 机关党委, on: 2026-11-20}
review_by: 2027-11-30
claims: [sanhui-yike]
sources:
  - qinghai:4
related: [zhibu-gongzuo-tiaoli]
applies: >-
  机关各党支部的日常组织生活。
  [@qinghai:4]
duty:
  - 党支部书记：召集会议 [@编者]
cadence:
  - 每季度1次（支部党员大会） [@zhibu-gongzuo-tiaoli:第四章]
basis: [zhibu-gongzuo-tiaoli]
---

来源只点到名称。[@qinghai:4] 见[条例](../rules/zhibu-gongzuo-tiaoli.md "条例")。

## 做法步骤

1. 年初列计划：写明 `议题`。[@编者]
   - **会前**定议题 [@编者]

| 会 | 次数 |
|---|:-:|
| 党小组会 | 每月1次 [@编者] |

> [!NOTE]
> 以正式文本为准。[@编者]

### 注意[^1]

![图](../assets/tu.png) [网址](https://example.com) <b>粗</b> [@编者]

[^1]: 来源未载明
"""
NASTY = st.sampled_from(
    [
        *"-:：\"'[]{}|>&*!%@`#,?~\\\t\r\n\0\u3000\u00a0\u200b\ufeff\u2028\u202e\x85\x1b\U0001f600𠮷é²٣",
        *(
            "---",
            "\n---\n",
            "...",
            ": ",
            "- ",
            "? ",
            "<<: *a",
            "&a ",
            "*a",
            "!!str ",
            "|\n",
            ">+2\n",
            '"\\0"',
            '"\\uD800"',
            "  ",
            "\n\n",
        ),
        *(
            "[@",
            "[@a:b]",
            "[@编者]",
            "[^1]: ",
            "](",
            "![",
            "](javascript:x)",
            "<script>",
            "<!--",
            "<img onerror=x>",
            "&#x202e;",
            "&#0;",
        ),
        *(
            "../",
            "..\\",
            "%2e%2e%2f",
            "%zz",
            "file:///",
            "//a",
            "#",
            "# ",
            "###### ",
            "===\n",
            "```",
            "~~~\n",
            "    ",
            "| a |\n|-|\n",
        ),
        *(
            "2026-13-01",
            "0000",
            "9" * 30,
            "１２",
            "一二",
            "每月",
            "（",
            "来源未载明",
            "null",
            "true",
            "~",
            "NO",
            "1e9",
            "[[[[",
            "{{{{",
        ),
    ]
)
PIECE = st.one_of(NASTY, st.text(max_size=8))


@st.composite
def mutated(draw: Callable[..., object]) -> bytes:
    """The entry above with some cuts, doublings, moves and insertions, in some encoding."""
    text = METHOD
    for _ in range(draw(st.integers(1, 6))):  # type: ignore[call-overload]
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        what = draw(st.sampled_from(["insert", "replace", "delete", "double", "line", "swap"]))
        if what == "insert":
            text = text[:start] + draw(PIECE) + text[start:]
        elif what == "replace":
            text = text[:start] + draw(PIECE) + text[end:]
        elif what == "delete":
            text = text[:start] + text[end:]
        elif what == "double":
            text = text[:end] + text[start:end] * draw(st.integers(1, 30)) + text[end:]
        else:
            lines = text.split("\n")
            one, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
            if what == "swap":
                lines[one], lines[other] = lines[other], lines[one]
            else:
                lines.insert(other, lines[one][draw(st.integers(0, 6)) :])
            text = "\n".join(lines)
    data = text.encode(draw(st.sampled_from(["utf-8"] * 8 + ["gb18030", "utf-16", "utf-16-le", "utf-8-sig"])), "surrogatepass")
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(st.binary(max_size=3)) + data[at + draw(st.integers(0, 2)) :]
    return data.replace(b"\n", b"\r\n") if draw(st.booleans()) else data


@st.composite
def invented(draw: Callable[..., object], schema: Schema) -> bytes:
    """A header of known and unknown fields with values of any shape, over a body of pieces."""
    keys = [field.key for field in schema.types["method"].fields]
    scalar = st.one_of(
        PIECE, st.text("甲乙 :：[]@-", max_size=10), st.sampled_from(["已发布", "sanhui-yike", "jiangsu:3", "2026-11"])
    )

    def flow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        pairs = st.lists(st.tuples(scalar, inner), max_size=3)
        return st.one_of(
            st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]"),
            pairs.map(lambda items: "{" + ", ".join(f"{key}: {value}" for key, value in items) + "}"),
        )

    value = st.recursive(scalar, flow, max_leaves=12)
    block = st.lists(value, max_size=4).map(lambda items: "".join(f"\n  - {item}" for item in items))
    pairs = draw(st.lists(st.tuples(st.one_of(st.sampled_from(keys), PIECE), st.one_of(value, block)), max_size=14))
    header = "\n".join(f"{key}: {value}" for key, value in pairs)
    return f"---\n{header}\n---\n{''.join(draw(st.lists(PIECE, max_size=30)))}".encode("utf-8", "surrogatepass")


class Judge:
    """Reads and checks against the small schema; hides it from hypothesis, which would print it whole."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def __repr__(self) -> str:
        return "judge"

    def __call__(self, data: bytes) -> None:
        judge(data, self.schema)


@pytest.fixture(scope="session", name="judge")
def judge_fixture(schema: Schema) -> Judge:
    return Judge(schema)


def judge(data: bytes, schema: Schema) -> None:
    """Read and check as `kb check` does; every problem must stand where the file has a place for it."""
    path = "content/methods/x.md"
    began = time.process_time()
    reading = read_entry(path, data, "method", schema)
    problems = check_entry(reading, schema)
    assert reading.card is not None or problems
    card = reading.card
    if card is not None:
        kept = thaw_card(freeze_card(card))
        assert kept is not None and kept.face and kept._replace(face=card.face) == card
        library = join([card], schema, {})
        shelf = shelve([card], library, [path, "content/methods/sanhui-yike.md"])
        problems += [*check_library(shelf), *check_card(card, shelf)]
        assert posixpath.normpath(card.path) == path
    assert time.process_time() - began < HANGING
    lines = lines_of(data)
    for problem in problems:
        if problem.spot.path == path:
            located(problem, lines)


def lines_of(data: bytes) -> list[str]:
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def located(problem: Problem, lines: list[str]) -> None:
    spot = problem.spot
    assert problem.code
    assert problem.message
    assert "\n" not in problem.message
    assert 1 <= spot.line <= len(lines), problem
    assert 1 <= spot.column <= len(lines[spot.line - 1]) + 1, (problem, lines[spot.line - 1])


PATIENT = settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


@PATIENT
@given(data=mutated())
def test_mutated_entry(data: bytes, judge: Judge) -> None:
    judge(data)


@PATIENT
@given(data=st.data())
def test_invented_entry(data: st.DataObject, judge: Judge) -> None:
    judge(data.draw(invented(judge.schema)))


@PATIENT
@given(data=st.binary(max_size=300))
def test_any_bytes(data: bytes, judge: Judge) -> None:
    judge(data)


def test_the_entry_that_is_mutated_is_sound(schema: Schema) -> None:
    """Else the mutations would only ever meet the first fault."""
    reading = read_entry("content/methods/x.md", METHOD.encode(), "method", schema)
    assert reading.card is not None
    assert [problem.code for problem in check_entry(reading, schema)] == ["external-link", "raw-html"]


ADVERSARIES = {
    "headings": "## 甲\n\n",
    "links": "[a](b.md)",
    "anchors": "[a](#b)\n\n",
    "citations": "[@坏]",
    "brackets": "[",
    "citations unclosed": "[@",
    "quotes": "> ",
    "lists": "- ",
    "emphasis": "*a _",
    "backticks": "`" * 7 + " ",
    "tags": "<a on",
    "spaces": " " * 5000 + "甲",
    "rows": "|a|b|\n|-|-|\n|c|d|\n",
    "references": "&#x202e;",
    "wording": "机关纪检组",
}


@pytest.mark.parametrize("name", ADVERSARIES)
def test_nothing_hangs(name: str, judge: Judge) -> None:
    """A reader whose work grows with the square of its input is minutes behind this bound; none is near it."""
    unit = ADVERSARIES[name]
    text = METHOD + unit * (120_000 // len(unit.encode()))
    judge(text.encode())


@pytest.mark.parametrize(
    "value", ['"' + " " * 60_000 + 'x"', '["' + "x[@a:b] " * 7_000 + '"]', "[" * 60_000, '["' + "[@a]" * 15_000 + 'x"]']
)
def test_long_values_take_no_time(value: str, judge: Judge) -> None:
    for key in ("applies", "cadence", "duty", "year", "sources"):
        judge(f"---\n{key}: {value}\n---\n".encode())
