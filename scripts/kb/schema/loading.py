"""From templates/types and the registers under content/ to the Schema; a faulty file is a problem like any other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from kb.model.schema import (
    COMMON,
    SOURCES,
    VOCABULARY,
    EntryType,
    Field,
    Schema,
    Section,
    SourceDocument,
    SourceItem,
    Term,
    Vocabulary,
)
from kb.problem import Level, Notebook, Problem, Spot
from kb.project import MAX_FILE_BYTES, Project
from kb.schema.kinds import KINDS, SHAPED, SLUG, nearest
from kb.schema.policy import read_policy
from kb.schema.record import Record
from kb.syntax.text import decode
from kb.syntax.tree import Mapping, Scalar, Sequence, parse_tree

T = TypeVar("T")
VOCABULARIES = ("topics", "organs", "functions", "levels", "audience", "places", "roles")
RESERVED = frozenset(
    (
        "assessments", "assets", "browse", "calendar", "duties", "forms", "handbooks", "learning", "mentions", "pages",
        "quizzes", "roles", "search", "sitemaps", "sources", "tools", "topics", "views", "vocabulary",
    )
)  # fmt: skip
"""Folders of content/ that hold no entries, and folders of the site that hold no entries' pages."""
FIELD_KEYS = ("key", "label", "kind", "required", "help", "of", "options", "vocabulary", "types", "max")


class SchemaLoader:
    """Reads every file the schema is made of; keeps their digest, so that a change of any is seen."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.problems: list[Problem] = []
        self.unsure: set[str] = set()
        """Files that are there but are not read."""
        self.digest = hashlib.blake2b(digest_size=16)

    def load(self) -> Schema:
        """The schema of the project; `problems` holds what was wrong."""
        types = self._types()
        content = self.project.content
        vocabularies = {name: self._vocabulary(self.project.root / VOCABULARY.format(name), name) for name in VOCABULARIES}
        documents = _unique(self._each(self.project.root / SOURCES, "sources", "来源登记", _document))
        items = _unique(self._items(documents))
        synonyms, wording = self._wording(content / "wording.yml")
        folders = {kind.folder: kind for kind in types.values()}
        unsure = frozenset({*self.unsure, *(problem.spot.path for problem in self.problems)})
        policy = read_policy(self.project, types, documents)
        self.problems += policy.problems
        self.digest.update(policy.digest)
        self._settings()
        return Schema(types, vocabularies, documents, items, synonyms, wording, folders, policy.review, policy.runs, unsure)

    def _settings(self) -> None:
        """The site's settings are MkDocs' own; what this program takes from them must be there. They are no part of the digest:
        no entry is read by them."""
        path = self.project.mkdocs_yml
        notes = Notebook(path.name)
        with path.open("rb") as file:
            text = decode(file.read(MAX_FILE_BYTES + 1), notes)
        tree = parse_tree(text, notes) if text is not None else None
        name = tree.get("site_name") if isinstance(tree, Mapping) else None
        if not notes.problems and (not isinstance(name, Scalar) or not name.text.strip()):
            hint = "写一行“site_name: 站点的名字”：冒号用半角，后面空一格"
            notes.add("missing-field", (1, 1), "没有写站点的名字（site_name）", hint)
        self.problems += notes.problems

    def _read(self, path: Path, what: str, optional: bool = False) -> Record | None:
        name = path.relative_to(self.project.root).as_posix()
        notes = Notebook(name)
        self.digest.update(name.encode())
        home = self.project.root / path.relative_to(self.project.root).parts[0]
        if path.resolve() != home.resolve() / path.relative_to(home) or not path.is_file():
            # a link may lead out of the knowledge base; that it is one is said where content/ is listed
            if path.is_relative_to(self.project.content) and (path.is_symlink() or path.exists()):
                self.unsure.add(name)
            elif not optional:
                self.problems.append(Problem("file-missing", Spot(name), f"缺少文件 {name}", "从版本库中恢复它"))
            return None
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
        self.digest.update(data)
        text = decode(data, notes, path.stat().st_size)
        tree = parse_tree(text, notes) if text is not None else None
        if tree is None and not notes.problems:
            notes.add("register-shape", (1, 1), "文件是空的", "从版本库中恢复它，或照同类文件填写")
        record = Record(tree, notes, what) if tree is not None else None
        self.problems += notes.problems
        notes.problems = self.problems
        return record

    def _each(self, path: Path, key: str, what: str, make: Callable[[Record], T]) -> list[tuple[Record, T]]:
        record = self._read(path, what, optional=True)
        if record is None:
            return []
        record.known(key)
        return [(item, make(item)) for item in record.records(key, what)]

    def _types(self) -> dict[str, EntryType]:
        folder = self.project.templates / "types"
        common = self._read(self.project.root / COMMON, "共有信息项")
        if common:
            common.known("fields")
        shared = [self._field(item) for item in common.records("fields", "信息项")] if common else []
        types: dict[str, EntryType] = {}
        taken: set[str] = set()
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
            name, home = path.parent.name, record.text("folder")
            if home and (not SLUG.fullmatch(home) or home in RESERVED or home in taken):
                record.notes.add(
                    "bad-id",
                    record.at("folder"),
                    f"文件夹“{home[:40]}”不合写法，或已作他用",
                    "只用小写字母、数字和连字符，每类条目一个文件夹",
                )
            taken.add(home)
            types[name] = EntryType(
                name,
                record.text("label"),
                home,
                record.integer("order", 99),
                record.text("description", ""),
                self._distinct((*shared, *own), record),
                tuple(sections),
                tuple(field.key for field in own),
            )
        return types

    def _distinct(self, fields: Iterable[Field], record: Record) -> tuple[Field, ...]:
        known: dict[str, Field] = {}
        for field in fields:
            if field.key in known:
                record.notes.add(
                    "duplicate-key", record.at("fields"), f"信息项“{field.key[:40]}”写了两次，或与共有信息项重名", "改掉其中一个"
                )
            elif field.key:
                known[field.key] = field
        return tuple(known.values())

    def _field(self, record: Record) -> Field:
        record.known(*FIELD_KEYS)
        kind, of = record.text("kind"), record.text("of", "")
        for word, allowed in ((kind, (*KINDS, *SHAPED)), (of, (*KINDS, "review"))):
            if word and word not in allowed:
                near = nearest(word, allowed)
                record.notes.add(
                    "unknown-kind",
                    record.at("kind" if word == kind else "of"),
                    f"没有“{word[:40]}”这种信息项",
                    f"是不是“{near}”？" if near else f"可用：{'、'.join((*KINDS, *SHAPED))}",
                )
                kind = ""
        if kind == "list" and not of:
            record.notes.add("missing-field", record.node.at, "列表要用 of 写明每一项的种类", "如 of: text")
        vocabulary = record.text("vocabulary", "")
        if vocabulary and vocabulary not in VOCABULARIES:
            record.notes.add(
                "unknown-vocabulary", record.at("vocabulary"), f"没有词表“{vocabulary[:40]}”", f"可用：{'、'.join(VOCABULARIES)}"
            )
            kind = vocabulary = ""
        elif "choice" in {kind, of} and not vocabulary and not record.texts("options"):
            record.notes.add("missing-field", record.node.at, "选项要写明可选的词", "写 options: [甲, 乙]，或 vocabulary: 词表")
            kind = ""
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
            if term.slug and not SLUG.fullmatch(term.slug):
                item.notes.add("bad-id", item.at("slug"), f"“{term.value}”的 slug 不合写法", "只用小写字母、数字和连字符")
            elif any(term.value == other.value or term.slug == other.slug for other in terms):
                item.notes.add("duplicate-id", item.node.at, f"词表里“{term.value}”或它的 slug 重复", "每个词、每个 slug 只写一次")
            else:
                terms.append(term)
        return Vocabulary(name, record.text("label"), tuple(terms))

    def _items(self, documents: dict[str, SourceDocument]) -> Iterable[tuple[Record, SourceItem]]:
        for path in sorted((self.project.content / "sources").glob("*.yml")):
            for record, item in self._each(path, "items", "来源条目", _item):
                places = record.pairs.get("at")
                for scalar in places.items if isinstance(places, Sequence) else ():
                    if isinstance(scalar, Scalar):
                        self._place(scalar, documents, record.notes)
                yield record, item

    def _place(self, scalar: Scalar, documents: dict[str, SourceDocument], notes: Notebook) -> None:
        ((name, paragraph),) = _places((scalar.text,))
        if SOURCES in self.unsure or any(problem.spot.path == SOURCES for problem in self.problems):
            return
        if name not in documents:
            near = nearest(name, documents)
            hint = (f"是不是“{near}”？" if near else "") + f"已登记：{'、'.join(documents)}"
            notes.add("unknown-source", scalar.at, f"来源“{name[:40]}”没有登记", hint)
        elif not 1 <= paragraph <= documents[name].paragraphs:
            last = documents[name].paragraphs
            notes.add("no-such-place", scalar.at, f"出处“{scalar.text[:40]}”没有写对段号", f"写成“{name}:段号”，段号从 1 到 {last}")

    def _wording(self, path: Path) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, str, str, str], ...]]:
        record = self._read(path, "用词表", optional=True)
        if record is None:
            return (), ()
        record.known("synonyms", "rules")
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
                item.notes.add("not-an-option", item.at("level"), f"用词规则的 level 不能是“{level}”", "可选：错误、提醒、建议")
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
    return SourceItem(
        record.text("id"),
        record.text("name"),
        record.text("kind", ""),
        record.text("topic", ""),
        _places(record.texts("at")),
        record.text("detail", ""),
        Spot(record.notes.path, *record.node.at),
    )


def _places(words: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """“来源编号:段号” as (document, paragraph), 0 where no number stands."""
    pairs = (word.strip().partition(":") for word in words)
    return tuple((name, int(number) if re.fullmatch("[0-9]{1,4}", number) else 0) for name, _, number in pairs)


def _unique(pairs: Iterable[tuple[Record, T]]) -> dict[str, T]:
    """By id; one without an id is left out, and a second one of the same id is noted too."""
    known: dict[str, T] = {}
    for record, value in pairs:
        name = str(getattr(value, "id", ""))
        if name and not SLUG.fullmatch(name):
            record.notes.add("bad-id", record.at("id"), f"编号“{name[:40]}”不合写法", "只用小写字母、数字和连字符")
        elif name in known:
            record.notes.add("duplicate-id", record.at("id"), f"编号“{name}”登记了两次", "改掉其中一个")
        elif name:
            known[name] = value
    return known
