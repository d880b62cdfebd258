"""From the content folder to the list of files to read; what does not belong there is a problem, not a surprise."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kb.model.schema import EntryType, Schema
from kb.problem import Level, Problem, Spot
from kb.project import Project
from kb.schema.kinds import SLUG, nearest

DATA_FOLDERS = frozenset({"vocabulary", "sources", "handbooks", "duties", "forms", "quizzes", "assessments", "paths"})
DATA_FILES = frozenset({"sources.yml", "wording.yml"})
ASSETS = "assets"
PAGES = "pages"
ASSET_ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".docx", ".xlsx", ".csv", ".txt"})
MAX_ASSET_BYTES = 20_000_000
MAX_DEPTH = 6
RACY = 2_000_000_000
"""Nanoseconds: a file changed this shortly before it was read may change again within the same time stamp."""
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])\.")
"""Names that Windows keeps for devices cannot be checked out there."""
_ENTRY = re.compile(rf"(?!{_DEVICE.pattern})(?:{SLUG.pattern})\.md")
_IGNORED = re.compile(r"^(\.|~\$|Thumbs\.db$)|(~|\.bak|\.swp)$")


class Found(NamedTuple):
    """A file under content/: path from the project's root, and what tells whether it changed."""

    path: str
    kind: str
    """Name of the entry type, "page", "asset" or "data"."""
    mtime: int
    size: int


class Listing(NamedTuple):
    """Everything under content/, folder by folder in the order of names."""

    files: list[Found]
    problems: list[Problem]


def list_content(project: Project, schema: Schema) -> Listing:
    """Walk content/ without following symbolic links."""
    listing = Listing([], [])
    root = project.content
    for item in _sorted(os.fspath(root)):
        name = f"content/{item.name}"
        if _refused(item, name, listing):
            continue
        if item.is_dir(follow_symlinks=False):
            _folder(item, name, schema, listing)
        elif item.name in DATA_FILES:
            _take(item, name, "data", listing)
        else:
            _stray(name, listing, "条目放进类型文件夹（如 content/methods/）")
    return listing


def _sorted(path: str) -> list[os.DirEntry[str]]:
    with os.scandir(path) as items:
        return sorted(items, key=lambda item: item.name)


def _refused(item: os.DirEntry[str], name: str, listing: Listing) -> bool:
    """True for links (a problem) and for what editors' programs leave behind (silently)."""
    if _IGNORED.search(item.name):
        return True
    if item.is_symlink():
        listing.problems.append(
            Problem("symlink", Spot(name), "这是一个符号链接，可能指到 content 之外", "把文件本身放进来，不用链接")
        )
        return True
    return False


def _folder(item: os.DirEntry[str], name: str, schema: Schema, listing: Listing) -> None:
    types = _folders(schema)
    if item.name in types:
        _entries(item, name, types[item.name], listing)
    elif item.name == ASSETS:
        for file, path in _below(item, name, listing, 1):
            _asset(file, path, listing)
    elif item.name == PAGES or item.name in DATA_FOLDERS:
        kind, ending = ("page", ".md") if item.name == PAGES else ("data", ".yml")
        for file, path in _below(item, name, listing, 1):
            if path.endswith(ending):
                _take(file, path, kind, listing)
            else:
                _stray(path, listing, f"这个文件夹只放 {ending} 文件")
    else:
        known = [*types, *sorted(DATA_FOLDERS), ASSETS, PAGES]
        if not schema.all_types_known:
            return  # it may be the folder of a type whose type.yml is at fault
        near = nearest(item.name, known)
        hint = (f"是不是“{near}”？" if near else "") + f"条目文件夹有：{'、'.join(types)}"
        listing.problems.append(Problem("unknown-folder", Spot(name), f"content 下没有“{item.name}”这个文件夹", hint))


def _folders(schema: Schema) -> Mapping[str, EntryType]:
    return schema.folders


def _below(item: os.DirEntry[str], name: str, listing: Listing, depth: int) -> Iterator[tuple[os.DirEntry[str], str]]:
    if depth > MAX_DEPTH:
        listing.problems.append(Problem("too-deep", Spot(name), "文件夹层数太多", f"最多 {MAX_DEPTH} 层"))
        return
    for inner in _sorted(item.path):
        yield from _within(inner, f"{name}/{inner.name}", listing, depth)


def _within(item: os.DirEntry[str], path: str, listing: Listing, depth: int) -> Iterator[tuple[os.DirEntry[str], str]]:
    if _refused(item, path, listing):
        return
    if item.is_dir(follow_symlinks=False):
        yield from _below(item, path, listing, depth + 1)
    else:
        yield item, path


def _entries(item: os.DirEntry[str], name: str, kind: EntryType, listing: Listing) -> None:
    for file in _sorted(item.path):
        if _ENTRY.fullmatch(file.name) and file.is_file(follow_symlinks=False):
            # all but a few of ten thousand: one look instead of one for each thing that may be wrong
            _add(file, f"{name}/{file.name}", kind.name, listing)
            continue
        for inner, path in _within(file, f"{name}/{file.name}", listing, 1):
            if path.count("/") > 2:
                _stray(path, listing, f"条目直接放在 {name}/ 下，不再分文件夹")
            elif not path.lower().endswith(".md"):
                _stray(path, listing, "条目用 .md 文件；图片和附件放到 content/assets/")
            elif not _ENTRY.fullmatch(inner.name):
                _bad_name(path, inner.name, listing)
            else:
                _take(inner, path, kind.name, listing)


def _bad_name(path: str, name: str, listing: Listing) -> None:
    if _DEVICE.match(name):
        message = f"“{name}”是 Windows 留给设备的名字，在那里打不开"
        listing.problems.append(Problem("bad-file-name", Spot(path), message, f"改名为 {name[:-3]}-1.md 或别的名字"))
        return
    listing.problems.append(
        Problem(
            "bad-file-name",
            Spot(path),
            f"文件名“{name}”不合写法，条目编号只能用小写字母、数字和连字符",
            f"改名为 {suggest_id(name[:-3])}.md",
        )
    )


def suggest_id(title: str) -> str:
    """An id for a title: pinyin of the Chinese, lower case, hyphens between."""
    from pypinyin import lazy_pinyin

    words: list[str] = lazy_pinyin(title)
    joined = "-".join(word.lower() for word in words if word)
    return re.sub(r"[^a-z0-9]+", "-", joined).strip("-")[:80].rstrip("-") or "tiaomu"


def _asset(item: os.DirEntry[str], path: str, listing: Listing) -> None:
    ending = os.path.splitext(item.name)[1].lower()
    if ending not in ASSET_ENDINGS:
        _stray(path, listing, f"附件只收 {'、'.join(sorted(ASSET_ENDINGS))}")
    elif item.stat(follow_symlinks=False).st_size > MAX_ASSET_BYTES:
        listing.problems.append(Problem("file-too-large", Spot(path), "附件超过 20 MB", "压缩或拆分后再放"))
    else:
        _take(item, path, "asset", listing)


def _stray(path: str, listing: Listing, hint: str) -> None:
    listing.problems.append(Problem("stray-file", Spot(path), "这个文件不该放在这里", hint, Level.ERROR))


def _take(item: os.DirEntry[str], path: str, kind: str, listing: Listing) -> None:
    if not item.is_file(follow_symlinks=False):
        listing.problems.append(Problem("stray-file", Spot(path), "这不是普通文件", "删去它"))
        return
    _add(item, path, kind, listing)


def _add(item: os.DirEntry[str], path: str, kind: str, listing: Listing) -> None:
    status = item.stat(follow_symlinks=False)
    listing.files.append(Found(path, kind, status.st_mtime_ns, status.st_size))
