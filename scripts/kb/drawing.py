"""From mkdocs.yml and the theme to the kept shell: MkDocs draws one page of each kind, and only when these change."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import logging
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from kb.model.schema import Schema
from kb.processes import Aside, may_fork
from kb.project import Project
from kb.render import shell as stamping
from kb.render import styles
from kb.render.shell import ENTRY, prepare, scripted

ROOT_PLATES = ("index.md", "browse.md", "search.md", "contribute.md", "page.md")
FOLDER_PLATES = (
    "topics/index.md", "roles/index.md", "sources/index.md", "views/index.md", "tools/index.md", "duties/index.md",
    "calendar/index.md", "forms/index.md",
)  # fmt: skip
STARTED = ("browse.html",)
"""Pages beside those of entries that ask for something before the style sheet has come."""
_UNUSED = ("assets/javascripts/", "assets/stylesheets/", "assets/css/", "assets/images/")
"""Files that no page asks for: the theme's scripts, and all style sheets: pages link to the one made of them."""
_THEME = ("main", "palette")
"""The theme's style sheets, in their order."""
_SHEET = re.compile(r'<link rel="stylesheet" href="(?:\.\./)*(assets/css/[^"]+)">')
_SCRIPT = re.compile(r'<script src="(?:\.\./)*(assets/js/[^"]+)" defer></script>\s*')
FIRST = "assets/css/first.css"
"""What stands in an entry's page itself, so that its title shows before the style sheet has come."""
_SCRATCH = "draw-"
IDLE_SECONDS = 3_600
"""A shell not asked for so long, or a drawing not finished, belongs to no process: no build takes a tenth of it."""
_SOURCE_MAP = re.compile(rb"\n?/[/*]# sourceMappingURL=[^\n]*")


class ShellError(Exception):
    """MkDocs refuses mkdocs.yml or the theme; says why in MkDocs' words."""


only_shell = False
"""True while this module runs MkDocs for the shell alone; the hook looks here."""


def plates(schema: Schema) -> list[str]:
    """The pages MkDocs is given to draw: one for every place in the nav and every folder of pages."""
    return [*ROOT_PLATES, *FOLDER_PLATES, *(f"{kind.folder}/index.md" for kind in schema.ordered_types())]


def shell_key(project: Project, schema: Schema) -> str:
    """Digest of everything the shell is made from."""
    digest = hashlib.blake2b(digest_size=16)
    program: tuple[str | Path, ...] = (__file__, Path(__file__).with_name("mkdocs_hook.py"), styles.__file__, stamping.__file__)
    files = [project.mkdocs_yml, *map(Path, program), *_files(project.templates / "site")]
    for path in files:
        digest.update(path.as_posix().removeprefix(project.root.as_posix()).encode() + b"\0" + path.read_bytes())
    digest.update(repr([(kind.folder, kind.label) for kind in schema.ordered_types()]).encode())
    spec = importlib.util.find_spec("material")
    assert spec is not None and spec.origin is not None
    installed = Path(spec.origin).parent.parent.glob("mkdocs*.dist-info")
    digest.update(repr(sorted(path.name for path in installed)).encode())
    return digest.hexdigest()


def ensure_shell(project: Project, schema: Schema) -> Path:
    """The folder of the shell for the present theme and settings, drawn now if it is not there yet."""
    folder = project.cache / "shell" / shell_key(project, schema)
    try:
        os.utime(folder)  # in use: other processes leave it alone
    except FileNotFoundError:
        project.cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=project.cache, prefix=_SCRATCH) as scratch:
            _run_mkdocs(project, Path(scratch) / "site")
            harvest(Path(scratch) / "site", Path(scratch) / "shell", schema)
            _keep(Path(scratch) / "shell", folder)
    return folder


def begin_shell(project: Project, schema: Schema) -> Aside[Path] | None:
    """Begin `ensure_shell` in a process of its own; None where the shell is there already, or where that cannot be."""
    if (project.cache / "shell" / shell_key(project, schema)).is_dir() or not may_fork():
        return None
    return Aside(functools.partial(ensure_shell, project, schema))


def keep_harvest(site: Path, project: Project, schema: Schema) -> Path:
    """Keep the shell that a `mkdocs build` has just drawn into `site`."""
    folder = project.cache / "shell" / shell_key(project, schema)
    if not folder.is_dir():
        project.cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=project.cache, prefix=_SCRATCH) as scratch:
            harvest(site, Path(scratch) / "shell", schema)
            _keep(Path(scratch) / "shell", folder)
    return folder


def harvest(site: Path, shell: Path, schema: Schema) -> None:
    """Take the drawn pages and the theme's files out of a site that MkDocs has written."""
    drawn = {
        name: (site / name).read_text("utf-8")
        for name in (Path(plate).with_suffix(".html").as_posix() for plate in (*plates(schema), "404.md"))
    }
    theme = [next((site / "assets/stylesheets").glob(f"{name}.*.css")).read_text("utf-8") for name in _THEME]
    own = [(site / name).read_text("utf-8") for name in _SHEET.findall(drawn["index.html"])]
    css = styles.one_sheet(theme, own).encode()
    sheet = f"assets/site.{hashlib.blake2b(css, digest_size=4).hexdigest()}.min.css"
    first = (site / FIRST).read_text("utf-8")
    scripts = _SCRIPT.findall(drawn["index.html"])
    code = "\n".join((site / name).read_text("utf-8") for name in scripts).encode()
    script = f"assets/site.{hashlib.blake2b(code, digest_size=4).hexdigest()}.min.js"
    files = {sheet: css, script: code}
    for path in _files(site / "assets"):
        name = path.relative_to(site).as_posix()
        if not name.startswith(_UNUSED) and not name.endswith(".map") and name not in scripts:
            # the maps are not shipped; without this line browsers' tools would ask for them
            files[name] = _SOURCE_MAP.sub(b"", path.read_bytes()) if name.endswith((".js", ".css")) else path.read_bytes()
    for name, data in files.items():
        _write(shell / "files" / name, data)
    folders = {kind.folder for kind in schema.ordered_types()}
    for name, html in drawn.items():
        folder, _, page = name.rpartition("/")
        root = "/" if name == "404.html" else "../" * name.count("/")
        href = root + sheet
        html = scripted(styles.linked(html, href), root + script)
        if name in STARTED:
            html = styles.started(html, href, first, ahead=True)
        _write(shell / "skeleton" / name, prepare(html).encode())
        if folder in folders and page == "index.html":
            _write(shell / "skeleton" / folder / ENTRY, prepare(styles.started(html, href, first)).encode())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _keep(made: Path, folder: Path) -> None:
    """Move a shell to its place. Another process may have been quicker with the same one: theirs is as good."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        made.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
    for old in (*folder.parent.iterdir(), *folder.parent.parent.glob(f"{_SCRATCH}*")):
        if old != folder and _idle(old):
            shutil.rmtree(old, ignore_errors=True)  # another process may be sweeping too


def _idle(folder: Path) -> bool:
    """Whether no process can still be drawing this folder or building from it."""
    try:
        return time.time() - folder.stat().st_mtime > IDLE_SECONDS
    except FileNotFoundError:
        return False


def _files(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _run_mkdocs(project: Project, site: Path) -> None:
    """Draw the shell into `site` with MkDocs' own build."""
    global only_shell
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    logging.getLogger("mkdocs").setLevel(logging.ERROR)
    only_shell = True
    try:
        config = load_config(str(project.mkdocs_yml), site_dir=str(site))
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        config.plugins.on_shutdown()
    except MkDocsException as fault:
        raise ShellError(str(fault)) from fault
    finally:
        only_shell = False
