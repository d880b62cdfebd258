"""From the files of types, vocabularies and registers to the schema; a faulty one says so and blames no entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.model.schema import Schema
from kb.project import Project, find_project
from kb.schema.kinds import SLUG
from kb.schema.loading import VOCABULARIES, SchemaLoader

HERE = find_project(Path(__file__))


def load(root: Path) -> tuple[Schema, list[tuple[str, str, int, int]], bytes]:
    loader = SchemaLoader(Project(root))
    schema = loader.load()
    problems = [(one.code, one.spot.path, one.spot.line, one.spot.column) for one in loader.problems]
    return schema, problems, loader.digest.digest()


def test_the_small_schema(base: Path) -> None:
    schema, problems, _ = load(base)
    assert problems == []
    assert schema.unsure == frozenset()
    assert schema.documents["jiangsu"].paragraphs == 9
    assert schema.items["sanhui-yike"].at == (("qinghai", 4),)
    assert schema.items["sanhui-yike"].spot.line == 2
    assert schema.vocabularies["organs"].words()["权力机关"] == "国家权力机关"
    assert schema.vocabularies["organs"].slug("政治机关") == "zhengzhi-jiguan"
    assert schema.synonyms == (("三会一课", "组织生活制度"),)
    assert schema.kind_of("page").folder == "pages"


def test_the_schema_of_this_knowledge_base() -> None:
    """What the repository ships is without a fault, and every name in it leads somewhere."""
    assert HERE is not None
    schema, problems, _ = load(HERE.root)
    assert problems == []
    assert {kind.label for kind in schema.types.values()} >= {"工作法", "案例", "制度", "品牌", "术语", "资源"}
    for kind in schema.types.values():
        keys = [field.key for field in kind.fields]
        assert len(set(keys)) == len(keys)
        assert {"title", "summary", "topic", "status", "visibility", "sources"} <= set(keys)
        assert all(field.label and field.help for field in kind.fields), kind.name
        assert all(set(field.types) <= set(schema.types) for field in kind.fields)
        assert any(section.required for section in kind.sections)
    for vocabulary in schema.vocabularies.values():
        assert all(SLUG.fullmatch(term.slug) for term in vocabulary.terms)


def test_the_digest_follows_every_file(base: Path) -> None:
    digests = {load(base)[2]}
    files = [*(base / "templates" / "types").rglob("*.yml"), *(base / "content" / "vocabulary").iterdir()]
    files += [base / "content" / "sources.yml", base / "content" / "wording.yml", base / "content" / "sources" / "items.yml"]
    for path in files:
        path.write_bytes(path.read_bytes() + b"# more\n")
        digests.add(load(base)[2])
    assert len(digests) == len(files) + 1


@pytest.mark.parametrize("name", [f"content/vocabulary/{name}.yml" for name in VOCABULARIES])
def test_a_missing_vocabulary(name: str, base: Path) -> None:
    (base / name).unlink()
    schema, problems, _ = load(base)
    assert problems == [("file-missing", name, 0, 0)]
    assert schema.unsure == {name}


@pytest.mark.parametrize("name", ["content/sources.yml", "content/wording.yml"])
def test_registers_that_may_be_missing(name: str, base: Path) -> None:
    (base / "content" / "sources" / "items.yml").unlink()
    (base / name).unlink()
    schema, problems, _ = load(base)
    assert problems == []
    assert schema.unsure == frozenset()


@pytest.mark.parametrize("name", ["content/sources.yml", "content/vocabulary", "content/sources"])
def test_no_link_is_followed_out_of_the_knowledge_base(name: str, base: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (base / name).rename(outside)
    (base / name).symlink_to(outside)
    schema, _, _ = load(base)
    assert not schema.documents or not schema.items or not schema.vocabularies["topics"].terms


@pytest.mark.parametrize("name", ["content/sources.yml", "content/vocabulary/topics.yml", "templates/types/common.yml"])
def test_a_folder_in_the_place_of_a_file(name: str, base: Path) -> None:
    (base / name).unlink()
    (base / name).mkdir()
    assert not load(base)[0].unsure.isdisjoint({name})


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\0",
        b"a: [",
        b"- 1\n",
        "甲".encode("gbk"),
        b"",
        b"\0",
        b"a: &x *x",
        b"values: 1\nsources: 1\nfields: 1\nlabel: []\n",
    ],
)
def test_any_register_may_be_rubbish(data: bytes, base: Path) -> None:
    """Every file is told by its own name, none stops the others from being read."""
    files = [*(base / "templates" / "types").rglob("*.yml"), *(base / "content").rglob("*.yml")]
    for path in files:
        path.write_bytes(data)
    told = {problem[1] for problem in load(base)[1]}
    assert told >= {path.relative_to(base).as_posix() for path in files}
