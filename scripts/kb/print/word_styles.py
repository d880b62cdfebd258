"""The styles of a DOCX: true heading styles, East Asian fonts on every one, measures of the same page as the PDF."""

from __future__ import annotations

from typing import NamedTuple

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)
FANG, HEI, KAI, SONG, XIAOBIAO, LATIN = "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体", "方正小标宋简体", "Times New Roman"
ALTERNATIVES = ((FANG, "仿宋"), (KAI, "楷体"), (XIAOBIAO, "华文中宋"), (HEI, "SimHei"), (SONG, "SimSun"))
"""Font table: what to take where the first name is not installed."""
ACCENT = "9E1B1B"
TINTS = {"要紧": "9E1B1B", "警惕": "9E1B1B", "注意": "8A5A00", "提示": "2E6B34", "说明": "1F4E8C"}


class Sheet(NamedTuple):
    """Paper and type of one style; lengths in mm, sizes in points."""

    width: float
    height: float
    top: float
    inside: float
    body_width: float
    body_height: float
    size: float
    line: float
    title: float
    cover: float
    small: float
    head: float
    foot: float

    def twips(self, millimetres: float) -> int:
        return round(millimetres / 25.4 * 1440)

    @property
    def measure(self) -> int:
        """Width of the type area in twips."""
        return self.twips(self.body_width)

    def page(self) -> str:
        """w:pgSz and w:pgMar."""
        outside = self.width - self.inside - self.body_width
        bottom = self.height - self.top - self.body_height
        return (
            f'<w:pgSz w:w="{self.twips(self.width)}" w:h="{self.twips(self.height)}"/>'
            f'<w:pgMar w:top="{self.twips(self.top)}" w:right="{self.twips(outside)}" w:bottom="{self.twips(bottom)}" '
            f'w:left="{self.twips(self.inside)}" w:header="{self.twips(self.top * 0.54)}" '
            f'w:footer="{self.twips(bottom * 0.6)}" w:gutter="0"/>'
        )


SHEETS = {
    "公文": Sheet(210, 297, 37, 28, 156, 225, 16, 29, 22, 36, 12, 10.5, 14),
    "16开": Sheet(185, 260, 27, 27, 134, 203, 11, 18.5, 20, 30, 10, 9, 10.5),
    "A5": Sheet(148, 210, 23, 19, 112, 164, 11, 17.9, 18, 24, 9.5, 8, 9),
}
SHEETS["单页"] = SHEETS["公文"]
SHEETS["试卷"] = Sheet(210, 297, 25, 25, 160, 245, 11.5, 18, 18, 18, 10, 9, 10.5)


def fonts(east: str) -> str:
    return f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:cs="{LATIN}" w:eastAsia="{east}"/>'


def size(points: float) -> str:
    half = round(points * 2)
    return f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def spacing(line: float, before: float = 0, after: float = 0, rule: str = "exact") -> str:
    """Paragraph spacing in points."""
    return f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}" w:line="{round(line * 20)}" w:lineRule="{rule}"/>'


def tightly(line: float, before: float = 0, after: float = 0) -> str:
    """The same for small type, whose lines are its own: on the page's grid each would take a whole line of it."""
    return '<w:snapToGrid w:val="0"/>' + spacing(line, before, after)


def _style(
    name: str,
    label: str,
    paragraph: str,
    run: str,
    based: str = "Normal",
    after: str = "",
    kind: str = "paragraph",
    default: bool = False,
) -> str:
    return (
        f'<w:style {NAMESPACES} w:type="{kind}"{" w:default=" + chr(34) + "1" + chr(34) if default else ""} w:styleId="{name}">'
        f'<w:name w:val="{label}"/>'
        + (f'<w:basedOn w:val="{based}"/>' if based else "")
        + (f'<w:next w:val="{after}"/>' if after else "")
        + "<w:qFormat/>"
        + (f"<w:pPr>{paragraph}</w:pPr>" if kind == "paragraph" else "")
        + f"<w:rPr>{run}</w:rPr></w:style>"
    )


def defaults(sheet: Sheet) -> str:
    """w:docDefaults."""
    run = f'{fonts(FANG)}<w:kern w:val="2"/>{size(sheet.size)}<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
    return f"<w:docDefaults {NAMESPACES}><w:rPrDefault><w:rPr>{run}</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr/></w:pPrDefault></w:docDefaults>"


def styles(sheet: Sheet) -> list[str]:
    """Every style as XML, in the order Word lists them."""
    em, line, small = round(sheet.size * 20), sheet.line, sheet.small
    tight = small * 1.5
    indent = f'<w:ind w:firstLineChars="200" w:firstLine="{2 * em}"/>'
    keep, center = "<w:keepNext/><w:keepLines/>", '<w:jc w:val="center"/>'
    tabs = f'<w:tabs><w:tab w:val="right" w:leader="middleDot" w:pos="{sheet.measure}"/></w:tabs>'
    first = '<w:widowControl w:val="0"/>'
    return [
        _style("Normal", "Normal", f'{first}{spacing(line)}<w:jc w:val="both"/>', fonts(FANG) + size(sheet.size), "", default=True),
        _style("BodyText", "Body Text", indent, fonts(FANG)),
        _style("Heading1", "heading 1", f'{keep}{spacing(line * 1.3, line, line)}{center}<w:outlineLvl w:val="0"/>', fonts(XIAOBIAO) + size(sheet.title), after="BodyText"),
        _style("Heading2", "heading 2", f'{keep}{spacing(line, line)}<w:jc w:val="left"/><w:outlineLvl w:val="1"/>', fonts(HEI) + size(sheet.size), after="BodyText"),
        _style("Heading3", "heading 3", f'{keep}{indent}<w:outlineLvl w:val="2"/>', fonts(KAI) + "<w:b/>" + size(sheet.size), after="BodyText"),
        _style("Heading4", "heading 4", f'{keep}{indent}<w:outlineLvl w:val="3"/>', fonts(HEI) + size(sheet.size * 0.94), after="BodyText"),
        _style("Title", "Title", f"{spacing(sheet.cover * 1.4, line * 4, line)}{center}", fonts(XIAOBIAO) + f'<w:color w:val="{ACCENT}"/>' + size(sheet.cover)),
        _style("Subtitle", "Subtitle", f"{spacing(line * 1.2, 0, line)}{center}", fonts(KAI) + size(sheet.size * 1.12)),
        _style("CoverLine", "封面文字", center, fonts(SONG)),
        _style("Opening", "前置标题", f"{keep}{spacing(line * 1.3, line, line)}{center}", fonts(XIAOBIAO) + size(sheet.title), after="BodyText"),
        _style("TOC1", "toc 1", f'{tabs}<w:jc w:val="left"/>', fonts(HEI) + size(sheet.size * 0.94)),
        _style("TOC2", "toc 2", f'{tabs}<w:ind w:left="{round(1.6 * em)}"/><w:jc w:val="left"/>', fonts(SONG) + size(sheet.size * 0.88)),
        _style("Summary", "提要", indent, fonts(KAI)),
        _style("Kicker", "条目类别", '<w:keepNext/><w:jc w:val="left"/>', fonts(SONG) + '<w:color w:val="525252"/>' + size(sheet.size * 0.72)),
        _style("Quote", "Quote", f'<w:ind w:left="{2 * em}" w:right="{2 * em}"/>', fonts(KAI)),
        _style("ListBullet", "List Bullet", "", fonts(FANG)),
        _style("ListNumber", "List Number", "", fonts(FANG)),
        _style("Check", "检查清单", f'<w:ind w:left="{3 * em}" w:hanging="{em}"/>', fonts(FANG)),
        _style("TableText", "表格文字", f'{tightly(tight)}<w:jc w:val="left"/>', fonts(SONG) + size(small)),
        _style("TableHead", "表头", f"<w:keepNext/>{tightly(tight)}{center}", fonts(HEI) + size(small)),
        _style("Small", "小字", f'{tightly(tight, 0, 3)}<w:ind w:left="{round(small * 20)}" w:hanging="{round(small * 20)}"/>', fonts(SONG) + size(small * 0.92)),
        _style("Index1", "index 1", f'{tightly(tight * 0.95)}<w:ind w:left="{round(small * 32)}" w:hanging="{round(small * 32)}"/><w:jc w:val="left"/>', fonts(SONG) + size(small * 0.95)),
        _style("IndexHeading", "index heading", f'<w:keepNext/>{tightly(tight, 8)}<w:jc w:val="left"/>', fonts(HEI) + f'<w:color w:val="{ACCENT}"/>' + size(small * 0.95)),
        _style("Preformatted", "HTML Preformatted", f'<w:shd w:val="clear" w:color="auto" w:fill="F5F5F5"/>{tightly(tight)}<w:jc w:val="left"/>', fonts(SONG) + size(small)),
        *(
            _style(
                f"Callout{place}", f"提示框 {label}",
                f'<w:pBdr><w:left w:val="single" w:sz="20" w:space="8" w:color="{tint}"/></w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="FAF6F2"/>'
                f'{tightly(tight, 6, 6)}<w:ind w:left="{em}" w:right="{round(0.6 * em)}"/>',
                fonts(KAI) + size(small),
            )
            for place, (label, tint) in enumerate(TINTS.items(), 1)
        ),
        _style("Header", "header", f'<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="525252"/></w:pBdr>{spacing(12, rule="atLeast")}', fonts(SONG) + '<w:color w:val="525252"/>' + size(sheet.head)),
        _style("Footer", "footer", spacing(12, rule="atLeast"), fonts(SONG) + size(sheet.foot)),
        _style("Strong", "Strong", "", fonts(HEI), "", kind="character"),
        _style("Emphasis", "Emphasis", "", fonts(KAI), "", kind="character"),
        _style("NoteMark", "出处标记", "", fonts(SONG) + '<w:color w:val="525252"/><w:vertAlign w:val="superscript"/>', "", kind="character"),
        _style("Hyperlink", "Hyperlink", "", fonts(FANG), "", kind="character").replace(fonts(FANG), ""),
        f'<w:style {NAMESPACES} w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/><w:rPr>{fonts(SONG)}</w:rPr><w:tblPr><w:tblBorders>'
        + "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
        + "</w:tblBorders></w:tblPr></w:style>",
    ]  # fmt: skip


def numbering(sheet: Sheet, lists: list[int]) -> str:
    """Numbering: one bullet list for all, and one instance for each ordered list, with the number it begins at."""
    em = round(sheet.size * 20)

    def level(place: int, form: str, text: str, indent: str, suffix: str) -> str:
        return (
            f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:suff w:val="{suffix}"/><w:lvlText w:val="{text}"/>'
            f'<w:lvlJc w:val="left"/><w:pPr><w:ind {indent}/></w:pPr><w:rPr>{fonts(FANG)}</w:rPr></w:lvl>'
        )

    bullets = "".join(
        level(place, "bullet", "•" if place == 0 else "–", f'w:left="{em * (2 + place)}" w:hanging="{round(em * 0.8)}"', "tab")
        for place in range(9)
    )
    numbers = "".join(
        level(place, "decimal", f"%{place + 1}．", f'w:left="{em * 2 * place}" w:firstLine="{2 * em}"', "nothing")
        for place in range(9)
    )
    found = [
        f'<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="hybridMultilevel"/>{bullets}</w:abstractNum>',
        f'<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="hybridMultilevel"/>{numbers}</w:abstractNum>',
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
    ]
    for place, start in enumerate(lists, 2):
        levels = "".join(
            f'<w:lvlOverride w:ilvl="{depth}"><w:startOverride w:val="{start}"/></w:lvlOverride>' for depth in range(9)
        )
        found.append(f'<w:num w:numId="{place}"><w:abstractNumId w:val="1"/>{levels}</w:num>')
    return f"<w:numbering {NAMESPACES}>{''.join(found)}</w:numbering>"
