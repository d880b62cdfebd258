"""From one entry as read to the problems that can be told without looking at any other entry."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from kb.checks.copying import copying
from kb.checks.lost import lost
from kb.checks.punctuation import punctuation
from kb.checks.reviewing import reviewing
from kb.checks.secrecy import secrecy
from kb.model.schema import Schema
from kb.model.value import UNSTATED
from kb.problem import Level, Problem, Spot, bounded
from kb.schema.kinds import nearest
from kb.source.entry import EntryReading
from kb.source.frontmatter import HeaderLines
from kb.syntax.tree import Node, Scalar, Sequence

Check = Callable[[EntryReading, Schema], Iterator[Problem]]
MAX_GUESSES = 20
"""Faulty links of one entry for which the nearest heading is looked for: each search goes through them."""
MAX_KNOWN = 500
"""Headings among which it is looked for."""
_ACTIVE = re.compile(r"<\s*(script|iframe|object|embed|style|link|meta|form|svg|base)\b|\bon\w+\s*=|javascript\s*:", re.I)
_FOOTNOTES = {
    "undefined": ("正文用了脚注 [^{}]，没有这条脚注", "另起一段写“[^{}]: 脚注的内容”，或删去这个记号"),
    "unused": ("脚注 [^{}] 没有用上", "在正文要注的地方写 [^{}]，或删去这条脚注"),
    "twice": ("脚注 [^{}] 写了两条", "换一个记号，如 [^{}-2]"),
}
"""What is wrong with a footnote: (message, hint)."""
_ESCAPES = re.compile(r"[\x00-\x20\u00a0\u200b\ufeff]")


def identity(reading: EntryReading, schema: Schema) -> Iterator[Problem]:
    """The id in the header, where one stands, is the file's name."""
    entry, header = reading.entry, reading.header
    if entry is None or header is None:
        return
    written = entry.values.get("id")
    node = header.get("id")
    if isinstance(written, str) and node is not None and written != entry.id:
        yield _problem(
            reading, "id-differs", node.at, f"编号“{written}”与文件名“{entry.id}.md”不一致", "改成一致，或删去 id 这一行"
        )


def headings(reading: EntryReading, schema: Schema) -> Iterator[Problem]:
    """Levels follow each other; the title stands in the header only; nothing stands empty."""
    if reading.outline is None:
        return
    last = 1
    for heading in reading.outline.headings:
        at = (heading.line, 1)
        if heading.level == 1:
            yield _problem(
                reading, "heading-title", at, f"正文里用了一级标题“{heading.text[:40]}”", "标题已写在信息头，正文从 ## 开始"
            )
        elif heading.level > last + 1:
            yield _problem(
                reading,
                "heading-skipped",
                at,
                f"标题“{heading.text[:40]}”从 {last} 级跳到了 {heading.level} 级",
                f"改成 {'#' * (last + 1)} {heading.text[:40]}",
            )
        if not heading.text:
            yield _problem(reading, "heading-empty", at, "标题没有文字", "补上文字，或删去这一行的 #")
        last = max(heading.level, 1) if heading.level != 1 else 1
    for heading in reading.outline.empty:
        yield _problem(
            reading,
            "section-empty",
            (heading.line, 1),
            f"“{heading.text[:40]}”下面没有内容",
            f"补上内容；来源没有写的，写“{UNSTATED}”",
        )


def sections(reading: EntryReading, schema: Schema) -> Iterator[Problem]:
    """The sections that the type asks for are there."""
    if reading.outline is None or reading.entry is None:
        return
    present = {heading.text for heading in reading.outline.headings if heading.level == 2}
    for section in reading.type.sections:
        if section.required and section.heading not in present:
            yield _problem(
                reading,
                "missing-section",
                (reading.entry.body_line, 1),
                f"正文缺少“{section.heading}”一节",
                f"加一行“## {section.heading}”：{section.help}",
                Level.WARNING,
            )


def raw_html(reading: EntryReading, schema: Schema) -> Iterator[Problem]:
    """A body is Markdown; HTML is refused, and what could run is named for what it is."""
    if reading.outline is None or reading.lines is None:
        return
    last = 0
    for tag, offset in reading.outline.raw:
        at = reading.lines.at(offset)
        if at[0] == last or tag.startswith("</") or "<" not in tag:
            continue  # one fault a line; the closing tag and the lines inside a block go with the opening one
        last = at[0]
        shown = tag.split("\n")[0][:40]
        if _ACTIVE.search(html.unescape(tag)):
            yield _problem(reading, "active-html", at, f"正文里有会运行的代码：{shown}", "删去它；站点不运行条目里的任何代码")
        elif tag.startswith("<!--"):
            yield _problem(reading, "raw-html", at, "正文里有 HTML 注释", "删去它；要给同事留话，写在提交说明里")
        else:
            yield _problem(
                reading, "raw-html", at, f"正文里有 HTML 标签：{shown}", "改用 Markdown：**加粗**、- 列表、| 表格 |；尖括号写成《》"
            )


def links(reading: EntryReading, schema: Schema) -> Iterator[Problem]:
    """Links stay inside the site and lead somewhere on this page where they say so."""
    if reading.outline is None or reading.lines is None:
        return
    anchors = [heading.anchor for heading in reading.outline.headings]
    known = frozenset(anchors)
    shown = [anchor[:40] for anchor in anchors[:12]]
    listed = f"本页的标题：{'、'.join(shown) or '无'}" + ("……" if len(anchors) > len(shown) else "")
    guesses = 0
    for link in reading.outline.links:
        at = reading.lines.at(link.offset)
        target = _ESCAPES.sub("", html.unescape(unquote(link.target))).lower()
        if not target:
            yield _problem(reading, "link-empty", at, f"链接“{link.text[:20]}”没有写地址", "补上地址，或去掉方括号和圆括号")
        elif target.startswith(("http:", "https:", "//")):
            if link.image:
                yield _problem(reading, "external-image", at, "图片在站外，内网打不开", "下载后放到 content/assets/ 再引用")
            else:
                yield _problem(
                    reading,
                    "external-link",
                    at,
                    f"链接指到站外：{link.target[:50]}",
                    "内网打不开；只写名称，不写网址",
                    Level.ADVICE,
                )
        elif re.match(r"file:|[a-z]:[\\/]", target):
            yield _problem(
                reading,
                "unsafe-link",
                at,
                f"链接指到某一台电脑里的文件：{link.target[:40]}",
                "把文件放进 content/assets/，再链接到它",
            )
        elif re.match(r"[a-z][a-z0-9+.-]*:", target):
            yield _problem(reading, "unsafe-link", at, f"链接的写法不允许：{link.target[:40]}", "只能链接站内条目和附件")
        elif "\\" in target:
            yield _problem(
                reading, "link-backslash", at, f"链接“{link.target[:40]}”里用了反斜杠", "改成斜杠 /，如 ../assets/fubiao.docx"
            )
        elif target.startswith("/"):
            yield _problem(
                reading, "absolute-link", at, f"链接“{link.target[:40]}”是绝对路径", "写相对路径，如 ../rules/dangzhang.md"
            )
        elif target.startswith("#") and unquote(link.target)[1:] not in known:
            guesses += 1
            near = nearest(unquote(link.target)[1:], anchors[:MAX_KNOWN]) if guesses <= MAX_GUESSES else ""
            yield _problem(
                reading,
                "dead-anchor",
                at,
                f"本页没有“{unquote(link.target)[:40]}”这个标题",
                (f"是不是“#{near}”？" if near else "") + listed,
            )
        if link.image and not link.text.strip():
            yield _problem(
                reading, "image-text", at, "图片没有文字说明", "方括号里写一句图上是什么，看不见图的人靠它", Level.WARNING
            )


def footnotes(reading: EntryReading, schema: Schema) -> Iterator[Problem]:
    """Every footnote mark has its note, every note its mark."""
    if reading.outline is None or reading.lines is None:
        return
    for why, label, offset in reading.outline.notes:
        message, hint = _FOOTNOTES[why]
        name = label[:40]
        yield _problem(reading, "footnote", reading.lines.at(offset), message.format(name), hint.format(name))


def sourcing(reading: EntryReading, schema: Schema) -> Iterator[Problem]:
    """Every statement says where it comes from."""
    entry, card = reading.entry, reading.card
    if entry is None or card is None or reading.outline is None or reading.lines is None or not card.published:
        return
    for words, offset in reading.outline.bare:
        yield _problem(
            reading,
            "no-source",
            reading.lines.at(offset),
            f"这句没有出处：“{words}……”",
            "句末注明 [@来源编号:段号]、[@制度编号:条款]；编者自己的建议写 [@编者]",
            Level.WARNING,
        )
    if not card.documents and not card.editorial and reading.type.name not in {"rule", "term"}:
        yield _problem(reading, "no-source", (1, 1), "整条没有写任何来源", "在信息头 sources 里写来源编号:段号", Level.WARNING)
    if reading.header is None:
        return
    for key, node in reading.header.pairs:
        field = reading.type.field(key.text)
        if field is None or ((field.of or field.kind) not in {"paragraphs", "cadence"} and field.of != "text"):
            continue
        for scalar in _scalars(node):
            if scalar.text.strip() and "[@" not in scalar.text and UNSTATED not in scalar.text:
                yield _problem(
                    reading,
                    "no-source",
                    scalar.at,
                    f"“{field.label}”这一项没有出处：“{scalar.text.strip()[:18]}……”",
                    "末尾注明 [@来源编号:段号]、[@制度编号:条款] 或 [@编者]",
                    Level.WARNING,
                )


def wording(reading: EntryReading, schema: Schema) -> Iterator[Problem]:
    """Words from content/wording.yml that are wrong or discouraged, each with the reason."""
    entry = reading.entry
    if entry is None or not schema.wording:
        return
    header = HeaderLines(reading.text)
    places: list[tuple[str, int, int]] = [(line, number, 1) for number, line in enumerate(entry.body.split("\n"), entry.body_line)]
    for key, node in reading.header.pairs if reading.header else ():
        field = reading.type.field(key.text)
        if field is not None and (field.of or field.kind) in {"text", "paragraphs"} and key.text != "full_title":
            places += [(scalar.text, *scalar.at) for scalar in _scalars(node)]
    text = "\n".join(place[0] for place in places)
    for wrong, right, level, reason in schema.wording:
        if wrong not in text:
            continue
        for line, number, column in places:
            at = _misused(line, wrong, right)
            if at >= 0:
                spot = (number, column + at) if number >= entry.body_line else header.place(line, at, (number, column))
                advice = f"写“{right}”：{reason}" if right else reason
                yield _problem(reading, "wording", spot, f"用词“{wrong}”", advice, Level(level))


def _misused(line: str, wrong: str, right: str) -> int:
    """Where the wrong word is used: not inside the right one that may contain it, not quoted; -1 where it is not."""
    start = line.find(wrong)
    inside = right.find(wrong) if right else -1
    while start >= 0:
        quoted = line.count("“", 0, start) > line.count("”", 0, start)
        if not quoted and (inside < 0 or not line.startswith(right, max(0, start - inside))):
            return start
        start = line.find(wrong, start + 1)
    return -1


def _scalars(node: Node) -> list[Scalar]:
    if isinstance(node, Scalar):
        return [node]
    return [item for item in node.items if isinstance(item, Scalar)] if isinstance(node, Sequence) else []


def _problem(reading: EntryReading, code: str, at: tuple[int, int], message: str, hint: str, level: Level = Level.ERROR) -> Problem:
    return Problem(code, Spot(reading.path, at[0], at[1]), message, hint, level)


ENTRY_CHECKS: tuple[Check, ...] = (
    identity,
    headings,
    sections,
    raw_html,
    links,
    footnotes,
    lost,
    sourcing,
    wording,
    secrecy,
    punctuation,
    copying,
    reviewing,
)


def check_entry(reading: EntryReading, schema: Schema) -> list[Problem]:
    """The problems of one file in order of place: those met while reading and those the checks find."""
    problems = list(reading.notes.problems)
    for check in ENTRY_CHECKS:
        problems += check(reading, schema)
    return bounded(problems)
