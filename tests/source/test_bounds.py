"""No body takes long: what would is refused with its place, whatever it is made of."""

from __future__ import annotations

import time

import pytest

from kb.checks.entry import check_entry
from kb.checks.traces import quoted, sketch
from kb.model.schema import Schema
from kb.project import MAX_FILE_BYTES
from kb.search_text import extract_postings
from kb.source.entry import read_entry
from kb.source.markdown import MAX_MARKS, Outline, TooMuch, events, outline

HEAD = "---\ntitle: 试验\nsummary: 试验。\ntopic: 组织建设\nstatus: 已发布\nvisibility: 公开\n---\n\n## 含义\n\n"
SECONDS = 4.0
"""CPU that reading and checking one file may take: twice what is wished for, ten times what most take."""
PART = 400_000
"""Bytes of one thing repeated: what grows with the square shows at less than the limit too."""
REPEATED = (
    ">", "> ", "> - ", "- ", "1. ", "+ ", "[^a]: ", "[", "][", "![", "[^a]", "[a](b)", "[a](b.md)\n", "[a](b \"", "[a]((", "[a]: <",
    "[]:", "*_", "*a ", "***a**", "_a_ *", "**a", "~~a", "`", "<", "<a ", "<!-", "<!-- \n", "<?", "<![CDATA[", "<a b=\"", "<a@b.cc>",
    "<div>\n", "<script>\n\n", "&", "&#x41;", "&#x202e;", "\\", "\\\n", "|", "|-", "a|-\n", "|a|\n|-|\n\n", "## a\n", "# ", "a\n=\n",
    "- a\n\n  b\n\n", "- [ ] a\n", "> [!NOTE]\n", "```\n", "~~~\n", "[@", "[@编者]", "[@jiangsu:999]\n", "《", "《甲乙》", "“", "\"", "(", "(甲",
    "1", "1 ", "1234-", "110101199003071", "13800138000 ", "a@", "a@b.", "a@b.cc ", "京A", "京A12345", "密级:", "【绝密", "绝密★",
    "绝密，", "秘密\n", "内部资料，", "甲 ", "甲,", "甲,乙\n", " ", "    \n", "\n", "\t", "\ta\n", "　", ".", "，", "党", "党的建设工作\n\n",
    "http://", "![](a.png)", "😀", "e\u0301",
)  # fmt: skip
MADE = {
    "深引用后的许多行": ">" * 250_000 + "a\n" + "x\n" * 374_000,
    "深列表后的许多行": "- " * 5_000 + "a\n" + "x\n" * 490_000,
    "深列表后的空行": "- " * 250_000 + "a\n" + "\n" * 490_000,
    "一层层缩进的列表": "".join("  " * at + "- a\n" for at in range(700)) + "x\n" * 240_000,
    "一行里三十层，行行再缩进": "".join(" " * 2 * at + "- " * 30 + "a\n" for at in range(300)) + "x\n" * 440_000,
    "宽表格的短行": "|a" * 30_000 + "|\n" + "|-" * 30_000 + "|\n" + "|b\n" * 290_000,
    "十万个格子": "|a|b|\n|-|-|\n" + "|x|y|\n" * 160_000,
    "十万个不同的标题": "".join(f"## a{at}\n" for at in range(100_000)),
    "许多脚注": "".join(f"[^a{at}]: b\n\n" for at in range(70_000)),
    "许多链接定义": "".join(f"[a{at}]: b\n" for at in range(80_000)),
    "长短不一的反引号": "".join("`" * (at % 1000 + 1) + " " for at in range(1_900)),
    "套起来的链接": "[" * 240_000 + "](a)" * 180_000,
    "套起来的图片": "![a" * 140_000 + "](b)" * 140_000,
    "套起来的着重": "*a " * 160_000 + " b*" * 160_000,
    "七万个书名": "".join(f"《{at:06}条例》" for at in range(70_000)),
}


@pytest.mark.parametrize("body", [*REPEATED, *MADE], ids=[repr(one) for one in (*REPEATED, *MADE)])
def test_a_full_file_of_anything_is_read_soon(body: str, schema: Schema) -> None:
    text = MADE.get(body, body * (PART // len(body.encode())))
    data = (HEAD + text).encode()[:MAX_FILE_BYTES].decode("utf-8", "ignore").encode()
    assert len(data) > MAX_FILE_BYTES * 0.2
    began = time.process_time()
    reading = read_entry("content/terms/shiyan.md", data, "term", schema)
    check_entry(reading, schema)
    quoted(reading)
    sketch(reading)
    extract_postings(reading, schema)
    assert time.process_time() - began < SECONDS
    assert reading.card is not None, "信息头没有错，别的条目仍能引用它"


@pytest.mark.parametrize(
    ("body", "why", "line"),
    [
        ("甲\n\n" + "> " * 33 + "乙", "deep", 12),
        ("- " * 40 + "乙", "deep", 10),
        (" " * 80 + "- 乙", "deep", 10),
        ("甲\n\n" + "[甲](a.md)\n" * (MAX_MARKS // 3), "many", 30_011),
    ],
)
def test_too_much_is_told_with_its_line(body: str, why: str, line: int) -> None:
    found, _ = outline(body, 10)
    assert isinstance(found, TooMuch)
    assert (found.why, found.at) == (why, (line, 1))
    assert events(body) == []


@pytest.mark.parametrize(
    "body",
    [
        "> " * 32 + "甲",
        "-" * 400,
        "* " * 3 + "\n\n" + "*" * 90,
        "1) - > 甲\n\n" + " " * 90 + "代码",
        "```\n" + "        " * 9 + "缩进\n```\n",
        "党的建设[@jiangsu:3]。\n\n" * 10_000,
    ],
)
def test_ordinary_text_is_not_too_much(body: str) -> None:
    assert isinstance(outline(body)[0], Outline)
