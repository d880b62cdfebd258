"""From a project to what is known of its content, for the commands that ask rather than build; and from words to the entry they mean."""

from __future__ import annotations

from kb.disk.cache import Cache, use_cache
from kb.intake import Intake, cache_path, take_in
from kb.model.library import Library
from kb.project import Project
from kb.schema.kinds import nearest


def unknown(words: str, library: Library) -> str:
    """Why no entry was found, and which may have been meant."""
    if words in library.unread:
        return f"“{words}”的信息头还读不懂，先照 kb check 说的改好"
    near = nearest(words, library.cards)
    titles = {card.title: card.id for card in library.cards.values()}
    named = near or titles.get(nearest(words, titles), "")
    hint = f"，是不是“{named}”{library.named(named)}？" if named else "；编号就是文件名去掉 .md，也可以写标题"
    return f"没有编号或标题是“{words[:40]}”的条目{hint}"


def take(project: Project) -> Intake:
    """Read and check all content; what was read is kept for the next command."""

    def work(cache: Cache) -> Intake:
        intake = take_in(project, cache)
        cache.commit()
        return intake

    return use_cache(cache_path(project), work)
