"""Each field kind: what it takes, what it refuses, and what its JSON Schema pattern says of the same words."""

from __future__ import annotations

import re

import pytest

from kb.model.schema import Field, Schema
from kb.model.value import Cite, Date, EntryRef, Review, SourceRef, Text, joined
from kb.problem import Notebook
from kb.schema.kinds import KINDS, MAX_ITEMS, SHAPED, Reading, nearest, read_field
from kb.syntax.tree import parse_tree


def read(kind: str, value: str, schema: Schema, **options: object) -> tuple[object, list[str]]:
    """What a field makes of a YAML value, and the codes of its problems, all of them placed at or behind it."""
    notes = Notebook("a.md")
    tree = parse_tree(f"x: {value}\n", notes)
    assert tree is not None and not notes.problems, value
    field = Field("x", "项", kind, **options)  # type: ignore[arg-type]
    result = read_field(tree.get("x"), field, Reading(schema, notes))  # type: ignore[union-attr, arg-type]
    assert all(problem.spot.line > 1 or problem.spot.column >= 4 for problem in notes.problems)
    assert all("项" in problem.message or problem.code.startswith("unknown-") for problem in notes.problems)
    assert all(problem.hint for problem in notes.problems)
    return result, [problem.code for problem in notes.problems]


TAKEN = [
    ("title", "三会一课", "三会一课"),
    ("title", '" 三会  一课 "', "三会 一课"),
    ("text", "一句。[@jiangsu:3]", Text("一句。", (Cite("jiangsu", "3"),))),
    ("text", "前[@a]后[@b]", Text("前[@a]后[@b]", (Cite("b"),))),
    ("paragraphs", "前[@a]后[@b]", Text("前[@a]后", (Cite("b"),))),
    ("integer", "30", 30),
    ("integer", "-1", -1),
    ("date", "2026", Date(2026)),
    ("date", "2026-1", Date(2026, 1)),
    ("date", "2024-02-29", Date(2024, 2, 29)),
    ("date", "来源未载明", Text("来源未载明")),
    ("slug", "sanhui-yike-2", "sanhui-yike-2"),
    ("entry", "zhibu-gongzuo-tiaoli:第四章", EntryRef("zhibu-gongzuo-tiaoli", "第四章")),
    ("source", "jiangsu:9", SourceRef("jiangsu", 9)),
    ("source", "jiangsu：第3段", SourceRef("jiangsu", 3)),
    ("item", "sanhui-yike", "sanhui-yike"),
    ("role", "支部书记", "党支部书记"),
    ("place", "青海省", "青海省"),
    ("title", "''", None),
    ("date", '"  "', None),
]
REFUSED = [
    ("title", "a<b", "bad-character"),
    ("title", "甲" * 81, "too-long"),
    ("title", "[甲]", "wrong-kind"),
    ("text", "{甲: 乙}", "wrong-kind"),
    ("integer", "三", "wrong-kind"),
    ("integer", "1.5", "wrong-kind"),
    ("integer", "²", "wrong-kind"),
    ("integer", "9" * 13, "wrong-kind"),
    ("date", "2026-13", "no-such-date"),
    ("date", "2026-00-01", "no-such-date"),
    ("date", "2023-02-29", "no-such-date"),
    ("date", "2026-11-00", "no-such-date"),
    ("date", "0000", "no-such-date"),
    ("date", "1899", "no-such-date"),
    ("date", "26-11", "wrong-kind"),
    ("date", "2026年11月", "wrong-kind"),
    ("date", "2026/11/30", "wrong-kind"),
    ("slug", "../x", "bad-id"),
    ("slug", "A", "bad-id"),
    ("slug", "a--b", "bad-id"),
    ("slug", "三会", "bad-id"),
    ("entry", "三会一课", "bad-reference"),
    ("entry", "../methods/a.md", "bad-reference"),
    ("source", "ningxia:1", "unknown-source"),
    ("source", "jiangsu", "no-such-place"),
    ("source", "jiangsu:0", "no-such-place"),
    ("source", "jiangsu:10", "no-such-place"),
    ("item", "nothing", "unknown-item"),
    ("role", "书记", "not-in-vocabulary"),
    ("place", "宁夏", "not-in-vocabulary"),
    ("cadence", "有空就开", "wrong-kind"),
]


@pytest.mark.parametrize(("kind", "words", "value"), TAKEN)
def test_taken(kind: str, words: str, value: object, schema: Schema) -> None:
    assert read(kind, words, schema) == (value, [])


@pytest.mark.parametrize(("kind", "words", "code"), REFUSED)
def test_refused(kind: str, words: str, code: str, schema: Schema) -> None:
    assert read(kind, words, schema) == (None, [code])


def test_every_kind_is_tried() -> None:
    tried = {kind for kind, _, _ in (*TAKEN, *REFUSED)} | {"choice"}
    assert tried == set(KINDS)
    assert set(SHAPED) == {"list", "review"}


@pytest.mark.parametrize(("kind", "words", "value"), [row for row in TAKEN if row[2] is not None])
def test_the_json_schema_takes_what_is_taken(kind: str, words: str, value: object) -> None:
    assert re.search(KINDS[kind].pattern, words.strip('"'))


@pytest.mark.parametrize(
    ("kind", "words", "code"), [row for row in REFUSED if row[2] in {"bad-id", "wrong-kind"} and row[1] != "[甲]"]
)
def test_the_json_schema_refuses_what_has_no_form(kind: str, words: str, code: str) -> None:
    pattern = KINDS[kind].pattern
    assert not pattern or not re.search(pattern, words) or len(words) > 12


def test_choice(schema: Schema) -> None:
    assert read("choice", "草稿", schema, options=("草稿", "送审")) == ("草稿", [])
    assert read("choice", "草", schema, options=("草稿", "送审")) == (None, ["not-an-option"])
    assert read("choice", "权力机关", schema, vocabulary="organs") == ("国家权力机关", [])
    assert read("choice", "机关", schema, vocabulary="organs") == (None, ["not-in-vocabulary"])


def test_length_is_told_but_keeps_the_value(schema: Schema) -> None:
    assert read("text", "甲" * 9, schema, max=8) == (Text("甲" * 9), ["too-long"])
    assert read("text", "甲" * 8 + "[@a]", schema, max=8) == (Text("甲" * 8, (Cite("a"),)), [])


def test_lists(schema: Schema) -> None:
    assert read("list", "[a, b]", schema, of="slug") == (("a", "b"), [])
    assert read("list", "[a, A, b]", schema, of="slug") == (("a", "b"), ["bad-id"])
    assert read("list", "[a, a]", schema, of="slug") == (("a",), ["repeated-item"])
    assert read("list", "[a, '']", schema, of="slug") == (("a",), ["empty-item"])
    assert read("list", "[]", schema, of="slug") == (None, [])
    assert read("list", "", schema, of="slug") == (None, [])
    assert read("list", "a", schema, of="slug") == (None, ["wrong-kind"])
    assert read("list", "来源未载明", schema, of="text") == ((Text("来源未载明"),), [])
    assert read("list", "来源未载明", schema, of="slug") == (None, ["wrong-kind"])
    assert read("list", "{a: b}", schema, of="slug") == (None, ["wrong-kind"])
    assert read("list", "[[a]]", schema, of="slug") == (None, ["wrong-kind"])
    assert read("list", f"[{', '.join(['a'] * (MAX_ITEMS + 1))}]", schema, of="slug") == (None, ["too-long"])


def test_reviews(schema: Schema) -> None:
    whole = Review("机关党委", Date(2026, 11, 20), "初审", "已核")
    assert read("review", "{stage: 初审, by: 机关党委, on: 2026-11-20, note: 已核}", schema) == (whole, [])
    assert read("review", "{by: 机关党委, on: 2026}", schema) == (Review("机关党委", Date(2026)), [])
    for words, code in (
        ("机关党委", "wrong-kind"),
        ("[机关党委]", "wrong-kind"),
        ("{by: 机关党委}", "missing-field"),
        ("{on: 2026-11-20}", "missing-field"),
        ("{by: 机关党委, on: 来源未载明}", "wrong-kind"),
        ("{by: 机关党委, on: 2026-11-31}", "no-such-date"),
        ("{by: 机关党委, on: 2026-11-20, stage: 预审}", "not-an-option"),
        ("{审核人: 机关党委, on: 2026-11-20}", "unknown-field"),
        ("{by: [甲], on: 2026-11-20}", "unknown-field"),
    ):
        assert read("review", words, schema) == (None, [code]), words


def test_a_field_whose_type_file_is_at_fault_is_passed_over(schema: Schema) -> None:
    assert read("", "{任何: 写法}", schema) == (None, [])
    assert read("list", "任何", schema) == (None, [])


def test_nearest() -> None:
    assert nearest("visiblity", ["visibility", "status"]) == "visibility"
    assert nearest("颜色", ["visibility", "status"]) == ""
    assert nearest("甲", []) == ""


def test_articles_of_one_rule_stand_together() -> None:
    refs = (EntryRef("zhangcheng", "第五条"), EntryRef("tiaoli"), EntryRef("zhangcheng", "第七条"), EntryRef("zhangcheng"))
    assert joined(refs) == (EntryRef("zhangcheng", "第五条、第七条"), EntryRef("tiaoli"))
    assert joined(joined(refs)) == joined(refs)
