"""From a type and a title to a new entry's file, to be filled in (`kb new`)."""

from __future__ import annotations

import sys

from kb.editing import header
from kb.project import Project
from kb.scaffold import scaffold, sound_schema
from kb.schema.kinds import SLUG, nearest
from kb.source.folder import suggest_id


def new_entry(project: Project, type_name: str, title: str, wanted: str | None) -> int:
    """Write content/<folder>/<id>.md and say where it is. Never overwrites. Exit status as in `kb.cli`."""
    schema = sound_schema(project)
    if schema is None:
        return 1
    labels = {kind.label: name for name, kind in schema.types.items()}
    name = labels.get(type_name, type_name)
    kind = schema.types.get(name)
    if kind is None:
        near = nearest(type_name, [*schema.types, *labels])
        known = "、".join(f"{one.name} {one.label}" for one in schema.ordered_types())
        print(f"kb：没有“{type_name}”这种条目。" + (f"是不是“{near}”？" if near else "") + f"可选：{known}", file=sys.stderr)
        return 2
    if not title.strip():
        print("kb：标题是空的，写上这一条叫什么", file=sys.stderr)
        return 2
    identifier = wanted or suggest_id(title)
    if not SLUG.fullmatch(identifier):
        print(f"kb：编号“{identifier}”不合写法，只用小写字母、数字和连字符", file=sys.stderr)
        return 2
    folder = project.content / kind.folder
    taken = {path.stem: path for other in schema.types.values() for path in (project.content / other.folder).glob("*.md")}
    if identifier in taken:
        where = taken[identifier].relative_to(project.root).as_posix()
        print(f"kb：编号“{identifier}”已有 {where}；同一件事就改那一条，不同的事用 --id 另起编号", file=sys.stderr)
        return 2
    path = folder / f"{identifier}.md"
    header.write(path, scaffold(kind, title, schema))
    print(f"新建了 {path.relative_to(project.root).as_posix()}\n照里面的说明填写，填好后运行 kb check。")
    return 0
