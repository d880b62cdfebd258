"""From a Word document or a Markdown file to a draft entry: headings, lists, tables, pictures; names and traces stay behind."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from kb.editing import header
from kb.editing.word import Imported, read_word
from kb.model.schema import EntryType
from kb.project import MAX_FILE_BYTES, Project
from kb.scaffold import scaffold
from kb.schema.kinds import SLUG, nearest
from kb.schema.loading import SchemaLoader
from kb.source.folder import suggest_id
from kb.source.office import UnreadableError, without_traces
from kb.source.pictures import stripped, told
from kb.syntax.text import UNSEEN

MAX_DOCUMENT_BYTES = 50_000_000
_PICTURE = re.compile(r"!\[([^\[\]]*)\]\(([^()\s]+)\)")


def import_document(project: Project, source: Path, type_name: str, wanted: str | None) -> int:
    """Write a draft entry from a document and say what could not be taken over. Exit status as in `kb.cli`."""
    schema = SchemaLoader(project).load()
    name = next((kind.name for kind in schema.types.values() if type_name in {kind.name, kind.label}), "")
    if not name:
        near = nearest(type_name, schema.types)
        known = "、".join(f"{one.name} {one.label}" for one in schema.ordered_types())
        return _no(f"没有“{type_name}”这种条目。" + (f"是不是“{near}”？" if near else "") + f"可选：{known}")
    kind = schema.types[name]
    ending = source.suffix.lower()
    if not source.is_file():
        return _no(f"没有文件 {source}")
    if ending not in {".docx", ".md"}:
        return _no(f"不会读 {ending or '没有后缀'} 文件；.doc、.wps 请先另存为 .docx")
    try:
        imported = read_word(_bytes(source), source.stem) if ending == ".docx" else _markdown(source)
    except UnreadableError as fault:
        return _no(f"{source.name}：{fault}", 1)
    imported = imported._replace(title=UNSEEN.sub("", imported.title), body=UNSEEN.sub("", imported.body))
    key = wanted or suggest_id(imported.title)
    if not SLUG.fullmatch(key):
        return _no(f"编号“{key}”不合写法，只用小写字母、数字和连字符")
    taken = [path for other in schema.types.values() for path in (project.content / other.folder).glob(f"{key}.md")]
    if taken:
        return _no(f"编号“{key}”已有 {taken[0].relative_to(project.root).as_posix()}，用 --id 另起编号")
    body = imported.body
    drafts: dict[Path, bytes | None] = {}
    for number, (mark, ending, data) in enumerate(imported.pictures, 1):
        place = f"assets/{key}/tu-{number}{ending}"
        drafts[project.content / place] = stripped(data)
        body = body.replace(mark, f"../{place}")
    text = scaffold(kind, imported.title, schema)
    head = "\n".join(text.split("\n")[: header.fence(text.split("\n")) + 1])
    path = project.content / kind.folder / f"{key}.md"
    drafts[path] = f"{head}\n\n{body.strip()}\n".encode()
    header.write_all(drafts)
    _report(project, path, kind, imported)
    return 0


def _report(project: Project, path: Path, kind: EntryType, imported: Imported) -> None:
    print(f"写好了草稿 {path.relative_to(project.root).as_posix()}：{imported.counted}。")
    for line in imported.left:
        print(f"  没有带过来：{line}")
    missing = [one.heading for one in kind.sections if one.required and f"## {one.heading}\n" not in imported.body]
    if missing:
        print(f"  {kind.label}要有这几节，请把内容归进去：{'、'.join(missing)}")
    print("接着：填好信息头，句末注明出处，再运行 kb check。")


def _bytes(source: Path) -> bytes:
    if source.stat().st_size > MAX_DOCUMENT_BYTES:
        raise UnreadableError(f"文件超过 {MAX_DOCUMENT_BYTES // 1_000_000} MB")
    return source.read_bytes()


def _markdown(source: Path) -> Imported:
    if source.stat().st_size > MAX_FILE_BYTES:
        raise UnreadableError(f"文件超过 {MAX_FILE_BYTES // 1_000_000} MB")
    data = source.read_bytes()
    try:
        text = header.lf(data.decode("utf-8"))[0]
    except UnicodeDecodeError:
        text = header.lf(data.decode("gb18030", "replace"))[0]
    left: list[str] = []
    title = source.stem
    try:
        end = header.fence(text.split("\n"))
    except ValueError:
        end = -1
    if end > 0:
        found = re.search(r"^title[ ]*:[ ]*(.+)$", "\n".join(text.split("\n")[:end]), re.M)
        title = found.group(1).strip("\"' ") if found else title
        text = "\n".join(text.split("\n")[end + 1 :])
        left.append("原来的信息头（只取了标题）")
    top = re.search(r"^# +(.+)$", text, re.M)
    if top:
        title = top.group(1).strip()
        text = text.replace(top.group(), "", 1)
    if re.search(r"^# ", text, re.M):
        text = re.sub(r"^(#{1,5}) ", r"#\1 ", text, flags=re.M)
    pictures: list[tuple[str, str, bytes]] = []

    def picture(found: re.Match[str]) -> str:
        path = (source.parent / found.group(2)).resolve()
        if not path.is_relative_to(source.parent.resolve()) or not path.is_file() or path.suffix.lower() not in _KINDS:
            left.append(f"图片 {found.group(2)[:60]}（找不到，或不在文档旁边）")
            return found.group(1)
        mark = f"\ue000{len(pictures)}\ue001"
        pictures.append((mark, path.suffix.lower(), path.read_bytes()))
        return f"![{found.group(1)}]({mark})"

    text = _PICTURE.sub(picture, text)
    tags = re.findall(r"<[A-Za-z/!][^<>]*>", text)
    if tags:
        left.append(f"{len(tags)} 处 HTML 标签（只留下文字）")
        text = re.sub(r"<[A-Za-z/!][^<>]*>", "", text)
    counted = f"正文 {sum(char.isalnum() for char in text)} 字，图片 {len(pictures)} 张"
    return Imported(_title(title), text.strip() + "\n", tuple(pictures), tuple(left), counted)


_KINDS = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp"})
_OFFICE = frozenset({".docx", ".xlsx"})


def _title(text: str) -> str:
    return re.sub(r"[<>\[\]{}|\\\x00-\x1f]", "", text).strip()[:80] or "未命名"


def clean_pictures(files: list[Path]) -> int:
    """Take the metadata out of pictures, and out of those in Office files. Exit status as in `kb.cli`."""
    for path in files:
        ending = path.suffix.lower()
        if not path.is_file():
            return _no(f"没有文件 {path}")
        if ending not in _KINDS | _OFFICE:
            return _no(f"{path.name}：只清 {'、'.join(sorted(_KINDS | _OFFICE))}；PDF 请在原来的文档里清除图片，重新导出")
        data = path.read_bytes()
        try:
            fresh, kinds = without_traces(data) if ending in _OFFICE else (stripped(data), tuple(told(data)))
        except UnreadableError as fault:
            return _no(f"{path.name}：{fault}", 1)
        if kinds:
            header.write_bytes(path, fresh)
            print(f"{path.name}：清除了 {'、'.join(kinds)}。")
        else:
            print(f"{path.name}：图片没有附加信息。")
    return 0


def _no(words: str, status: int = 2) -> int:
    print(f"kb：{words}", file=sys.stderr)
    return status
