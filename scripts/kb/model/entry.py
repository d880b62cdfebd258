"""An entry as read, and its card: the little of it that other pages need to know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kb.model.value import Value


class Heading(NamedTuple):
    """A heading of a body; `anchor` is unique within the page."""

    level: int
    text: str
    anchor: str
    line: int


class Ref(NamedTuple):
    """A mention of another entry: from a field, a link or a citation. `via` is the label shown in messages."""

    target: str
    via: str
    line: int
    column: int
    types: tuple[str, ...] = ()
    anchor: str = ""
    """The heading that a link leads to, as written behind #."""


def columns_of(refs: Iterable[Ref]) -> tuple[tuple[Any, ...], ...]:
    """Mentions as `Card.ref_columns` holds them."""
    return tuple(zip(*refs, strict=True)) or ((),) * len(Ref._fields)


class FileLink(NamedTuple):
    """A relative link or image that leads to a file of content/ (not to an entry)."""

    path: str
    text: str
    line: int
    column: int
    anchor: str = ""


class Claim(NamedTuple):
    """An item of a source document that an entry says it covers."""

    item: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: header values by key and the Markdown body."""

    id: str
    type: str
    path: str
    values: Mapping[str, Value]
    body: str
    body_line: int


class Card(NamedTuple):
    """What the rest of the site knows of an entry. Plain strings and tuples only, so that ten
    thousand of them load in a few hundredths of a second."""

    id: str
    type: str
    path: str
    title: str
    title_line: int
    sort_key: str
    aliases: tuple[str, ...]
    summary: str
    topic: str
    organs: tuple[str, ...]
    functions: tuple[str, ...]
    levels: tuple[str, ...]
    roles: tuple[str, ...]
    audience: tuple[str, ...]
    places: tuple[str, ...]
    year: str
    status: str
    visibility: str
    review_by: str
    stages: tuple[str, ...]
    subtype: str
    documents: tuple[tuple[str, int], ...]
    """Source paragraphs it rests on: (document, paragraph), sorted."""
    editorial: bool
    """True while it holds unconfirmed 编者整理."""
    claim_rows: tuple[tuple[Any, ...], ...]
    """`claims` as plain tuples: to make them what they are for all cards of a library would take as long as to load these."""
    ref_columns: tuple[tuple[Any, ...], ...]
    """`refs` turned into a tuple for each of their parts: most of those who look at a hundred thousand want but one part."""
    file_rows: tuple[tuple[Any, ...], ...]
    """`files` likewise."""
    expansion: tuple[str, ...]
    """Short lines a glossary or an index shows beside the title."""
    cadences: tuple[str, ...] = ()
    """Its 频次 as written, with note and citations; the calendar is drawn from them."""
    duties: tuple[str, ...] = ()
    """Its 责任分工 as written, with citations; the pages of the roles list them."""
    reopened: bool = False
    """True where the entry changed after its last review."""
    verified: str = ""
    """ISO date on which a rule was last held against its official text."""
    force: str = ""
    """效力状态 of a rule."""
    official: str = ""
    """Full title of a rule without 《》."""
    former: tuple[str, ...] = ()
    """Ids it had before; their addresses lead here."""
    replaced_by: str = ""
    """Id of the entry that stands in for a retired one."""
    quoted: tuple[tuple[str, int, int], ...] = ()
    """Titles named in 《》: (title, line, column)."""
    sketch: bytes = b""
    """A sample of its wording by which near-duplicates are told (kb.checks.traces)."""
    when: str = ""
    """ISO date, as far as it is known, on which it happened or was issued; its year where nothing closer is known."""
    anchors: tuple[str, ...] | None = None
    """Anchors of its headings, where links from elsewhere may lead; None where its body could not be read."""

    face: bytes = b""
    """Digest of what lists and links show of it; set by `kb.source.frozen.freeze_card`."""

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Items of source documents that it says it covers."""
        return tuple(map(Claim._make, self.claim_rows))

    @property
    def refs(self) -> tuple[Ref, ...]:
        """Mentions of other entries."""
        return tuple(map(Ref, *self.ref_columns))

    @property
    def targets(self) -> tuple[str, ...]:
        """Ids that it mentions, in the order of its mentions."""
        return self.ref_columns[0]

    @property
    def files(self) -> tuple[FileLink, ...]:
        """Links to files of content/."""
        return tuple(map(FileLink._make, self.file_rows))

    @property
    def public(self) -> tuple[object, ...]:
        """What the rest of the site can see of it: everything but where things stand in its file, and its wording.

        While this stays the same, nothing outside of the entry's own page and the search index can change.
        """
        return self._replace(
            title_line=0,
            claim_rows=tuple(Claim(claim.item, 0, 0) for claim in self.claims),
            ref_columns=columns_of(dict.fromkeys(ref._replace(line=0, column=0) for ref in self.refs)),
            file_rows=tuple(dict.fromkeys(link._replace(line=0, column=0) for link in self.files)),
            quoted=(),
            sketch=b"",
            face=b"",
        )

    @property
    def published(self) -> bool:
        return self.status == "已发布"

    @property
    def stated(self) -> bool:
        """False where state or visibility could not be understood: then it is not known who may see the entry."""
        return bool(self.status and self.visibility)

    @property
    def retired(self) -> bool:
        return self.status == "停用"

    @property
    def repealed(self) -> bool:
        """True for a rule that is no longer in force."""
        return self.force == "已废止"
