"""What `kb new` writes and what `kb schema` promises, held against the entries that are there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from kb.model.schema import Schema
from kb.problem import Notebook
from kb.project import find_project
from kb.scaffold import json_schema, scaffold
from kb.schema.loading import SchemaLoader
from kb.source.entry import read_entry
from kb.source.frontmatter import split

HERE = find_project(Path(__file__))
assert HERE is not None
SHIPPED = SchemaLoader(HERE).load()
TYPES = sorted(SHIPPED.types)


@pytest.mark.parametrize("name", TYPES)
def test_scaffold_names_every_field_and_section(name: str) -> None:
    kind = SHIPPED.types[name]
    text = scaffold(kind, "试写：一条", SHIPPED)
    for field in kind.fields:
        if field.key != "id":
            assert f"\n{field.key}:" in text or f"\n# {field.key}:" in text, field.key
            assert field.label in text
            assert field.help in text
    assert [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")] == [
        one.heading for one in kind.sections
    ]


@pytest.mark.parametrize(
    "title", ["三会一课", "“四个机关”", "甲: 乙", "# 号", "- 号", '"', "'", "@", "%", "*", "true", "2026", "a\\b", "{甲}"]
)
@pytest.mark.parametrize("name", TYPES)
def test_scaffold_keeps_any_title(name: str, title: str) -> None:
    text = scaffold(SHIPPED.types[name], title, SHIPPED)
    reading = read_entry(f"content/{SHIPPED.types[name].folder}/x.md", text.encode(), name, SHIPPED)
    assert reading.header is not None, reading.notes.problems
    node = reading.header.get("title")
    assert node is not None
    assert getattr(node, "text", "") == title


@pytest.mark.parametrize("name", TYPES)
def test_json_schema_is_one_and_describes_every_field(name: str) -> None:
    made = json_schema(SHIPPED.types[name], SHIPPED)
    jsonschema.Draft7Validator.check_schema(made)
    assert made == json.loads(json.dumps(made))
    assert set(made["properties"]) == {field.key for field in SHIPPED.types[name].fields}
    assert all(one["title"] and one["description"] for one in made["properties"].values())


def header_of(text: str) -> Any:
    """A header as an editor's YAML plugin reads it (YAML 1.2: dates stay text)."""
    parts = split(text, Notebook("x"))
    assert parts is not None
    return yaml.load(parts[0], Loader=Editor)


class Editor(yaml.SafeLoader):
    """YAML as VS Code's plugin reads it."""


Editor.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in rows if tag != "tag:yaml.org,2002:timestamp"]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("name", TYPES)
def test_json_schema_takes_every_entry_that_is_there(name: str) -> None:
    """The editor never marks as wrong what `kb check` accepts."""
    assert HERE is not None
    validator = jsonschema.Draft7Validator(json_schema(SHIPPED.types[name], SHIPPED))
    entries = sorted((HERE.content / SHIPPED.types[name].folder).glob("*.md"))
    assert entries
    for path in entries:
        faults = [
            f"{path.name}: {fault.json_path} {fault.message[:200]}"
            for fault in validator.iter_errors(header_of(path.read_text("utf-8")))
        ]
        assert faults == []


@pytest.mark.parametrize(
    "change",
    [
        {"颜色": "红"},
        {"topic": "别的建设"},
        {"status": "发布"},
        {"year": "2026年"},
        {"aliases": "三清单"},
        {"related": ["三会一课"]},
        {"sources": ["jiangsu"]},
        {"reviews": [{"by": "机关党委"}]},
        {"title": ["三张清单"]},
    ],
)
def test_json_schema_refuses_what_the_check_refuses(change: dict[str, Any], schema: Schema) -> None:
    sound = {"title": "三张清单", "summary": "合称。", "topic": "制度建设", "status": "送审", "visibility": "公开"}
    validator = jsonschema.Draft7Validator(json_schema(schema.types["term"], schema))
    assert validator.is_valid(sound)
    assert not validator.is_valid(sound | change)
    header = yaml.safe_dump(sound | change, allow_unicode=True)
    assert read_entry("content/terms/x.md", f"---\n{header}---\n".encode(), "term", schema).notes.problems
