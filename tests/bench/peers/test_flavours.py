"""Every peer gets all entries, with nothing of ours left in them that it would not understand."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml
from bench.build.corpus import write
from bench.peers.flavours import FLAVOURS, Library, convert

SIZE = 60
_LINK = re.compile(r"\]\(([^)]+)\)")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("ours")
    write(folder, SIZE)
    return Library(folder)


def pages(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.md")}


@pytest.mark.parametrize("name", FLAVOURS)
def test_all_entries_arrive_whole(name: str, library: Library, tmp_path: Path) -> None:
    flavour = FLAVOURS[name]
    convert(library, flavour, tmp_path / "out")
    written = pages(tmp_path / "out" / flavour.pages)
    assert {source.path for source in library.sources.values()} <= written.keys()
    assert len(library.sources) == SIZE
    for source in library.sources.values():
        _, header, body = written[source.path].split("---\n", 2)
        assert yaml.safe_load(header)["title"] == source.header["title"]
        assert source.header["topic"] in header
        assert body.lstrip().startswith(f"# {source.header['title']}\n") == flavour.heading
        # every section and every sentence that is no citation
        for line in source.body.splitlines():
            assert re.split(r"\[@|\]\(", line)[0] in body


@pytest.mark.parametrize("name", FLAVOURS)
def test_no_citation_marks_and_no_dead_links(name: str, library: Library, tmp_path: Path) -> None:
    flavour = FLAVOURS[name]
    convert(library, flavour, tmp_path / "out")
    written = pages(tmp_path / "out" / flavour.pages)
    links = 0
    for path, text in written.items():
        assert "[@" not in text, path
        for address in _LINK.findall(text):
            assert os.path.normpath(os.path.join(os.path.dirname(path), address)) in written, (path, address)  # noqa: PTH118, PTH120
            links += 1
    assert links > SIZE


def test_same_bytes_twice(library: Library, tmp_path: Path) -> None:
    for turn in ("one", "two"):
        convert(library, FLAVOURS["mkdocs"], tmp_path / turn)
    assert pages(tmp_path / "one") == pages(tmp_path / "two")


def test_fields_become_sections(library: Library) -> None:
    source = next(one for one in library.sources.values() if one.kind.folder == "methods" and "basis" in one.header)
    body = library.body(source)
    rule = library.sources[source.header["basis"][0].partition(":")[0]]
    assert "## 依据\n" in body
    assert f"[{rule.header['title']}](../{rule.path})" in body
