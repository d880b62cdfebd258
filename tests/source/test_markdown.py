"""What one pass over a body finds, and where."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.source.markdown import MAX_LINK_TEXT, Anchors, Lines, Outline, outline

BODY = """开头一句。[@jiangsu:1]

## 做法 步骤[@编者]

1. 第一步[^1]
   - 细目：
2. 第二步 [@编者]

| 会 | 次 |
|---|---|
| 党课 | 每季度 |

### 空的

### 例子

`代码` 与 ![图 *斜*](../assets/tu.png "题")

```
## 不是标题
```

## 做法 步骤

[![图](a.png)文字](b.md) <br> <b>粗</b>

<div>
块
</div>

***

# 一级
"""


def found() -> tuple[Outline, Lines]:
    return outline(BODY, 10)


def test_headings_with_level_anchor_and_line() -> None:
    assert [tuple(heading) for heading in found()[0].headings] == [
        (2, "做法 步骤", "做法-步骤", 12),
        (3, "空的", "空的", 22),
        (3, "例子", "例子", 24),
        (2, "做法 步骤", "做法-步骤-2", 32),
        (1, "一级", "一级", 42),
    ]


def test_empty_sections() -> None:
    assert [heading.line for heading in found()[0].empty] == [22, 42]
    assert outline("## 甲\n\n### 乙\n\n文\n")[0].empty == ()
    assert [one.text for one in outline("### 甲\n\n## 乙\n\n---\n")[0].empty] == ["甲"]
    assert outline("## 甲\n\n![图](a.png)\n")[0].empty == ()
    assert outline("## 甲\n\n```\n码\n```\n")[0].empty == ()


def test_links_and_images_with_their_places() -> None:
    plan, lines = found()
    assert [(link.target, link.text, link.image, lines.at(link.offset)) for link in plan.links] == [
        ("../assets/tu.png", "图 斜", True, (26, 8)),
        ("a.png", "图", True, (34, 2)),
        ("b.md", "图文字", False, (34, 1)),
    ]


def test_raw_html_with_its_place() -> None:
    plan, lines = found()
    assert [(tag, lines.at(offset)) for tag, offset in plan.raw] == [
        ("<br>", (34, 23)),
        ("<b>", (34, 28)),
        ("</b>", (34, 32)),
        ("<div>", (36, 1)),
        ("块", (37, 1)),
        ("</div>", (38, 1)),
    ]


def test_statements_without_a_source() -> None:
    plan, lines = found()
    assert [(words, lines.at(offset)[0]) for words, offset in plan.bare] == [
        ("第一步[^1]", 14),
        ("党课每季度", 20),
        ("代码 与 图 斜", 26),
        ("图文字  粗", 34),
    ]


def test_sections_as_plain_text_without_citations() -> None:
    sections = dict(outline("引子。\n\n## 甲\n\n一\n二[@a:1]\n\n- 三\n- 四\n")[0].sections)
    assert sections == {"": "引子。", "甲": "一\n二\n三\n四"}


def test_text_of_links_within_links_is_cut() -> None:
    links = outline("![" * 400 + "长" * 400 + "](a.png)" * 400)[0].links
    assert len(links) == 400
    assert max(len(link.text) for link in links) == MAX_LINK_TEXT


@given(st.lists(st.sampled_from(["甲", "甲-2", "甲 2", "", "A", "a", "a-2", "a-3", "！", "h"]), max_size=30))
def test_anchors_are_unique_within_a_page(texts: list[str]) -> None:
    anchors = Anchors()
    made = [anchors.of(text) for text in texts]
    assert len(set(made)) == len(made)
    assert all(made)


def test_anchors_count_up() -> None:
    anchors = Anchors()
    assert [anchors.of(text) for text in ["甲", "甲", "甲", "甲-2", "！", ""]] == ["甲", "甲-2", "甲-3", "甲-2-2", "h", "h-2"]


@given(st.text("a甲\n𠮷", max_size=60), st.data())
def test_any_offset_has_its_line_and_column(text: str, data: st.DataObject) -> None:
    lines = Lines(text, 5)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(text)))
        before = text[:at]
        assert lines.at(len(before.encode())) == (before.count("\n") + 5, len(before) - before.rfind("\n"))
