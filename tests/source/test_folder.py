"""What lies under content/ and what may."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kb.model.schema import Schema
from kb.project import Project
from kb.schema.kinds import SLUG
from kb.source.folder import list_content, suggest_id


def listed(root: Path, schema: Schema) -> tuple[dict[str, str], list[tuple[str, str]]]:
    listing = list_content(Project(root), schema)
    return {found.path: found.kind for found in listing.files}, [(one.code, one.spot.path) for one in listing.problems]


def test_every_file_has_its_kind(base: Path, schema: Schema) -> None:
    (base / "content" / "assets" / "a").mkdir(parents=True)
    (base / "content" / "assets" / "a" / "图.PNG").write_bytes(b"x")
    files, problems = listed(base, schema)
    assert problems == []
    assert files["content/methods/sanhui-yike.md"] == "method"
    assert files["content/pages/about.md"] == "page"
    assert files["content/vocabulary/topics.yml"] == "data"
    assert files["content/sources.yml"] == "data"
    assert files["content/assets/a/图.PNG"] == "asset"
    assert list(files) == sorted(files, key=lambda path: path.split("/"))


@pytest.mark.parametrize("name", [".git", ".DS_Store", "Thumbs.db", "~$a.docx", "a.md~", "a.md.bak", ".a.md.swp"])
def test_what_programs_leave_behind_is_passed_over(name: str, base: Path, schema: Schema) -> None:
    before = listed(base, schema)
    (base / "content" / "methods" / name).write_text("x", "utf-8")
    assert listed(base, schema) == before


def test_links_are_neither_read_nor_followed(base: Path, schema: Schema) -> None:
    (base / "content" / "loop").symlink_to("..")
    (base / "content" / "methods" / "a.md").symlink_to("sanhui-yike.md")
    files, problems = listed(base, schema)
    assert problems == [("symlink", "content/loop"), ("symlink", "content/methods/a.md")]
    assert not any(path.startswith("content/loop") for path in files)


def test_a_pipe_is_not_opened(base: Path, schema: Schema) -> None:
    os.mkfifo(base / "content" / "methods" / "a.md")
    files, problems = listed(base, schema)
    assert problems == [("stray-file", "content/methods/a.md")]
    assert "content/methods/a.md" not in files


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("三会一课", "san-hui-yi-ke"),
        ("“四个机关+党建”", "si-ge-ji-guan-dang-jian"),
        ("A B_c", "a-b-c"),
        ("！", "tiaomu"),
        ("", "tiaomu"),
        ("2020年要点", "2020-nian-yao-dian"),
        ("囧" * 100, None),
    ],
)
def test_an_id_from_a_title(title: str, wanted: str | None) -> None:
    made = suggest_id(title)
    assert SLUG.fullmatch(made)
    assert len(made) <= 80
    assert wanted in {None, made}
