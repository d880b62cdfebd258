"""Helpers for the laws: the bytes of a site, a clean build in a place of its own, small entries of each type."""

from __future__ import annotations

import shutil
from pathlib import Path

from kb.build import Result, build
from kb.drawing import ensure_shell
from kb.project import Project
from kb.schema.loading import SchemaLoader

OWN = {
    "method": "applies: 各支部都适用。[@编者]\ncadence:\n  - 每月1次 [@编者]\n",
    "case": "unit: 某支部\n",
    "rule": "full_title: 来源未载明\nrank: 机关制度\nforce: 现行有效\n",
    "brand": "kind: 党建品牌\nowner: 某支部\n",
    "term": "",
    "resource": "kind: 阵地\n",
}
"""Header lines that a type requires, beside the common ones."""
FOLDERS = {"method": "methods", "case": "cases", "rule": "rules", "brand": "brands", "term": "terms", "resource": "resources"}


class Aside(Project):
    """A project whose output and cache stand in a folder of their own."""

    __slots__ = ("aside",)

    def __init__(self, root: Path, aside: Path) -> None:
        super().__init__(root)
        object.__setattr__(self, "aside", aside)

    @property
    def output(self) -> Path:
        return self.aside  # type: ignore[no-any-return, attr-defined]

    @property
    def site(self) -> Path:
        return self.output / "site"

    @property
    def cache(self) -> Path:
        return self.output / "cache"


def bytes_of(folder: Path) -> dict[str, bytes]:
    """path -> bytes of every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def clean_build(project: Project, aside: Path, edition: str = "公开") -> Result:
    """Build the same content into an empty folder with an empty cache; only the drawn shell is shared."""
    shutil.rmtree(aside, ignore_errors=True)
    shell = ensure_shell(project, SchemaLoader(project).load())
    return build(Aside(project.root, aside), edition=edition, shell_folder=shell)


def differences(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Names of files that only one has or that differ."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def entry_text(kind: str, title: str, body: str = "", status: str = "已发布", related: str = "", extra: str = "") -> str:
    """A short valid entry."""
    links = f"related: [{related}]\n" if related else ""
    return (
        f"---\ntitle: {title}\nsummary: {title}是什么。\ntopic: 组织建设\nstatus: {status}\nvisibility: 公开\n"
        f"{links}{OWN[kind]}{extra}---\n\n## 含义\n\n{body or title}。[@编者]\n"
    )
