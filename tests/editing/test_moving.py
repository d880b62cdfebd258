"""kb rename and kb retire: every reference is mended, nothing else moves, old addresses lead on."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT

from kb.build import build, check
from kb.project import Project

OLD, NEW = "zhibu-gongzuo-tiaoli", "zhibu-tiaoli"


@pytest.fixture
def house(base: Path) -> Path:
    """The base with one more entry that refers in every way there is, and one whose words only look like it."""
    (base / "content/terms").mkdir()
    (base / "content/terms/dangke.md").write_text(
        "---\ntitle: 党课\n# 注释 zhibu-gongzuo-tiaoli 不动\nsummary: 试验。\ntopic: 组织建设\nstatus: 已发布\nvisibility: 公开\n"
        "related: [sanhui-yike, zhibu-gongzuo-tiaoli]\n---\n\n## 含义\n\n"
        "见[条例](../rules/zhibu-gongzuo-tiaoli.md#管什么)、[它](<../rules/zhibu-gongzuo-tiaoli.md>)和[术语][甲]。"
        "[@zhibu-gongzuo-tiaoli:第五章]\n\n`zhibu-gongzuo-tiaoli` 不动，zhibu-gongzuo-tiaoli-xize 也不动。[@编者]\n\n"
        "[甲]: ../rules/zhibu-gongzuo-tiaoli.md\n",
        "utf-8",
    )
    return base


@pytest.fixture
def whole(house: Path) -> Path:
    """The same with the real look, so that it can be built."""
    shutil.copytree(ROOT / "templates", house / "templates", dirs_exist_ok=True)
    shutil.copy(ROOT / "mkdocs.yml", house)
    (house / "scripts").symlink_to(ROOT / "scripts")
    return house


def test_rename_mends_every_reference(house: Path, kb: Callable[..., Any]) -> None:
    before = (house / "content/terms/dangke.md").read_text("utf-8")
    ran = kb(house, "rename", OLD, NEW)
    assert (ran.status, ran.err) == (0, ""), ran
    assert not (house / f"content/rules/{OLD}.md").exists()
    moved = (house / f"content/rules/{NEW}.md").read_text("utf-8")
    assert f"former:\n  - {OLD}\n" in moved
    after = (house / "content/terms/dangke.md").read_text("utf-8")
    kept = ("# 注释 zhibu-gongzuo-tiaoli 不动", "`zhibu-gongzuo-tiaoli` 不动", "zhibu-gongzuo-tiaoli-xize")
    for words in kept:
        before, after = before.replace(words, ""), after.replace(words, "")
    assert after == before.replace(OLD, NEW)
    assert (house / "content/methods/sanhui-yike.md").read_text("utf-8").count(NEW) == 2
    assert not check(Project(house)).failed


def test_old_address_leads_on_and_back_again(whole: Path, kb: Callable[..., Any]) -> None:
    assert kb(whole, "rename", OLD, NEW).status == 0
    assert kb(whole, "rename", NEW, "tiaoli").status == 0
    assert not build(Project(whole)).failed
    rules = whole / "site_build/site/rules"
    for old in (OLD, NEW):
        assert 'content="0; url=../rules/tiaoli.html"' in (rules / f"{old}.html").read_text("utf-8")
    assert kb(whole, "rename", "tiaoli", OLD).status == 0
    assert not build(Project(whole)).failed
    assert 'http-equiv="refresh"' not in (rules / f"{OLD}.html").read_text("utf-8")
    assert 'url=../rules/zhibu-gongzuo-tiaoli.html"' in (rules / "tiaoli.html").read_text("utf-8")


def test_data_files_are_mended(house: Path, kb: Callable[..., Any]) -> None:
    path = house / "content/duties/qingdan.yml"
    path.parent.mkdir()
    text = (
        "title: 清单\nkind: 组织架构\nseries: sanhui-yike\nsummary: 试验 [@编者]\nentry: [sanhui-yike]\n"
        "units:\n  - {role: 党支部, id: sanhui-yike, duty: 开会}\n"
    )
    path.write_text(text, "utf-8")
    ran = kb(house, "rename", "sanhui-yike", "sanhui")
    assert "改了 3 个文件" in ran.out, ran
    assert path.read_text("utf-8") == text.replace("entry: [sanhui-yike]", "entry: [sanhui]")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sanhui-yik", "sanhui", "是不是“sanhui-yike”"),
        ("sanhui-yike", "三会", "不合写法"),
        ("sanhui-yike", "../x", "不合写法"),
        ("sanhui-yike", OLD, "已有"),
        ("sanhui-yike", "laoming", "曾用编号"),
    ],
)
def test_refused(old: str, new: str, said: str, house: Path, kb: Callable[..., Any]) -> None:
    path = house / "content/terms/dangke.md"
    path.write_text(path.read_text("utf-8").replace("related:", "former: [laoming]\nrelated:"), "utf-8")
    ran = kb(house, "rename", old, new)
    assert (ran.status, said in ran.err) == (2, True), ran
    assert (house / "content/methods/sanhui-yike.md").exists()


def test_retire(whole: Path, kb: Callable[..., Any]) -> None:
    ran = kb(whole, "retire", "dangke", "--by", "sanhui-yike")
    assert ran.status == 0
    text = (whole / "content/terms/dangke.md").read_text("utf-8")
    assert "status: 停用\n" in text
    assert "replaced_by: sanhui-yike\n" in text
    assert not build(Project(whole)).failed
    assert "url=../methods/sanhui-yike.html" in (whole / "site_build/site/terms/dangke.html").read_text("utf-8")
    ran = kb(whole, "retire", OLD)
    assert "sanhui-yike.md" in ran.out
    assert "cites-retired" in kb(whole, "check").out
    assert kb(whole, "retire", "sanhui-yike", "--by", "dangke").status == 2
    assert kb(whole, "retire", "sanhui-yike", "--by", "sanhui-yike").status == 2


def texts(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in sorted((root / "content").rglob("*")) if path.is_file()
    }


@pytest.mark.parametrize("step", ["replace", "unlink"])
@pytest.mark.parametrize("code", [errno.EPERM, errno.ENOSPC])
def test_what_cannot_be_written_changes_nothing(
    step: str, code: int, house: Path, kb: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file that resists (read-only, a full disk), and all the others are as they were."""
    before = texts(house)
    resisting = house / ("content/terms/dangke.md" if step == "replace" else f"content/rules/{OLD}.md")
    plain = getattr(Path, step)

    def resist(self: Path, *given: Any, **options: Any) -> Any:
        if resisting in (self, *given):
            raise OSError(code, os.strerror(code), os.fspath(self))
        return plain(self, *given, **options)

    monkeypatch.setattr(Path, step, resist)
    ran = kb(house, "rename", OLD, NEW)
    assert (ran.status, ran.out) == (1, "")
    assert f"写不了 {resisting.relative_to(house)}：" in ran.err
    assert texts(house) == before


def test_retire_names_every_file_that_leans_on_it(house: Path, kb: Callable[..., Any]) -> None:
    (house / "content/handbooks").mkdir()
    (house / "content/handbooks/shouce.yml").write_text("title: 手册\nchapters:\n  - title: 一\n    entries: [dangke]\n", "utf-8")
    (house / "content/duties").mkdir()
    (house / "content/duties/qingdan.yml").write_text("title: 清单\nkind: 事项清单\ntasks:\n  - task: 上课 [@dangke:一]\n", "utf-8")
    ran = kb(house, "retire", "dangke")
    assert ran.status == 0
    assert "还有 2 个文件提到它" in ran.out
    assert "content/handbooks/shouce.yml" in ran.out
    assert "content/duties/qingdan.yml" in ran.out


def test_an_old_address_leads_past_those_retired_since(whole: Path, kb: Callable[..., Any]) -> None:
    """A gives way to B, later B gives way to C: who comes for A is led to C. In a ring nobody is led anywhere, and that is told."""
    first = (whole / "content/terms/dangke.md").read_text("utf-8")
    (whole / "content/terms/xin-dangke.md").write_text(first.replace("title: 党课", "title: 新党课"), "utf-8")
    assert kb(whole, "retire", "dangke", "--by", "xin-dangke").status == 0
    assert kb(whole, "retire", "xin-dangke", "--by", "sanhui-yike").status == 0
    assert "heir-retired" not in kb(whole, "check").out
    assert not build(Project(whole)).failed
    assert "url=../methods/sanhui-yike.html" in (whole / "site_build/site/terms/dangke.html").read_text("utf-8")
    path = whole / "content/terms/xin-dangke.md"
    path.write_text(path.read_text("utf-8").replace("replaced_by: sanhui-yike", "replaced_by: dangke"), "utf-8")
    assert kb(whole, "check").out.count("heir-retired") == 2
    assert not build(Project(whole)).failed
    assert not (whole / "site_build/site/terms/dangke.html").exists()
