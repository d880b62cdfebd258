"""A reader practises, sits a test, fills a self-assessment, grades risks, follows a path, narrows the brand wall; each job once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Any]


REFUSE = """
["getItem", "setItem", "removeItem"].forEach(function (name) {
  var real = Storage.prototype[name];
  Storage.prototype[name] = function (key) {
    if (key.indexOf("kb-") === 0) throw new Error("refused");
    return real.apply(this, arguments);
  };
});
"""


def stored(page: Page, key: str) -> str:
    return str(page.evaluate("key => localStorage.getItem(key) || ''", key))


def answer(page: Page, item: Any, right: bool) -> None:
    """Tick the right options of a choice, or one wrong one."""
    places = item.get_attribute("data-right").split(",")
    inputs = item.locator("fieldset input")
    if right:
        for place in places:
            inputs.nth(int(place)).check()
    else:
        inputs.nth(next(at for at in range(inputs.count()) if str(at) not in places)).check()


def test_practice_then_wrong_answers(reader: Open, origin: str) -> None:
    """Wrong answers go into the book, and leave it when answered right."""
    window = reader(origin)
    page = window.open("quizzes/zuzhi.html")
    single, multiple = page.locator('.kq[data-kind="单选"]').first, page.locator('.kq[data-kind="多选"]').first
    expect(single.locator("details")).to_be_hidden()
    single.get_by_role("button", name="看对不对").click()
    expect(single.locator(".kq-verdict")).to_have_text("先作答，再看对不对。")
    answer(page, single, False)
    single.get_by_role("button", name="看对不对").click()
    expect(single.locator(".kq-verdict")).to_have_text("答错了")
    expect(single.locator("details")).to_be_visible()
    expect(single.locator("label.kq-slip")).to_have_count(1)
    answer(page, multiple, True)
    multiple.get_by_role("button", name="看对不对").click()
    expect(multiple.locator(".kq-verdict")).to_have_text("答对了")
    expect(page.locator(".kq-bar .kv-status")).to_contain_text("做过 2 题，对 1 题")
    blank = page.locator('.kq[data-kind="填空"]').first
    blank.locator("input[type=text]").fill(" “常委会党组” ")
    blank.get_by_role("button", name="看对不对").press("Enter")
    expect(blank.locator(".kq-verdict")).to_have_text("答对了")
    page = window.open("quizzes/wrong.html")
    expect(page.locator(".kv-status")).to_have_text("还有 1 题")
    item = page.locator(".kq")
    answer(page, item, True)
    item.get_by_role("button", name="看对不对").click()
    expect(item.locator(".kq-verdict")).to_have_text("答对了，已移出错题本")
    expect(page.locator(".kv-status")).to_have_text("错题本是空的。")
    page.reload()
    expect(page.locator(".kv-status")).to_have_text("错题本是空的。")


def test_mock_test_scores(reader: Open, origin: str) -> None:
    """Ten questions of two banks: all right but one give 90; the slip stands in the book."""
    window = reader(origin)
    page = window.open("quizzes/mock.html")
    for box in page.locator(".kq-setup input[type=checkbox]").all()[2:]:
        box.uncheck()
    page.locator("input[name=kq-size][value='10']").check()
    page.get_by_role("button", name="开始").click()
    items = page.locator(".kq-list > li")
    expect(items).to_have_count(10)
    expect(page.get_by_role("timer")).to_contain_text("还剩")
    for at in range(10):
        item = items.nth(at)
        if item.get_attribute("data-kind") == "填空":
            blanks = page.evaluate("node => JSON.parse(node.getAttribute('data-blanks'))", item.element_handle())
            for place, accepted in enumerate(blanks):
                item.locator("input[type=text]").nth(place).fill(accepted[-1] if at else "不知道")
        else:
            answer(page, item, at != 0)
    page.get_by_role("button", name="交卷").click()
    expect(page.locator(".kq-score")).to_contain_text("90 分")
    expect(page.locator(".kq-score")).to_contain_text("对 9 题，错或没答 1 题")
    expect(page.locator("label.kq-answer").first).to_be_visible()
    page = window.open("quizzes/wrong.html")
    expect(page.locator(".kv-status")).to_have_text("还有 1 题")


def test_papers_print_with_their_key_apart(reader: Open, origins: dict[str, str]) -> None:
    """On paper: no site around it, the key on a page of its own, both variants with the same questions."""
    asked = []
    for variant in "ab":
        page = reader(origins["file"]).open(f"quizzes/paper-jilv-{variant}.html")
        page.emulate_media(media="print")
        expect(page.locator(".md-header")).to_be_hidden()
        assert page.locator(".kq-key").evaluate("node => getComputedStyle(node).breakBefore") == "page"
        lines = [re.sub(r"^\d+\. ", "", text) for text in page.locator(".kq-line > p").all_text_contents()]
        assert page.locator(".kq-key li").count() == len(lines) > 20
        asked.append(lines)
    assert sorted(asked[0]) == sorted(asked[1]) and asked[0] != asked[1]


def test_self_assessment(reader: Open, origin: str) -> None:
    """Ticked, scored against the office's own level, kept, printed with the result, cleared with one click."""
    window = reader(origin)
    page = window.open("assessments/fenlei-dabiao.html")
    items = page.locator("[data-item]")
    count = items.count()
    for at in range(count):
        items.nth(at).get_by_label("没做到" if at == 0 else "部分做到" if at == 1 else "做到", exact=True).check()
    page.get_by_label("第 1 档名称").fill("一档")
    page.get_by_label("达到百分之").first.fill("80")
    share = round((count - 1.5) * 100 / count)
    expect(page.locator(".ka-score")).to_have_text(
        f"已看 {count} / {count} 项，得分 {count - 1.5:g} / {count}，完成 {share}%，档次：一档"
    )
    expect(page.locator(".ka-gaps li")).to_have_count(2)
    page.reload()
    expect(page.locator(".ka-score")).to_contain_text("档次：一档")
    page.emulate_media(media="print")
    expect(page.locator(".ka-result")).to_be_visible()
    expect(page.locator(".ka-acts")).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_role("button", name="全部清除").click()
    expect(page.locator(".ka-score")).to_contain_text("还没有勾选")
    assert stored(page, "kb-assess-fenlei-dabiao") == ""
    assert page.locator("#ka-form input:checked").count() == 0


def test_ladder_tells_the_next_step(reader: Open, origins: dict[str, str]) -> None:
    page = reader(origins["file"]).open("assessments/zhibu-jieti.html")
    steps = page.locator(".ka-part")
    for item in steps.nth(0).locator("[data-item]").all():
        item.get_by_label("做到", exact=True).check()
    steps.nth(1).locator("[data-item]").first.get_by_label("没做到").check()
    expect(page.locator(".ka-score")).to_contain_text("已达到“规范化”；到“标准化”还差")
    expect(page.locator(".ka-gaps li")).to_have_count(1)


def test_risk_moves_into_its_cell(reader: Open, origins: dict[str, str]) -> None:
    page = reader(origins["file"], width=390).open("assessments/lianzheng-fengxian.html")
    page.get_by_label("风险点 2 的可能").select_option("高")
    page.get_by_label("风险点 2 的后果").select_option("中")
    expect(page.locator('[data-cell="中高"]')).to_have_text("2")
    page.reload()
    expect(page.locator('[data-cell="中高"]')).to_have_text("2")
    page.get_by_role("button", name="清除我定的等级").click()
    expect(page.locator('[data-cell="中高"]')).to_have_text("")


def test_learning_path_keeps_progress(reader: Open, origins: dict[str, str]) -> None:
    window = reader(origins["file"])
    page = window.open("learning/dong-renda.html")
    total = page.locator("[data-step]").count()
    page.locator("[data-step] input").first.check()
    expect(page.locator(".kv-status")).to_contain_text(f"学过 1 / {total}")
    page.reload()
    expect(page.locator(".kv-status")).to_contain_text(f"学过 1 / {total}")
    page.get_by_role("button", name="清除进度").click()
    expect(page.locator(".kv-status")).to_contain_text(f"学过 0 / {total}")


def test_brand_wall_narrows_and_can_be_sent(reader: Open, origins: dict[str, str]) -> None:
    window = reader(origins["file"])
    page = window.open("views/brands.html")
    everything = page.locator(".kv-wall > li").count()
    page.get_by_role("group", name="类别").get_by_role("button", name="荣誉").click()
    shown = page.locator(".kv-wall > li:visible")
    assert 0 < shown.count() < everything
    assert set(shown.locator(".kv-wall__kind").evaluate_all("nodes => nodes.map(node => node.firstChild.textContent)")) == {"荣誉"}
    address, count = page.url, shown.count()
    other = reader(origins["file"]).page
    other.goto(address)
    expect(other.locator(".kv-wall > li:visible")).to_have_count(count)


@pytest.mark.parametrize(
    "name", ["quizzes/zuzhi.html", "assessments/fenlei-dabiao.html", "learning/dong-renda.html", "views/brands.html"]
)
def test_readable_without_scripts(reader: Open, origins: dict[str, str], name: str) -> None:
    page = reader(origins["file"], scripts=False).open(name)
    assert len(page.locator("main").inner_text()) > 500
    if name.startswith("quizzes"):
        page.locator("summary").first.click()
        expect(page.locator(".kq details p").first).to_be_visible()


def test_refused_storage_is_no_fault(reader: Open, origins: dict[str, str]) -> None:
    """Where the browser keeps nothing, everything still works on the page."""
    window = reader(origins["http"])
    # only this site's own keys: the theme's own reading of its palette is not under test
    window.context.add_init_script(REFUSE)
    page = window.open("assessments/liang-dong.html")
    page.locator("[data-item]").first.get_by_label("做到", exact=True).check()
    expect(page.locator(".ka-score")).to_contain_text("已看 1 /")
    page = window.open("quizzes/quntuan.html")
    answer(page, page.locator('.kq[data-kind="单选"]').first, True)
    page.locator('.kq[data-kind="单选"]').first.get_by_role("button").click()
    expect(page.locator(".kq-verdict")).to_have_text("答对了")
