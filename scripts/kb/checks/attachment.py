"""From an attachment or data file of content/ to what in it must not be published: numbers, marks, names, changes, places."""

from __future__ import annotations

from collections.abc import Iterator

from kb.checks.privacy import most_telling
from kb.problem import Level, Problem, Spot
from kb.source.office import Office, UnreadableError, read_office
from kb.source.pictures import told
from kb.syntax.text import place

CHECKED = (".docx", ".xlsx", ".jpg", ".jpeg", ".png", ".webp", ".csv", ".txt", ".yml")
_MOST = 20
"""Findings told of one file."""


def check_attachment(path: str, data: bytes) -> list[Problem]:
    """The problems of one file; `path` is from the project's root, its ending tells what it should be."""
    ending = path[path.rfind(".") :].lower()
    if ending in {".docx", ".xlsx"}:
        try:
            return list(_office(path, read_office(data)))
        except UnreadableError as fault:
            hint = "在 WPS 或 Word 里打开，另存一份再放进来"
            return [Problem("attachment-unreadable", Spot(path), f"打不开这个附件：{fault}", hint)]
    if ending in {".jpg", ".jpeg", ".png", ".webp"}:
        return list(_picture(path, path, data))
    if ending in {".csv", ".txt", ".yml"}:
        return check_text(path, data)
    return []


def check_text(path: str, data: bytes) -> list[Problem]:
    """The problems of a file of text, in UTF-8 or GBK."""
    return list(_text(path, data))


def _office(path: str, office: Office) -> Iterator[Problem]:
    if office.people:
        names = "、".join(name[:1] + "**" for name in office.people[:3])
        hint = "WPS：文件—文档加密—私密信息；Word：文件—检查文档—文档属性和个人信息，清除后再放"
        yield Problem("attachment-author", Spot(path), f"附件里留有作者或修订人的名字（{names}）", hint)
    if office.changes:
        yield Problem(
            "attachment-changes", Spot(path), f"附件里有 {office.changes} 处没有接受的修订", "接受或拒绝全部修订，再放进来"
        )
    if office.comments:
        yield Problem("attachment-changes", Spot(path), "附件里有批注", "删去全部批注，再放进来")
    for finding in most_telling(office.text, _MOST):
        yield Problem(finding.code, Spot(path), f"附件里出现{finding.label}：{finding.shown}", finding.hint, finding.level)
    for name, data in office.pictures:
        yield from _picture(path, name, data)


def _picture(path: str, name: str, data: bytes) -> Iterator[Problem]:
    kinds = told(data)
    if kinds:
        inner = "" if name == path else f"里的 {name.rpartition('/')[2]} "
        hint = "里面可能有拍摄地点、时间和人名；用画图另存，或用 kb clean 清除"
        yield Problem("picture-metadata", Spot(path), f"图片{inner}带有附加信息（{'、'.join(kinds)}）", hint)


def _text(path: str, data: bytes) -> Iterator[Problem]:
    text = data.decode("utf-8", "replace")
    if "\ufffd" in text:
        text = data.decode("gb18030", "replace")
    for finding in most_telling(text, _MOST):
        level = finding.level if finding.level is Level.ERROR else Level.WARNING
        yield Problem(
            finding.code,
            Spot(path, *place(text, finding.offset)),
            f"出现{finding.label}：{finding.shown}",
            finding.hint,
            level,
        )
