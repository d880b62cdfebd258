"""The folders of one knowledge base and the limits that no input may exceed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MAX_FILE_BYTES = 1_000_000
"""A text file larger than this is refused unread: the longest handbook chapter is a tenth of it."""
MAX_HEADER_BYTES = 64_000
MAX_YAML_DEPTH = 12
MAX_YAML_NODES = 60_000
"""Registers hold a few thousand nodes; the bound only stops files made to be slow."""


@dataclass(frozen=True, slots=True)
class Project:
    """Where things are, all derived from the root that holds mkdocs.yml."""

    root: Path

    @property
    def content(self) -> Path:
        return self.root / "content"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def mkdocs_yml(self) -> Path:
        return self.root / "mkdocs.yml"

    @property
    def output(self) -> Path:
        """Everything generated; safe to delete."""
        return self.root / "site_build"

    @property
    def site(self) -> Path:
        return self.output / "site"

    @property
    def cache(self) -> Path:
        return self.output / "cache"


def find_project(start: Path) -> Project | None:
    """The knowledge base that `start` lies in: the nearest folder upwards with mkdocs.yml and content/."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "mkdocs.yml").is_file() and (folder / "content").is_dir():
            return Project(folder)
    return None
