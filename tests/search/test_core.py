"""The search script's core, without a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from tests.search.conftest import SCRIPTS, started

from kb.search import Document, Scripts

Search = Callable[..., dict[str, Any]]


def ids(result: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in result["hits"]]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("三会一课", "sanhui"),  # the exact name before texts that hold it
        ("一课", "sanhui"),  # a part of a word
        ("课", "sanhui"),  # one character
        ("党小组会", "sanhui"),  # an alias
        ("除颤仪", "aed"),  # a synonym from the list
        ("ＡＥＤ", "aed"),  # full width
        ("𬭎某", "aed"),  # beyond the basic plane
        ("sanhuiyike", "sanhui"),
        ("shyk", "sanhui"),
        ("zuzhi shh", "shenghuohui"),
        ("三会yk", "sanhui"),  # half composed
        ("三汇一课", "sanhui"),  # sounds alike
        ("三会一颗", "sanhui"),
        ("三会课一", "sanhui"),  # two the wrong way round
        ("支部大会", "sanhui"),  # shortened
        ("自动体外除缠器", "aed"),
        ("民主評議", None),
        ("組織生活會", "shenghuohui"),
        ("“第一议题”", "yiti"),
        ("2020年起", "yiti"),
        ("二○二○年起", "yiti"),
        ("围绕中心，服务群众", "anli"),
        ("党员大会多久开一次", "sanhui"),
        ("什么是第一议题", "yiti"),
        ("请问组织生活会怎么开", "shenghuohui"),
        ("三会一课龘龘龘龘", "sanhui"),  # most of a name
        ("必须靶发挥", "dangri"),  # a slip that stands in no title
    ],
)
def test_what_comes_first(search: Search, query: str, first: str | None) -> None:
    result = search(query)
    if first is None:
        assert result["full"] == 0
    else:
        assert ids(result)[0] == first, [hit["title"] for hit in result["hits"]]


def test_several_words_must_all_stand_there(search: Search) -> None:
    result = search("主题党日 三会一课")
    assert result["full"] == 2
    assert set(ids(result)[:2]) == {"dangri", "yiti"}
    assert ids(search("三会一课 主题党日"))[:2] == ids(result)[:2]


def test_quotes_take_the_words_as_they_are(search: Search) -> None:
    assert search('"三汇一课"')["full"] == 0
    assert ids(search('"支部党员大会"'))[0] == "sanhui"


def test_minus_leaves_out(search: Search) -> None:
    assert "dangri" not in ids(search("三会一课 -每月"))
    assert "yiti" not in ids(search("三会一课 -第一议题"))


def test_field_words_narrow(search: Search) -> None:
    assert ids(search("类型:案例 建设")) == ["anli"]
    assert ids(search("类型：案例")) == ["anli"]
    assert set(ids(search("主题:组织建设"))) == {"sanhui", "anli", "dangri", "shenghuohui"}
    assert ids(search("类型:工作法 年份:2019")) == ["dangri"]


def test_facets_count_the_whole_result_but_their_own_choice(search: Search) -> None:
    result = search("建设", filter={"type": ["工作法"]})
    counts = {row["value"]: row["count"] for row in result["facets"]["type"]}
    assert counts == {"案例": 1}
    assert result["total"] == 0


def test_excerpts_mark_the_words_and_carry_no_markup(search: Search) -> None:
    hit = search("帮带")["hits"][0]
    marked = [part["text"] for part in hit["excerpt"]["parts"] if part["marked"]]
    assert marked == ["帮带"]
    assert hit["excerpt"]["heading"] == "主要做法"
    title = search("青蓝")["hits"][0]["titleParts"]
    assert [part["text"] for part in title if part["marked"]] == ["青蓝"]


def test_quotation_marks_inside_the_text_do_not_hide_words(search: Search) -> None:
    hit = search("党课按上级要求")["hits"][0]
    assert hit["id"] == "sanhui"
    assert "".join(part["text"] for part in hit["excerpt"]["parts"] if part["marked"]) == "党课”按上级要求"


def test_nothing_found_names_its_neighbours(search: Search, engine: Any) -> None:
    assert search("龘龘龘")["total"] == 0
    assert search("")["total"] == 0
    assert search("，。")["total"] == 0
    near = json.loads(engine.eval("JSON.stringify(kbSearch.nearest('主题团日'))"))
    assert "主题党日" in near


@pytest.mark.parametrize("query", ["三", "三会", "sh", "shyk", "议题", "党员活动"])
def test_suggestions_while_typing(engine: Any, query: str) -> None:
    before = engine.eval("LOADED.length")
    titles = [each["title"] for each in json.loads(engine.eval(f"JSON.stringify(kbSearch.suggest({json.dumps(query)}))"))]
    wanted = {"议题": "第一议题", "党员活动": "主题党日"}.get(query, "三会一课")
    assert wanted in titles
    assert engine.eval("LOADED.length") == before


def test_read_as_says_what_was_taken_instead(search: Search) -> None:
    assert "三会一课" in search("三汇一课")["read"]
    assert search("三会一课")["read"] == []


def test_every_file_asked_for_exists(engine: Any, index: dict[str, bytes]) -> None:
    loaded = set(json.loads(engine.eval("JSON.stringify(LOADED)")))
    assert loaded <= set(index)


def test_a_text_of_another_build_is_noticed(engine: Any) -> None:
    script = (
        "(() => { const slot = kbSearch.namesEqual('主题党日')[0].slot;"
        " return kbSearch.needTexts([slot]).then(() => { const text = kbSearch.textOf(slot), was = text.title;"
        " text.title = '别的'; try { kbSearch.textOf(slot); return 'unnoticed'; }"
        " catch (error) { return kbSearch.failure(error); } finally { text.title = was; } }); })()"
    )
    assert "站点已更新" in engine.eval(script).get(timeout=60)


@pytest.mark.parametrize("folder", ["n", "p", "u"])
def test_a_numbered_file_of_another_build_is_refused(index: dict[str, bytes], folder: str) -> None:
    # the same name in another build: the content is whole, the mark is not the one that was promised
    other = {
        path: re.sub(rb'^([^"]*"(?:[pu]",\d+,")?)[^"]{4}', rb"\1else", data) if path.startswith(f"search/{folder}/") else data
        for path, data in index.items()
    }
    racer = started(other)
    query = "课" if folder == "u" else "结对帮带"
    said = racer.eval(f"kbSearch.search('{query}').then(() => 'unnoticed', error => kbSearch.failure(error))").get(timeout=60)
    assert "站点已更新" in said


# what the scripts ask of the browser, each in Chromium since version 66 or earlier; a new name is looked up before it is added
KNOWN = """
activeElement add addEventListener altKey append appendChild apply assign button catch ceil charCodeAt children
classList clear closest concat content createElement createTextNode ctrlKey defaultPrevented delete documentElement
every exec fill findIndex floor focus forEach fromCharCode get getAll getAttribute has head imul indexOf isComposing
isContentEditable join keyCode keys length log map max message metaKey min now offsetParent pathname pow preventDefault
prototype push querySelector querySelectorAll readyState reduce remove removeAttribute replace replaceState resolve
scrollIntoView select set setAttribute shiftKey slice some sort splice split startsWith subarray substr tagName target
test then toLowerCase toString
"""
GLOBALS = """
Array Date Error Float32Array Float64Array Int16Array Int32Array Map Math Object Promise RegExp Set String
URLSearchParams Uint16Array Uint32Array Uint8Array
"""
# columns of the files that the index is made of
COLUMNS = """
aliases bits breaks build drop first gaps many marks second slots syllables titles
"""
NEWER = {
    "optional chaining": r"\?\.(?!\d)", "nullish": r"\?\?", "logical assignment": r"(\|\||&&)=", "private": r"[.\s]#\w", "bigint": r"\b\d+n\b",
    "separator": r"\b\d+_\d", "static": r"\bstatic\b", "module": r"\b(import|export)\b", "flags": r"/[gimsuy]*[dv][gimsuy]*[.,;)]", "catch": r"catch \{",
    "markup": r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function|document\.write",
}  # fmt: skip


def test_script_keeps_to_what_chromium_78_knows(script: Scripts) -> None:
    source = b"".join(script).decode() + (SCRIPTS / "open.js").read_text("utf-8")
    code = re.sub(r"(?s)/\*.*?\*/|(?m:\s//\s.*$)", "", source)
    code = re.sub(r"'(?:[^'\\\n]|\\.)*'", "''", code)
    assert [
        name for name, pattern in NEWER.items() if re.search(pattern, re.sub(r"/(?:[^/\n\\]|\\.)+/[gimsuy]*", "//", code))
    ] == []
    own = set(re.findall(r"(\w+):", code)) | set(re.findall(r"\.(\w+)\s*=[^=]", code))
    assert set(re.findall(r"\.([A-Za-z_]\w*)", code)) - own - {*COLUMNS.split(), *KNOWN.split()} == set()
    capitals = set(re.findall(r"\bnew ([A-Z]\w*)|\b([A-Z]\w*[a-z]\w*)\.", code))
    assert {one or other for one, other in capitals} - {*GLOBALS.split()} - own == set()


def test_whose_name_is_most_of_the_words_comes_before_who_only_holds_more_of_them(
    make_index: Callable[[list[Document]], dict[str, bytes]],
) -> None:
    """组织生活会 for 组织生活会记录: behind what holds the whole, before what holds most of its letters."""
    bodies = {
        **{f"whole{number}": (f"教育{number}", "组织生活会记录要当场记。") for number in range(4)},
        "pairs": ("一人一事", "组织生活会议的会记不记录，组织生活会有记录。"),
        "named": ("组织生活会", "一般每年召开一次。"),
    }
    documents = [Document(key, f"{key}.html", title, (), "", (), (("", words),)) for key, (title, words) in bodies.items()]
    fill = [Document(f"x{n}", f"x{n}.html", f"别的{n}", (), "", (), (("", "走访慰问、学习研讨。"),)) for n in range(20)]
    racer = started(make_index([*documents, *fill]))
    racer.eval("kbSearch.ready().then(kbSearch.needSounds)").get(timeout=60)
    result = json.loads(racer.eval("kbSearch.search('组织生活会记录', {}).then(JSON.stringify)").get(timeout=60))
    assert result["full"] == 4
    assert ids(result)[4:6] == ["named", "pairs"]
