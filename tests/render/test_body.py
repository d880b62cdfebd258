"""Bodies to HTML: each piece of the dialect, and that no text can become markup of its own."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.render.body import _PLAIN, CiteMark, Resolver, render_body, render_inline, render_with_contents
from kb.source.markdown import outline

RESOLVER = Resolver(
    lambda target: f"→{target}",
    lambda key, place: CiteMark(f"<i>{key}{place}</i>" if key.isalnum() else "<i></i>", key in {"编者", "rule"}),
)


def html(text: str) -> str:
    return render_body(text, RESOLVER)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲**乙***丙*~~丁~~`戊<`", "<p>甲<strong>乙</strong><em>丙</em><del>丁</del><code>戊&lt;</code></p>\n"),
        ("甲\n乙", "<p>甲乙</p>\n"),
        ("one\ntwo", "<p>one\ntwo</p>\n"),
        ("甲  \n乙", "<p>甲<br>\n乙</p>\n"),
        ("- [x] 办完\n- [ ] 没办", '<ul>\n<li><span class="kbox" role="img" aria-label="已完成">☑</span> 办完\n<li><span class="kbox" role="img" aria-label="待办">☐</span> 没办\n</ul>\n'),
        ("3. 三\n4. 四", '<ol start="3">\n<li>三\n<li>四\n</ol>\n'),
        ("[甲](a.md)", '<p><a href="→a.md">甲</a></p>\n'),
        ("![图 \"一\"](a.png)", '<p><img src="→a.png" alt="图 &quot;一&quot;" loading="lazy"></p>\n'),
        ("## 一\n## 一", '<h2 id="一">一</h2>\n<h2 id="一-2">一</h2>\n'),
        ("> 引", "<blockquote>\n<p>引</p>\n</blockquote>\n"),
        ("> [!TIP]\n> 提", '<div class="admonition tip"><p class="admonition-title">提示</p>\n<p>提</p>\n</div>\n'),
        ("```\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>\n"),
        ("---", "<hr>\n"),
    ],
)  # fmt: skip
def test_each_piece(text: str, expected: str) -> None:
    assert html(text) == expected


def test_table() -> None:
    made = html("| 甲 | 乙 |\n|---|--:|\n| 一[@编者] | 2 |\n")
    assert made == (
        "<div class=kt><table>\n<thead><tr><th scope=col>甲<th scope=col class=kr>乙<tbody>\n"
        "<tr class=ke><td>一<i>编者</i><td class=kr>2\n</table></div>\n"
    )


def test_the_editor_is_not_marked_twice() -> None:
    """Both marks would read 编: that of a rule stands for both. Behind a source, or after more words, the editor's own is shown."""
    assert html("甲。[@rule:二][@编者]") == "<p class=ke>甲。<i>rule二</i></p>\n"
    assert html("甲。[@编者]").count("<i>") == 1
    assert html("甲。[@a:1][@编者]").count("<i>") == 2
    assert html("甲。[@rule:二] 乙。[@编者]").count("<i>") == 2


def test_statements_of_the_editor_are_marked() -> None:
    """A paragraph, item or row is marked where every citation in it is the editor's, and only there."""
    assert html("建议。[@编者]").startswith("<p class=ke>")
    assert html("事实。[@a:1] 建议。[@编者]").startswith("<p>")
    assert html("没有出处。").startswith("<p>")
    assert "<li class=ke>" in html("- 建议。[@编者]\n- 事实。[@a:1]")
    assert html("- 建议。[@编者]\n- 事实。[@a:1]").count("ke") == 1


def test_one_statement_has_no_paragraph_around_it() -> None:
    assert render_inline("甲**乙**", RESOLVER) == "甲<strong>乙</strong>"
    assert render_inline("甲\n\n乙", RESOLVER) == "<p>甲</p>\n<p>乙</p>\n"


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "甲<img src=x onerror=alert(1)>乙", "<!-- x -->", "<b\n>x</b>"])
def test_raw_html_never_reaches_a_page(text: str) -> None:
    """The checks refuse it; should it come here all the same, it is dropped or shown as text."""
    assert re.search(r"<(script|img|b\b|!--)", html(text)) is None


ALLOWED = re.compile(
    r"</?(p|li|tr|td|th|thead|tbody|table|ul|ol|em|strong|del|code|pre|blockquote|hr|br|div|sup|span|i|a|img|h[1-6])"
    r'( (class|id|href|src|alt|title|loading|start|scope|role|aria-label)="[^"<>]*")*>'
)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="甲乙 \n#*_-`[]()!|<>&\"'@:：~^\\1.x/", max_size=120))
def test_any_text_is_only_our_markup(text: str) -> None:
    """Take our own tags away: no angle bracket, no loose ampersand is left."""
    rest = ALLOWED.sub("", html(text))
    assert "<" not in rest and ">" not in rest.replace("&gt;", "")
    assert re.search(r"&(?!amp;|lt;|gt;|quot;|#x27;|#\d+;)", rest) is None


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "## 做法步骤",
                "## 注意 `a`  b",
                "### 小",
                "正文[@编者]",
                "## **粗** [@a:1]",
                "- ## 项",
                "```",
                "> ## 引",
                "Set\n---",
                "## ",
            ]
        ),
        max_size=12,
    )
)
def test_contents_agree_with_the_outline(lines: list[str]) -> None:
    """What the page's contents list leads to is what the checks took for headings."""
    text = "\n\n".join(lines)
    made, contents = render_with_contents(text, RESOLVER)
    plan, _ = outline(text)
    assert contents == [(heading.anchor, heading.text) for heading in plan.headings if heading.level == 2]
    assert all(f'id="{anchor}"' in made for anchor, _ in contents)


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="甲乙丙“（A1 .-+:#=\t　\r\0)/^{}$'\"", min_size=1, max_size=24))
def test_plain_words_are_what_the_parser_makes_of_them(text: str) -> None:
    """Words in which the dialect knows no sign are not given to the parser; it would say the same of them."""
    made = render_body(text, RESOLVER)
    if _PLAIN.fullmatch(text):
        assert made == f"<p>{render_inline(text, RESOLVER)}</p>\n"
