"""From the text of an entry and the new values of some fields to the text in which only the lines of these fields differ.

A value is put where the old one stood, so that comments behind it stay; items of a list that did not change keep
their lines; a comment whose line goes is kept above its field. The result is read again and must say what was meant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from kb.editor.spans import Head, Place, Span, comments, read_head
from kb.model.schema import EntryType, Field, Schema
from kb.problem import Notebook
from kb.scaffold import scaffold
from kb.syntax import tree
from kb.syntax.text import UNSEEN

Value = str | list[str]
IN_A_ROW = frozenset({"choice", "role", "place", "item", "slug"})
"""Kinds of items that a new list holds in brackets on one line; all others stand one to a line."""
_BARE_IN_ROW = re.compile(r"[A-Za-z0-9\u4e00-\u9fff][A-Za-z0-9\u4e00-\u9fff_./（）、·-]*")


class UnwritableError(Exception):
    """The header is written in a way that a form cannot change; it is to be edited as text. Holds the field's label."""


def apply(text: str, kind: EntryType, schema: Schema, values: Mapping[str, Value], body: str | None = None) -> str:
    """The text (plain line ends) with these fields and, unless None, this body. An empty value takes a field out,
    or leaves it open where the type requires it.

    Raises UnwritableError, and KeyError for a field that the type does not have.
    """
    if not values and body is None:
        return text
    head = read_head(text)
    for field in sorted((_field(kind, key) for key in values), key=kind.fields.index):
        if head is None:
            raise UnwritableError(field.label)
        wanted = _cleaned(field, values[field.key])
        fresh = _set(head, kind, schema, field, wanted)
        if fresh != list(head.lines):
            head = _proven(head, fresh, field, wanted)
    if head is None:
        raise UnwritableError("正文")
    return head.text(list(head.lines), None if body is None else UNSEEN.sub("", body))


def _field(kind: EntryType, key: str) -> Field:
    field = kind.field(key)
    if field is None:
        raise KeyError(key)
    return field


def _cleaned(field: Field, value: Value) -> Value:
    """The value as it will be read back: no unseen characters, no blanks around it, one line where the kind has one."""
    if field.kind == "list":
        listed = value if isinstance(value, list) else [value]
        return [word for word in (" ".join(UNSEEN.sub("", one).split("\n")).strip() for one in listed) if word]
    single = UNSEEN.sub("", "\n".join(value) if isinstance(value, list) else value).strip()
    if field.kind == "paragraphs":
        return "\n".join(line.rstrip() for line in single.replace("\t", " ").split("\n"))
    return " ".join(single.split("\n"))


def _set(head: Head, kind: EntryType, schema: Schema, field: Field, wanted: Value) -> list[str]:
    place = head.place(field.key)
    lines = list(head.lines)
    if place is None:
        return _insert(head, kind, schema, field, wanted) if wanted else lines
    if place.plain == wanted and not place.odd:
        return lines
    if not wanted:
        fresh = [f"{field.key}:"] if field.required else []
    elif isinstance(wanted, list):
        fresh = _list(lines, place, field, wanted)
    else:
        fresh = _single(lines, place, wanted)
    return _with_lost(lines, place, fresh)


def _with_lost(lines: list[str], place: Place, fresh: list[str]) -> list[str]:
    """The header with the lines of one field replaced; its comments that are not among the new lines go above it."""
    before = lines[place.first : place.last]
    left = comments(fresh) if fresh else []
    lost = []
    for one in comments(before):
        if one in left:
            left.remove(one)
        else:
            lost.append(one)
    return [*lines[: place.first], *lost, *fresh, *lines[place.last :]]


def _single(lines: list[str], place: Place, wanted: str) -> list[str]:
    value = place.value
    head = lines[place.first]
    colon = head.index(":") + 1
    if value is None:  # a list stood there
        return [f"{head[:colon]} {_word(wanted)}"] if "\n" not in wanted else [f"{head[:colon]} |", *_indented(wanted)]
    if "\n" in wanted:
        tail = lines[value.end[0]][value.end[1] :].strip() if not value.block else ""
        return [f"{head[:colon]} |" + (f"  {tail}" if tail else ""), *_indented(wanted)]
    if value.block:
        return [f"{head[:colon]} {_word(wanted)}"]
    return _exchanged(lines, place.first, value, _word(wanted))


def _exchanged(lines: list[str], first: int, span: Span, word: str) -> list[str]:
    """The lines from `first` to the end of a span with the words of the span replaced."""
    before, after = lines[span.start[0]][: span.start[1]], lines[span.end[0]][span.end[1] :]
    gap = "" if before.endswith(" ") else " "
    return [*lines[first : span.start[0]], f"{before}{gap}{word}{after}"]


def _indented(text: str) -> list[str]:
    return [f"  {line}" if line else "" for line in text.split("\n")]


def _word(text: str, row: bool = False) -> str:
    """A value on one line as YAML reads it back: bare where that says the same, else in double quotes."""
    if row:
        return text if _BARE_IN_ROW.fullmatch(text) else json.dumps(text, ensure_ascii=False)
    notes = Notebook("")
    read = tree.parse_tree(f"k: {text}", notes) if "\n" not in text else None
    if isinstance(read, tree.Mapping) and not notes.problems and len(read.pairs) == 1:
        node = read.pairs[0][1]
        if isinstance(node, tree.Scalar) and node.text == text and not text.startswith(("'", '"', "- ", "|", ">")):
            return text
    return json.dumps(text, ensure_ascii=False)


def _list(lines: list[str], place: Place, field: Field, wanted: list[str]) -> list[str]:
    if place.flow is not None:
        return _row(lines, place, wanted)
    if place.items:
        return _column(lines, place, place.items, wanted)
    key = lines[place.first][: lines[place.first].index(":") + 1]
    fresh = _fresh_list(field, key, wanted)
    comment = comments([lines[place.first]])
    return [f"{fresh[0]}  {comment[0]}", *fresh[1:]] if comment and place.last == place.first + 1 else fresh


def _row(lines: list[str], place: Place, wanted: list[str]) -> list[str]:
    """A list in brackets, with the words of the items it keeps as they are written."""
    assert place.flow is not None and place.items is not None
    (first, opening), (last, closing) = place.flow
    head = lines[place.first][: lines[place.first].index(":") + 1]
    if any("[@" in word for word in wanted):  # citations in brackets would all need quotes
        return [head, *(f"  - {_word(word)}" for word in wanted)]
    written = {one.text.strip(): _source(lines, one) for one in place.items}
    words = [written.get(word) or _word(word, True) for word in wanted]
    return [*lines[place.first : first], f"{lines[first][:opening]}[{', '.join(words)}]{lines[last][closing:]}"]


def _source(lines: list[str], span: Span) -> str:
    """The words of a value as they are written, "" where they run over lines."""
    return lines[span.start[0]][span.start[1] : span.end[1]] if span.start[0] == span.end[0] else ""


def _column(lines: list[str], place: Place, items: Sequence[Span], wanted: list[str]) -> list[str]:
    """A list with one item to a line: what stays keeps its lines with the comments above them, wherever it moves."""
    starts = [place.first + 1, *(one.end[0] + 1 for one in items[:-1])]
    indent = lines[items[0].start[0]].find("-")
    free = dict(enumerate(items))
    kept: dict[int, int] = {}
    for number, word in enumerate(wanted):
        same = next((at for at, one in free.items() if one.text.strip() == word), None)
        if same is not None:
            kept[number] = same
            del free[same]
    fresh = [lines[place.first]]
    for number, word in enumerate(wanted):
        if number in kept:
            at = kept[number]
            fresh += lines[starts[at] : items[at].end[0] + 1]
        elif number in free and not items[number].block:
            fresh += _exchanged(lines, starts[number], free.pop(number), _word(word))
        else:
            fresh.append(f"{' ' * indent}- {_word(word)}")
    return fresh


def _fresh_list(field: Field, key: str, wanted: list[str]) -> list[str]:
    if field.of in IN_A_ROW:
        return [f"{key} [{', '.join(_word(word, True) for word in wanted)}]"]
    return [key, *(f"  - {_word(word)}" for word in wanted)]


def _insert(head: Head, kind: EntryType, schema: Schema, field: Field, wanted: Value) -> list[str]:
    """A field that was not there: in the place that `kb new` left for it, else behind the fields that come before it in the type."""
    key = f"{field.key}:"
    if isinstance(wanted, list):
        fresh = _fresh_list(field, key, wanted)
    else:
        fresh = [f"{key} {_word(wanted)}"] if "\n" not in wanted else [f"{key} |", *_indented(wanted)]
    lines = list(head.lines)
    waiting = _waiting(kind, schema, field)
    for row in range(len(lines)) if waiting else ():
        if lines[row : row + len(waiting)] == waiting and not any(one.first <= row < one.last for one in head.places):
            return [*lines[:row], *fresh, *lines[row + len(waiting) :]]
    earlier = {one.key for one in kind.fields[: kind.fields.index(field)]}
    behind = max((one.last for one in head.places if one.key in earlier), default=None)
    if behind is None:
        behind = 0
        while behind < len(lines) and lines[behind].startswith("#"):
            behind += 1
    return [*lines[:behind], *fresh, *lines[behind:]]


def _waiting(kind: EntryType, schema: Schema, field: Field) -> list[str]:
    """The commented lines that `kb new` writes for a field that may be filled in."""
    lines = scaffold(kind, "", schema).split("\n")
    for row, line in enumerate(lines):
        if line.rstrip() == f"# {field.key}:" or line.startswith(f"# {field.key}: "):
            last = row + 1
            while lines[last].startswith("#   -"):
                last += 1
            return lines[row:last]
    return []


def _proven(head: Head, fresh: list[str], field: Field, wanted: Value) -> Head:
    """The new header, read again. Raises UnwritableError unless it says what is wanted, and all else as before."""
    after = read_head(head.text(fresh))
    if after is None:
        raise UnwritableError(field.label)
    told = {one.key: (one.plain, one.odd) for one in head.places if one.key != field.key}
    now = {one.key: (one.plain, one.odd) for one in after.places if one.key != field.key}
    place = after.place(field.key)
    said = place.plain if place is not None else ""
    if told != now or (said or "") != (wanted or ""):
        raise UnwritableError(field.label)
    return after
