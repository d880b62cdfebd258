"""What the page is answered: problems at their fields, savings that never go over an unseen change, new entries."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import time
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.editor.conftest import ENTRY, Desk

from kb.editor import files
from kb.editor.checking import read_draft
from kb.editor.conflict import differences
from kb.editor.controls import CONTROLS, PARTS, form
from kb.editor.desk import ANSWERS
from kb.model.schema import Schema
from kb.schema.kinds import KINDS

OTHER = "content/rules/zhibu-gongzuo-tiaoli.md"


def test_every_kind_has_a_control_that_the_page_knows() -> None:
    assert set(CONTROLS) == {*KINDS, "review"}
    script = "".join((ROOT / "templates/editor" / name).read_text("utf-8") for name in ("controls.js", "lists.js"))
    for control in {name for row in CONTROLS.values() for name in row}:
        assert f" {control}: {control}" in script or f"kbEdit.controls.{control} =" in script, control


def test_every_field_stands_in_one_part(schema: Schema) -> None:
    names = {name for name, _ in PARTS}
    for kind in schema.ordered_types():
        told = form(kind, schema)
        assert [one["key"] for one in told["fields"]] == [field.key for field in kind.fields]
        assert {one["part"] for one in told["fields"]} <= names


def problems(desk: Desk, **values: object) -> dict[tuple[str, int], list[str]]:
    """(field, item) -> codes, after a change of the form."""
    found: dict[tuple[str, int], list[str]] = {}
    for one in desk.ask("check", path=ENTRY, base=desk.text(), values=values)["problems"]:
        found.setdefault((one["field"], one["item"]), []).append(one["code"])
    return found


def test_problems_stand_at_their_fields(desk: Desk) -> None:
    assert problems(desk) == {}
    assert problems(desk, summary="") == {("summary", 0): ["missing-field"]}
    assert problems(desk, title="") == {("title", 0): ["missing-field"]}
    assert problems(desk, year="2026-13") == {("year", 0): ["no-such-date"]}
    assert problems(desk, cadence=["每月1次 [@编者]", "想起来就做 [@编者]"]) == {("cadence", 2): ["wrong-kind"]}
    assert problems(desk, related=["zhibu-gongzuo-tiaoli", "nichts"]) == {("related", 2): ["dangling-reference"]}
    assert problems(desk, organs=["政治机关", "别的机关"]) == {("organs", 2): ["not-in-vocabulary"]}
    assert problems(desk, topic="别的") == {("topic", 0): ["not-in-vocabulary"]}
    assert problems(desk, basis=["sanhui-yike"])[("basis", 1)] == ["wrong-type"]


def test_problems_of_a_field_that_is_not_there(desk: Desk) -> None:
    text = desk.text().replace("topic: 组织建设\n", "")
    told = desk.ask("check", path=ENTRY, base=text, text=text)
    assert [(one["field"], one["code"]) for one in told["problems"]] == [("topic", "missing-field")]


def test_problems_of_the_body_are_told_by_its_lines(desk: Desk) -> None:
    told = desk.ask(
        "check",
        path=ENTRY,
        base=desk.text(),
        values={},
        body="## 做法步骤\n\n一。[@编者]\n\n<b>二</b>。[@编者]\n\n[三](nichts.md)。[@编者]",
    )
    assert {(one["field"], one["inner"], one["code"]) for one in told["problems"]} == {
        ("body", 5, "raw-html"),
        ("body", 7, "dangling-reference"),
    }


def test_what_the_library_says_of_an_unsaved_text(desk: Desk) -> None:
    text = desk.text() + "2. 会前三天发通知，会上逐项讨论，会后由组织委员整理记录，支部书记签字存档。[@编者]\n"
    twin = text.replace("title: 三会一课", "title: 主题党日").replace("claims: [sanhui-yike]\n", "")
    (desk.root / ENTRY).write_text(text, "utf-8")
    (desk.root / "content/methods/zhuti-dangri.md").write_text(twin, "utf-8")
    desk.server.house.refresh()
    assert problems(desk, title="主题党日")[("title", 0)] == ["duplicate-title", "near-duplicate"]
    assert problems(desk, former=["zhibu-gongzuo-tiaoli"])[("title", 0)] == ["former-taken", "near-duplicate"]


def test_the_same_problems_as_kb_check(desk: Desk) -> None:
    """What is told of an unsaved text is what `kb check` says once it is saved."""
    values = {"summary": "", "related": ["nichts"], "year": "2026-13", "cadence": ["乱写"]}
    told = desk.ask("check", path=ENTRY, base=desk.text(), values=values)
    saved = desk.ask("save", path=ENTRY, base=desk.text(), values=values, digest=desk.ask("open", path=ENTRY)["digest"])
    said = [one for one in desk.server.house.intake.problems if one.spot.path == ENTRY]
    assert len(said) == 5
    assert [one["message"] for one in told["problems"]] == [one.message for one in said]
    assert saved["errors"] == 4


def test_saving_writes_what_was_meant_and_no_more(desk: Desk) -> None:
    before = desk.text()
    opened = desk.ask("open", path=ENTRY)
    (desk.root / ENTRY).chmod(0o640)
    saved = desk.ask("save", path=ENTRY, base=opened["text"], values={"title": "三会一课制度"}, digest=opened["digest"])
    assert desk.text() == before.replace("title: 三会一课\n", "title: 三会一课制度\n")
    assert saved["digest"] == files.digest(desk.text().encode())
    assert stat.S_IMODE((desk.root / ENTRY).stat().st_mode) == 0o640
    assert [path.name for path in (desk.root / "content/methods").iterdir()] == ["sanhui-yike.md"]
    assert desk.ask("entries", words="制度")["rows"][0]["title"] == "三会一课制度"


def test_saving_nothing_writes_nothing(desk: Desk) -> None:
    data = b"\xef\xbb\xbf" + desk.text().replace("\n", "\r\n").encode()
    (desk.root / ENTRY).write_bytes(data)
    before = (desk.root / ENTRY).stat().st_ino
    opened = desk.ask("open", path=ENTRY)
    saved = desk.ask("save", path=ENTRY, base=opened["text"], values={}, body=opened["form"]["body"], digest=opened["digest"])
    assert (saved["written"], (desk.root / ENTRY).read_bytes(), (desk.root / ENTRY).stat().st_ino) == (False, data, before)
    saved = desk.ask("save", path=ENTRY, base=opened["text"], values={"year": "2023"}, digest=opened["digest"])
    assert (desk.root / ENTRY).read_bytes() == data.replace(
        b"\r\ntopic: \xe7\xbb\x84\xe7\xbb\x87\xe5\xbb\xba\xe8\xae\xbe",
        b"\r\ntopic: \xe7\xbb\x84\xe7\xbb\x87\xe5\xbb\xba\xe8\xae\xbe\r\nyear: 2023",
    )


def test_a_draft_with_errors_can_be_saved(desk: Desk) -> None:
    opened = desk.ask("open", path=ENTRY)
    saved = desk.ask("save", path=ENTRY, base=opened["text"], text="---\ntitle：甲\n---\n", digest=opened["digest"])
    assert (desk.text(), saved["errors"] > 0, saved["form"]) == ("---\ntitle：甲\n---\n", True, None)


def test_a_change_that_was_not_seen_is_not_written_over(desk: Desk) -> None:
    opened = desk.ask("open", path=ENTRY)
    theirs = desk.text().replace("党支部最基本的组织生活。", "别人改的。")
    (desk.root / ENTRY).write_text(theirs, "utf-8")
    told = desk.ask("save", path=ENTRY, base=opened["text"], values={"title": "我改的"}, digest=opened["digest"])["conflict"]
    assert desk.text() == theirs
    assert (told["text"], told["mine"]) == (theirs, opened["text"].replace("三会一课\n", "我改的\n", 1))
    assert ["~", "summary: 别人改的。", "summary: 党支部最基本的组织生活。"] in told["rows"]
    assert told["joined"] == theirs.replace("title: 三会一课", "title: 我改的")
    again = desk.ask("save", path=ENTRY, base=told["joined"], values={}, digest=told["digest"])
    assert (again["errors"], desk.text()) == (0, told["joined"])


def test_both_changed_the_same(desk: Desk) -> None:
    opened = desk.ask("open", path=ENTRY)
    (desk.root / ENTRY).write_text(desk.text().replace("三会一课", "别人的"), "utf-8")
    wish = {"path": ENTRY, "base": opened["text"], "digest": opened["digest"]}
    assert desk.ask("save", **wish, values={"title": "我的"})["conflict"]["joined"] is None
    assert desk.ask("save", **wish, values={}, body="## 别的\n\n字。")["conflict"]["joined"] is not None
    assert desk.ask("save", **wish, text="整个")["conflict"]["joined"] is None


def test_a_file_that_is_gone(desk: Desk) -> None:
    opened = desk.ask("open", path=ENTRY)
    (desk.root / ENTRY).unlink()
    told = desk.ask("save", path=ENTRY, base=opened["text"], values={"title": "我的"}, digest=opened["digest"])["conflict"]
    assert (told["gone"], told["digest"], (desk.root / ENTRY).exists()) == (True, "", False)
    assert desk.ask("open", path=ENTRY)["gone"]
    assert "conflict" not in desk.ask("save", path=ENTRY, base=opened["text"], values={"title": "我的"}, digest="")
    assert "title: 我的\n" in desk.text()


def test_many_savings_at_once_lose_nothing(desk: Desk) -> None:
    """Of savings that start from the same text one is written, the others are told."""
    opened = desk.ask("open", path=ENTRY)
    answers: list[dict[str, object]] = []

    def save(number: int) -> None:
        answers.append(
            desk.ask("save", path=ENTRY, base=opened["text"], values={"title": f"第{number}个"}, digest=opened["digest"])
        )

    threads = [threading.Thread(target=save, args=(number,)) for number in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    written = [one for one in answers if "conflict" not in one]
    assert len(written) == 1
    assert desk.text() == written[0]["text"]


def test_a_new_file_never_takes_the_place_of_one_that_came_meanwhile(desk: Desk, tmp_path: Path) -> None:
    file = desk.root / "content/methods/xin.md"
    file.write_bytes(b"theirs")
    with pytest.raises(files.ChangedError) as told:
        files.write(file, b"mine", "")
    assert (told.value.data, file.read_bytes()) == (b"theirs", b"theirs")


def test_a_disk_that_refuses(desk: Desk) -> None:
    if os.geteuid() == 0:
        (desk.root / "content/cases").write_text("", "utf-8")  # no folder: not even the superuser can write below it
        told = desk.ask("save", path="content/cases/x.md", base="", text="写的", digest="")
    else:
        (desk.root / "content/methods").chmod(0o500)
        told = desk.ask("save", path=ENTRY, base="", text="写的", digest=files.digest((desk.root / ENTRY).read_bytes()))
        (desk.root / "content/methods").chmod(0o700)
    assert told["error"]


def test_what_is_written_is_told_even_when_the_rest_cannot_be_read_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy() -> None:
        raise sqlite3.OperationalError("database is locked")

    opened = desk.ask("open", path=ENTRY)
    monkeypatch.setattr(desk.server.house, "refresh", busy)
    saved = desk.ask("save", path=ENTRY, base=opened["text"], values={"title": "写进去了"}, digest=opened["digest"])
    assert (saved["written"], saved["digest"]) == (True, files.digest(desk.text().encode()))


def test_a_fault_of_the_program_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def broken(house: object, wish: object) -> dict[str, object]:
        raise LookupError("a fault of ours")

    monkeypatch.setitem(ANSWERS, "find", broken)
    assert "终端" in desk.ask("find", words="")["error"]
    monkeypatch.undo()
    assert desk.ask("find", words="三会")["rows"]
    told, until = "", time.monotonic() + 60
    while "LookupError: a fault of ours" not in told and time.monotonic() < until:
        told += capfd.readouterr().err
    assert "LookupError: a fault of ours" in told


def test_a_new_entry(desk: Desk) -> None:
    told = desk.ask("new", type="case", title="支部书记: 述职")
    assert (told["path"], told["digest"]) == ("content/cases/zhi-bu-shu-ji-shu-zhi.md", "")
    assert not (desk.root / "content/cases").exists()
    assert "#" not in told["text"].partition("\n---\n")[0]
    assert told["form"]["values"]["title"] == "支部书记: 述职"
    saved = desk.ask("save", path=told["path"], base=told["text"], values={"unit": "某支部", "summary": "一句话。"}, digest="")
    assert "written" in saved
    text = desk.text(told["path"])
    assert 'title: "支部书记: 述职"\n' in text
    assert "unit: 某支部\n" in text
    assert text.endswith("## 局限\n\n来源未载明\n")
    assert desk.ask("new", type="case", title="支部书记: 述职")["path"] == told["path"]
    assert "error" in desk.ask("new", type="case", title="")
    assert "error" in desk.ask("new", type="nichts", title="甲")
    assert "error" in desk.ask("new", type="case", title="甲", id="../甲")
    assert desk.ask("new", type="case", title="甲", id="sanhui-yike")["path"] == ENTRY


def test_finding(desk: Desk) -> None:
    assert [one["id"] for one in desk.ask("find", words="三会")["rows"]] == ["sanhui-yike"]
    assert [one["id"] for one in desk.ask("find", words="tiaoli", types=["rule"])["rows"]] == ["zhibu-gongzuo-tiaoli"]
    assert desk.ask("find", words="三会", types=["rule"])["rows"] == []
    for pinyin in ("sanhui", "san hui yi", "sanhui-yike", "sanhuiyike"):
        assert [one["id"] for one in desk.ask("find", words=pinyin)["rows"]] == ["sanhui-yike"], pinyin
    assert {one["type"] for one in desk.ask("find", words="")["rows"]} == {"rule", "method"}  # pages are no entries
    assert [one["id"] for one in desk.ask("find", kind="item", words="")["rows"]] == ["sanhui-yike"]
    (desk.root / "content/methods/huai.md").write_text("---\ntitle：坏\n---\n", "utf-8")
    told = desk.ask("entries", words="huai", fresh=True)["rows"]
    assert [(one["status"], one["errors"] > 0) for one in told] == [("读不懂", True)]


def test_other_encodings_are_opened_and_become_utf8(desk: Desk) -> None:
    text = desk.text()
    (desk.root / ENTRY).write_bytes(text.encode("gb18030"))
    opened = desk.ask("open", path=ENTRY)
    assert (opened["encoding"], opened["text"]) == ("gb18030", text)
    desk.ask("save", path=ENTRY, base=opened["text"], values={}, digest=opened["digest"])
    assert desk.text() == text
    (desk.root / ENTRY).write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)))
    assert "不是文字" in desk.ask("open", path=ENTRY)["error"]
    (desk.root / ENTRY).write_bytes(b"a" * 1_000_001)
    assert "太大" in desk.ask("open", path=ENTRY)["error"]


def test_half_a_character_is_replaced(desk: Desk) -> None:
    told = desk.ask("check", path=ENTRY, base=desk.text(), values={"title": "甲\ud83d乙"})
    assert told["form"]["values"]["title"] == "甲\ufffd乙"


def test_the_preview_is_the_sites_own_article(desk: Desk) -> None:
    """What the preview shows of a published entry is what the site shows."""
    from kb.build import build

    project = desk.server.house.project
    assert not build(project, edition="内部").failed
    page = (project.site / "methods/sanhui-yike.html").read_text("utf-8")
    article = desk.ask("open", path=ENTRY)["article"]
    for part in ("<h1 id=kb-main>三会一课</h1>", "<dl class=kb-facts>", "<div class=kb-body>", "来自"):
        assert part in article
    facts = article[article.index("<dl class=kb-facts>") : article.index("</dl>")]
    assert facts in page
    draft = desk.ask("check", path=ENTRY, base=desk.text(), values={"status": "草稿", "title": "还没有发布"}, preview=True)
    assert "还没有发布</h1>" in draft["article"]
    assert desk.ask("check", path=ENTRY, base=desk.text(), values={"title": ""}, preview=True)["article"].startswith("<p")


def test_the_preview_of_the_least_there_can_be(desk: Desk) -> None:
    """An entry of any type with nothing but its title has an article too."""
    for kind in desk.server.house.schema.ordered_types():
        path = f"content/{kind.folder}/xin.md"
        text = "---\ntitle: 新的\n---\n"
        assert "新的</h1>" in desk.ask("check", path=path, base=text, text=text, preview=True)["article"]


def test_hostile_words_stay_words(desk: Desk) -> None:
    told = desk.ask(
        "check",
        path=ENTRY,
        base=desk.text(),
        values={"summary": "<script>alert(1)</script>"},
        body="<img src=x onerror=alert(1)>\n",
        preview=True,
    )
    assert "<script" not in told["article"]
    assert "<img" not in told["article"]


def test_differences_are_told_line_by_line() -> None:
    assert differences("a\nb\nc", "a\nB\nc\nd") == [["=", "a", "a"], ["~", "b", "B"], ["=", "c", "c"], ["+", "", "d"]]
    assert differences("a", "a") == []


def test_the_library_is_not_changed_by_looking(desk: Desk) -> None:
    house = desk.server.house
    before = house.intake.library
    reading = read_draft(house.intake, ENTRY, desk.text().replace("三会一课", "别的"))
    assert reading.card is not None
    desk.ask("check", path=ENTRY, base=desk.text(), values={"title": "别的"}, preview=True)
    assert house.intake.library is before
    assert before.cards["sanhui-yike"].title == "三会一课"
