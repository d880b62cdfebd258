"""The Jinja environment of the page templates: strict about names, everything escaped, compiled once."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from kb.project import Project

if TYPE_CHECKING:
    import jinja2


def environment(project: Project) -> jinja2.Environment:
    """Templates of templates/pages and templates/types, compiled code kept in the cache."""
    import jinja2  # an unchanged site need not load it

    compiled = project.cache / "jinja"
    compiled.mkdir(parents=True, exist_ok=True)
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(project.templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=jinja2.FileSystemBytecodeCache(str(compiled)),
    )


def digest_of(*paths: Path) -> bytes:
    """Digest of template files in the order given; missing ones count as empty."""
    digest = hashlib.blake2b(digest_size=16)
    for path in paths:
        digest.update(path.name.encode() + b"\0" + (path.read_bytes() if path.is_file() else b"") + b"\0")
    return digest.digest()
