"""From an attachment or data file of content/ to what in it must not be published: numbers, marks, names, changes, places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kb.checks.privacy import most_telling
from kb.problem import Level, Problem, Spot
from kb.source.office import NEUTRAL, Office, UnreadableError, read_office
from kb.source.pdf import Pdf, read_pdf
from kb.source.pictures import told
from kb.syntax.text import place

CHECKED = (".docx", ".xlsx", ".pdf", ".jpg", ".jpeg", ".png", ".webp", ".csv", ".txt", ".yml")
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
    if ending == ".pdf":
        try:
            return list(_pdf(path, read_pdf(data)))
        except ValueError as fault:
            return [Problem("attachment-unreadable", Spot(path), f"打不开这个附件：{fault}", "重新导出 PDF 再放进来")]
    if ending in {".jpg", ".jpeg", ".png", ".webp"}:
        return list(_picture(path, path, data))
    if ending in {".csv", ".txt", ".yml"}:
        return check_text(path, data)
    return []


def check_text(path: str, data: bytes) -> list[Problem]:
    """The problems of a file of text, in UTF-8 or GBK."""
    return list(_text(path, data))


def check_names(paths: Iterable[str]) -> list[Problem]:
    """The problems of the names of files and folders: a name is read by more people than what is in the file."""
    names = list(paths)
    whole = "\n".join(names)
    return [
        Problem(
            finding.code,
            Spot(names[place(whole, finding.offset)[0] - 1]),
            f"文件名里出现{finding.label}：{finding.shown}",
            "把文件改个名，名字里不写号码、邮箱和密级",
            finding.level,
        )
        for finding in most_telling(whole, _MOST)
    ]


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


def _pdf(path: str, pdf: Pdf) -> Iterator[Problem]:
    anew = "在原来的 Word 文档里清除私密信息、删去批注，重新导出 PDF"
    if pdf.locked:
        # names are enciphered too: nothing of what follows can be told
        yield Problem("attachment-unreadable", Spot(path), "打不开这个附件：文件加了密码或限制", "去掉密码和限制，重新导出 PDF")
        return
    people = [name for name in pdf.people if name not in NEUTRAL]
    if people:
        names = "、".join(name[:1] + "**" for name in people[:3])
        yield Problem("attachment-author", Spot(path), f"PDF 里留有作者的名字（{names}）", anew)
    if pdf.notes:
        yield Problem("attachment-changes", Spot(path), "PDF 里有批注", anew)
    if pdf.files or pdf.scripts:
        what = "夹带了别的文件" if pdf.files else "带有会运行的脚本"
        yield Problem("attachment-hidden", Spot(path), f"PDF {what}", "重新导出 PDF，不带附件、表单和脚本")
    if pdf.earlier:
        message, hint = "PDF 在原文件上改过，改动以前的内容还在里面", "用“另存为”或打印成 PDF 重新生成一份"
        yield Problem("attachment-hidden", Spot(path), message, hint, Level.WARNING)
    if pdf.pictures:
        message = f"PDF 的图片带有附加信息（{'、'.join(pdf.pictures)}）"
        yield Problem("picture-metadata", Spot(path), message, "先用 kb clean 清除图片，再排进文档重新导出")
    for finding in most_telling(pdf.text, _MOST):
        message = f"PDF 的标题或关键词里出现{finding.label}：{finding.shown}"
        yield Problem(finding.code, Spot(path), message, finding.hint, finding.level)


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
