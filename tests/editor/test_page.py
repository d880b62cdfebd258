"""The page in Chromium: an editor fills in, sees what is wrong beside the field and how it will look, saves, and loses nothing."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from tests.conftest import ROOT
from tests.editor.conftest import ENTRY, Desk, running

Open = Callable[..., Page]


def test_the_scripts_run_in_the_oldest_browser() -> None:
    """Chromium 78: classic scripts without what came later; words of entries become HTML in the preview's frame only."""
    folder = ROOT / "templates/editor"
    for path in sorted(folder.glob("*.js")):
        code = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)
        assert not re.search(
            r"\?\.[a-z(\[]|\?\?|\|\|=|&&=|\.replaceAll\(|\.at\(|structuredClone|\bimport\b|\bexport\b|\(\?<[=!]", code
        ), path.name
        assert ("innerHTML" in code) == (path.name == "preview.js")
        assert not re.search(r"\beval\(|new Function|https?:|\.style\.cssText|setAttribute\(\"style\"", code)
    style = (folder / "editor.css").read_text("utf-8")
    assert not re.search(r":has\(|:is\(|:where\(|\binset\s*:|aspect-ratio|@import|url\(|[^-]gap\s*:", style)
    page = (folder / "page.html.j2").read_text("utf-8")
    assert not re.search(r"<script(?! src)|<style|\son\w+=|style=", page)
    assert {path.name for path in folder.glob("*.js")} == set(re.findall(r'src="([a-z]+\.js)"', page))


def field(page: Page, key: str):  # type: ignore[no-untyped-def]
    """A field with its label, help, control and problems."""
    return page.locator(f'.field[data-key="{key}"]')


def state(page: Page, words: str) -> None:
    expect(page.locator("#state")).to_contain_text(words)


def test_fill_in_see_and_save(desk: Desk, window: Open) -> None:
    """The way of a whole change: a problem at its field, the preview, the file exactly as meant."""
    before = desk.text()
    page = window(ENTRY)
    state(page, "没有改动")
    assert page.get_by_label("标题", exact=False).first.input_value() == "三会一课"
    summary = field(page, "summary")
    area = summary.locator("textarea")
    area.fill("长" * 81)
    expect(summary.locator(".problem--error")).to_contain_text("超过 80 字")
    expect(area).to_have_attribute("aria-invalid", "true")
    described = area.get_attribute("aria-describedby") or ""
    assert "超过 80 字" in " ".join(page.locator(f"#{one}").inner_text() for one in described.split())
    expect(page.locator(".pane__problems")).to_contain_text("1 处错误")
    area.fill("党支部的组织生活。")
    expect(summary.locator(".problem")).to_have_count(0)
    expect(page.frame_locator(".frame").locator(".kb-lead")).to_have_text("党支部的组织生活。")
    state(page, "有改动没有保存")
    assert desk.text() == before
    page.keyboard.press("Control+s")
    state(page, "已保存")
    assert desk.text() == before.replace("党支部最基本的组织生活。", "党支部的组织生活。")


def test_each_control_writes_what_a_person_would_write(desk: Desk, window: Open) -> None:
    before = desk.text()
    page = window(ENTRY)
    field(page, "organs").get_by_label("政治机关").check()
    field(page, "topic").locator("select").select_option(index=1)
    date = field(page, "review_by")
    date.get_by_label("年份").fill("2027")
    date.get_by_label("月").select_option("3")
    sources = field(page, "sources")
    sources.get_by_role("button", name="添一项").click()
    sources.get_by_label("来源文献").last.select_option("jiangsu")
    sources.get_by_label("第几段").last.select_option("7")
    related = field(page, "related")
    related.get_by_role("button", name="添一项").click()
    related.get_by_role("combobox").fill("条例")
    page.keyboard.press("Enter")  # sooner than the answer comes: it is the answer to these words that counts
    expect(related.locator(".chosen")).to_contain_text("支部工作条例")
    cadence = field(page, "cadence")
    cadence.get_by_label("常用的频次").select_option("每季度1次")
    expect(cadence.locator("textarea")).to_have_value("每季度1次 [@zhibu-gongzuo-tiaoli:第四章]")
    basis = field(page, "basis")
    basis.get_by_label("条款").fill("第五章")
    aliases = field(page, "aliases")
    for name in ("甲", "乙"):
        aliases.get_by_role("button", name="添一项").click()
        page.keyboard.type(name)
    aliases.get_by_role("button", name="上移第 2 项").click()
    page.get_by_role("button", name="保存").click()
    state(page, "已保存")
    topic = page.evaluate("document.querySelector('[data-key=topic] select').value")
    assert desk.text() == (
        before.replace("title: 三会一课\n", "title: 三会一课\naliases:\n  - 乙\n  - 甲\n")
        .replace("topic: 组织建设\n", f"topic: {topic}\norgans: [政治机关]\n")
        .replace("visibility: 公开\n", "visibility: 公开\nreview_by: 2027-03\n")
        .replace("  - qinghai:4\n", "  - qinghai:4\n  - jiangsu:7\nrelated:\n  - zhibu-gongzuo-tiaoli\n")
        .replace("每月1次（支部委员会会议）", "每季度1次")
        .replace("basis:\n  - zhibu-gongzuo-tiaoli\n", "basis:\n  - zhibu-gongzuo-tiaoli:第五章\n")
    )


def test_the_body_and_its_buttons(desk: Desk, window: Open) -> None:
    before = desk.text()
    page = window(ENTRY)
    body = page.get_by_role("textbox", name="正文")
    assert body.input_value() == "## 做法步骤\n\n1. 年初列计划。[@编者]"
    body.press("Control+End")
    page.get_by_role("button", name="加上“注意”一节").click()
    page.keyboard.type("按规定保管，见")
    page.get_by_role("toolbar").get_by_role("button", name="条目链接").click()
    page.get_by_role("dialog").get_by_role("combobox").fill("tiaoli")
    page.get_by_role("dialog").locator(".found li", has_text="支部工作条例").click()
    page.get_by_role("toolbar").get_by_role("button", name="出处").click()
    page.get_by_role("dialog").get_by_role("button", name="插入 [@编者]").click()
    page.keyboard.type("\n\n<b>粗</b>\n\n后面还有一句。[@编者]")
    expect(field(page, "body").locator(".problem--error")).to_contain_text("HTML")
    field(page, "body").locator(".problem .jump").first.click()
    assert page.evaluate("String(document.getSelection())") == "<b>粗</b>"
    page.keyboard.type("前面一句。[@编者]")
    expect(field(page, "body").locator(".problem")).to_have_count(0)
    page.keyboard.press("Control+s")
    state(page, "已保存")
    title = desk.server.house.intake.library.cards["zhibu-gongzuo-tiaoli"].title
    link = f"[{title}](../rules/zhibu-gongzuo-tiaoli.md)"
    assert (
        desk.text()
        == before.rstrip("\n") + f"\n\n## 注意\n\n按规定保管，见{link}[@编者]\n\n前面一句。[@编者]\n\n后面还有一句。[@编者]\n"
    )


def test_two_tabs(desk: Desk, window: Open) -> None:
    """What one tab saved the other does not write over; changes of different fields are joined."""
    one = window(ENTRY)
    other = window(ENTRY, page=one)
    field(one, "title").locator("input").fill("甲窗口")
    one.keyboard.press("Control+s")
    state(one, "已保存")
    saved = desk.text()
    field(other, "summary").locator("textarea").fill("乙窗口写的。")
    other.keyboard.press("Control+s")
    dialog = other.get_by_role("dialog")
    expect(dialog).to_contain_text("文件在别处改过了")
    expect(dialog.locator("ins").first).to_contain_text("三会一课")
    assert desk.text() == saved
    dialog.get_by_role("button", name="合在一起").click()
    expect(field(other, "title").locator("input")).to_have_value("甲窗口")
    expect(field(other, "summary").locator("textarea")).to_have_value("乙窗口写的。")
    assert desk.text() == saved
    other.keyboard.press("Control+s")
    state(other, "已保存")
    assert desk.text() == saved.replace("党支部最基本的组织生活。", "乙窗口写的。")


def test_choosing_between_two_texts(desk: Desk, window: Open) -> None:
    page = window(ENTRY)
    field(page, "title").locator("input").fill("我的")
    theirs = desk.text().replace("title: 三会一课", "title: 别人的")
    (desk.root / ENTRY).write_text(theirs, "utf-8")
    page.keyboard.press("Control+s")
    page.get_by_role("dialog").get_by_role("button", name="先不保存").click()
    assert desk.text() == theirs
    page.keyboard.press("Control+s")
    page.get_by_role("dialog").get_by_role("button", name="用文件里的").click()
    expect(field(page, "title").locator("input")).to_have_value("别人的")
    page.get_by_role("button", name="取回我写的").click()
    expect(field(page, "title").locator("input")).to_have_value("我的")
    assert desk.text() == theirs
    page.keyboard.press("Control+s")
    state(page, "已保存")
    assert desk.text() == theirs.replace("别人的", "我的")
    field(page, "title").locator("input").fill("再改")
    (desk.root / ENTRY).write_text(theirs, "utf-8")
    page.keyboard.press("Control+s")
    page.get_by_role("dialog").get_by_role("button", name="用我写的").click()
    page.get_by_role("button", name="取回盖过的那一份").click()
    expect(field(page, "title").locator("input")).to_have_value("别人的")
    assert desk.text() == theirs.replace("别人的", "再改")
    page.keyboard.press("Control+s")
    state(page, "已保存")
    assert desk.text() == theirs


def test_unsaved_words_survive_a_reload(desk: Desk, window: Open) -> None:
    before = desk.text()
    page = window(ENTRY)
    field(page, "summary").locator("textarea").fill("没有保存的。")
    page.get_by_role("textbox", name="正文").fill("## 做法步骤\n\n1. 也没有保存。[@编者]")
    page.reload()
    expect(field(page, "summary").locator("textarea")).to_have_value("没有保存的。")
    expect(page.get_by_role("textbox", name="正文")).to_have_value("## 做法步骤\n\n1. 也没有保存。[@编者]")
    state(page, "有改动没有保存")
    page.locator(".crumb a").click()
    expect(page.locator(".entries li", has_text="三会一课")).to_contain_text("有没保存的修改")
    page.get_by_role("link", name="三会一课").click()
    state(page, "有改动没有保存")
    page.keyboard.press("Control+s")
    state(page, "已保存")
    assert desk.text() == before.replace("党支部最基本的组织生活。", "没有保存的。").replace("年初列计划", "也没有保存")
    page.reload()
    state(page, "没有改动")


def test_undoing_a_change_leaves_nothing_to_save(desk: Desk, window: Open) -> None:
    page = window(ENTRY)
    title = field(page, "title").locator("input")
    title.fill("别的")
    state(page, "有改动没有保存")
    title.fill("三会一课")
    state(page, "没有改动")


def test_a_header_that_cannot_be_read_is_mended_as_text(desk: Desk, window: Open) -> None:
    text = desk.text()
    (desk.root / ENTRY).write_text(text.replace("title: ", "title："), "utf-8")
    page = window(ENTRY)
    whole = page.get_by_label("整个文件")
    expect(page.locator(".pane__problems")).to_contain_text("全角冒号")
    page.locator(".pane__problems").get_by_role("button", name="第 2 行").click()
    assert (
        page.evaluate(
            "document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)"
        )
        == "title：三会一课"
    )
    page.get_by_role("button", name="回到表单").click()
    state(page, "读不懂")
    whole.fill(whole.input_value().replace("title：", "title: "))
    page.get_by_role("button", name="回到表单").click()
    expect(field(page, "title").locator("input")).to_have_value("三会一课")
    page.keyboard.press("Control+s")
    state(page, "已保存")
    assert desk.text() == text


def test_form_and_text_say_the_same(desk: Desk, window: Open) -> None:
    page = window(ENTRY)
    field(page, "title").locator("input").fill("换了")
    page.get_by_role("button", name="照文字修改").click()
    whole = page.get_by_label("整个文件")
    expect(whole).to_have_value(desk.text().replace("title: 三会一课", "title: 换了"))
    whole.fill(whole.input_value().replace("title: 换了", "title: 又换了   # 说明"))
    page.get_by_role("button", name="回到表单").click()
    expect(field(page, "title").locator("input")).to_have_value("又换了")
    field(page, "title").locator("input").fill("最后")
    page.keyboard.press("Control+s")
    state(page, "已保存")
    assert "title: 最后   # 说明\n" in desk.text()


def test_a_new_entry(desk: Desk, window: Open) -> None:
    page = window("new/term/党小组")
    assert page.get_by_label("标题").input_value() == "党小组"
    page.get_by_role("button", name="开始填写").click()
    state(page, "还没有保存")
    path = "content/terms/dang-xiao-zu.md"
    assert not (desk.root / path).exists()
    page.reload()
    state(page, "还没有保存")
    field(page, "summary").locator("textarea").fill("支部下面的小组。")
    field(page, "topic").locator("select").select_option("组织建设")
    expect(page.frame_locator(".frame").locator("h1")).to_have_text("党小组")
    page.keyboard.press("Control+s")
    state(page, "已保存")
    assert desk.text(path).startswith(
        "---\ntitle: 党小组\nsummary: 支部下面的小组。\ntopic: 组织建设\nstatus: 草稿\nvisibility: 公开\n---\n"
    )
    page.locator(".crumb a").click()
    page.get_by_role("searchbox").fill("xiao-zu")
    expect(page.locator(".entries > li")).to_have_count(1)
    page.locator("#status").select_option("已发布")
    expect(page.locator(".entries")).to_contain_text("没有这样的条目")


def test_when_the_program_has_gone_nothing_is_lost(desk: Desk, window: Open) -> None:
    page = window(ENTRY)
    field(page, "title").locator("input").fill("还在")
    state(page, "有改动没有保存")
    page.route("**/api/**", lambda route: route.abort())
    page.keyboard.press("Control+s")
    state(page, "连不上")
    with page.expect_download() as download:
        page.get_by_role("button", name="存成文件").click()
    assert "还在" in download.value.path().read_text("utf-8")
    page.unroute("**/api/**")
    # the browser's own news of the download may have the keyboard
    field(page, "title").locator("input").press("Control+s")
    state(page, "已保存")
    assert "title: 还在\n" in desk.text()


def test_words_of_an_entry_run_nowhere(desk: Desk, window: Open) -> None:
    """Nothing that an entry holds becomes a script, in the form or in the preview."""
    text = desk.text().replace("党支部最基本的组织生活。", "<img src=x onerror=document.title=1>")
    (desk.root / ENTRY).write_text(text + "\n<script>document.title=1</script>\n\n[点](javascript:document.title=1)\n", "utf-8")
    page = window(ENTRY)
    expect(page.frame_locator(".frame").locator(".kb-lead")).to_contain_text("onerror")
    assert (
        page.evaluate(
            "document.querySelector('.frame').contentDocument.querySelectorAll('script, [onerror], [href^=javascript]').length"
        )
        == 0
    )
    assert page.title() == "三会一课 - 编辑"


def test_small_screen(desk: Desk, window: Open) -> None:
    page = window(ENTRY, 390)
    for name in ("预览", "问题", "填写"):
        page.get_by_role("button", name=re.compile(f"^{name}")).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator(".frame")).to_be_hidden()
    expect(field(page, "title").locator("input")).to_be_visible()
    box = page.get_by_role("button", name="保存").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 390


def test_every_control_has_a_name(desk: Desk, window: Open) -> None:
    """Whoever does not see the page is told what each control is for."""
    page = window(ENTRY)
    page.evaluate("document.querySelectorAll('details').forEach(function (one) { one.open = true; })")
    nameless = page.evaluate(
        """Array.from(document.querySelectorAll("input, select, textarea, button")).filter(function (one) {
          var labels = one.labels && one.labels.length ? one.labels[0].textContent.trim() : "";
          return !labels && !one.getAttribute("aria-label") && !one.textContent.trim();
        }).map(function (one) { return one.outerHTML.slice(0, 120); })"""
    )
    assert nameless == []
    ids = page.evaluate("Array.from(document.querySelectorAll('[id]')).map(function (one) { return one.id; })")
    assert len(ids) == len(set(ids))


def test_every_control_gives_back_what_it_was_given(furnished: Path, tmp_path: Path, chromium: Browser) -> None:
    """Every field of real entries of every type: what its control holds is what stands in the file."""
    with running(furnished, tmp_path / "kb") as desk:
        shutil.rmtree(desk.root / "content")
        shutil.copytree(ROOT / "content", desk.root / "content")
        desk.server.house.refresh()
        page = chromium.new_context().new_page()
        page.goto(desk.gate.address(desk.gate.token))
        page.wait_for_selector(".entries li")
        chosen = {
            kind.name: [path for path, found in desk.server.house.intake.files.items() if found.kind == kind.name][:6]
            for kind in desk.server.house.schema.ordered_types()
        }
        asked = [path for paths in chosen.values() for path in paths]
        assert len(asked) > 30
        answers = {path: desk.ask("open", path=path) for path in asked}
        wrong = page.evaluate(
            """function (answers) {
              var wrong = [], none = function () {};
              answers.forEach(function (told) {
                var kind = kbEdit.setting.types.filter(function (one) { return one.name === told.type; })[0];
                Object.keys(told.names).forEach(function (id) { kbEdit.names[id] = told.names[id]; });
                kind.fields.forEach(function (field) {
                  var value = told.form.values[field.key];
                  if (value === undefined || field.control === "shown") return;
                  if (field.many && !Array.isArray(value)) value = [value];
                  var back = kbEdit.controls[field.control](field, value, none).value();
                  if (JSON.stringify(back) !== JSON.stringify(value)) wrong.push([told.path, field.key, value, back]);
                });
                if (kbEdit.prose(kind, told.form.body, none).value() !== told.form.body) wrong.push([told.path, "body"]);
              });
              return wrong;
            }""",
            list(answers.values()),
        )
        assert wrong == []
        page.context.close()
