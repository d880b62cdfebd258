"""The law of the form: what is not touched stays byte for byte, what is touched says what was meant, no comment is lost."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.conftest import ROOT

from kb.editor.fields import UnwritableError, apply
from kb.editor.spans import comments, read_head
from kb.editor.texts import encoded, shown
from kb.model.schema import EntryType, Field, Schema
from kb.project import Project
from kb.scaffold import scaffold
from kb.schema.loading import SchemaLoader
from kb.source.folder import list_content

HOUSE = Project(ROOT)
SCHEMA = SchemaLoader(HOUSE).load()
ENTRIES = [found for found in list_content(HOUSE, SCHEMA).files if found.kind in SCHEMA.types]
MESSY = """---
# 开头的说明
title: 党员大会   # 行尾的说明
aliases:
  # 第一个
  - 大会
  - "支部 大会"   # 第二个的说明

  - 党员会议
  # 列表后面
summary: '它是 做什么的'
# 主题的说明
topic: 组织建设
status:   # 还没有填
organs: [政治机关,  # 甲
  工作机关]  # 乙
visibility: 公开
related: []
applies: |   # 竖线后的说明
  第一段。

  # 不是注释
  第二段。

cadence:
- 每月1次 [@编者]
- 每年1次
reviews:
  - {stage: 初审, by: 甲, on: 2026-01-02}
---

## 做法步骤

1. 一。
"""
WORDS = st.text("会议党员， :：#-[]{}'\"|>&*!%@`\\/,.\t?=~ab01、（）“”\u3000", max_size=24)
LONG = st.lists(WORDS, max_size=4).map("\n".join)


def field_of(kind: EntryType, key: str) -> Field:
    field = kind.field(key)
    assert field is not None
    return field


def value_for(draw: st.DrawFn, field: Field) -> str | list[str]:
    if field.kind == "list":
        return draw(st.lists(WORDS, max_size=4))
    return draw(LONG if field.kind == "paragraphs" else WORDS)


def expected(field: Field, value: str | list[str]) -> str | list[str]:
    if isinstance(value, list):
        return [word.strip() for word in value if word.strip()]
    if field.kind == "paragraphs":
        return "\n".join(line.rstrip() for line in value.strip().replace("\t", " ").split("\n")).strip()
    return " ".join(value.strip().split("\n")).strip()


def only_differs(before: str, after: str, key: str) -> None:
    """All lines but those of one field stand as they did, in their order."""
    old, new = read_head(before), read_head(after)
    assert old is not None
    assert new is not None
    assert old.body == new.body
    mine, now = old.place(key), new.place(key)
    left = [*old.lines[: mine.first], *old.lines[mine.last :]] if mine else list(old.lines)
    right = [*new.lines[: now.first], *new.lines[now.last :]] if now else list(new.lines)
    lifted = comments(list(old.lines[mine.first : mine.last])) if mine else []
    for line in lifted:  # a comment whose line went stands above the field
        if len(right) > len(left) and line in right:
            right.remove(line)
    assert left == right


def test_every_entry_loads_and_saves_as_it_is() -> None:
    """All entries of content/: nothing touched, same bytes; every value put back as it is shown, same bytes."""
    assert len(ENTRIES) > 200
    for found in ENTRIES:
        data = (ROOT / found.path).read_bytes()
        seen = shown(data)
        assert seen is not None
        head = read_head(seen.text)
        assert head is not None, found.path
        assert encoded(apply(seen.text, SCHEMA.types[found.kind], SCHEMA, {}), data) == data
        values = {one.key: one.plain for one in head.places if not one.odd}
        assert encoded(apply(seen.text, SCHEMA.types[found.kind], SCHEMA, values, head.body), data) == data


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_one_field_of_a_real_entry(data: st.DataObject) -> None:
    """Changing one field of any entry changes that field's lines only, and reads back as what was put in."""
    found = data.draw(st.sampled_from(ENTRIES))
    kind = SCHEMA.types[found.kind]
    text = (ROOT / found.path).read_text("utf-8")
    field = data.draw(st.sampled_from([one for one in kind.fields if "review" not in (one.kind, one.of)]))
    value = data.draw(st.builds(lambda draw: value_for(draw, field), st.just(data.draw)))
    after = apply(text, kind, SCHEMA, {field.key: value})
    only_differs(text, after, field.key)
    head = read_head(after)
    assert head is not None
    place = head.place(field.key)
    assert (place.plain if place else "") == expected(field, value) or not expected(field, value)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_one_field_of_a_messy_entry(data: st.DataObject) -> None:
    """The same where every way to write YAML is used; no comment is lost."""
    kind = SCHEMA.types["method"]
    field = data.draw(st.sampled_from([one for one in kind.fields if "review" not in (one.kind, one.of)]))
    value = value_for(data.draw, field)
    after = apply(MESSY, kind, SCHEMA, {field.key: value})
    only_differs(MESSY, after, field.key)
    before, now = read_head(MESSY), read_head(after)
    assert before is not None
    assert now is not None
    assert sorted(comments(list(now.lines))) == sorted(comments(list(before.lines)))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_items_keep_their_lines(data: st.DataObject) -> None:
    """Moving and dropping items of a list takes their lines along as they are written."""
    kind = SCHEMA.types["method"]
    items = data.draw(st.permutations(["大会", "支部 大会", "党员会议"]))[: data.draw(st.integers(1, 3))]
    head = read_head(apply(MESSY, kind, SCHEMA, {"aliases": items}))
    assert head is not None
    place = head.place("aliases")
    assert place is not None
    assert place.plain == items
    lines = "\n".join(head.lines)
    assert ('  - "支部 大会"   # 第二个的说明' in lines) == ("支部 大会" in items)


def change(text: str, key: str, value: str | list[str], kind: str = "method") -> str:
    return apply(text, SCHEMA.types[kind], SCHEMA, {key: value})


def test_comments_behind_a_value_stay() -> None:
    assert "title: 大会   # 行尾的说明\n" in change(MESSY, "title", "大会")
    assert "status: 送审   # 还没有填\n" in change(MESSY, "status", "送审")
    assert "organs: [政治机关, 代表机关]  # 乙\n" in change(MESSY, "organs", ["政治机关", "代表机关"])
    assert "# 甲\norgans: " in change(MESSY, "organs", ["政治机关", "代表机关"])
    assert "  - 大会\n  - 另一个   # 第二个的说明\n" in change(MESSY, "aliases", ["大会", "另一个", "党员会议"])


def test_values_that_yaml_would_misread_are_quoted() -> None:
    assert 'title: "甲: 乙"   # 行尾' in change(MESSY, "title", "甲: 乙")
    assert '- "- 甲"\n' in change(MESSY, "evidence", ["- 甲"])
    assert "- 支部：开会 [@jiangsu:7]\n" in change(MESSY, "duty", ["支部：开会 [@jiangsu:7]"])
    assert "related: [sanhui-yike]\n" in change(MESSY, "related", ["sanhui-yike"])
    assert "year: 2023\n" in change(MESSY, "year", "2023")


def test_several_paragraphs_stand_as_a_block() -> None:
    assert "# 竖线后的说明\napplies: |\n  一。\n\n  二。\n\ncadence:" in change(MESSY, "applies", "一。\n\n二。")
    assert "applies: 一。\n" in change(MESSY, "applies", "一。")


def test_the_place_that_kb_new_left_is_used(schema: Schema) -> None:
    kind = SCHEMA.types["method"]
    text = scaffold(kind, "述职", SCHEMA)
    after = apply(text, kind, SCHEMA, {"aliases": ["甲"], "year": "2023", "organs": ["政治机关"]})
    assert "找得到\naliases:\n  - 甲\n# 摘要" in after
    assert "不写\nyear: 2023\n# 状态" in after
    assert "代表机关\norgans: [政治机关]\n# 履职职能" in after
    assert apply(text, kind, SCHEMA, {}) == text


def test_a_note_of_the_editors_own_is_not_taken_for_that_place() -> None:
    text = MESSY.replace("visibility: 公开\n", "visibility: 公开\n# year: 问过办公室，来源没有\n")
    assert "# year: 问过办公室，来源没有\n" in change(text, "year", "2023")


def test_a_field_is_taken_out_or_left_open() -> None:
    assert "aliases" not in change(MESSY, "aliases", [])
    assert "# 第二个的说明\n" in change(MESSY, "aliases", [])
    assert "\nsummary:\n" in change(MESSY, "summary", "")


def test_unseen_characters_of_the_clipboard_are_left_out() -> None:
    assert "title: 大会   #" in change(MESSY, "title", "大\u200b会\ufeff\u202e")


@pytest.mark.parametrize(
    "text", ["", "没有信息头", "---\ntitle：甲\n---\n", "---\n{title: 甲}\n---\n", "---\n- 甲\n---\n", "---\n? title\n: 甲\n---\n"]
)
def test_what_a_form_cannot_change_is_said(text: str) -> None:
    with pytest.raises(UnwritableError):
        change(text, "title", "乙")


def test_a_field_the_type_does_not_have() -> None:
    with pytest.raises(KeyError):
        change(MESSY, "nichts", "甲")


@settings(max_examples=80, deadline=None)
@example([("", "\n"), ("", "\r")], False, "\n")
@given(
    st.lists(st.tuples(st.text("甲乙ab ", max_size=4), st.sampled_from(["\n", "\r\n", "\r"])), max_size=8),
    st.booleans(),
    st.text("甲丙\n", max_size=8),
)
def test_marks_and_line_ends_stay(lines: list[tuple[str, str]], mark: bool, more: str) -> None:
    """Lines that stay end as they did, whatever the mixture; a byte order mark stays."""
    data = (b"\xef\xbb\xbf" if mark else b"") + "".join(line + end for line, end in lines).encode()
    seen = shown(data)
    assert seen is not None
    assert encoded(seen.text, data) == data
    longer = encoded(seen.text + more, data)
    assert longer.startswith(data)
    told = shown(longer)
    assert told is not None
    assert told.text == seen.text + more


@pytest.mark.parametrize("name", ["gb18030", "utf-16", "utf-16-le"])
def test_other_encodings_become_utf8(name: str) -> None:
    data = MESSY.replace("\n", "\r\n").encode(name)
    seen = shown(data)
    assert seen is not None
    assert (seen.text, bool(seen.encoding)) == (MESSY, True)
    assert encoded(seen.text, data) == MESSY.encode()


def test_what_is_no_text() -> None:
    assert shown(b"\xff\xd8\xff\xe0" + bytes(range(256))) is None
