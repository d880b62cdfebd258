"""Views across the library: what each is made from, and that it holds nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.conftest import dress_base

from kb.model.entry import Card
from kb.model.schema import Schema, SourceDocument
from kb.outputs.plan import Site
from kb.outputs.views_reading import Statement, _pieces, statements
from kb.outputs.views_timeline import DERIVED, STATED, basis_of, in_words
from kb.source.entry import read_entry

ENTRY = """\
---
title: 述职
summary: 年底述职。
topic: 组织建设
status: 已发布
visibility: 公开
sources: [jiangsu:7]
applies: 机关党委。[@jiangsu:7]
duty:
  - 书记：述职 [@jiangsu:7]
cadence:
  - 年底 [@jiangsu:7]
---

## 做法步骤

1. 开会：几家一并听。[@jiangsu:7] 逐个讲。[@编者]

## 各地做法

| 来源 | 做法 |
|---|---|
| 江苏 | 当场点评 [@jiangsu:7] |
| 青海 | 述责 [@qinghai:5] |
"""


def test_statements_are_cut_at_their_citations(schema: Schema) -> None:
    reading = read_entry("content/methods/shuzhi.md", ENTRY.encode(), "method", schema)
    assert reading.entry is not None and reading.card is not None
    site = cast(Site, SimpleNamespace(library=SimpleNamespace(type_of=lambda card: schema.types[card.type])))
    found = list(statements(site, reading.card, reading.entry))
    assert [(one.aspect, one.text, [cite.key for cite in one.cites]) for one in found] == [
        ("适用", "机关党委。", ["jiangsu"]),
        ("责任分工", "书记：述职", ["jiangsu"]),
        ("频次", "年底", ["jiangsu"]),
        ("做法步骤", "开会：几家一并听。", ["jiangsu"]),
        ("做法步骤", "逐个讲。", ["编者"]),
        ("各地做法", "江苏：当场点评", ["jiangsu"]),
        ("各地做法", "青海：述责", ["qinghai"]),
    ]


def test_words_behind_the_last_citation_rest_on_nothing() -> None:
    assert [(text, len(cites)) for text, cites in _pieces("甲。[@jiangsu:1][@qinghai:2] 乙没有写。")] == [
        ("甲。", 2),
        ("乙没有写。", 0),
    ]
    assert list(_pieces("。")) == []
    assert Statement("做法", "甲", ()).cites == ()


@pytest.mark.parametrize(
    ("note", "year", "basis"),
    [("标题写明", 2020, STATED), ("标题写明", 2019, DERIVED), ("推得：文中写作去年", 2020, DERIVED), ("", 2020, DERIVED)],
)
def test_a_year_is_stated_only_by_a_title(note: str, year: int, basis: str) -> None:
    document = SourceDocument("yaodian", "要点", "要点", "要点", "2020", note, 23, "")
    schema = cast(Schema, SimpleNamespace(documents={"yaodian": document}))
    card = cast(Card, SimpleNamespace(documents=(("yaodian", 2),)))
    assert basis_of(card, year, schema) == basis
    assert basis_of(cast(Card, SimpleNamespace(documents=())), year, schema) == DERIVED


def test_dates_are_said_as_far_as_they_go() -> None:
    assert [in_words(iso) for iso in ("2023", "2023-05", "2023-05-06")] == ["2023年", "2023年5月", "2023年5月6日"]


@pytest.fixture
def built(base: Path, kb: Callable[..., Any]) -> Callable[[], Path]:
    """Builds the small base with the house's templates and settings; returns its views."""
    dress_base(base)

    def run() -> Path:
        ran = kb(base, "build")
        assert ran.status == 0, ran.out
        return base / "site_build/site/views"

    return run


def test_a_small_base_has_empty_views_that_say_so(built: Callable[[], Path], base: Path) -> None:
    """Nothing to show is told in words; then one edit changes the views it belongs to and no other."""
    views = built()
    said = {
        name: (views / f"{name}.html").read_text("utf-8") for name in ("matrix", "compare", "brands", "honours", "timeline", "gaps")
    }
    assert re.search(r"\d 格里有条目的 0 格", said["matrix"])
    assert "还没有两份来源都写到的事项" in said["compare"]
    assert "还没有品牌条目" in said["brands"] and "还没有荣誉条目" in said["honours"]
    assert "每项制度都有做法落实" in said["gaps"] and "每个工作法都写明了制度依据" in said["gaps"]
    before = {path.name: path.read_bytes() for path in views.glob("*.html")}
    entry = base / "content/methods/sanhui-yike.md"
    entry.write_text(
        entry.read_text("utf-8")
        .replace("topic: 组织建设", "topic: 组织建设\nfunctions: [监督]")
        .replace("basis:\n  - zhibu-gongzuo-tiaoli\n", ""),
        "utf-8",
    )
    after = {path.name: path.read_bytes() for path in built().glob("*.html")}
    assert re.search(r"\d 格里有条目的 1 格", after["matrix.html"].decode())
    assert "三会一课" in after["gaps.html"].decode().partition("没有写明制度依据的工作法")[2]
    assert {name for name in after if after[name] != before[name]} - {"upkeep.html"} == {"matrix.html", "gaps.html"}
