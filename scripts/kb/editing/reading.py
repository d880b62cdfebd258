"""From a project to what is known of its content, for the commands that ask rather than build."""

from __future__ import annotations

from kb.disk.cache import Cache, use_cache
from kb.intake import Intake, cache_path, take_in
from kb.project import Project


def take(project: Project) -> Intake:
    """Read and check all content; what was read is kept for the next command."""

    def work(cache: Cache) -> Intake:
        intake = take_in(project, cache)
        cache.commit()
        return intake

    return use_cache(cache_path(project), work)
