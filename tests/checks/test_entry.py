"""The checks of one entry at their edges; whole cases stand in tests/cases."""

from __future__ import annotations

import pytest

from kb.checks.entry import check_entry
from kb.model.schema import Schema
from kb.source.entry import read_entry

HEAD = "---\ntitle: 三张清单\nsummary: 合称。\ntopic: 制度建设\nstatus: 送审\nvisibility: 公开\n---\n"


def told(body: str, schema: Schema) -> list[tuple[str, int, int]]:
    reading = read_entry("content/terms/a.md", f"{HEAD}## 含义\n{body}".encode(), "term", schema)
    assert reading.card is not None
    return [(one.code, one.spot.line, one.spot.column) for one in check_entry(reading, schema)]


@pytest.mark.parametrize(
    "body",
    [
        "甲 < 乙，丙 > 丁。",
        "写成 `<script>` 也无妨。",
        "```html\n<b onclick=x>\n```",
        "    <b>缩进的是代码</b>",
        "\\<b\\>",
        "没有空格的 <svg/onload=alert(1)> 不是标签，照原样显示",
        "&lt;b&gt; &amp; &nbsp;",
        "[下](#含义)",
        "[别处](../methods/sanhui-yike.md)",
        "### 甲\n\n文\n\n#### 乙\n\n文\n\n## 丙\n\n文",
    ],
)
def test_sound_bodies(body: str, schema: Schema) -> None:
    assert told(body + "\n", schema) == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("甲<b>乙", ("raw-html", 9, 2)),
        ("甲<b>乙</b><i>丙</i>", ("raw-html", 9, 2)),
        ("<svg onload=alert(1)>", ("active-html", 9, 1)),
        ("<a href='java&#115;cript:x'>", ("active-html", 9, 1)),
        ("<IFRAME>", ("active-html", 9, 1)),
        ("<x\nonclick=1>", ("active-html", 9, 1)),
        ("[x](java\\\nscript:x) [x](<java script:x>)", ("unsafe-link", 10, 11)),
        ("[x](vbscript:x)", ("unsafe-link", 9, 1)),
        ("[x](data:text/html,x)", ("unsafe-link", 9, 1)),
        ("[x](&#x6A;avascript:x)", ("unsafe-link", 9, 1)),
        ("[x](%6Aavascript:x)", ("unsafe-link", 9, 1)),
        ("[x](file:///etc/passwd)", ("unsafe-link", 9, 1)),
        ("[x](//example.com)", ("external-link", 9, 1)),
        ("[x](mailto:x)", ("unsafe-link", 9, 1)),
        ("[x](/etc/passwd)", ("absolute-link", 9, 1)),
        ("[x](..%2f..%2fREADME.md)", ("link-escapes", 9, 1)),
        ("[x](../../README.md)", ("link-escapes", 9, 1)),
        ("[x](..\\\\a.md)", ("link-backslash", 9, 1)),
        ("![x](https://example.com/a.png)", ("external-image", 9, 1)),
        ("[x](#没有)", ("dead-anchor", 9, 1)),
        ("甲[]()", ("link-empty", 9, 2)),
        ("文\n\n#### 乙\n\n文", ("heading-skipped", 11, 1)),
        ("文\n\n# 甲\n\n文", ("heading-title", 11, 1)),
        ("文\n\n## 乙\n", ("section-empty", 11, 1)),
        ("文\n\n## \n\n文", ("heading-empty", 11, 1)),
    ],
)
def test_one_fault_one_problem(body: str, problem: tuple[str, int, int], schema: Schema) -> None:
    assert told(body + "\n", schema) == [problem]


def test_a_level_skipped_is_told_once_and_counting_goes_on_from_it(schema: Schema) -> None:
    body = "文\n\n#### 乙\n\n文\n\n##### 丙\n\n文\n\n### 丁\n\n文\n"
    assert told(body, schema) == [("heading-skipped", 11, 1)]


def test_long_words_are_cut_in_messages(schema: Schema) -> None:
    body = f"文\n\n#### {'长' * 5000}\n\n文\n\n[x](#{'短' * 5000}) [y](ftp:{'长' * 5000}) <b {'长' * 5000}>\n"
    reading = read_entry("content/terms/a.md", f"{HEAD}## 含义\n{body}".encode(), "term", schema)
    problems = check_entry(reading, schema)
    assert {one.code for one in problems} >= {"heading-skipped", "dead-anchor", "unsafe-link"}
    assert max(len(one.message) + len(one.hint) for one in problems) < 400
