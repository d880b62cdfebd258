"""From an entry type to its form: which control each kind of field gets, in which part of the form it stands."""

from __future__ import annotations

from typing import Any, NamedTuple

from kb.model.schema import EntryType, Field, Schema
from kb.schema.cadence import FORMS


class Control(NamedTuple):
    """What a kind is filled in with: `one` for a single value, `many` for a list of them. The names are those of
    templates/editor/controls.js."""

    one: str
    many: str


CONTROLS: dict[str, Control] = {
    "slug": Control("line", "rows"),
    "title": Control("line", "rows"),
    "text": Control("words", "rows"),
    "paragraphs": Control("paragraphs", "rows"),
    "integer": Control("number", "rows"),
    "date": Control("date", "rows"),
    "choice": Control("choice", "checks"),
    "role": Control("choice", "checks"),
    "place": Control("choice", "checks"),
    "entry": Control("entry", "rows"),
    "source": Control("source", "rows"),
    "item": Control("item", "rows"),
    "cadence": Control("cadence", "rows"),
    "review": Control("shown", "shown"),
}
"""Every kind of kb.schema.kinds has a row here (a test sees to it)."""
PARTS = (
    ("need", "要填的"),
    ("own", "这一类的信息"),
    ("body", "正文"),
    ("more", "归类、出处与相关条目"),
    ("kept", "由程序登记的"),
)
"""The parts of a form in order."""
_KEPT = frozenset({"id", "former", "replaced_by", "cleared"})
"""Fields that commands write, or that only matter in special cases; reviews are of this sort by their kind."""
_VOCABULARIES = {"role": "roles", "place": "places"}


def form(kind: EntryType, schema: Schema) -> dict[str, Any]:
    """All the page needs to know to draw the form of a type."""
    return {
        "name": kind.name,
        "label": kind.label,
        "folder": kind.folder,
        "description": kind.description,
        "fields": [_field(field, kind, schema) for field in kind.fields],
        "sections": [{"heading": one.heading, "required": one.required, "help": one.help} for one in kind.sections],
    }


def _field(field: Field, kind: EntryType, schema: Schema) -> dict[str, Any]:
    inner = field.of if field.kind == "list" else field.kind
    control = CONTROLS.get(inner, Control("line", "rows"))
    return {
        "key": field.key,
        "label": field.label,
        "kind": inner,
        "many": field.kind == "list",
        "control": control.many if field.kind == "list" else control.one,
        "each": control.one,
        "required": field.required,
        "help": field.help,
        "max": field.max,
        "options": options(field, schema),
        "types": list(field.types),
        "part": _part(field, kind, inner),
        "forms": FORMS.split("、") if inner == "cadence" else [],
    }


def options(field: Field, schema: Schema) -> list[str]:
    """The words that a choice offers."""
    name = field.vocabulary or _VOCABULARIES.get(field.of or field.kind, "")
    return [term.value for term in schema.vocabularies[name].terms] if name else list(field.options)


def _part(field: Field, kind: EntryType, inner: str) -> str:
    if inner == "review" or field.key in _KEPT:
        return "kept"
    if field.required:
        return "need"
    return "own" if field.key in kind.own else "more"
