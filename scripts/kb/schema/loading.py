"""From templates/types and the registers under content/ to the Schema; a faulty file is a problem like any other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from kb.model.schema import EntryType, Field, Schema, Section, SourceDocument, SourceItem, Term, Vocabulary
from kb.problem import Level, Notebook, Problem, Spot
from kb.project import Project
from kb.schema.kinds import KINDS, SHAPED, SLUG, nearest
from kb.source.text import decode
from kb.source.tree import Mapping, Node, Scalar, Sequence, parse_tree

T = TypeVar("T")
VOCABULARIES = ("topics", "organs", "functions", "levels", "audience", "places", "roles")
FIELD_KEYS = ("key", "label", "kind", "required", "help", "of", "options", "vocabulary", "types", "max")


class Record:
    """One mapping of a register file, read key by key with located problems for what is missing or unknown."""

    def __init__(self, node: Node, notes: Notebook, what: str) -> None:
        self.node = node
        self.notes = notes
        self.what = what
        self.pairs = {key.text: value for key, value in node.pairs} if isinstance(node, Mapping) else {}
        if not isinstance(node, Mapping):
            notes.add("register-shape", node.at, f"{what}应分项写明", "写成“名称: 内容”")

    def known(self, *keys: str) -> None:
        """Note the keys that no one reads."""
        if isinstance(self.node, Mapping):
            for key, _ in self.node.pairs:
                if key.text not in keys:
                    near = nearest(key.text, keys)
                    hint = (f"是不是想写“{near}”？" if near else "") + f"可写：{'、'.join(keys)}"
                    self.notes.add("unknown-field", key.at, f"{self.what}没有“{key.text}”这一项", hint)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.pairs.get(key)
        if isinstance(value, Scalar):
            return value.text.strip()
        if value is not None:
            self.notes.add("wrong-kind", value.at, f"{self.what}的“{key}”应是一行文字", "写在冒号后面的同一行")
        elif default is None and isinstance(self.node, Mapping):
            self.notes.add("missing-field", self.node.at, f"{self.what}缺少“{key}”", f"补上“{key}: …”")
        return default or ""

    def integer(self, key: str, default: int = 0) -> int:
        words = self.text(key, "")
        if words and not words.isdigit():
            self.notes.add("wrong-kind", self.pairs[key].at, f"{self.what}的“{key}”应是整数", "只写半角数字")
            return default
        return int(words) if words else default

    def flag(self, key: str) -> bool:
        return self.text(key, "false") in {"true", "是"}

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.pairs.get(key)
        if value is None:
            return ()
        if isinstance(value, Sequence):
            return tuple(item.text.strip() for item in value.items if isinstance(item, Scalar))
        self.notes.add("wrong-kind", value.at, f"{self.what}的“{key}”应是列表", "写成 [甲, 乙]")
        return ()

    def records(self, key: str, what: str) -> list[Record]:
        value = self.pairs.get(key)
        if value is None:
            return []
        if not isinstance(value, Sequence):
            self.notes.add("wrong-kind", value.at, f"{self.what}的“{key}”应是列表", "每项以“- ”开头")
            return []
        return [Record(item, self.notes, what) for item in value.items]


class SchemaLoader:
    """Reads every file the schema is made of; keeps their digest, so that a change of any is seen."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.problems: list[Problem] = []
        self.digest = hashlib.blake2b(digest_size=16)

    def load(self) -> Schema:
        """The schema of the project; `problems` holds what was wrong."""
        types = self._types()
        content = self.project.content
        vocabularies = {name: self._vocabulary(content / "vocabulary" / f"{name}.yml", name) for name in VOCABULARIES}
        documents = _unique(self._each(content / "sources.yml", "sources", "来源登记", _document), self.problems)
        items = _unique(self._items(documents), self.problems)
        synonyms, wording = self._wording(content / "wording.yml")
        return Schema(types, vocabularies, documents, items, synonyms, wording, {kind.folder: kind for kind in types.values()})

    def _read(self, path: Path, what: str, optional: bool = False) -> Record | None:
        name = path.relative_to(self.project.root).as_posix()
        notes = Notebook(name)
        self.digest.update(name.encode())
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            if not optional:
                self.problems.append(Problem("file-missing", Spot(name), f"缺少文件 {name}", "从版本库中恢复它"))
            return None
        self.digest.update(data)
        text = decode(data, notes)
        tree = parse_tree(text, notes) if text is not None else None
        record = Record(tree, notes, what) if tree is not None else None
        self.problems += notes.problems
        notes.problems = self.problems
        return record

    def _each(self, path: Path, key: str, what: str, make: Callable[[Record], T]) -> list[tuple[Record, T]]:
        record = self._read(path, what, optional=True)
        return [(item, make(item)) for item in record.records(key, what)] if record else []

    def _types(self) -> dict[str, EntryType]:
        folder = self.project.templates / "types"
        common = self._read(folder / "common.yml", "共有信息项")
        shared = [self._field(item) for item in common.records("fields", "信息项")] if common else []
        types: dict[str, EntryType] = {}
        for path in sorted(folder.glob("*/type.yml")):
            record = self._read(path, "条目类型")
            if record is None:
                continue
            record.known("label", "folder", "order", "description", "fields", "sections")
            own = [self._field(item) for item in record.records("fields", "信息项")]
            sections = []
            for item in record.records("sections", "正文小节"):
                item.known("heading", "required", "help")
                sections.append(Section(item.text("heading"), item.flag("required"), item.text("help", "")))
            name = path.parent.name
            types[name] = EntryType(
                name,
                record.text("label"),
                record.text("folder"),
                record.integer("order", 99),
                record.text("description", ""),
                tuple(field for field in (*shared, *own) if field.key),
                tuple(sections),
                tuple(field.key for field in own),
            )
        return types

    def _field(self, record: Record) -> Field:
        record.known(*FIELD_KEYS)
        kind, of = record.text("kind"), record.text("of", "")
        for word, allowed in ((kind, (*KINDS, *SHAPED)), (of, ("", *KINDS, "review"))):
            if word not in allowed:
                near = nearest(word, allowed)
                record.notes.add(
                    "unknown-kind",
                    record.node.at,
                    f"没有“{word}”这种信息项",
                    f"是不是“{near}”？" if near else f"可用：{'、'.join(KINDS)}",
                )
                kind, of = "text", ""
        if kind == "list" and not of:
            record.notes.add("missing-field", record.node.at, "列表要用 of 写明每一项的种类", "如 of: text")
            of = "text"
        vocabulary = record.text("vocabulary", "")
        if vocabulary and vocabulary not in VOCABULARIES:
            record.notes.add("unknown-vocabulary", record.node.at, f"没有词表“{vocabulary}”", f"可用：{'、'.join(VOCABULARIES)}")
            vocabulary = ""
        return Field(
            record.text("key"),
            record.text("label"),
            kind,
            record.flag("required"),
            record.text("help", ""),
            of,
            record.texts("options"),
            vocabulary,
            record.texts("types"),
            record.integer("max"),
        )

    def _vocabulary(self, path: Path, name: str) -> Vocabulary:
        record = self._read(path, "词表")
        if record is None:
            return Vocabulary(name, name, ())
        record.known("label", "values")
        terms: list[Term] = []
        for item in record.records("values", "词表的词"):
            item.known("value", "slug", "aliases", "note")
            term = Term(item.text("value"), item.text("slug"), item.texts("aliases"), item.text("note", ""))
            if not SLUG.fullmatch(term.slug):
                item.notes.add("bad-id", item.node.at, f"“{term.value}”的 slug 不合写法", "只用小写字母、数字和连字符")
            elif any(term.value == other.value or term.slug == other.slug for other in terms):
                item.notes.add("duplicate-id", item.node.at, f"词表里“{term.value}”或它的 slug 重复", "每个词、每个 slug 只写一次")
            else:
                terms.append(term)
        return Vocabulary(name, record.text("label"), tuple(terms))

    def _items(self, documents: dict[str, SourceDocument]) -> Iterable[tuple[Record, SourceItem]]:
        for path in sorted((self.project.content / "sources").glob("*.yml")):
            for record, item in self._each(path, "items", "来源条目", _item):
                for document, paragraph in item.at:
                    if document not in documents or not 1 <= paragraph <= documents[document].paragraphs:
                        record.notes.add(
                            "unknown-source",
                            record.node.at,
                            f"来源条目的出处“{document}:{paragraph}”没有登记",
                            "写成“来源编号:段号”",
                        )
                yield record, item

    def _wording(self, path: Path) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, str, str, str], ...]]:
        record = self._read(path, "用词表", optional=True)
        if record is None:
            return (), ()
        groups = record.pairs.get("synonyms")
        synonyms: list[tuple[str, ...]] = []
        for group in groups.items if isinstance(groups, Sequence) else ():
            words = (
                tuple(item.text.strip() for item in group.items if isinstance(item, Scalar)) if isinstance(group, Sequence) else ()
            )
            if len(words) < 2:
                record.notes.add("wrong-kind", group.at, "同义词每组至少写两个词", "写成 [甲, 乙]")
            else:
                synonyms.append(words)
        rules = []
        for item in record.records("rules", "用词规则"):
            item.known("wrong", "right", "level", "reason", "only")
            level = item.text("level", "建议")
            if level not in {Level.ERROR, Level.WARNING, Level.ADVICE}:
                item.notes.add("not-an-option", item.node.at, f"用词规则的 level 不能是“{level}”", "可选：错误、提醒、建议")
                level = "建议"
            if item.text("wrong"):
                rules.append((item.text("wrong"), item.text("right", ""), str(level), item.text("reason", "")))
        return tuple(synonyms), tuple(rules)


def _document(record: Record) -> SourceDocument:
    record.known("id", "title", "short", "kind", "year", "year_note", "paragraphs", "note")
    return SourceDocument(
        record.text("id"),
        record.text("title"),
        record.text("short"),
        record.text("kind", ""),
        record.text("year", ""),
        record.text("year_note", ""),
        record.integer("paragraphs"),
        record.text("note", ""),
    )


def _item(record: Record) -> SourceItem:
    record.known("id", "name", "kind", "topic", "at", "detail", "literal")
    places = []
    for words in record.texts("at"):
        document, _, paragraph = words.partition(":")
        places.append((document, int(paragraph) if paragraph.isdigit() else 0))
    return SourceItem(
        record.text("id"),
        record.text("name"),
        record.text("kind", ""),
        record.text("topic", ""),
        tuple(places),
        record.text("detail", ""),
        record.node.at[0],
    )


def _unique(pairs: Iterable[tuple[Record, T]], problems: list[Problem]) -> dict[str, T]:
    """By id; a second one of the same id is noted and left out."""
    known: dict[str, T] = {}
    for record, value in pairs:
        name = str(getattr(value, "id", ""))
        if not SLUG.fullmatch(name):
            record.notes.add("bad-id", record.node.at, f"编号“{name[:40]}”不合写法", "只用小写字母、数字和连字符")
        elif name in known:
            record.notes.add("duplicate-id", record.node.at, f"编号“{name}”登记了两次", "改掉其中一个")
        else:
            known[name] = value
    return known
