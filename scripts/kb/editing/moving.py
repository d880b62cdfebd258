"""From one id to another: an entry is moved or retired, every reference to it is mended, the old address leads on."""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Container, Iterator
from pathlib import Path

from kb.editing import header
from kb.editing.reading import take, unknown
from kb.editing.seen import carry
from kb.intake import Intake
from kb.model.entry import Card
from kb.problem import Level, Notebook
from kb.project import Project
from kb.schema.kinds import SLUG
from kb.source.entry import read_entry
from kb.syntax.tree import Mapping, Node, Scalar, Sequence, parse_tree

REFERRING = frozenset(
    {"entry", "entries", "without", "basis", "method", "methods", "rule", "rules", "case", "cases", "see", "related"}
)
"""Keys of data files whose values are ids of entries."""
SOURCING = "source"
"""Key of questions whose values are source documents or entries, each with its place."""


def rename(project: Project, old: str, new: str) -> int:
    """Give an entry another id. Exit status as in `kb.cli`."""
    intake = take(project)
    card = intake.library.find(old)
    if card is None:
        return _no(unknown(old, intake.library))
    old = card.id
    if not SLUG.fullmatch(new):
        return _no(f"编号“{new}”不合写法，只用小写字母、数字和连字符")
    taken = intake.library.cards.get(new)
    target = posixpath.join(posixpath.dirname(card.path), f"{new}.md")
    if taken is not None or (project.root / target).exists():
        return _no(f"编号“{new}”已有 {taken.path if taken else target}")
    holder = next((one for one in intake.library.cards.values() if new in one.former and one.id != old), None)
    if holder:
        return _no(f"“{new}”是 {holder.path} 的曾用编号，旧地址要转到那里，换一个编号")
    faults = {(one.spot.path, one.code, one.message) for one in intake.problems if one.level is Level.ERROR}
    text, ends = header.lf(header.read(project.root / card.path))
    try:
        text = header.drop_item(text, "former", new)
        text = header.append_item(text, "former", old)
    except ValueError as fault:
        return _no(f"{card.path}：{fault}", 1)
    if re.search(r"^id[ ]*:", text, re.M) and any(block.key == "id" for block in header.blocks(text.split("\n"))):
        text = header.set_field(text, "id", new)
    own = dict(_mended(project, intake, card, new, {card.path: text}))
    moved = project.root / card.path
    drafts: dict[Path, bytes | None] = {
        project.root / target: header.restored(own.pop(card.path, text), ends).encode(),
        moved: None,
    }
    edits = [(old, moved.read_bytes(), drafts[project.root / target] or b"")]
    for path, fresh in own.items():
        whole = project.root / path
        stood = whole.read_bytes()
        mended = drafts[whole] = header.restored(fresh, header.lf(stood.decode())[1]).encode()
        if whole.suffix == ".md":
            edits.append((whole.stem, stood, mended))
    # the questions on these entries were held against what they say: nothing of that has changed
    carry(project, edits, drafts)
    header.write_all(drafts)
    print(f"{card.path} → {target}；改了 {len(own)} 个文件里的引用，旧地址会转到新的一页。")
    after = take(project)
    left = [one for one in after.problems if one.level is Level.ERROR and (one.spot.path, one.code, one.message) not in faults]
    for problem in left:
        print(f"  还要看一下 {problem.spot}：{problem.message}")
    return int(bool(left))


def retire(project: Project, key: str, by: str | None) -> int:
    """Take an entry out of use. Exit status as in `kb.cli`."""
    intake = take(project)
    cards = intake.library.cards
    card = intake.library.find(key)
    if card is None:
        return _no(unknown(key, intake.library))
    key = card.id
    if by is not None:
        heir = intake.library.find(by)
        if heir is None:
            return _no(unknown(by, intake.library))
        by = heir.id
        if heir.id == key or heir.retired:
            return _no(f"“{by}”{'就是它自己' if heir.id == key else '也已停用'}，换一条代替它的")
    path = project.root / card.path
    text, ends = header.lf(header.read(path))
    text = header.set_field(text, "status", "停用")
    text = header.set_field(text, "replaced_by", by) if by else header.drop_field(text, "replaced_by")
    naming = [name for name, _ in _mended(project, intake, card, f"{key}-", {}) if name != card.path]
    header.write(path, header.restored(text, ends))
    print(f"已停用：{card.path}“{card.title}”。" + (f"旧地址会转到“{cards[by].title}”。" if by else "旧地址不再有页面。"))
    retired = {one.path for one in cards.values() if one.retired}
    mentions = [name for name in naming if name not in retired]
    if mentions:
        print(f"还有 {len(mentions)} 个文件提到它，请逐个改引{'“' + by + '”' if by else '别的条目'}或删去：")
        print("".join(f"  {name}\n" for name in mentions), end="")
    return 0


def _mended(project: Project, intake: Intake, card: Card, new: str, drafts: dict[str, str]) -> Iterator[tuple[str, str]]:
    """(path, text) of every file of content/ that refers to the entry, with the references mended."""
    for path in sorted(intake.files):
        if not path.endswith((".md", ".yml")):
            continue
        before = drafts.get(path)
        if before is None:
            try:
                before = header.lf(header.read(project.root / path))[0]
            except UnicodeDecodeError:
                continue
        if card.id not in before:
            continue
        spots = (
            _spots_in_entry(intake, path, before, card.id)
            if path.endswith(".md")
            else _spots_in_data(path, before, card.id, intake.library.schema.documents)
        )
        lines = before.split("\n")
        whole = re.compile(rf"(?<![a-z0-9-]){re.escape(card.id)}(?![a-z0-9-])")
        for line, column in sorted(spots, reverse=True):
            found = whole.search(lines[line - 1], column - 1)
            if found:
                lines[line - 1] = lines[line - 1][: found.start()] + new + lines[line - 1][found.end() :]
        text = _in_prose("\n".join(lines), path, card, new)
        if text != before or path in drafts:
            yield path, text


def _in_prose(text: str, path: str, card: Card, new: str) -> str:
    """Citations and links of running text, mended."""
    name = re.escape(card.id)
    text = re.sub(rf"\[@{name}(?=[\]:：])", f"[@{new}", text)

    def link(found: re.Match[str]) -> str:
        full = posixpath.normpath(posixpath.join(posixpath.dirname(path), found.group(2) + card.id + ".md"))
        return f"{found.group(1)}{found.group(2)}{new}.md" if full == card.path else found.group()

    if path.endswith(".yml"):
        folder = posixpath.basename(posixpath.dirname(card.path))
        text = re.sub(rf"(\]\(\.\./{folder}/){name}(?=\.html[#)])", rf"\g<1>{new}", text)
    return re.sub(rf"(\]\([ ]*<?|^\[[^\[\]\n]+\]:[ ]*<?)((?:[^()\s<>]*/)?){name}\.md(?=[#)\s>]|$)", link, text, flags=re.M)


def _spots_in_entry(intake: Intake, path: str, text: str, key: str) -> set[tuple[int, int]]:
    """Where header fields of an entry name it."""
    found = intake.files[path]
    reading = read_entry(path, text.encode(), found.kind, intake.library.schema)
    spots: set[tuple[int, int]] = set()
    for name, node in reading.header.pairs if reading.header else ():
        field = reading.type.field(name.text)
        if field is not None and "entry" in {field.kind, field.of}:
            spots |= {one.at for one in _scalars(node) if one.text.partition(":")[0].strip() == key}
    return spots


def _spots_in_data(path: str, text: str, key: str, documents: Container[str]) -> set[tuple[int, int]]:
    naming = REFERRING if key in documents else REFERRING | {SOURCING}
    tree = parse_tree(text, Notebook(path))
    spots: set[tuple[int, int]] = set()

    def walk(node: Node, name: str) -> None:
        if isinstance(node, Mapping):
            for inner, value in node.pairs:
                walk(value, inner.text)
        elif isinstance(node, Sequence):
            for item in node.items:
                walk(item, name)
        elif name in naming and node.text.partition(":")[0].strip() == key:
            spots.add(node.at)

    if tree is not None:
        walk(tree, "")
    return spots


def _scalars(node: Node) -> list[Scalar]:
    if isinstance(node, Scalar):
        return [node]
    return [item for item in node.items if isinstance(item, Scalar)] if isinstance(node, Sequence) else []


def _no(words: str, status: int = 2) -> int:
    print(f"kb：{words}", file=sys.stderr)
    return status
