"""The theme's files and the attachments of content/assets, as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from kb.outputs.plan import Plan, Site


def plan(site: Site) -> Iterator[Plan]:
    """Every static file of the shell, and every attachment that a shown entry links to."""
    for name, (path, digest) in site.shell.files.items():
        yield Plan(name, digest, path.read_bytes)
    linked = {link.path for card in site.library.shown.values() if card.file_rows for link in card.files}
    for name in sorted(linked):
        if name.startswith("content/assets/") and name in site.files:
            source = site.project.root / name
            status = source.stat()
            yield Plan(
                name.removeprefix("content/"), site.digest("file", name, status.st_mtime_ns, status.st_size), _reader(source)
            )


def _reader(path: Path) -> Callable[[], bytes]:
    return path.read_bytes
