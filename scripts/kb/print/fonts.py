"""From the fonts of this machine to the families each role of a page is set in, and why these."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kb.project import Project

LOCAL = "fonts"
"""Folder of the project for fonts an office holds a licence for; never committed."""
SYSTEM = (
    Path("/usr/share/fonts/truetype/lxgw-wenkai"),
    Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"),
)
"""Where Debian's fonts-lxgw-wenkai and texlive-lang-chinese put Kai and FangSong."""
ENDINGS = (".otf", ".ttf", ".ttc", ".otc")
BUNDLED_SERIF, BUNDLED_SANS, EMBEDDED_LATIN = "Noto Serif SC", "Noto Sans SC", "Libertinus Serif"


class Role(NamedTuple):
    """What a font is needed for, and the names looked for, best first."""

    label: str
    wanted: tuple[str, ...]
    last: str
    bold: bool = False


ROLES = {
    "title": Role(
        "标题（小标宋）",
        ("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "华文中宋", "STZhongsong"),
        BUNDLED_SERIF,
    ),
    "body": Role(
        "正文（仿宋）",
        (
            "仿宋_GB2312",
            "FangSong_GB2312",
            "方正仿宋_GBK",
            "方正仿宋简体",
            "仿宋",
            "FangSong",
            "华文仿宋",
            "FandolFang R",
            "FandolFang",
        ),
        BUNDLED_SERIF,
    ),
    "kai": Role(
        "楷体",
        (
            "楷体_GB2312",
            "KaiTi_GB2312",
            "方正楷体_GBK",
            "楷体",
            "KaiTi",
            "华文楷体",
            "霞鹜文楷",
            "LXGW WenKai",
            "FandolKai R",
            "FandolKai",
        ),
        BUNDLED_SERIF,
    ),
    "hei": Role("黑体", ("方正黑体_GBK", "方正黑体简体", "黑体", "SimHei", "华文黑体"), BUNDLED_SANS),
    "song": Role("宋体", ("方正书宋_GBK", "宋体", "SimSun", "华文宋体"), BUNDLED_SERIF),
    "latin": Role("西文与数字", ("Times New Roman",), EMBEDDED_LATIN),
}


class Face(NamedTuple):
    """A font file as found: the family Typst knows it by, every name it bears, whether its licence lets it be embedded."""

    family: str
    names: frozenset[str]
    path: Path
    number: int
    """Place within a collection (.ttc)."""
    embeddable: bool


class Chosen(NamedTuple):
    """What one role is set in."""

    role: str
    families: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Fonts:
    """The fonts of a run."""

    folders: tuple[Path, ...]
    chosen: tuple[Chosen, ...]
    faces: tuple[Face, ...]

    def families(self) -> dict[str, tuple[str, ...]]:
        return {one.role: one.families for one in self.chosen}

    @property
    def bold_title(self) -> bool:
        """Whether the title's font is heavy by itself; otherwise its outlines are thickened."""
        return self.families()["title"][0] != BUNDLED_SERIF

    def coverage(self) -> frozenset[int]:
        """Every character that the chosen families hold; Latin letters are in the embedded one."""
        from fontTools.ttLib import TTFont

        wanted = {family for one in self.chosen for family in one.families}
        found: set[int] = set()
        for face in self.faces:
            if face.family in wanted:
                with TTFont(face.path, fontNumber=max(face.number, 0), lazy=True) as font:
                    found |= set(font.getBestCmap() or ())
        return frozenset(found)


def bundled() -> Path:
    """The folder of the fonts that pip brought along."""
    import pylopdf_fonts_zh_cn

    return Path(pylopdf_fonts_zh_cn.__file__).parent


def folders(project: Project, only_bundled: bool = False) -> tuple[Path, ...]:
    """Where fonts are looked for, best first."""
    found = [] if only_bundled else [project.root / LOCAL, *SYSTEM]
    return tuple(path for path in (*found, bundled()) if path.is_dir())


def fonts_digest(paths: Iterable[Path]) -> bytes:
    """Digest of the font files in these folders by name, size and time: what a book was set in."""
    digest = hashlib.blake2b(digest_size=16)
    for folder in paths:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in ENDINGS:
                status = path.stat()
                digest.update(repr((path.name, status.st_size, status.st_mtime_ns)).encode())
    return digest.digest()


@functools.cache
def choose(paths: tuple[Path, ...]) -> Fonts:
    """The families of every role out of the fonts in these folders."""
    faces = _scan(paths)
    chosen = tuple(_choose(name, role, faces) for name, role in ROLES.items())
    return Fonts(paths, chosen, faces)


def _choose(name: str, role: Role, faces: tuple[Face, ...]) -> Chosen:
    refused = []
    for wanted in role.wanted:
        for face in faces:
            if wanted in face.names or wanted == face.family:
                if not face.embeddable:
                    refused.append(f"{wanted} 的许可不允许嵌入，没有用")
                    continue
                families = dict.fromkeys((face.family, role.last))
                return Chosen(name, tuple(families), f"在 {face.path.parent} 找到 {wanted}（{face.path.name}）")
    where = "Typst 自带" if role.last == EMBEDDED_LATIN else "随包字体"
    return Chosen(name, (role.last,), "；".join([*dict.fromkeys(refused), f"没有更合适的，用{where}"]))


def _scan(paths: tuple[Path, ...]) -> tuple[Face, ...]:
    import typst

    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(path) for path in paths])
    order = {path: place for place, path in enumerate(paths)}
    home = bundled()
    faces = {}
    for info in found.fonts():
        if info.path is None:
            continue
        path = Path(info.path)
        if path.is_relative_to(home):
            faces[path, info.index] = Face(info.family, frozenset({info.family}), path, info.index, True)
        else:
            faces[path, info.index] = _read(path, info.index, info.family)
    place = {path: next((order[root] for root in paths if path.is_relative_to(root)), 99) for path, _ in faces}
    return tuple(face for _, face in sorted(faces.items(), key=lambda pair: (place[pair[0][0]], str(pair[0][0]), pair[0][1])))


def _read(path: Path, index: int, family: str) -> Face:
    from fontTools.ttLib import TTFont

    with TTFont(path, fontNumber=max(index, 0), lazy=True) as font:
        names = frozenset(record.toUnicode() for record in font["name"].names if record.nameID in {1, 4, 16})
        # OpenType OS/2 fsType, bits 0-3: 2 is "restricted licence embedding"
        return Face(family, names, path, index, font["OS/2"].fsType & 0x000F != 2)


def told(fonts: Fonts) -> str:
    """Which font sets what, and why, for a person."""
    lines = [f"{ROLES[one.role].label}：{'，缺字用 '.join(one.families)}\n    {one.reason}" for one in fonts.chosen]
    if not fonts.bold_title:
        lines.append("标题没有专用的小标宋，用宋体描粗代替。")
    lines.append(
        f"有授权的字体放到项目的 {LOCAL}/ 文件夹即可优先使用；Debian 上可装 fonts-lxgw-wenkai（楷体）、texlive-lang-chinese（仿宋）。"
    )
    return "\n".join(lines) + "\n"
