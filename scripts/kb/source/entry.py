"""From the bytes of one file to an entry with its card, and every fault in it with its place."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from kb.model.entry import Card, Claim, Entry, FileLink, Ref, columns_of
from kb.model.schema import SOURCES, EntryType, Field, Schema
from kb.model.value import EDITOR, UNSTATED, Cadence, Date, EntryRef, Review, SourceRef, Text, Value
from kb.problem import Level, Notebook
from kb.schema.kinds import SLUG, Reading, nearest, read_field
from kb.source.collation import sort_key
from kb.source.frontmatter import HeaderLines, read_header, split
from kb.source.markdown import MAX_DEPTH, MAX_MARKS, Lines, Outline, TooMuch, outline
from kb.syntax.cites import CITE
from kb.syntax.sealing import standing
from kb.syntax.text import decode, note_entities
from kb.syntax.tree import Mapping, Node, Scalar, Sequence

Values = Dict[str, Value]
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
_PARAGRAPH = re.compile(r"第?(\d{1,4})段?")
_TOO_MUCH = {
    "deep": (f"引用、列表套得太深，超过 {MAX_DEPTH} 层", "删去行首多余的 >、- 和数字；两三层以内才读得明白"),
    "many": (f"正文里的标记太多，超过 {MAX_MARKS} 处", "拆成几条；大的表格放进附件（.xlsx）"),
}
"""What is said of a body that is not read further: (message, hint)."""


@dataclass(frozen=True, slots=True)
class EntryReading:
    """One file as read: `entry` and `card` are None where its header or encoding could not be understood."""

    path: str
    type: EntryType
    notes: Notebook
    entry: Entry | None = None
    card: Card | None = None
    header: Mapping | None = None
    outline: Outline | None = None
    lines: Lines | None = None
    text: str = ""
    """The whole file as decoded."""


def read_entry(path: str, data: bytes, type_name: str, schema: Schema, size: int = 0) -> EntryReading:
    """Read content/<folder>/<id>.md; the folder has chosen the type. `size` tells how large the file is
    where no more than its beginning was read."""
    kind = schema.kind_of(type_name)
    notes = Notebook(path)
    text = decode(data, notes, size)
    parts = split(text, notes) if text is not None else None
    if text is None or parts is None:
        return EntryReading(path, kind, notes, text=text or "")
    header_text, body, body_line = parts
    header = read_header(header_text, notes)
    found, lines = outline(body, body_line)
    plan = found if isinstance(found, Outline) else None
    if isinstance(found, TooMuch):
        notes.add(f"body-too-{found.why}", found.at, *_TOO_MUCH[found.why])
    note_entities(body, body_line, notes)
    if header is None:
        return EntryReading(path, kind, notes, outline=plan, lines=lines, text=text)
    values = _values(header, kind, Reading(schema, notes))
    entry = Entry(PurePosixPath(path).stem, kind.name, path, values, body, body_line)
    gather = _Gather(entry, kind, schema, notes, lines, HeaderLines(text))
    gather.header(header)
    if plan is not None:
        gather.body(plan)
    card = gather.card(header, text, plan)
    return EntryReading(path, kind, notes, entry, card, header, plan, lines, text)


def read_again(path: str, data: bytes, type_name: str, schema: Schema) -> Entry:
    """The values and the body of an entry that `read_entry` has read before: what it links to and what is wrong with it is known."""
    kind = schema.kind_of(type_name)
    notes = Notebook(path)
    text = decode(data, notes)
    parts = split(text, notes) if text is not None else None
    assert parts is not None, path
    header_text, body, body_line = parts
    header = read_header(header_text, notes)
    assert header is not None, path
    return Entry(PurePosixPath(path).stem, kind.name, path, _values(header, kind, Reading(schema, notes)), body, body_line)


def _values(header: Mapping, kind: EntryType, reading: Reading) -> dict[str, Value]:
    values: dict[str, Value] = {}
    guessed: set[str] = set()
    status = header.get("status")
    # what a draft still lacks is said, but keeps nobody else from publishing
    unfilled = Level.WARNING if isinstance(status, Scalar) and status.text.strip() == "草稿" else Level.ERROR
    for key, node in header.pairs:
        field = kind.field(key.text)
        if field is None:
            if reading.schema.sure_of(kind.name):
                keys = [field.key for field in kind.fields]
                near = {field.label: field.key for field in kind.fields}.get(key.text) or nearest(key.text, keys)
                guessed.add(near)
                hint = f"是不是想写“{near}”？" if near else f"{kind.label}可写：{'、'.join(keys)}"
                reading.notes.add("unknown-field", key.at, f"{kind.label}没有“{key.text[:40]}”这一项", hint)
            continue
        value = read_field(node, field, reading)
        if value is not None:
            values[field.key] = value
        elif field.required and _blank(node):
            reading.notes.add("missing-field", key.at, f"“{field.label}”没有填", field.help, unfilled)
    present = {key.text for key, _ in header.pairs} | guessed
    for field in kind.fields:
        if field.required and field.key not in present:
            reading.notes.add("missing-field", (1, 1), f"缺少“{field.label}”（{field.key}）", field.help, unfilled)
    return values


def _blank(node: Node) -> bool:
    return (isinstance(node, Scalar) and not node.text.strip()) or (isinstance(node, Sequence) and not node.items)


class _Gather:
    """Collects what an entry says of other entries, sources and files."""

    def __init__(
        self, entry: Entry, kind: EntryType, schema: Schema, notes: Notebook, lines: Lines, header_lines: HeaderLines
    ) -> None:
        self.entry = entry
        self.kind = kind
        self.schema = schema
        self.notes = notes
        self.lines = lines
        self.header_lines = header_lines
        self.refs: list[Ref] = []
        self.files: list[FileLink] = []
        self.claims: list[Claim] = []
        self.documents: set[tuple[str, int]] = set()
        self.editorial = False

    def header(self, header: Mapping) -> None:
        for key, node in header.pairs:
            field = self.kind.field(key.text)
            if field is None:
                continue
            for scalar in node.items if isinstance(node, Sequence) else (node,):
                if isinstance(scalar, Scalar):
                    self.scalar(scalar, field)

    def scalar(self, scalar: Scalar, field: Field) -> None:
        kind = field.of or field.kind
        line, column = scalar.at
        if kind == "entry":
            target = scalar.text.partition(":")[0].strip()
            if SLUG.fullmatch(target):
                self.refs.append(Ref(target, field.label, line, column, field.types))
        elif kind == "item":
            self.claims.append(Claim(scalar.text.strip(), line, column))
        elif "[@" in scalar.text:
            for found in CITE.finditer(scalar.text):
                if not self.rests(found):
                    self.cite(found, *self.header_lines.find(found.group(), scalar.at))

    def rests(self, found: re.Match[str]) -> bool:
        """Note what a citation rests on, where that is the editor or a paragraph of a source; False where its place must be known."""
        key, place = found.groups()
        document = self.schema.documents.get(key)
        if key == EDITOR:
            self.editorial = True
        elif document is None or SOURCES in self.schema.unsure:
            return False
        else:
            number = _PARAGRAPH.fullmatch(place.strip()) if place else None
            if number is None or not 1 <= int(number.group(1)) <= document.paragraphs:
                return False
            self.documents.add((key, int(number.group(1))))
        return True

    def cite(self, found: re.Match[str], line: int, column: int) -> None:
        """Note a citation that `rests` left open: a reference to a rule, or a fault."""
        key, place = found.group(1), (found.group(2) or "").strip()
        document = self.schema.documents.get(key)
        if document is None:
            self.editorial = True
            if SLUG.fullmatch(key):
                self.refs.append(Ref(key, "引用", line, column, ("rule",)))
            elif SOURCES not in self.schema.unsure:
                known = next((one.id for one in self.schema.documents.values() if key in {one.short, one.title}), "")
                self.notes.add(
                    "bad-reference",
                    (line, column),
                    f"出处“{key[:40]}”不合写法",
                    (f"是不是“{known}”？" if known else "") + "写成 [@来源编号:段号]、[@制度编号:条款] 或 [@编者]",
                )
        elif SOURCES not in self.schema.unsure:
            self.notes.add(
                "no-such-place",
                (line, column),
                f"出处“{key}:{place}”没有写对段号",
                f"段号从 1 到 {document.paragraphs}，如 [@{key}:1]",
            )

    def body(self, plan: Outline) -> None:
        text, line = self.entry.body, self.entry.body_line
        last = begin = 0
        settled: set[str] = set()
        """Citations that need not be looked at again."""
        for found in CITE.finditer(text) if "[@" in text else ():
            words = found.group()
            if words in settled:
                continue
            if self.rests(found):
                settled.add(words)
                continue
            # line and column are counted on from the last place that was asked for
            start = found.start()
            line += text.count("\n", last, start)
            begin = text.rfind("\n", last, start) + 1 or begin
            last = start
            self.cite(found, line, start - begin + 1)
        for link in plan.links:
            self.link(link.target, link.text, self.lines.at(link.offset))

    def link(self, target: str, text: str, at: tuple[int, int]) -> None:
        """Sort a relative link into a reference to an entry or a link to a file; others are the checks' business."""
        path, _, anchor = (unquote(part) for part in target.partition("#"))
        if _SCHEME.match(target) or target.startswith(("#", "/")) or "\\" in path or not target:
            return
        full = posixpath.normpath(posixpath.join(posixpath.dirname(self.entry.path), path))
        if not full.startswith("content/"):
            self.notes.add(
                "link-escapes", at, f"链接“{target[:60]}”指到 content 之外", "只能链接 content 里的条目和 content/assets 里的附件"
            )
            return
        folder, name = posixpath.split(full.removeprefix("content/"))
        if folder in self.schema.folders and name.endswith(".md") and SLUG.fullmatch(name[:-3]):
            self.refs.append(Ref(name[:-3], "正文链接", at[0], at[1], (self.schema.folders[folder].name,), anchor))
        else:
            self.files.append(FileLink(full, text, at[0], at[1], anchor))

    def card(self, header: Mapping, text: str, plan: Outline | None) -> Card | None:
        values = self.entry.values
        title = values.get("title")
        if not isinstance(title, str):
            return None
        for ref in _tuple(values.get("sources")):
            if isinstance(ref, SourceRef):
                self.documents.add((ref.document, ref.paragraph))
        year, review_by = values.get("year"), values.get("review_by")
        node = header.get("title")
        subtype = values.get("rank" if self.kind.name == "rule" else "kind", "")
        summary = values.get("summary")
        verified, replaced, full = values.get("verified"), values.get("replaced_by"), values.get("full_title")
        when = next((one for key in ("when", "issued", "year") if isinstance(one := values.get(key), Date)), None)
        passed, reopened = standing([one for one in _tuple(values.get("reviews")) if isinstance(one, Review)], text)
        return Card(
            id=self.entry.id,
            type=self.kind.name,
            path=self.entry.path,
            title=title,
            title_line=node.at[0] if node else 1,
            sort_key=sort_key(title),
            aliases=tuple(dict.fromkeys(word for word in (*_words(values, "aliases"), *_words(values, "short")) if word != title)),
            summary=summary.text if isinstance(summary, Text) else "",
            topic=_word(values, "topic"),
            organs=_words(values, "organs"),
            functions=_words(values, "functions"),
            levels=_words(values, "levels"),
            roles=_words(values, "roles"),
            audience=_words(values, "audience"),
            places=_words(values, "places"),
            year=f"{year.year:04}" if isinstance(year, Date) else "",
            status=_word(values, "status"),
            visibility=_word(values, "visibility"),
            review_by=review_by.iso if isinstance(review_by, Date) else "",
            stages=passed,
            subtype=subtype if isinstance(subtype, str) else "",
            documents=tuple(sorted(self.documents)),
            editorial=self.editorial and "confirmed" not in values,
            claim_rows=tuple(self.claims),
            ref_columns=columns_of(self.refs),
            file_rows=tuple(self.files),
            expansion=tuple(one.text for one in _tuple(values.get("expansion")) if isinstance(one, Text) and one.text != UNSTATED),
            cadences=_written(values, "cadence"),
            duties=_written(values, "duty"),
            reopened=reopened,
            verified=verified.iso if isinstance(verified, Date) else "",
            force=_word(values, "force"),
            official=full.text.strip("《》") if isinstance(full, Text) and full.text != UNSTATED else "",
            former=_words(values, "former"),
            replaced_by=replaced.target if isinstance(replaced, EntryRef) else "",
            when=when.iso if when else "",
            anchors=tuple(heading.anchor for heading in plan.headings) if plan else None,
        )


def _tuple(value: Value | None) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _words(values: Values, key: str) -> tuple[str, ...]:
    return tuple(one for one in _tuple(values.get(key)) if isinstance(one, str))


def _written(values: Values, key: str) -> tuple[str, ...]:
    """The statements or cadences of a list as an editor writes them: words, note in brackets, citations."""
    found = []
    for one in _tuple(values.get(key)):
        if isinstance(one, (Text, Cadence)) and one.text != UNSTATED:
            note = f"（{one.note}）" if isinstance(one, Cadence) and one.note else ""
            found.append(
                one.text + note + "".join(f"[@{cite.key}:{cite.place}]" if cite.place else f"[@{cite.key}]" for cite in one.cites)
            )
    return tuple(found)


def _word(values: Values, key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""
