"""What a field of an entry holds once it has been understood; all frozen, all without a trace of YAML."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

UNSTATED = "来源未载明"
"""The one phrase for what no source tells; every field accepts it in place of a value."""
EDITOR = "编者"
"""The citation key of practical advice that rests on no document."""


@dataclass(frozen=True, slots=True)
class Cite:
    """A citation `[@key:place]`: a source document, a rule entry, or the editor."""

    key: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A statement in the editor's words with the citations that stood behind it."""

    text: str
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Date:
    """A date that may stop at the year or the month (ISO 8601-1 reduced precision); 0 = not given."""

    year: int
    month: int = 0
    day: int = 0

    def __str__(self) -> str:
        if self.day:
            return f"{self.year}年{self.month}月{self.day}日"
        return f"{self.year}年{self.month}月" if self.month else f"{self.year}年"

    @property
    def iso(self) -> str:
        parts = [f"{self.year:04}"]
        if self.month:
            parts.append(f"{self.month:02}")
        if self.day:
            parts.append(f"{self.day:02}")
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often something is done (频次), structured so that a calendar can be drawn from it.

    `unit` is one of 日 周 月 季度 半年 年 届 or "" where there is no period; `least`/`most` count the
    times within one unit (most 0 = no upper bound); `months` are the months a fixed season names;
    `event` is what it hangs on (换届后, 会前 …); `loose` holds 定期, 适时 and the like.
    """

    text: str
    unit: str = ""
    least: int = 0
    most: int = 0
    months: tuple[int, ...] = ()
    event: str = ""
    loose: str = ""
    note: str = ""
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryRef:
    """A reference to another entry by its id, with the article of a rule where one is named."""

    target: str
    place: str = ""


def joined(refs: Iterable[EntryRef]) -> tuple[EntryRef, ...]:
    """The same references, the articles of one rule in one: it is named once, not once for each."""
    places: dict[str, list[str]] = {}
    for ref in refs:
        places.setdefault(ref.target, []).append(ref.place)
    return tuple(EntryRef(target, "、".join(filter(None, found))) for target, found in places.items())


@dataclass(frozen=True, slots=True, order=True)
class SourceRef:
    """A paragraph of a registered source document, counted from 1."""

    document: str
    paragraph: int


@dataclass(frozen=True, slots=True)
class Review:
    """One review (审核): stage, who by (a post, not a private person), when."""

    by: str
    on: Date
    stage: str = ""
    note: str = ""
    seen: str = ""
    """Seal of the text that was seen (kb.syntax.sealing), "" where none was taken."""


Atom = str | int | Text | Date | Cadence | EntryRef | SourceRef | Review
Value = Atom | tuple[Atom, ...]
