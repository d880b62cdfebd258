"""Every page number a book prints is right: contents, references and index are read back from the PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.print.conftest import Printed, printed_number, squeezed

from kb.print.blocks import Head, Run, every_run, words
from kb.print.book import Section, chinese
from kb.print.exercises import form_anchor

NAMES = ("zhibu-shuji", "dangwu-ganbu", "dushuban", "lianzheng", "pinpai-anli")
REFERENCE = re.compile(r"（见?第(\d+)页）")


@pytest.fixture(params=NAMES)
def printed(request: pytest.FixtureRequest, shelf: dict[str, Printed]) -> Printed:
    return shelf[request.param]


def titles(printed: Printed) -> Iterator[tuple[str, str]]:
    """(id, heading as printed) of every entry."""
    for chapter in printed.book.chapters:
        for place, section in enumerate(chapter.sections, 1):
            yield section.id, f"{chinese(place)}、{section.title}"


def test_there_are_five_of_thirty_pages_or_more(shelf: dict[str, Printed]) -> None:
    assert set(NAMES) <= set(shelf)
    assert {name: printed.pages.total for name, printed in shelf.items() if printed.pages.total < 30} == {}


def test_contents_name_the_page_each_heading_stands_on(printed: Printed) -> None:
    leaves = printed.leaves()
    start = next(at for at, leaf in enumerate(leaves) if squeezed(leaf).startswith("目录"))
    contents = squeezed("".join(leaves[start : printed.shift]))
    body = leaves[printed.shift :]
    wanted = [heading for _, heading in titles(printed)]
    wanted += [f"第{chinese(number)}章{chapter.title}" for number, chapter in enumerate(printed.book.chapters, 1)]
    wanted += [f"附录{chinese(number)}{one.title}" for number, one in enumerate(printed.book.appendices, 1)]
    at = 0
    for heading in sorted(wanted, key=lambda one: contents.index(squeezed(one), 0)):
        found = re.search(re.escape(squeezed(heading)) + r"·+(\d+)", contents)
        assert found, heading
        page = int(found.group(1))
        assert squeezed(heading) in squeezed(body[page - 1]), (heading, page)
        assert page >= at, "the contents are not in the order of the pages"
        at = page


def test_what_typst_reports_is_what_is_printed(printed: Printed) -> None:
    body = printed.leaves()[printed.shift :]
    for name, heading in titles(printed):
        assert squeezed(heading) in squeezed(body[printed.pages.sections[name] - 1])


def test_every_reference_leads_to_its_entry(printed: Printed) -> None:
    """A run that names an entry is followed by a page in brackets, and the entry's heading stands there."""
    body = printed.leaves()[printed.shift :]
    whole = squeezed("".join(body))
    headings = dict(titles(printed)) | {
        block.anchor: words(block.runs) for one in printed.book.appendices for block in one.blocks if isinstance(block, Head)
    }
    checked = 0
    for section, run in references(printed):
        said = squeezed(run.text)
        pages = {int(number) for number in re.findall(re.escape(said) + r"（见?第(\d+)页）", whole)}
        assert printed.pages.sections[run.target] in pages, (section.title, run)
        assert squeezed(headings[run.target]) in squeezed(body[printed.pages.sections[run.target] - 1])
        checked += 1
    assert checked > 20
    assert {int(number) for number in REFERENCE.findall(whole)} <= set(printed.pages.sections.values())


def references(printed: Printed) -> Iterator[tuple[Section, Run]]:
    for chapter in printed.book.chapters:
        for section in chapter.sections:
            runs = [run for _, lines in section.facts for line in lines for run in line]
            for run in (*runs, *every_run(section.blocks)):
                if run.kind == "see":
                    yield section, run
            closing = [run for _, found in section.closing for run in found]
            yield from ((section, run) for run in closing if run.kind == "xref")


def test_forms_printed_behind_are_named_with_their_page(shelf: dict[str, Printed]) -> None:
    """三会一课 names the record that stands in the appendix, and forms that do not stand in the book without a page."""
    printed = shelf["zhibu-shuji"]
    section = next(one for chapter in printed.book.chapters for one in chapter.sections if one.id == "sanhui-yike")
    forms = dict(section.closing)["表单"]
    named = {run.text: run.kind for run in forms if run.text not in {"", "；"}}
    assert "xref" in named.values()
    targets = {run.target for run in forms if run.kind == "xref"}
    assert form_anchor("sanhui-jilu") in targets
    assert targets <= set(printed.pages.sections)


def test_index_pages_lie_within_the_entries_that_say_the_word(printed: Printed) -> None:
    """Each page of each word belongs to an entry (or appendix) that was marked with it, and no marked entry is left out."""
    spans = list(sections_of(printed))
    behind = printed.pages.chapters[len(printed.book.chapters)]
    index = printed_index(printed)
    assert set(index) == {squeezed(one.word) for one in printed.book.index}
    for one in printed.book.index:
        pages = index[squeezed(one.word)]
        assert pages == sorted(set(pages)), one
        holding = [(low, high) for marks, low, high in spans if one.word in marks]
        for page in pages:
            assert page >= behind or any(low <= page <= high for low, high in holding), (one, page)
        for low, high in holding:
            assert any(low <= page <= high for page in pages), (one, low, high)


def printed_index(printed: Printed) -> dict[str, list[int]]:
    """word -> pages, read from the index from its first word to its last."""
    leaves = printed.leaves()[printed.pages.chapters[-1] + printed.shift - 1 :]
    text = "|".join(squeezed(line) for leaf in leaves for line in leaf.split("\n") if line.strip()) + "|"
    assert text.startswith("索引|")
    at, found = len("索引|"), {}
    for one in printed.book.index:
        word = squeezed(one.word)
        spelt = r"\|?".join(map(re.escape, word))
        entry = re.compile(rf"(?:(?:[A-Z]|数字、字母)\|)?{spelt}\|?((?:\d+，\|?)*\d+)\|").match(text, at)
        assert entry, (word, text[at : at + 60])
        found[word] = [int(number) for number in re.findall(r"\d+", entry.group(1))]
        at = entry.end()
    assert at == len(text)
    return found


def sections_of(printed: Printed) -> Iterator[tuple[set[str], int, int]]:
    """(words marked in an entry, its first page, its last)."""
    sections = [section for chapter in printed.book.chapters for section in chapter.sections]
    starts = [printed.pages.sections[section.id] for section in sections]
    ends = [*starts[1:], printed.pages.chapters[len(printed.book.chapters)]]
    for section, low, high in zip(sections, starts, ends, strict=True):
        marks = {section.title, *section.aliases}
        runs = [run for _, lines in section.facts for line in lines for run in line]
        marks |= {run.text for run in (*runs, *every_run(section.blocks)) if run.kind == "index"}
        yield marks, low, high


def test_numbers_run_on_and_blank_pages_have_none(printed: Printed) -> None:
    numbers, blanks = [], 0
    for at, leaf in enumerate(printed.leaves(body=False)[printed.shift :], 1):
        if leaf.strip():
            assert printed_number(leaf) == str(at)
        else:
            assert at % 2 == 0, "a page left blank stands before a chapter, on the back of a sheet"
            blanks += 1
        numbers.append(at)
    assert numbers and blanks > 0
    assert all(page % 2 == 1 for page in printed.pages.chapters), "chapters begin on right-hand pages"


def test_running_heads_name_the_book_and_the_chapter(secretary: Printed) -> None:
    leaves = secretary.leaves(body=False)[secretary.shift :]
    second = secretary.pages.chapters[1]
    assert secretary.book.title in leaves[second].split("\n")[0]
    assert squeezed(leaves[second + 1]).startswith(f"第二章{secretary.book.chapters[1].title}")
    assert not squeezed(leaves[second - 1]).startswith(secretary.book.title), "no running head where a chapter opens"
