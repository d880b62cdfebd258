"""MkDocs' hooks: `mkdocs build` and `mkdocs serve` draw the shell, and the same outputs furnish it as in `kb build`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from mkdocs.exceptions import Abort
from mkdocs.structure.files import File, Files

from kb import drawing, report
from kb.build import build, check
from kb.project import Project
from kb.schema.loading import SchemaLoader

_target: Path | None = None


def on_config(config: Any) -> Any:
    """Check the content first; then let MkDocs draw into a folder beside the real one."""
    global _target
    project = Project(Path(config.config_file_path).resolve().parent)
    schema = SchemaLoader(project).load()
    listed = repr(config.nav)
    for kind in schema.ordered_types():
        if f"'{kind.folder}/index.md'" not in listed and config.nav is not None:
            config.nav.append({kind.label: f"{kind.folder}/index.md"})
    if drawing.only_shell:
        return config
    result = check(project)
    if result.failed:
        raise Abort("\n" + report.text(result.problems, result.entries) + "内容有错误，没有改动站点。")
    _target = Path(config.site_dir).resolve()
    config.site_dir = str(_target.with_name(f".{_target.name}.draw"))
    return config


def on_files(files: Any, *, config: Any) -> Any:
    """MkDocs is given one page of each kind, and nothing of content/."""
    project = Project(Path(config.config_file_path).resolve().parent)
    kept = [file for file in files if not file.is_documentation_page() and file.src_dir != config.docs_dir]
    for name in drawing.plates(SchemaLoader(project).load()):
        kept.append(File.generated(config, name, content=f"---\nhide: {_hidden(name)}\n---\n"))
    return Files(kept)


def on_post_build(*, config: Any) -> None:
    """Harvest what MkDocs drew, and write the site as `kb build` does."""
    if drawing.only_shell or _target is None:
        return
    project = Project(Path(config.config_file_path).resolve().parent)
    drawn = Path(config.site_dir)
    shell = drawing.keep_harvest(drawn, project, SchemaLoader(project).load())
    shutil.rmtree(drawn)
    config.site_dir = str(_target)
    result = build(project, _target, shell_folder=shell)
    if result.failed:
        raise Abort("\n" + report.text(result.problems, result.entries))


def _hidden(plate: str) -> str:
    """Entry pages keep their contents list beside them; wide pages use the room."""
    return (
        "[navigation, toc]"
        if plate in drawing.ROOT_PLATES or plate.startswith(("views/", "duties/", "forms/", "calendar/", "tools/"))
        else "[navigation]"
    )
