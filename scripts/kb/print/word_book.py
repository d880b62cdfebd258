"""From a composed book to the body of a DOCX: the same chapters, tables, notes and index, editable as if made by hand."""

from __future__ import annotations

from collections.abc import Sequence

from kb.print.blocks import Runs
from kb.print.book import Book, BookChapter, Notes, Section, chinese, chinese_date
from kb.print.typst_pdf import Pages
from kb.print.word_blocks import BlockWriter
from kb.print.word_styles import HEI, SONG, fonts
from kb.print.word_xml import field, link, page_of, paragraph, run, styled, table, tick_box

FOREWORD, GUIDE, CONTENTS, INDEX = "前　言", "阅读说明", "目　录", "索引"
NOTICE = (
    "本书由知识库按条目自动编排，与站点同源。条目以正式文件为准，编者整理的内容用前请核对。"
    "改过以后全选（Ctrl+A）按 F9，目录、参见和索引的页码随之更新。"
)


class Body(BlockWriter):
    """Writes the body; afterwards `headers` holds the running heads used."""

    def __init__(self, book: Book, pages: Pages, draft: bool) -> None:
        super().__init__(book, pages, draft)
        self.headers: list[str] = []

    def write(self) -> str:
        """The XML of w:body."""
        front = not self.book.sheet
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
        self.put("Title", "<w:r><w:br/></w:r>".join(map(run, book.title_lines)))
        if book.subtitle:
            self.put("Subtitle", run(book.subtitle))
        if book.edition:
            self.put("CoverLine", run(f"（{book.edition}）"))
        if self.draft:
            self.put("CoverLine", run("校样　标出待核对和未登记三审的条目", fonts(HEI) + '<w:color w:val="9E1B1B"/>'))
        # each line more of the title takes its height from the room above the publisher
        room = self.sheet.body_height / 25.4 * 72 * 0.3 - (len(book.title_lines) - 1) * self.sheet.cover * 1.4
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
        self.put("TableText", run(NOTICE), '<w:spacing w:before="120"/>')
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
        if section.kicker or flags:
            self.put(
                "Kicker", run("　".join(section.kicker)) + (run(flags, fonts(HEI) + '<w:color w:val="9E1B1B"/>') if flags else "")
            )
        if section.aliases:
            self.put("Kicker", run(f"又称：{'、'.join(section.aliases)}"))
        if section.summary:
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
        for name, runs in section.closing:
            self.put("BodyText", styled(f"{name}　", "Strong") + self.runs(runs))

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


def page_number(shown: str, roman: bool = False) -> str:
    """What stands in a footer: the page's number between dashes, or bare Roman."""
    number = field("PAGE", shown)
    return number if roman else run("— ", fonts(SONG)) + number + run(" —", fonts(SONG))
