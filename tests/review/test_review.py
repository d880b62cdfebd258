"""三审: who may record what, what a later change does, what a release refuses."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.build import build, check
from kb.editing.reviewing import difference
from kb.project import Project
from kb.syntax.sealing import canonical, seal

ENTRY = "content/terms/sanzhang-qingdan.md"
TEXT = """---
title: 三张清单
summary: 试验用的条目。
topic: 组织建设
# 先送审
status: 送审
visibility: 公开
review_by: 2027-11-30
---

## 含义

每季度对照一次。[@编者]
"""
ASKED = "site_name: 试验用知识库\nextra:\n  review:\n    - {types: [term], visibility: [公开], stages: [初审, 复审, 终审]}\n"


def git(root: Path, *words: str) -> None:
    who = ["-c", "user.name=甲", "-c", "user.email=a@localhost"]
    subprocess.run(["git", *who, *words], cwd=root, check=True, capture_output=True)


@pytest.fixture
def house(base: Path) -> Path:
    (base / "mkdocs.yml").write_text(ASKED, "utf-8")
    (base / ENTRY).parent.mkdir(exist_ok=True)
    (base / ENTRY).write_text(TEXT, "utf-8")
    return base


def stages(kb: Callable[..., Any], root: Path, *rows: tuple[str, str, str]) -> None:
    for stage, by, on in rows:
        ran = kb(root, "review", "sanzhang-qingdan", "--stage", stage, "--by", by, "--on", on)
        assert ran.status == 0, ran.err


ALL = (("初审", "张三", "2026-11-01"), ("复审", "李四", "2026-11-02"), ("终审", "王五", "2026-11-02"))


def test_three_people_in_order_and_out_it_goes(house: Path, kb: Callable[..., Any]) -> None:
    assert "等初审（1 条）" in kb(house, "review", "--list").out
    stages(kb, house, *ALL)
    text = (house / ENTRY).read_text("utf-8")
    assert text.startswith(TEXT[: TEXT.index("review_by")])
    assert len(re.findall(rf"seen: {seal(TEXT)}", text)) == 3
    published = text.replace("status: 送审", "status: 已发布")
    (house / ENTRY).write_text(published, "utf-8")
    assert not check(Project(house), release=True).failed
    assert "没有等着审核的条目" in kb(house, "review", "--list").out
    (house / ENTRY).write_text(published + "\n审过以后又加了一句。[@编者]\n", "utf-8")
    listed = kb(house, "review", "--list").out
    assert "等初审（1 条）" in listed
    assert "改动后重审" in listed


@pytest.mark.parametrize(
    ("before", "stage", "by", "on", "said"),
    [
        ((), "复审", "张三", "2026-11-01", "现在该登记的是初审"),
        (ALL[:1], "初审", "赵六", "2026-11-03", "现在该登记的是复审"),
        (ALL[:1], "复审", "张三", "2026-11-03", "三个不同的人"),
        (ALL[:2], "终审", "张三", "2026-11-03", "三个不同的人"),
        (ALL[:1], "复审", "李四", "2026-10-31", "早于初审"),
        (ALL, "终审", "赵六", "2026-11-03", "已全部登记"),
        ((), "初审", " ", "2026-11-03", "审核人"),
        ((), "初审", "张三", "11月3日", "要写成"),
    ],
)
def test_refused(
    before: tuple[tuple[str, str, str], ...], stage: str, by: str, on: str, said: str, house: Path, kb: Callable[..., Any]
) -> None:
    stages(kb, house, *before)
    text = (house / ENTRY).read_bytes()
    ran = kb(house, "review", "sanzhang-qingdan", "--stage", stage, "--by", by, "--on", on)
    assert ran.status == 2
    assert said in ran.err
    assert (house / ENTRY).read_bytes() == text


def test_entry_with_errors_is_not_reviewed(house: Path, kb: Callable[..., Any]) -> None:
    (house / ENTRY).write_text(TEXT.replace("组织建设", "没有的主题"), "utf-8")
    ran = kb(house, "review", "sanzhang-qingdan", "--stage", "初审", "--by", "张三")
    assert (ran.status, "先改好再审" in ran.err) == (1, True)
    ran = kb(house, "review", "sanzhang-qingdann", "--stage", "初审", "--by", "张三")
    assert (ran.status, "sanzhang-qingdan”（三张清单）？" in ran.err) == (2, True)


def test_change_reopens_and_says_which_words(house: Path, kb: Callable[..., Any]) -> None:
    stages(kb, house, *ALL)
    path = house / ENTRY
    path.write_text(path.read_text("utf-8").replace("status: 送审", "status: 已发布"), "utf-8")
    git(house, "init", "-q", "-b", "main")
    git(house, "add", ".")
    git(house, "commit", "-qm", "审过的一版")
    path.write_text(path.read_text("utf-8").replace("每季度对照一次", "每半年对照一次，列出问题"), "utf-8")
    ran = kb(house, "check")
    assert ran.status == 0
    assert "review-reopened （提醒）审过以后内容又改了" in ran.out
    assert "“季度”→“半年”" in ran.out
    assert "加上“，列出问题”" in ran.out
    ran = kb(house, "check", "--release")
    assert ran.status == 1
    git(house, "commit", "-qam", "改了")
    git(house, "mv", ENTRY, "content/terms/qingdan.md")
    git(house, "commit", "-qm", "改名")
    assert "“季度”→“半年”" in kb(house, "check").out, "改名以后还找得到审过的一版"
    git(house, "mv", "content/terms/qingdan.md", ENTRY)
    stages(kb, house, ("初审", "张三", "2026-11-05"), ("复审", "李四", "2026-11-06"), ("终审", "王五", "2026-11-06"))
    assert kb(house, "check", "--release").status == 0


def test_release_refuses_what_is_not_through(house: Path, kb: Callable[..., Any]) -> None:
    (house / ENTRY).write_text(TEXT.replace("status: 送审", "status: 已发布"), "utf-8")
    assert not check(Project(house)).failed
    result = build(Project(house), release=True)
    assert result.failed
    assert [problem.code for problem in result.problems if problem.level == "错误"] == ["review-missing"]
    assert not (house / "site_build" / "site").exists()


def test_release_tells_all_faults_at_once(house: Path, kb: Callable[..., Any]) -> None:
    """What is not through its reviews stands beside what is wrong anyway."""
    text = TEXT.replace("status: 送审", "status: 已发布")
    (house / ENTRY).write_text(text + "\n见[另一条](../methods/there-is-none.md)。[@编者]\n", "utf-8")
    result = build(Project(house), release=True)
    assert result.failed
    told = sorted(problem.code for problem in result.problems if problem.level == "错误")
    assert told == ["dangling-reference", "review-missing"]


def test_crlf_and_byte_order_mark_stay(house: Path, kb: Callable[..., Any]) -> None:
    path = house / ENTRY
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    stages(kb, house, *ALL)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf---\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert f"seen: {seal(TEXT)}".encode() in data, "换行不同，封记相同"


@given(st.sampled_from(["status: 已发布", "status: 草稿", 'status: "送审"']))
def test_seal_does_not_hang_on_what_reviewing_writes(line: str) -> None:
    assert seal(TEXT.replace("status: 送审", line)) == seal(TEXT)


@given(st.integers(0, len(TEXT) - 1))
def test_seal_sees_every_other_character(at: int) -> None:
    begin, end = TEXT.index("status"), TEXT.index("visibility")
    changed = TEXT[:at] + ("乙" if TEXT[at] != "乙" else "丙") + TEXT[at + 1 :]
    if begin <= at < end or not changed.startswith("---\n") or changed.count("\n---\n") != 1:
        return
    if changed.replace(" \n", "\n") == canonical(TEXT):
        return
    assert seal(changed) != seal(TEXT)


def test_difference_in_words() -> None:
    assert difference("每月1次", "每季度2次") == "“月1”→“季度2”"
    assert difference("甲乙", "甲") == "删去“乙”"
