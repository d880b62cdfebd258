"""公开版 holds nothing of an 内部 entry: marks planted everywhere in internal and draft entries are in no byte of the output."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import ROOT, lay_base
from tests.host.conftest import entry

from kb.build import build
from kb.project import Project
from kb.schema.loading import SchemaLoader
from kb.source.folder import ASSETS

MARK = "zhijin"
HAN = "漪澜"
"""Two characters that stand in no other text."""


def marked(status: str, visibility: str, kind: str) -> str:
    """An entry of which every field and every kind of block holds the marks."""
    own = {
        "term": f"expansion:\n  - {HAN}展开 [@编者]\n",
        "method": f"applies: {HAN}适用。[@编者]\nduty:\n  - 党支部：{HAN}分工 [@编者]\ncadence:\n  - 每月1次（{HAN}） [@编者]\nevidence:\n  - {HAN}材料 [@编者]\n",
        "rule": f"full_title: 《{HAN}条例》\nshort: [{HAN}规]\nrank: 机关制度\nissuer: {HAN}机关 [@编者]\nforce: 现行有效\nissued: 2020\n",
    }[kind]
    section = {"term": "含义", "method": "做法步骤", "rule": "管什么"}[kind]
    return (
        f"---\ntitle: {HAN}标题{kind}{status}\naliases: [{HAN}别名{kind}{status}]\nsummary: {HAN}摘要。\ntopic: 组织建设\n"
        f"status: {status}\nvisibility: {visibility}\nformer: [{MARK}-{kind}-jiu-{len(status)}]\nreview_by: 2029-07-30\n"
        f"reviews:\n  - {{stage: 初审, by: {HAN}审, on: 2026-01-01, note: {HAN}意见}}\nsources: ['qinghai:3']\nrelated: [sanhui-yike]\n{own}---\n\n"
        f"## {section}\n\n{HAN}正文，见[附件](../assets/{MARK}.txt)和![{HAN}图](../assets/{MARK}.png)。[@编者]\n\n"
        f"| {HAN}表 | 乙 |\n| --- | --- |\n| {HAN}格 | 丁 [@编者] |\n\n- {HAN}项 [@编者]\n\n```\n{HAN}代码\n```\n"
    )


def house(root: Path) -> Path:
    lay_base(root)
    shutil.copytree(ROOT / "templates", root / "templates", dirs_exist_ok=True)
    shutil.copy(ROOT / "mkdocs.yml", root)
    (root / "scripts").symlink_to(ROOT / "scripts")
    (root / "content/terms").mkdir()
    (root / "content/terms/kaifang.md").write_text(entry("开放日"), "utf-8")
    folders = {"term": "terms", "method": "methods", "rule": "rules"}
    for kind, folder in folders.items():
        states = (("已发布", "内部"), ("草稿", "公开"), ("送审", "公开"), ("停用", "公开"), ("草稿", "内部"))
        for number, (status, visibility) in enumerate(states):
            text = marked(status, visibility, kind).replace(f"-jiu-{len(status)}", f"-jiu-{number}")
            text = text.replace(f"{kind}{status}", f"{kind}{status}{visibility}")
            (root / f"content/{folder}/{MARK}-{kind}-{number}.md").write_text(text, "utf-8")
    (root / f"content/{ASSETS}").mkdir()
    (root / f"content/{ASSETS}/{MARK}.txt").write_text(f"{HAN}附件", "utf-8")
    chunk = (ROOT / "tests/privacy/cases/attachments/content/assets/tu.png").read_bytes()
    (root / f"content/{ASSETS}/{MARK}.png").write_bytes(
        chunk.replace(chunk[chunk.index(b"tEXt") - 4 : chunk.index(b"IDAT") - 4], b"")
    )
    return root


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a site, and every file within a file."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            yield path.relative_to(folder).as_posix(), data
            if zipfile.is_zipfile(io.BytesIO(data)):
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    for part in archive.infolist():
                        yield f"{path.name}!{part.filename}", archive.read(part)


def holding(folder: Path) -> list[str]:
    """Names of the files that hold a mark in their name or bytes, in any of the ways this house writes text."""
    codes = [HAN.encode(), HAN.encode("utf-16-le"), HAN.encode("utf-16-be"), HAN.encode("gb18030"), MARK.encode()]
    codes += ["".join(f"\\u{ord(char):04x}" for char in HAN).encode(), "".join(f"%{byte:02X}" for byte in HAN.encode()).encode()]
    codes += ["".join(f"&#{ord(char)};" for char in HAN).encode()]
    found = []
    for name, data in files(folder):
        # one character alone counts too, but not in the search's own table of all characters
        alone = [] if name.startswith("search/tables.") else [char.encode() for char in HAN]
        if MARK in name or any(code in data for code in (*codes, *alone)):
            found.append(name)
    return found


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return house(tmp_path_factory.mktemp("editions") / "kb")


def test_public_edition_holds_no_mark(root: Path, tmp_path: Path) -> None:
    result = build(Project(root), tmp_path / "site")
    assert not result.failed, [problem for problem in result.problems if problem.level == "错误"]
    assert SchemaLoader(Project(root)).load().types
    assert holding(tmp_path / "site") == []


def test_internal_edition_shows_what_is_published(root: Path, tmp_path: Path) -> None:
    """The same search finds the marks where they may be: it can see."""
    assert not build(Project(root), tmp_path / "site", edition="内部").failed
    found = holding(tmp_path / "site")
    assert f"terms/{MARK}-term-0.html" in found
    assert f"assets/{MARK}.txt" in found
    assert any(name.startswith("search/") for name in found)
    assert "feed.xml" in found
    assert f"terms/{MARK}-term-1.html" not in [name for name, _ in files(tmp_path / "site")], "草稿哪一版都没有"


def test_going_back_to_public_leaves_nothing(root: Path, tmp_path: Path) -> None:
    """An incremental build over an internal site."""
    assert not build(Project(root), tmp_path / "site", edition="内部").failed
    assert not build(Project(root), tmp_path / "site").failed
    assert holding(tmp_path / "site") == []
