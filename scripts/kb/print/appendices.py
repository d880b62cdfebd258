"""From the entries of a book to what stands around its chapters: reading guide, glossary, rules, sources, index."""

from __future__ import annotations

from collections.abc import Callable

from kb.model.entry import Card, Entry
from kb.model.library import Library, sorted_cards
from kb.model.value import UNSTATED, Date, Text
from kb.print.blocks import Block, Item, List, Para, Run, Runs, Table
from kb.print.book import Appendix, IndexWord
from kb.print.exercises import exercises
from kb.workpieces.handbooks import Handbook


def _p(*words: str | Run) -> Para:
    return Para(tuple(word if isinstance(word, Run) else Run("text", word) for word in words))


def guide() -> tuple[Block, ...]:
    """What the marks in this book mean; the same in every book."""
    source, editor, rule = (Run("note", mark, kind) for mark, kind in (("1", "source"), ("编", "editor"), ("编1", "editor")))
    rows: tuple[tuple[str, Para], ...] = (
        ("来源所载", _p("句末方括号里的数字是来源标记，如", source, "。它指到每章末尾“本章出处”，那里写明文献和自然段。")),
        ("编者整理", _p("标有“编”字的，如", editor, "，是编者整理的实务提示，没有来源文献支撑，用前请核对。")),
        (
            "据制度整理",
            _p(
                "“编”字后面带数字的，如",
                rule,
                "，是编者对照党内法规和制度整理的，章条见每章末尾；尚未与正式文本逐字核对，引用时以正式文本为准。",
            ),
        ),
        ("来源未载明", _p("来源文献没有写到的，一律写“来源未载明”，不推断、不补写。")),
        ("表单", _p("条目末尾列出配套的空白表，注明页码的印在书末附录，其余在知识库“表单与台账”里下载。")),
        ("见第几页", _p("提到本书其他条目时注明页码；书末索引按拼音排列，规范名称和别名都能查到。")),
    )
    items = tuple(Item((Para((Run("strong", f"{head}。"), *text.runs)),)) for head, text in rows)
    return (
        _p("本书由知识库中已发布的条目编成。每一条先列提要和要素，再写做法、要点与注意。阅读和使用时请分清下面几种标记："),
        List(1, items),
        _p("做清单用的方框供打勾；“讨论题”由编者拟写，供集体学习使用。"),
    )


def appendices(library: Library, handbook: Handbook, cards: list[Card], read: Callable[[Card], Entry]) -> tuple[Appendix, ...]:
    """The appendices a handbook asks for that have something in them, in a fixed order."""
    inside = {card.id for card in cards}
    found = [*exercises(library, handbook)]
    if "术语" in handbook.appendices:
        found.append(_glossary(library, cards, inside))
    if "制度" in handbook.appendices:
        found.append(_rules(library, cards, inside, read))
    if "来源" in handbook.appendices:
        found.append(_sources(library, cards))
    return tuple(one for one in found if one.blocks)


def _glossary(library: Library, cards: list[Card], inside: set[str]) -> Appendix:
    near = {key for card in cards for key in (*library.forward.get(card.id, ()), *library.backward.get(card.id, ()))}
    terms = sorted_cards(card for card in library.of_type("term") if card.id in near and card.id not in inside)
    items = []
    for card in terms:
        more = f"包括：{'、'.join(card.expansion)}。" if card.expansion else ""
        items.append(
            Item((Para((Run("strong", card.title), Run("index", card.title), Run("text", f"　{_stop(card.summary)}{more}"))),))
        )
    lead = "与书中条目有关的说法，按拼音排列；详细的辨析见知识库术语条目。"
    return Appendix("术语简释", lead, (List(0, tuple(items)),) if items else ())


def _rules(library: Library, cards: list[Card], inside: set[str], read: Callable[[Card], Entry]) -> Appendix:
    keys = dict.fromkeys(key for card in cards for key in (card.id, *library.forward.get(card.id, ())))
    rules = sorted_cards(library.shown[key] for key in keys if library.shown[key].type == "rule")
    rows: list[tuple[Runs, ...]] = []
    for card in rules:
        values = read(card).values
        full, issued = values.get("full_title"), values.get("issued")
        name = full.text if isinstance(full, Text) and full.text != UNSTATED else card.title
        shown: Runs = (Run("number", "", card.id),) if card.id in inside else (Run("text", "—"),)
        rows.append(
            (
                (Run("text", name), Run("index", card.title)),
                (Run("text", str(issued) if isinstance(issued, Date) else "—"),),
                (Run("text", str(values.get("force", "—"))),),
                shown,
            )
        )
    head = tuple((Run("text", word),) for word in ("名称", "发布日期", "效力状态", "本书页码"))
    lead = "书中条目引用、对应的制度。发布日期和效力状态由编者填写，标“待核对”的，用前请与正式文本核对。"
    return Appendix("引用制度一览", lead, (Table(("left", "center", "center", "center"), head, tuple(rows)),) if rows else ())


def _sources(library: Library, cards: list[Card]) -> Appendix:
    used: dict[str, set[int]] = {}
    for card in cards:
        for key, paragraph in card.documents:
            used.setdefault(key, set()).add(paragraph)
    rows: list[tuple[Runs, ...]] = []
    for document in library.schema.documents.values():
        if document.id not in used:
            continue
        numbers = "、".join(map(str, sorted(used[document.id])))
        year = document.year.replace("-", "年") + ("月以后" if "-" in document.year else "年") if document.year else "—"
        basis = document.year_note.partition("：")[0]
        row = (document.title, document.kind, f"{year}（{basis}）", document.note, f"第{numbers}段")
        rows.append(tuple((Run("text", said),) for said in row))
    head = tuple((Run("text", word),) for word in ("文献", "种类", "年份", "说明", "本书用到"))
    lead = "书中“来源所载”的内容全部出自下列文献；段号从原文第一个自然段（含标题行）数起。"
    return Appendix("来源文献", lead, (Table(("left",) * 5, head, tuple(rows)),) if rows else ())


def _stop(words: str) -> str:
    return words if words.endswith(("。", "！", "？")) else f"{words}。"


def index_of(words: set[str]) -> tuple[IndexWord, ...]:
    """The words of an index by pinyin; figures and Latin letters stand first."""
    from pypinyin import lazy_pinyin

    found = []
    for word in words:
        bare = "".join(char for char in word if char.isalnum())
        sounds = lazy_pinyin(bare) if bare else []
        first = sounds[0][:1].upper() if sounds else ""
        letter = first if first.isascii() and first.isalpha() else "#"
        found.append((letter != "#", tuple(sounds), word, letter))
    return tuple(IndexWord(word, letter) for _, _, word, letter in sorted(found))
