"""From an entry type to the text an editor starts from (`kb new`) and to the JSON Schema that helps fill it in (`kb schema`)."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from kb.model.schema import EntryType, Field, Schema
from kb.model.value import UNSTATED
from kb.project import Project
from kb.report import text as report_text
from kb.schema.kinds import KINDS
from kb.schema.loading import SchemaLoader

_PRESET = {"status": "草稿", "visibility": "公开"}


def scaffold(kind: EntryType, title: str, schema: Schema) -> str:
    """The text of a new entry: required fields open, the others commented out, each under its help."""
    lines = ["---", f"# {kind.label}：{kind.description}", "# 以 # 开头的行是说明，填好后可以删去。冒号用半角，后面空一格。"]
    for field in kind.fields:
        if field.key == "id":
            continue
        lines.append(f"# {field.label}（{_kind_label(field)}{'，必填' if field.required else ''}）：{field.help}")
        options = _options(field, schema)
        if options:
            lines.append(f"#   可选：{'、'.join(options)}")
        lines += _lines(field, title)
    lines += ["---", ""]
    for section in kind.sections:
        need = "" if section.required else "（没有可删去这一节）"
        lines += [f"## {section.heading}", "", f"{UNSTATED}", "", f"[说明]: # ({section.help}{need})", ""]
    return "\n".join(lines)


def _lines(field: Field, title: str) -> list[str]:
    if field.key == "title":
        plain = re.fullmatch(r"[\u4e00-\u9fff“《][\w“”《》（）、，·-]*", title)
        return [f"title: {title if plain else json.dumps(title, ensure_ascii=False)}"]
    if field.key in _PRESET:
        return [f"{field.key}: {_PRESET[field.key]}"]
    mark = "" if field.required else "# "
    example = _example(field)
    if field.kind == "list":
        return [f"{mark}{field.key}:", f"{mark}  - {example}".rstrip()]
    return [f"{mark}{field.key}: {example}".rstrip()]


def _example(field: Field) -> str:
    kind = field.of or field.kind
    if kind == "review":
        return "{stage: 初审, by: 岗位, on: 2026-11-30}"
    if field.required and kind in {"text", "paragraphs", "cadence"}:
        return UNSTATED if field.key != "summary" else ""
    return KINDS[kind].example


def _kind_label(field: Field) -> str:
    if field.kind == "list":
        return f"列表，每项是{'审核记录' if field.of == 'review' else KINDS[field.of].label}"
    return "审核记录" if field.kind == "review" else KINDS[field.kind].label


def _options(field: Field, schema: Schema) -> list[str]:
    vocabulary = field.vocabulary or {"role": "roles", "place": "places"}.get(field.of or field.kind, "")
    if vocabulary:
        return [term.value for term in schema.vocabularies[vocabulary].terms]
    return list(field.options)


def write_schemas(project: Project, type_name: str | None) -> int:
    """Print the JSON Schema of one type, or write all to site_build/schema/."""
    schema = sound_schema(project)
    if schema is None:
        return 1
    if type_name is not None:
        kind = schema.types.get(type_name)
        if kind is None:
            print(f"kb：没有“{type_name}”这种条目，可选：{'、'.join(schema.types)}", file=sys.stderr)
            return 2
        print(json.dumps(json_schema(kind, schema), ensure_ascii=False, indent=2))
        return 0
    folder = project.output / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    for kind in schema.ordered_types():
        (folder / f"{kind.name}.json").write_text(
            json.dumps(json_schema(kind, schema), ensure_ascii=False, indent=2) + "\n", "utf-8"
        )
    print(f"写好了 {len(schema.types)} 份，在 {folder}")
    return 0


def json_schema(kind: EntryType, schema: Schema) -> dict[str, Any]:
    """JSON Schema (draft-07, which VS Code's YAML extension reads) of a type's header."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": kind.label,
        "description": kind.description,
        "type": "object",
        "additionalProperties": False,
        "required": [field.key for field in kind.fields if field.required],
        "properties": {field.key: _property(field, schema) for field in kind.fields},
    }


def _property(field: Field, schema: Schema) -> dict[str, Any]:
    about = {"title": field.label, "description": field.help or field.label}
    if field.kind == "list":
        listed = {"type": "array", "items": _single(field.of, field, schema)}
        if field.of in {"text", "cadence"}:
            return about | {"anyOf": [listed, {"const": UNSTATED}]}
        return about | listed
    return about | _single(field.kind, field, schema)


def _single(kind: str, field: Field, schema: Schema) -> dict[str, Any]:
    if kind == "review":
        return {
            "type": "object",
            "additionalProperties": False,
            "required": ["by", "on"],
            "properties": {
                "stage": {"enum": ["初审", "复审", "终审"]},
                "by": {"type": "string"},
                "on": {"type": ["string", "integer"]},
                "note": {"type": "string"},
                "seen": {"type": ["string", "integer"]},
            },
        }
    options = _options(field, schema)
    if options:
        words = [alias for name in _vocabulary(kind, field, schema) for alias in name]
        return {"enum": list(dict.fromkeys([*options, *words]))}
    if kind == "item":
        return {"enum": list(schema.items)} if schema.items else {"type": "string"}
    # YAML tools read 2022 as a number and 2026-11-30 as text: both are dates here
    shape: dict[str, Any] = {"type": ["string", "integer"] if kind in {"date", "integer", "title", "text"} else "string"}
    if KINDS[kind].pattern:
        shape["pattern"] = KINDS[kind].pattern
    if field.max:
        shape["maxLength"] = field.max
    return shape


def _vocabulary(kind: str, field: Field, schema: Schema) -> list[tuple[str, ...]]:
    name = field.vocabulary or {"role": "roles", "place": "places"}.get(kind, "")
    return [term.aliases for term in schema.vocabularies[name].terms] if name else []


def sound_schema(project: Project) -> Schema | None:
    """The types and vocabularies; None where they are at fault, which is told."""
    loader = SchemaLoader(project)
    schema = loader.load()
    if loader.problems:
        sys.stderr.write(report_text(loader.problems, 0))
        return None
    return schema
