"""kb fmt: order and punctuation, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.editing.tidying import tidy, tidy_prose
from kb.model.schema import Schema
from kb.problem import Notebook
from kb.source.frontmatter import read_header, split

MESSY = """---
# 说明一
summary:  责任清单,任务清单和问题清单(三张)的合称.
# 标题的说明
title: 三张清单
visibility: 公开
status: 草稿   # 行尾的注释
topic: "组织建设"
expansion:
  - 列出责任,落实到人 [@jiangsu:3]
related: [sanhui-yike, zhibu-gongzuo-tiaoli]
---

## 含义

每年 2 次,"照着办"(三张)。见[清单,一](../methods/sanhui-yike.md)。[@jiangsu:3]

1. 甲,乙
2. `a,"b"` 与 Word (WPS), 12:30  \n   接上行。\x20\x20\x20

```
汉字,不动
```
"""
TIDY = """---
# 标题的说明
title: 三张清单
# 说明一
summary:  责任清单，任务清单和问题清单（三张）的合称。
topic: "组织建设"
status: 草稿   # 行尾的注释
visibility: 公开
related: [sanhui-yike, zhibu-gongzuo-tiaoli]
expansion:
  - 列出责任，落实到人 [@jiangsu:3]
---

## 含义

每年2次，“照着办”（三张）。见[清单，一](../methods/sanhui-yike.md)。[@jiangsu:3]

1. 甲，乙
2. `a,"b"` 与 Word (WPS), 12:30  \n   接上行。\x20\x20

```
汉字,不动
```
"""


def test_order_and_punctuation(schema: Schema) -> None:
    assert tidy(MESSY, schema.types["term"]) == TIDY
    assert tidy(TIDY, schema.types["term"]) == TIDY


def test_line_ends_stay(schema: Schema) -> None:
    assert tidy("\ufeff" + MESSY.replace("\n", "\r\n"), schema.types["term"]) == "\ufeff" + TIDY.replace("\n", "\r\n")


def test_broken_headers_are_left_alone(schema: Schema) -> None:
    for text in ("没有信息头", "---\ntitle: 甲", "---\ntitle：甲\nstatus: 草稿\n---\n"):
        assert tidy(text, schema.types["term"]) == text


ALPHABET = '汉字会议,.;:?!()"（）“”《》。，１Ａ 12ab-*#>|`[]@/\n '


@given(st.text(ALPHABET, max_size=80))
def test_prose_comes_to_rest(text: str) -> None:
    once = tidy_prose(text)
    assert tidy_prose(once) == once or tidy_prose(tidy_prose(once)) == tidy_prose(once)


@settings(max_examples=150)
@given(
    st.permutations(["title: 甲", "summary: 乙,丙", "topic: 组织建设", "status: 草稿", "# 说明,一", "related:\n  - sanhui-yike"]),
    st.text(ALPHABET, max_size=60),
)
def test_values_comments_and_words_stay(schema: Schema, fields: list[str], body: str) -> None:
    text = "---\n" + "\n".join(fields) + "\n---\n" + body
    fresh = tidy(text, schema.types["term"])

    def letters(words: str) -> list[str]:
        return sorted(char for char in words.translate(str.maketrans("１Ａ", "1A")) if char.isalnum())

    assert letters(fresh) == letters(text)
    before, after = (split(one, Notebook("")) for one in (text, fresh))
    assert before is not None
    assert after is not None
    old, new = (read_header(one[0], Notebook("")) for one in (before, after))
    assert old is not None
    assert new is not None
    assert {key.text for key, _ in old.pairs} == {key.text for key, _ in new.pairs}
    assert "# 说明,一" in fresh


def test_command(base: Path, kb: Callable[..., Any]) -> None:
    (base / "content/terms").mkdir()
    path = base / "content/terms/sanzhang-qingdan.md"
    path.write_text(MESSY, "utf-8")
    ran = kb(base, "fmt", "--check", str(path))
    assert (ran.status, "1 个要整理" in ran.out) == (1, True)
    assert path.read_text("utf-8") == MESSY
    assert kb(base, "fmt", str(path)).status == 0
    assert path.read_text("utf-8") == TIDY
    assert kb(base, "fmt", "--check", str(path)).status == 0
    assert kb(base, "fmt", str(base / "mkdocs.yml")).status == 2


def test_reviewed_text_is_left_as_it_was_seen(base: Path, kb: Callable[..., Any]) -> None:
    path = base / "content/methods/sanhui-yike.md"
    path.write_text(path.read_text("utf-8").replace("机关各党支部。", "机关,各党支部。"), "utf-8")
    assert kb(base, "review", "sanhui-yike", "--stage", "初审", "--by", "甲").status == 0
    text = path.read_text("utf-8")
    kb(base, "fmt")
    assert path.read_text("utf-8") == text


def test_new_entries_are_in_order_and_unlike(base: Path, kb: Callable[..., Any]) -> None:
    """What `kb new` writes, `kb fmt` leaves alone and `kb check` has nothing to say of but what is to be filled in."""
    for kind in ("method", "case", "rule", "term"):
        assert kb(base, "new", kind, f"新的{kind}", "--id", f"xin-{kind}").status == 0
    assert kb(base, "fmt", "--check").status == 0
    told = {line.split(" ")[1] for line in kb(base, "check").out.splitlines() if line.startswith("content/") and "/xin-" in line}
    assert told == {"missing-field"}


@pytest.mark.parametrize("line", [r"甲\(转义\)乙", "[说明]: # (怎样填，写什么)", '[甲]: ../terms/a.md "标题,一"'])
def test_what_is_no_prose_stays(line: str) -> None:
    assert tidy_prose(line) == line


def test_unseen_characters_go(schema: Schema) -> None:
    text = TIDY.replace("三张清单", "三\u200b张清\u202e单").replace("责任", "责\u2060任")
    assert tidy(text, schema.kind_of("term")) == TIDY
