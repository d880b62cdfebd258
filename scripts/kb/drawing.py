"""From mkdocs.yml and the theme to the kept shell: MkDocs draws one page of each kind, and only when these change."""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from kb.model.schema import Schema
from kb.project import Project
from kb.render.shell import prepare

ROOT_PLATES = ("index.md", "browse.md", "search.md", "contribute.md", "page.md")
FOLDER_PLATES = (
    "topics/index.md", "roles/index.md", "sources/index.md", "views/index.md", "tools/index.md", "duties/index.md",
    "calendar/index.md", "forms/index.md",
)  # fmt: skip
_UNUSED = ("assets/javascripts/workers/", "assets/javascripts/lunr/", "assets/images/")
"""Theme files that no page asks for: Material's own search worker and its word lists."""
_SOURCE_MAP = re.compile(rb"\n?/[/*]# sourceMappingURL=[^\n]*")
only_shell = False
"""True while this module runs MkDocs for the shell alone; the hook looks here."""


def plates(schema: Schema) -> list[str]:
    """The pages MkDocs is given to draw: one for every place in the nav and every folder of pages."""
    return [*ROOT_PLATES, *FOLDER_PLATES, *(f"{kind.folder}/index.md" for kind in schema.ordered_types())]


def shell_key(project: Project, schema: Schema) -> str:
    """Digest of everything the shell is made from."""
    digest = hashlib.blake2b(digest_size=16)
    files = [project.mkdocs_yml, Path(__file__), Path(__file__).with_name("mkdocs_hook.py"), *_files(project.templates / "site")]
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
    if not folder.is_dir():
        project.cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=project.cache, prefix="draw-") as scratch:
            _run_mkdocs(project, Path(scratch) / "site")
            harvest(Path(scratch) / "site", Path(scratch) / "shell", schema)
            _keep(Path(scratch) / "shell", folder)
    return folder


def keep_harvest(site: Path, project: Project, schema: Schema) -> Path:
    """Keep the shell that a `mkdocs build` has just drawn into `site`."""
    folder = project.cache / "shell" / shell_key(project, schema)
    if not folder.is_dir():
        project.cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=project.cache, prefix="draw-") as scratch:
            harvest(site, Path(scratch) / "shell", schema)
            _keep(Path(scratch) / "shell", folder)
    return folder


def harvest(site: Path, shell: Path, schema: Schema) -> None:
    """Take the drawn pages and the theme's files out of a site that MkDocs has written."""
    for name in (*plates(schema), "404.md"):
        html = Path(name).with_suffix(".html")
        target = shell / "skeleton" / html
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(prepare((site / html).read_text("utf-8")), "utf-8")
    for path in _files(site / "assets"):
        name = path.relative_to(site).as_posix()
        if name.startswith(_UNUSED) or name.endswith(".map"):
            continue
        target = shell / "files" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        data = path.read_bytes()
        if name.endswith((".js", ".css")):
            # the maps are not shipped; without this line browsers' tools would ask for them
            data = _SOURCE_MAP.sub(b"", data)
        target.write_bytes(data)


def _keep(made: Path, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    for old in folder.parent.iterdir():
        shutil.rmtree(old)
    made.rename(folder)


def _files(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _run_mkdocs(project: Project, site: Path) -> None:
    """Draw the shell into `site` with MkDocs' own build."""
    global only_shell
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    logging.getLogger("mkdocs").setLevel(logging.ERROR)
    only_shell = True
    try:
        config = load_config(str(project.mkdocs_yml), site_dir=str(site))
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        config.plugins.on_shutdown()
    finally:
        only_shell = False
