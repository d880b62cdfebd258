"""From the joined library to the problems that lie between entries."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Sequence

from kb.checks.shelf import CardCheck, Check, Shelf
from kb.checks.titles import known_titles
from kb.checks.upkeep import heirless, moved_ids, retired_rules
from kb.checks.wording import official_titles
from kb.model.entry import Card, FileLink, Ref
from kb.model.library import Library
from kb.model.schema import SOURCES
from kb.problem import Level, Problem, Spot
from kb.schema.kinds import nearest

PUBLISHED = ("content/assets/", "content/pages/")
"""What a link may lead to besides entries."""
MAX_GUESSES = 20
"""Faulty references of one entry for which the nearest id is looked for: the search goes through all ids."""
MAX_KNOWN = 500
"""Headings among which the nearest is looked for."""


def duplicate_ids(shelf: Shelf) -> Iterator[Problem]:
    """An id stands for one entry, whatever its folder."""
    first: dict[str, Card] = {}
    for card in shelf.cards:
        other = first.setdefault(card.id, card)
        if other is not card:
            yield Problem(
                "duplicate-id", Spot(card.path, 1, 1), f"编号“{card.id}”已被 {other.path} 用了", "改文件名，编号在全库不能重复"
            )


def duplicate_titles(shelf: Shelf) -> Iterator[Problem]:
    """Two entries with one title cannot be told apart in a list."""
    first: dict[tuple[str, str], Card] = {}
    for card in shelf.cards:
        if card.status == "停用":
            continue
        other = first.setdefault((card.type, card.title), card)
        if other is not card and other.id != card.id:
            yield Problem(
                "duplicate-title",
                Spot(card.path, card.title_line, 1),
                f"标题“{card.title}”与 {other.path} 相同",
                "合成一条；确是两件事的，标题里写明区别（单位、年份）",
            )


def references(card: Card, shelf: Shelf) -> Iterator[Problem]:
    """Every reference leads to an entry, of a fitting type, that readers can open."""
    library = shelf.library
    if not library.schema.all_types_known:
        return
    told: set[tuple[str, str]] = set()
    guesses = 0
    for ref in card.refs:
        if (ref.target, ref.via) in told:
            continue
        told.add((ref.target, ref.via))
        spot = Spot(card.path, ref.line, ref.column)
        target = library.cards.get(ref.target)
        if ref.target in library.unread:
            continue
        if target is None:
            guesses += 1
            if ref.via == "引用":
                if SOURCES in library.schema.unsure:
                    continue
                documents = library.schema.documents
                near = shelf.nearest(ref.target, True) if guesses <= MAX_GUESSES else ""
                known = f"来源有：{'、'.join(documents)}；" if documents else ""
                hint = (f"是不是“{near}”？" if near else "") + f"{known}制度写条目编号"
                yield Problem("unknown-source", spot, f"出处“{ref.target[:40]}”既不是登记的来源，也不是制度条目", hint)
                continue
            near = shelf.nearest(ref.target) if guesses <= MAX_GUESSES else ""
            hint = f"是不是“{near}”{library.named(near)}？" if near else "先写好那一条，或删去这个引用"
            if ref.target in shelf.moved:
                hint = f"它已改名，写成 {shelf.moved[ref.target]}"
            yield Problem("dangling-reference", spot, f"“{ref.via}”指到的条目“{ref.target[:40]}”不存在", hint)
        elif ref.types and target.type not in ref.types:
            labels = "、".join(library.schema.types[name].label for name in ref.types if name in library.schema.types)
            if ref.via == "正文链接":
                folder = library.schema.kind_of(target.type).folder
                yield Problem(
                    "dead-link",
                    spot,
                    f"链接的文件夹不对：“{ref.target}”在 content/{folder}/",
                    f"改成 ../{folder}/{ref.target}.md",
                )
            else:
                yield Problem(
                    "wrong-type",
                    spot,
                    f"“{ref.via}”应指到{labels}，“{ref.target}”是{library.schema.kind_of(target.type).label}",
                    f"换成{labels}条目，或改放到“相关条目”",
                )
        elif card.published and not target.published and not target.retired:
            yield Problem(
                "reference-unpublished",
                spot,
                f"“{ref.via}”指到的“{target.title}”还是“{target.status}”，读者打不开",
                "发布那一条，或去掉这个引用",
                Level.WARNING,
            )


def files(card: Card, shelf: Shelf) -> Iterator[Problem]:
    """Links to attachments and pages lead to a file that is there and is published."""
    if not shelf.library.schema.all_types_known:
        return
    for number, link in enumerate(card.files):
        if link.path in shelf.files:
            if link.path.startswith(PUBLISHED):
                continue
            message, hint = "链接的文件不发布", "只能链接条目、页面和 content/assets/ 里的附件"
            yield Problem("dead-link", Spot(card.path, link.line, link.column), f"{message}：{link.path[:80]}", hint)
            continue
        ending = link.path.rpartition(".")[2]
        linked = (
            [path for path in shelf.files if path.startswith(PUBLISHED) and path.endswith(ending)] if number < MAX_GUESSES else []
        )
        near = nearest(link.path, linked) if linked else ""
        hint = f"是不是“{near}”？" if near else "附件放在 content/assets/；核对文件名和大小写"
        yield Problem("dead-link", Spot(card.path, link.line, link.column), f"链接的文件不存在：{link.path[:80]}", hint)


def anchors(card: Card, shelf: Shelf) -> Iterator[Problem]:
    """A link that names a heading of another page leads to one that is there."""
    links: list[Ref | FileLink] = [ref for ref in card.refs if ref.anchor]
    links += [file for file in card.files if file.anchor]
    for number, link in enumerate(links):
        page = "" if isinstance(link, Ref) else link.path
        target = shelf.library.cards.get(link.target if isinstance(link, Ref) else posixpath.basename(page).removesuffix(".md"))
        if target is None or (page and target.path != page) or target.anchors is None or link.anchor in target.anchors:
            continue
        near = nearest(link.anchor, target.anchors[:MAX_KNOWN]) if number < MAX_GUESSES else ""
        listed = "、".join(one[:40] for one in target.anchors[:12]) or "无"
        yield Problem(
            "dead-anchor",
            Spot(card.path, link.line, link.column),
            f"“{target.title}”里没有“#{link.anchor[:40]}”这个标题",
            (f"是不是“#{near}”？" if near else "") + f"{target.path} 的标题：{listed}",
        )


def coverage(shelf: Shelf) -> Iterator[Problem]:
    """Every item that a source document names is claimed by an entry."""
    library = shelf.library
    if library.unread or not library.schema.all_types_known:
        return  # what they claim is not known
    for item in library.schema.items.values():
        if item.id not in library.coverage:
            yield Problem(
                "unclaimed-item",
                item.spot,
                f"来源条目“{item.name[:40]}”还没有条目写到",
                f"写到它的条目在 claims 里加上 {item.id}",
                Level.WARNING,
            )


def unread(library: Library, files: Collection[str]) -> frozenset[str]:
    """`Library.unread`, where these are the files of content/: they gave no card, or one without state or visibility."""
    parts = (path.split("/") for path in files if path.endswith(".md"))
    silent = frozenset(part[-1][:-3] for part in parts if part[1] in library.schema.folders) - library.cards.keys()
    types = library.schema.types
    return silent.union(card.id for card in library.cards.values() if not card.stated and card.type in types)


LIBRARY_CHECKS: tuple[Check, ...] = (duplicate_ids, duplicate_titles, coverage, moved_ids, heirless)
CARD_CHECKS: tuple[CardCheck, ...] = (references, files, anchors, retired_rules, official_titles)


def check_library(shelf: Shelf) -> list[Problem]:
    """What the library checks find, near-duplicates aside."""
    return [problem for check in LIBRARY_CHECKS for problem in check(shelf)]


def check_card(card: Card, shelf: Shelf) -> list[Problem]:
    """What is wrong with one card beside the others."""
    return [problem for check in CARD_CHECKS for problem in check(card, shelf)]


_SEEN = ("id", "type", "path", "status", "visibility", "force", "replaced_by", "former", "anchors")
"""What the checks of other cards look at, besides the names it is known by."""


def touched_by(edits: Iterable[tuple[Card, Card]], shelf: Shelf) -> set[str] | None:
    """Paths of the cards of which `check_card` may find something else after these edits (before, after), all else being as it
    was; None where that may be any."""
    ids: set[str] = set()
    titles: set[str] = set()
    paths: set[str] = set()
    for old, new in edits:
        if any(getattr(old, name) != getattr(new, name) for name in _SEEN):
            return None
        if old.type == "rule" and (old.title, old.aliases, old.official) != (new.title, new.aliases, new.official):
            return None
        ids.add(new.id)
        paths.add(new.path)
        if old.title != new.title:
            titles |= {old.title.strip("《》"), new.title.strip("《》")}
    # what replaces a retired entry is named in the hint to those that still lean on it
    named = ids | {card.id for card in shelf.cards if card.replaced_by in ids}
    for card in shelf.cards:
        links = any(posixpath.basename(row[0]).removesuffix(".md") in ids for row in card.file_rows)
        quotes = any(title in titles for title, _, _ in card.quoted)
        if links or quotes or not named.isdisjoint(card.targets):
            paths.add(card.path)
    return paths


def check_cards(shelf: Shelf) -> dict[str, list[Problem]]:
    """What `check_card` finds of every card, by path; cards that plainly have nothing to be found are passed over.

    Plainly: each reference leads to an entry in use, of the type asked for, that readers can open, and to no heading in it;
    no attachment is linked and no title but a known one is named.
    """
    types = {key: card.type for key, card in shelf.library.cards.items() if card.published and not card.repealed}
    titles = shelf.titles
    known = titles.of_rules | titles.entries
    found = {}
    for card in shelf.cards:
        if card.file_rows or any(title not in known for title, _, _ in card.quoted):
            found[card.path] = check_card(card, shelf)
            continue
        for target, _, _, _, wanted, anchor in zip(*card.ref_columns, strict=True):
            kind = types.get(target)
            if kind is None or anchor or (wanted and kind not in wanted):
                found[card.path] = check_card(card, shelf)
                break
        else:
            found[card.path] = []
    return found


def shelve(cards: Sequence[Card], library: Library, known_files: Collection[str]) -> Shelf:
    """All cards (in order of path) made ready for the checks between them."""
    return Shelf(cards, library, known_files, known_titles(cards))
