"""From the bytes of a Word document to Markdown: headings, lists, tables and pictures in order, and a list of what was left."""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import Any, NamedTuple

from kb.source.office import UnreadableError, read_office

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_LEFT = {
    "drawing": "图形、图表或文本框",
    "pict": "旧式图形",
    "object": "嵌入的对象",
    "footnoteReference": "脚注",
    "endnoteReference": "尾注",
    "commentReference": "批注",
    "oMath": "公式",
    "fldSimple": "域",
    "sdt": "内容控件",
    "hyperlink": "超链接（只留下文字）",
}
_OFFICIAL = (
    re.compile(r"[一二三四五六七八九十]{1,3}、[^。；！？]{1,40}"),
    re.compile(r"（[一二三四五六七八九十]{1,3}）[^。；！？]{1,40}"),
)
"""Headings of official documents (GB/T 9704-2012, 7.3.3) by level, where they stand on a line of their own: they have no style."""
_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"}
_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")


class Imported(NamedTuple):
    """A document as taken over: `pictures` are (mark in the body, ending, bytes), `left` what was not taken."""

    title: str
    body: str
    pictures: tuple[tuple[str, str, bytes], ...]
    left: tuple[str, ...]
    counted: str


def read_word(data: bytes, name: str) -> Imported:
    """The document as Markdown; `name` is its title where it has none of its own. Raises UnreadableError."""
    office = read_office(data)
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]  # no stubs, one exception is all we need

    try:
        document = docx.Document(io.BytesIO(data))
        return _Walk(document).take(name, office.people, office.changes)
    except (PackageNotFoundError, XMLSyntaxError, KeyError, ValueError, AttributeError) as fault:
        raise UnreadableError("文件坏了，或不是 Word 文档") from fault


class _Walk:
    """The state of one pass over a document's body."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.blocks: list[str] = []
        self.pictures: list[tuple[str, str, bytes]] = []
        self.left: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.title = ""
        self.styles = {style.style_id: style for style in document.styles}

    def take(self, name: str, people: tuple[str, ...], changes: int) -> Imported:
        for element in self.document.element.body:
            tag = element.tag.removeprefix(_W)
            if tag == "p":
                self.paragraph(element)
            elif tag == "tbl":
                self.table(element)
            elif tag == "sdt":
                for inner in element.iter(f"{_W}p"):
                    self.paragraph(inner)
        for section in self.document.sections:
            if any(part.text.strip() for where in (section.header, section.footer) for part in where.paragraphs):
                self.left["页眉页脚"] += 1
        left = [f"{label}（{count} 处）" for label, count in self.left.items()]
        if people:
            left.append(f"作者和修订人的名字（{len(people)} 个）")
        if changes:
            left.append(f"修订痕迹（{changes} 处，按已接受处理）")
        if not self.counts["h"]:
            self.blocks = [self.official(block) for block in self.blocks]
        body = re.sub(r"\n{3,}", "\n\n", "\n".join(self.blocks)).strip() + "\n"
        counted = f"标题 {self.counts['h']} 个，段落 {self.counts['p']} 个，列表 {self.counts['l']} 项，表格 {self.counts['t']} 个，图片 {len(self.pictures)} 张"
        title = re.sub(r"[<>\[\]{}|\\\x00-\x1f]", "", self.title or name).strip()[:80] or "未命名"
        return Imported(title, self._levels(body), tuple(self.pictures), tuple(left), counted)

    def official(self, block: str) -> str:
        """A block as a heading where it is one of an official document."""
        for level, pattern in enumerate(_OFFICIAL, 1):
            if pattern.fullmatch(block):
                self.counts["h"] += 1
                self.counts["p"] -= 1
                return f"{'#' * level} {_plain(block)}"
        return block

    def _levels(self, body: str) -> str:
        """Headings from the second level on, none skipped."""
        found = sorted({len(mark) for mark in re.findall(r"^(#+) ", body, re.M)})
        ranks = {level: "#" * min(6, number + 2) for number, level in enumerate(found)}
        return re.sub(r"^(#+) ", lambda mark: f"{ranks[len(mark.group(1))]} ", body, flags=re.M)

    def paragraph(self, element: Any) -> None:
        text = self.runs(element)
        if not text.strip():
            return
        style = self.style(element)
        level = self.heading(element, style)
        centred = element.find(f"{_W}pPr/{_W}jc[@{_W}val='center']") is not None
        first = not self.title and not self.blocks
        if (style in {"title", "标题"} and not self.title) or (first and (level == 1 or (centred and not level))):
            self.title = _plain(text)
        elif level:
            self.counts["h"] += 1
            self.blocks += ["", f"{'#' * level} {_plain(text)}", ""]
        elif (item := self.item(element, style)) is not None:
            depth, ordered = item
            self.counts["l"] += 1
            self.blocks.append(f"{'   ' * depth}{'1.' if ordered else '-'} {text.strip()}")
        else:
            self.counts["p"] += 1
            self.blocks += ["", _line_start(text.strip()), ""]

    def style(self, element: Any) -> str:
        found = element.find(f"{_W}pPr/{_W}pStyle")
        style = self.styles.get(found.get(f"{_W}val")) if found is not None else None
        return (style.name or "").lower() if style is not None else ""

    def heading(self, element: Any, style: str) -> int:
        named = re.fullmatch(r"(?:heading|标题) ?([1-9])", style)
        if named:
            return min(int(named.group(1)), 6)
        outline = element.find(f"{_W}pPr/{_W}outlineLvl")
        level = outline.get(f"{_W}val") if outline is not None else ""
        return int(level) + 1 if level and level.isdigit() and int(level) < 6 else 0

    def item(self, element: Any, style: str) -> tuple[int, bool] | None:
        """(depth, whether numbered) of a list item."""
        number = element.find(f"{_W}pPr/{_W}numPr")
        if number is None:
            if style.startswith(("list bullet", "list number", "列表")):
                return 0, "number" in style or "编号" in style
            return None
        level, which = (number.find(f"{_W}{name}") for name in ("ilvl", "numId"))
        depth = int(level.get(f"{_W}val", "0")) if level is not None else 0
        return min(depth, 4), self.ordered(which.get(f"{_W}val", "") if which is not None else "", depth)

    def ordered(self, number: str, depth: int) -> bool:
        try:
            numbering = self.document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return False
        for num in numbering.findall(f"{_W}num"):
            if num.get(f"{_W}numId") == number:
                abstract = num.find(f"{_W}abstractNumId").get(f"{_W}val")
                for one in numbering.findall(f"{_W}abstractNum"):
                    if one.get(f"{_W}abstractNumId") == abstract:
                        shape = one.find(f"{_W}lvl[@{_W}ilvl='{depth}']/{_W}numFmt")
                        return shape is not None and shape.get(f"{_W}val") != "bullet"
        return False

    def runs(self, element: Any) -> str:
        """The text of a paragraph; what was deleted with tracking is gone, what was inserted is in."""
        parts: list[str] = []
        for node in element.iter():
            tag = node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
            if any(parent.tag in {f"{_W}del", f"{_W}moveFrom"} for parent in node.iterancestors(f"{_W}del", f"{_W}moveFrom")):
                continue
            if tag == "t" and node.tag == f"{_W}t":
                look = node.getparent().find(f"{_W}rPr")
                if look is not None and look.find(f"{_W}vanish") is not None:
                    self.left["隐藏的文字"] += 1
                    continue
                if look is not None and look.find(f"{_W}vertAlign") is not None:
                    self.left["上标、下标（成了普通文字，请核对）"] += 1
                parts.append(_SPECIAL.sub(r"\\\1", node.text or ""))
            elif tag in {"tab", "br", "cr"} and node.tag.startswith(_W):
                parts.append(" ")
            elif tag == "blip":
                self.picture(node, parts)
            elif tag in _LEFT and not (tag == "drawing" and node.find(".//{*}blip") is not None):
                self.left[_LEFT[tag]] += 1
        return re.sub(r"[ \u3000\xa0]+", " ", "".join(parts)).strip()

    def picture(self, node: Any, parts: list[str]) -> None:
        part = self.document.part.related_parts.get(node.get(f"{_R}embed"))
        ending = _ENDINGS.get(part.content_type) if part is not None else None
        if part is None or ending is None:
            self.left["图片（不是 PNG、JPEG、GIF、WebP，或在文档之外）"] += 1
            return
        mark = f"\ue000{len(self.pictures)}\ue001"
        self.pictures.append((mark, ending, part.blob))
        parts.append(f"![图{len(self.pictures)}，请写一句图上是什么]({mark})")

    def table(self, element: Any) -> None:
        rows = []
        for row in element.findall(f"{_W}tr"):
            cells: list[str] = []
            for cell in row.findall(f"{_W}tc"):
                span = cell.find(f"{_W}tcPr/{_W}gridSpan")
                cells.append(" ".join(filter(None, (self.runs(one) for one in cell.findall(f"{_W}p")))))
                cells += [""] * (int(span.get(f"{_W}val", "1")) - 1 if span is not None else 0)
                if span is not None or cell.find(f"{_W}tcPr/{_W}vMerge") is not None:
                    self.left["合并单元格（拆成了单格）"] += 1
                if cell.find(f"{_W}tbl") is not None:
                    self.left["表中的表"] += 1
            rows.append(cells)
        width = max((len(row) for row in rows), default=0)
        if not width:
            return
        self.counts["t"] += 1
        lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
        self.blocks += ["", lines[0], "|" + " --- |" * width, *lines[1:], ""]


def _plain(text: str) -> str:
    return re.sub(r"\\([\\`*_\[\]<>|#])", r"\1", re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)).strip()


def _line_start(text: str) -> str:
    """A paragraph that would begin a list or quotation by chance is kept a paragraph."""
    return re.sub(
        r"^([-+>]|[0-9]{1,9}[.)])(?=[ ])",
        lambda found: "\\" + found.group() if len(found.group()) == 1 else found.group()[:-1] + "\\" + found.group()[-1],
        text,
    )
