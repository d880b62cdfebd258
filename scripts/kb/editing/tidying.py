"""From an entry's text to the same entry in order: fields in the order of its type, Chinese punctuation, trailing blanks.

The text is worked on as it stands, never written anew from what was read: comments, quotes and line breaks stay.
What was read must come out the same, but for punctuation; where it does not, that half of the file is left alone.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from kb.checks.signs import BLANKED, HALF, HAN
from kb.editing import header
from kb.editing.seen import carry
from kb.model.schema import EntryType, Schema
from kb.problem import Notebook
from kb.project import Project
from kb.schema.loading import SchemaLoader
from kb.source.folder import list_content
from kb.source.frontmatter import read_header
from kb.source.markdown import TooMuch, outline
from kb.syntax.cites import CITE
from kb.syntax.text import UNSEEN
from kb.syntax.tree import Mapping, Node, Scalar, Sequence

_KEPT = re.compile(rf"{BLANKED.pattern}|^[ ]*(?:[-*+]|[0-9]+[.)])[ ]+|^#+[ ]|^[ ]*>[ ]?", re.M)
"""What no rule may touch: code, addresses, citations, definitions, and the marks that begin a list item, heading or quotation."""
_BEFORE = rf"(?<=[{HAN}》”）])"
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(rf"{_BEFORE}([,;:?!])(?![0-9A-Za-z/\\])[ ]?"), lambda found: HALF[found.group(1)]),
    (re.compile(rf"{_BEFORE}\.(?=\s|$)"), lambda found: "。"),
    (
        re.compile(r"(?<![\]\\])\(([^()\n]{0,200})\)"),
        lambda found: f"（{found.group(1)}）" if _chinese(found.group(1)) else found.group(),
    ),
    (re.compile(r"[０-９Ａ-Ｚａ-ｚ％]"), lambda found: chr(ord(found.group()) - 0xFEE0)),
    (re.compile(rf"(?<=[{HAN}])[ ]+(?=[0-9])|(?<=[0-9])[ ]+(?=[{HAN}])"), lambda found: ""),
    (re.compile(rf"(?<=[，。；：、）》])[ \u3000]+(?=[{HAN}（《“])"), lambda found: ""),
)
_QUOTES = re.compile(r'"([^"\n]{1,200})"')


def _chinese(text: str) -> bool:
    return re.search(f"[{HAN}]", text) is not None


def tidy_prose(text: str, quotes: bool = True) -> str:
    """Chinese punctuation and width put right; with `quotes`, straight quotes around Chinese too."""
    kept: list[str] = []

    def hide(found: re.Match[str]) -> str:
        kept.append(found.group())
        return f"\ue000{chr(0xE100 + len(kept) - 1)}" if len(kept) < 6000 else found.group()

    if any(0xE000 <= ord(char) < 0xF900 for char in text):
        return text  # private-use characters stand for what is hidden below
    text = _KEPT.sub(hide, text)
    if len(kept) >= 6000:
        return "".join(_shown(text, kept))
    for pattern, mend in _RULES:
        text = pattern.sub(mend, text)
    if quotes:
        text = _QUOTES.sub(lambda found: f"“{found.group(1)}”" if _chinese(found.group(1)) else found.group(), text)
    return "".join(_shown(text, kept))


def _shown(text: str, kept: list[str]) -> Iterable[str]:
    parts = iter(text)
    for char in parts:
        yield kept[ord(next(parts)) - 0xE100] if char == "\ue000" else char


def tidy(text: str, kind: EntryType) -> str:
    """An entry's text in order, without unseen characters; one that has no whole header comes back as it is."""
    plain, how = header.lf(text)
    plain = UNSEEN.sub("", plain)
    try:
        end = header.fence(plain.split("\n"))
    except ValueError:
        return text
    lines = plain.split("\n")
    head, body = lines[: end + 1], "\n".join(lines[end + 1 :])
    head = _head(head, kind)
    return header.restored("\n".join(head) + "\n" + _body(body), how)


def _head(lines: list[str], kind: EntryType) -> list[str]:
    before = _read(lines)
    if before is None:
        return lines
    known = header.blocks(lines)
    if not known:
        return lines
    order = {field.key: number for number, field in enumerate(kind.fields)}
    first = known[0].start - known[0].lead
    last = known[-1].end
    ranked = sorted(known, key=lambda block: order.get(block.key, len(order)))
    fresh = [*lines[:first]]
    for block in ranked:
        part = lines[block.start - block.lead : block.end]
        fresh += [line.rstrip() for line in part] if not _literal(part) else part
    fresh += lines[last:]
    after = _read(fresh)
    if after is None or sorted(after) != sorted(before):
        return lines
    return _punctuated(fresh, kind, after)


def _punctuated(lines: list[str], kind: EntryType, before: list[tuple[str, object]]) -> list[str]:
    fresh = list(lines)
    for block in header.blocks(lines):
        field = kind.field(block.key)
        part = lines[block.start : block.end]
        if field is None or (field.of or field.kind) not in {"text", "paragraphs"} or _literal(part):
            continue
        for number in range(block.start, block.end):
            lead = re.match(r"^([A-Za-z_][A-Za-z0-9_-]*[ ]*:[ ]*|[ ]*-[ ]+|[ ]*)", lines[number])
            rest = lines[number][lead.end() :] if lead else ""
            if lead and rest and rest[0] not in "#[{'\"|>&*!%@`":
                fresh[number] = lead.group() + tidy_prose(rest, quotes=False)
    after = _read(fresh)
    wanted = [(key, _tidied(value)) for key, value in before]
    return fresh if after is not None and [(key, _tidied(value)) for key, value in after] == wanted else lines


def _tidied(value: object) -> object:
    """A value with its punctuation in order, for comparing."""
    if isinstance(value, str):
        return tidy_prose(value, quotes=False)
    return tuple(_tidied(one) for one in value) if isinstance(value, tuple) else value


def _literal(part: list[str]) -> bool:
    return re.search(r":[ ]*[|>][-+0-9]*[ ]*$", part[0].rstrip()) is not None if part else False


def _read(lines: list[str]) -> list[tuple[str, object]] | None:
    notes = Notebook("")
    tree = read_header("\n".join(lines[1 : header.fence(lines)]), notes)
    if tree is None or notes.problems:
        return None
    return [(key.text, _plain(value)) for key, value in tree.pairs]


def _plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return tuple(_plain(item) for item in node.items)
    assert isinstance(node, Mapping)
    return tuple((key.text, _plain(value)) for key, value in node.pairs)


def _body(body: str) -> str:
    fence = False
    fresh = []
    for line in body.split("\n"):
        if line.lstrip().startswith(("```", "~~~")):
            fence = not fence
        hard = "  " if line.endswith("  ") and line.strip() else ""
        fresh.append(line if fence else tidy_prose(line.rstrip() + hard if hard else line.rstrip()))
    text = "\n".join(fresh).rstrip("\n") + "\n" if body.strip() else body
    return text if _shape(text) == _shape(body) else body


def _shape(body: str) -> object:
    """What must stay: headings, links, raw HTML and citations, in order."""
    plan, _ = outline(body)
    if isinstance(plan, TooMuch):
        return body
    return (
        [(heading.level, tidy_prose(heading.text)) for heading in plan.headings],
        [(link.target, link.image) for link in plan.links],
        [tag for tag, _ in plan.raw],
        [found.group() for found in CITE.finditer(body)],
        body.count("|"),
    )


def tidy_files(project: Project, files: list[Path], only_check: bool) -> int:
    """`kb fmt`. Exit status as in `kb.cli`; with `only_check` 1 where something is to be tidied."""
    schema = SchemaLoader(project).load()
    wanted = {path.resolve() for path in files}
    entries = [found for found in list_content(project, schema).files if found.kind in schema.types or found.kind == "page"]
    chosen = [found for found in entries if not wanted or (project.root / found.path).resolve() in wanted]
    missing = wanted - {(project.root / found.path).resolve() for found in chosen}
    if missing:
        print("kb：这些不是条目文件：" + "、".join(path.name for path in sorted(missing)), file=sys.stderr)
        return 2
    changed = [(found.path, *texts) for found in chosen if (texts := _tidied_file(project, found.path, found.kind, schema))]
    if not only_check:
        drafts: dict[Path, bytes | None] = {project.root / path: after for path, _, after in changed}
        # what a question was held against still stands there, but for its form
        carry(project, ((Path(path).stem, before, after) for path, before, after in changed), drafts)
        header.write_all(drafts)
    print("".join(f"  {'要整理' if only_check else '整理了'} {path}\n" for path, _, _ in changed), end="")
    print(f"看了 {len(chosen)} 个文件，" + (f"{len(changed)} 个要整理。" if only_check else f"整理了 {len(changed)} 个。"))
    return int(only_check and bool(changed))


def _tidied_file(project: Project, path: str, kind: str, schema: Schema) -> tuple[bytes, bytes] | None:
    """(bytes before, bytes after) of a file that is to be tidied."""
    before = (project.root / path).read_bytes()
    try:
        text = before.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if re.search(r"\bseen: s[0-9a-f]{12}\b", text):
        return None  # what was reviewed stays as it was seen
    fresh = tidy(text, schema.kind_of(kind)).encode()
    return (before, fresh) if fresh != before else None
