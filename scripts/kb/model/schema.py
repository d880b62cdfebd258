"""The shape of entries: fields, sections and entry types as read from templates/types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kb.problem import Spot

COMMON = "templates/types/common.yml"
TYPE_FILE = "templates/types/{}/type.yml"
SOURCES = "content/sources.yml"
VOCABULARY = "content/vocabulary/{}.yml"


@dataclass(frozen=True, slots=True)
class Field:
    """One header field: `of` is the kind of a list's items, `max` a length in characters."""

    key: str
    label: str
    kind: str
    required: bool = False
    help: str = ""
    of: str = ""
    options: tuple[str, ...] = ()
    vocabulary: str = ""
    types: tuple[str, ...] = ()
    max: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A `## ` section that the body of a type has."""

    heading: str
    required: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True)
class EntryType:
    """An entry type: a folder of content/, its fields (common ones first) and its sections."""

    name: str
    label: str
    folder: str
    order: int
    description: str
    fields: tuple[Field, ...]
    sections: tuple[Section, ...]
    own: tuple[str, ...]
    """Keys of the fields that are this type's own."""
    _by_key: Mapping[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {item.key: item for item in reversed(self.fields)})

    def field(self, key: str) -> Field | None:
        return self._by_key.get(key)


@dataclass(frozen=True, slots=True)
class Term:
    """One value of a vocabulary; `slug` names its page and never changes."""

    value: str
    slug: str
    aliases: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A controlled list of words."""

    name: str
    label: str
    terms: tuple[Term, ...]
    _words: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = {term.value: term.value for term in self.terms}
        for term in self.terms:
            for alias in term.aliases:
                known.setdefault(alias, term.value)
        object.__setattr__(self, "_words", known)

    def words(self) -> dict[str, str]:
        """Every accepted spelling -> the value it stands for; one dictionary for all who ask."""
        return self._words

    def slug(self, value: str) -> str:
        return next(term.slug for term in self.terms if term.value == value)


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A registered source document."""

    id: str
    title: str
    short: str
    kind: str
    year: str
    year_note: str
    paragraphs: int
    note: str


@dataclass(frozen=True, slots=True)
class SourceItem:
    """One thing a source document names; entries claim it."""

    id: str
    name: str
    kind: str
    topic: str
    at: tuple[tuple[str, int], ...]
    detail: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class ReviewRule:
    """Which stages of 三审 an entry needs before it is published; empty tuples stand for every type and visibility."""

    types: tuple[str, ...]
    visibility: tuple[str, ...]
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """Everything an entry is read against."""

    types: Mapping[str, EntryType]
    vocabularies: Mapping[str, Vocabulary]
    documents: Mapping[str, SourceDocument]
    items: Mapping[str, SourceItem]
    synonyms: tuple[tuple[str, ...], ...] = ()
    wording: tuple[tuple[str, str, str, str], ...] = ()
    """(wrong, right, level, reason)"""
    folders: Mapping[str, EntryType] = field(default_factory=dict)
    review: tuple[ReviewRule, ...] = ()
    """The first rule that fits an entry decides."""
    runs: Mapping[str, str] = field(default_factory=dict)
    """Run of normalised characters -> the source document whose text it stands in (kb.schema.policy)."""
    unsure: frozenset[str] = frozenset()
    """Files of types, vocabularies and registers that have faults of their own: what is missing there is not
    held against an entry."""

    def stages(self, type_name: str, visibility: str) -> tuple[str, ...]:
        """The stages of review that an entry of this type and visibility needs."""
        for rule in self.review:
            if (not rule.types or type_name in rule.types) and (not rule.visibility or visibility in rule.visibility):
                return rule.stages
        return ()

    def kind_of(self, name: str) -> EntryType:
        """The entry type of that name; pages of content/pages are of a small type of their own."""
        return self.types.get(name, PAGE)

    def sure_of(self, name: str) -> bool:
        """False where the file that says what a type's entries hold is at fault itself."""
        return self.unsure.isdisjoint({COMMON, TYPE_FILE.format(name)})

    @property
    def all_types_known(self) -> bool:
        return not any(path.startswith("templates/types/") for path in self.unsure)

    def ordered_types(self) -> list[EntryType]:
        return sorted(self.types.values(), key=lambda kind: (kind.order, kind.name))


PAGE = EntryType(
    "page",
    "页面",
    "pages",
    0,
    "说明性的页面",
    (
        Field("title", "标题", "title", True, help="页面的标题"),
        Field("summary", "摘要", "text", True, help="一句话说明这一页讲什么", max=80),
    ),
    (),
    ("title", "summary"),
)
"""What stands in content/pages: about, how to contribute."""
