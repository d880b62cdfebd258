"""From a composed book to the body of a DOCX: the same chapters, tables, notes and index, editable as if made by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kb.print.blocks import Block, Box, Code, Form, Head, List, Para, Picture, Run, Runs, Table, plain, words
from kb.print.book import Book, BookChapter, Notes, Section, chinese, chinese_date
from kb.print.typst_pdf import TALL, Pages, weights
from kb.print.word_styles import HEI, SHEETS, SONG, TINTS, fonts
from kb.print.word_xml import field, form_table, link, page_of, paragraph, run, styled, table, tick_box

FOREWORD, GUIDE, CONTENTS, INDEX = "前　言", "阅读说明", "目　录", "索引"
MAX_LIST_LEVEL = 8


class Body:
    """Writes the body; afterwards `lists` holds where each ordered list begins and `headers` the running heads used."""

    def __init__(self, book: Book, pages: Pages, draft: bool) -> None:
        self.book, self.pages, self.draft = book, pages, draft
        self.sheet = SHEETS[book.style]
        self.out: list[str] = []
        self.lists: list[int] = []
        self.headers: list[str] = []
        self.contents: list[tuple[int, str, str, int]] = []
        """(level, bookmark, words, page)"""
        self.marks: dict[str, list[tuple[str, int]]] = {}
        """word of the index -> its bookmarks with their pages in the PDF"""
        self.bookmarks = 0
        self.names = {section.id: f"tiaomu{place}" for place, section in enumerate(self._sections(), 1)}

    def _sections(self) -> Iterable[Section]:
        return (section for chapter in self.book.chapters for section in chapter.sections)

    def write(self) -> str:
        """The XML of w:body."""
        front = self.book.style != "单页"
        for number, chapter in enumerate(self.book.chapters, 1):
            self.chapter(chapter, number, front)
        pages = iter(self.pages.chapters[len(self.book.chapters) :])
        for number, one in enumerate(self.book.appendices, 1):
            self.part(f"附录{chinese(number)}　{one.title}", f"fulu{number}", next(pages, 1))
            if one.lead:
                self.put("Summary", run(one.lead))
            self.blocks(one.blocks, small=one.small)
            self.close(f"附录{chinese(number)}　{one.title}")
        if self.book.index:
            self.part(INDEX, "suoyin", next(pages, 1))
            self.out.append(self.section_break(INDEX, "oddPage"))
            self.index()
        inner = self.out
        self.out = []
        if front:
            self.front()
        last = (
            self.section_properties(INDEX, "continuous", '<w:cols w:num="2" w:space="425"/>')
            if self.book.index
            else self.section_properties(self.book.title, "oddPage")
        )
        return "".join((*self.out, *inner, last))

    def put(self, style: str, inner: str, properties: str = "") -> None:
        self.out.append(paragraph(style, inner, properties))

    # --- sections of the document -----------------------------------------------------------------------------------

    def section_properties(self, header: str, kind: str, extra: str = "", start: int = 0, roman: bool = False) -> str:
        """w:sectPr; `header` names the running head of odd pages, "" for none."""
        refs = ""
        if header:
            if header not in self.headers:
                self.headers.append(header)
            number = self.headers.index(header) + 1
            refs = (
                f'<w:headerReference w:type="default" r:id="rIdHead{number}"/><w:headerReference w:type="even" r:id="rIdHeadEven"/>'
                '<w:footerReference w:type="default" r:id="rIdFootOdd"/><w:footerReference w:type="even" r:id="rIdFootEven"/>'
            )
        elif roman:
            refs = (
                '<w:headerReference w:type="default" r:id="rIdBlank"/><w:headerReference w:type="even" r:id="rIdBlank"/>'
                '<w:footerReference w:type="default" r:id="rIdFrontOdd"/><w:footerReference w:type="even" r:id="rIdFrontEven"/>'
            )
        begin = f' w:start="{start}"' if start else ""
        form = ' w:fmt="upperRoman"' if roman else ""
        numbers = f"<w:pgNumType{form}{begin}/>" if begin or form else ""
        return (
            f'<w:sectPr>{refs}<w:type w:val="{kind}"/>{self.sheet.page()}{numbers}{extra}'
            f'<w:docGrid w:type="lines" w:linePitch="{round(self.sheet.line * 20)}"/></w:sectPr>'
        )

    def section_break(self, header: str, kind: str, start: int = 0, roman: bool = False) -> str:
        properties = self.section_properties(header, kind, "", start, roman)
        return f'<w:p><w:pPr><w:pStyle w:val="TableText"/><w:spacing w:line="20" w:lineRule="exact"/>{properties}</w:pPr></w:p>'

    def close(self, header: str, first: bool = False) -> None:
        """End a chapter: the next one begins on a right-hand page."""
        self.out.append(self.section_break(header, "oddPage", 1 if first else 0))

    def front(self) -> None:
        book = self.book
        rule = '<w:pBdr><w:bottom w:val="thinThickSmallGap" w:sz="18" w:space="6" w:color="9E1B1B"/></w:pBdr>'
        self.put("CoverLine", run(book.house, fonts(HEI) + '<w:spacing w:val="60"/>'), rule)
        self.put("Title", run(book.title))
        if book.subtitle:
            self.put("Subtitle", run(book.subtitle))
        if book.edition:
            self.put("CoverLine", run(f"（{book.edition}）"))
        if self.draft:
            self.put("CoverLine", run("校样　标出待核对和未登记三审的条目", fonts(HEI) + '<w:color w:val="9E1B1B"/>'))
        room = self.sheet.body_height / 25.4 * 72 * 0.3
        self.put(
            "CoverLine",
            run(book.publisher),
            f'<w:spacing w:before="{round(room * 20)}" w:line="{round(self.sheet.line * 20)}" w:lineRule="exact"/>',
        )
        if book.date:
            self.put("CoverLine", run(chinese_date(book.date)))
        self.put("Kicker", "", '<w:pageBreakBefore/><w:spacing w:before="0" w:line="240" w:lineRule="auto"/>')
        width = self.sheet.measure
        rows = [(False, [("TableText", run(label, fonts(HEI))), ("TableText", run(said))]) for label, said in book.imprint]
        self.out.append(table([round(width * 0.2), width - round(width * 0.2)], rows))
        self.out.append(self.section_break("", "nextPage"))
        if book.foreword:
            self.put("Opening", run(FOREWORD))
            self.blocks(book.foreword)
            self.notes(book.foreword_notes)
        self.put("Opening", run(GUIDE), "<w:pageBreakBefore/>" if book.foreword else "")
        self.blocks(book.guide)
        self.put("Opening", run(CONTENTS), "<w:pageBreakBefore/>")
        last = len(self.contents) - 1
        for place, (level, bookmark, said, page) in enumerate(self.contents):
            begin = end = ""
            if place == 0:
                begin = (
                    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z \\u </w:instrText></w:r>'
                    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
                )
            if place == last:
                end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
            inner = link(bookmark, f"{run(said)}<w:r><w:tab/></w:r>{page_of(bookmark, page)}")
            self.put(f"TOC{level}", begin + inner + end)
        self.out.append(self.section_break("", "oddPage", 1, True))

    # --- parts ------------------------------------------------------------------------------------------------------

    def bookmark(self, name: str, inner: str) -> str:
        self.bookmarks += 1
        return f'<w:bookmarkStart w:id="{self.bookmarks}" w:name="{name}"/>{inner}<w:bookmarkEnd w:id="{self.bookmarks}"/>'

    def part(self, title: str, name: str, page: int) -> None:
        self.contents.append((1, name, title, page))
        self.put("Heading1", self.bookmark(name, run(title)))

    def chapter(self, chapter: BookChapter, number: int, headed: bool) -> None:
        title = f"第{chinese(number)}章　{chapter.title}"
        if headed:
            self.part(title, f"zhang{number}", self.pages.chapters[number - 1])
        if chapter.intro:
            self.blocks(chapter.intro, "Summary")
        for place, section in enumerate(chapter.sections, 1):
            self.section(section, chinese(place) if headed else "")
        if chapter.questions:
            name = f"taolun{number}"
            last = chapter.sections[-1].id
            self.contents.append((2, name, "讨论题", self.pages.sections.get(f"q-{number}", self.pages.sections.get(last, 1))))
            self.put("Heading2", self.bookmark(name, run("讨论题")))
            self.ordered(1, [self.runs(one) for one in chapter.questions])
        self.notes(chapter.notes)
        if headed:
            self.close(title, number == 1)

    def section(self, section: Section, number: str) -> None:
        title = f"{number}、{section.title}" if number else section.title
        name, page = self.names[section.id], self.pages.sections.get(section.id, 1)
        self.contents.append((2, name, title, page))
        index = "".join(self.mark(word) for word in (section.title, *section.aliases))
        self.put("Heading2" if number else "Heading1", self.bookmark(name, run(title)) + index)
        flags = f"　{'·'.join(section.flags)}" if self.draft and section.flags else ""
        self.put("Kicker", run("　".join(section.kicker)) + (run(flags, fonts(HEI) + '<w:color w:val="9E1B1B"/>') if flags else ""))
        if section.aliases:
            self.put("Kicker", run(f"又称：{'、'.join(section.aliases)}"))
        self.put("Summary", run(section.summary))
        if section.facts:
            width = self.sheet.measure
            label = round(width * 0.17)
            rows = [
                (False, [("TableText", run(name, fonts(HEI))), ("TableText", self.lines(lines))]) for name, lines in section.facts
            ]
            self.out.append(table([label, width - label], rows, label_column=True))
        self.blocks(section.blocks)
        if section.ticks:
            self.put("Heading3", run(section.ticks[0]))
            for line in section.ticks[1]:
                self.put("Check", tick_box(False) + run("　") + self.runs(line))
        if section.related:
            self.put("BodyText", styled("参见　", "Strong") + self.runs(section.related))

    def lines(self, lines: Sequence[Runs]) -> str:
        if len(lines) == 1:
            return self.runs(lines[0])
        return "".join(paragraph("TableText", run("·　") + self.runs(line)) for line in lines)

    def notes(self, notes: Notes) -> None:
        if notes.empty:
            return
        rule = '<w:pBdr><w:top w:val="single" w:sz="4" w:space="4" w:color="808080"/></w:pBdr>'
        groups = ((notes.sources, "本章出处（来源所载）"), (notes.editor, "编者对照的制度（待核对）"))
        for rows, heading in groups:
            if rows:
                self.put("Small", run(heading, fonts(HEI)), f"<w:keepNext/>{rule}")
                rule = ""
            for title, marks in rows:
                self.put("Small", run(f"{title}：" + "　".join(f"[{mark}]{place}" for mark, place in marks)))
        if notes.plain:
            self.put("Small", run("[编] 编者整理的实务提示，没有来源文献，待核对。"), rule)

    def index(self) -> None:
        letter = ""
        for one in self.book.index:
            found = self.marks.get(one.word)
            if not found:
                continue
            if one.letter != letter:
                letter = one.letter
                self.put("IndexHeading", run("数字、字母" if letter == "#" else letter))
            first: dict[int, str] = {}
            for name, page in found:
                first.setdefault(page, name)
            self.put("Index1", run(f"{one.word}　") + run("，").join(page_of(name, page) for page, name in first.items()))

    # --- blocks -----------------------------------------------------------------------------------------------------

    def mark(self, word: str) -> str:
        """A bookmark that the index leads to; its page is known from the PDF, whose marks come in the same order."""
        number = sum(map(len, self.marks.values())) + 1
        page = self.pages.marks[number - 1][1] if number <= len(self.pages.marks) else 1
        self.marks.setdefault(word, []).append((f"suo{number}", page))
        return self.bookmark(f"suo{number}", "")

    def runs(self, runs: Runs) -> str:
        return "".join(self.run(one) for one in runs)

    def run(self, one: Run) -> str:
        kind, said = one.kind, one.text
        if kind == "text":
            return run(said)
        if kind in {"strong", "code"}:
            return styled(said, "Strong")
        if kind == "em":
            return styled(said, "Emphasis")
        if kind == "del":
            return run(said, "<w:strike/>")
        if kind == "break":
            return "<w:r><w:br/></w:r>"
        if kind == "note":
            return styled(f"[{said}]", "NoteMark")
        if kind == "index":
            return self.mark(said)
        name, page = self.names.get(one.target, "zhang1"), self.pages.sections.get(one.target)
        if kind == "xref":
            return link(name, run(said))
        number = page_of(name, page)
        if kind == "see":
            return link(name, run(said)) + run("（见第") + number + run("页）")
        return number if kind == "number" else run("（第") + number + run("页）")

    def ordered(self, start: int, items: Iterable[str], level: int = 0) -> None:
        self.lists.append(start)
        number = len(self.lists) + 1
        for inner in items:
            self.put("ListNumber", inner, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')

    def blocks(self, blocks: Iterable[Block], style: str = "BodyText", level: int = 0, small: bool = False) -> None:
        for block in blocks:
            self.block(block, style, min(level, MAX_LIST_LEVEL), small)

    def block(self, block: Block, style: str, level: int, small: bool) -> None:
        if isinstance(block, Para):
            self.put(style, self.runs(block.runs))
        elif isinstance(block, Head):
            if block.level == 0:
                page = self.pages.sections.get(block.anchor, 1)
                name = f"biaodan{len(self.contents)}"
                self.contents.append((2, name, words(block.runs), page))
                self.put("Heading2", self.bookmark(name, self.runs(block.runs)))
            else:
                self.put("Heading3" if block.level == 1 else "Heading4", self.runs(block.runs))
        elif isinstance(block, List):
            self.list(block, level, small)
        elif isinstance(block, Box):
            self.box(block)
        elif isinstance(block, Table):
            self.table(block)
        elif isinstance(block, Form):
            self.form(block)
        elif isinstance(block, Code):
            for line in block.text.split("\n"):
                self.put("Preformatted", run(line))
        else:
            assert isinstance(block, Picture)
            self.put("CoverLine", run(f"（图：{block.alt}）"))

    def list(self, block: List, level: int, small: bool) -> None:
        number = 1
        if block.start:
            self.lists.append(block.start)
            number = len(self.lists) + 1
        style = "Small" if small else "ListNumber" if block.start else "ListBullet"
        for item in block.items:
            first, *rest = item.blocks or (Para(()),)
            inner = self.runs(first.runs) if isinstance(first, Para) else run(plain(first))
            if item.tick is not None:
                self.put("Check", tick_box(item.tick) + run("　") + inner)
            elif small:
                self.put("Small", inner)
            else:
                self.put(style, inner, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
            self.blocks(rest, "BodyText", level + 1, small)

    def box(self, block: Box) -> None:
        if not block.label:
            self.blocks(block.blocks, "Quote")
            return
        style = f"Callout{list(TINTS).index(block.label) + 1}"
        for place, one in enumerate(block.blocks):
            head = styled(f"{block.label}　", "Strong") if place == 0 else ""
            self.put(style, head + (self.runs(one.runs) if isinstance(one, Para) else run(plain(one))))

    def form(self, block: Form) -> None:
        unit = self.sheet.measure / sum(block.widths)
        widths = [round(unit * share) for share in block.widths]
        self.out.append(form_table(widths, block, self.sheet.small * 1.5 * 20))
        self.gap()

    def table(self, block: Table) -> None:
        shares = weights(block)
        widths = [round(self.sheet.measure * share / sum(shares)) for share in shares]
        rows = [(True, [("TableHead", self.runs(cell)) for cell in block.head])]
        rows += [(False, [("TableText", self.runs(cell)) for cell in row]) for row in block.rows]
        self.out.append(table(widths, rows, any(len(words(cell)) > TALL for row in block.rows for cell in row)))
        self.gap()

    def gap(self) -> None:
        """A little room below a table."""
        self.put("TableText", "", f'<w:spacing w:before="0" w:after="0" w:line="{round(self.sheet.line * 8)}" w:lineRule="exact"/>')


def page_number(shown: str, roman: bool = False) -> str:
    """What stands in a footer: the page's number between dashes, or bare Roman."""
    number = field("PAGE", shown)
    return number if roman else run("— ", fonts(SONG)) + number + run(" —", fonts(SONG))
