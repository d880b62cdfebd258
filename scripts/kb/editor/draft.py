"""From what the page sends of an unsaved entry to the text of the file as it is to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kb.editor.fields import Value, apply
from kb.editor.house import House
from kb.editor.spans import read_head
from kb.model.schema import EntryType


class RefusedError(Exception):
    """The wish cannot be granted; holds the words for the editor, and what the page may offer instead."""

    def __init__(self, words: str, **offer: Any) -> None:
        super().__init__(words)
        self.offer = offer


@dataclass(frozen=True, slots=True)
class Draft:
    """An unsaved text: the text it started from with the fields that were changed, or the whole of it as text."""

    path: str
    base: str
    values: Mapping[str, Value]
    body: str | None
    text: str | None

    def whole(self, house: House, base: str | None = None) -> str:
        """The text of the file as it is to be. Raises UnwritableError."""
        if self.text is not None:
            return self.text
        kind = kind_of(house, self.path)
        start = self.base if base is None else base
        return apply(start, kind, house.schema, self.values, None if self.body is None else _framed(start, self.body))


def _framed(base: str, body: str) -> str:
    """A body as the page shows it, with the blank lines that stand around it in the file."""
    head = read_head(base)
    old = head.body if head is not None else ""
    lead = old[: len(old) - len(old.lstrip("\n"))] if old.strip() else "\n"
    return f"{lead}{body.strip(chr(10))}\n" if body.strip() else ""


def take_draft(wish: Mapping[str, Any]) -> Draft:
    """The draft in a request. Raises RefusedError where it is not of the right make."""
    path, base, text, body = (wish.get(key) for key in ("path", "base", "text", "body"))
    values = wish.get("values", {})
    fits = (
        isinstance(path, str)
        and isinstance(base, str)
        and (text is None or isinstance(text, str))
        and (body is None or isinstance(body, str))
        and isinstance(values, dict)
        and all(
            isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))
            for value in values.values()
        )
    )
    if not fits:
        raise RefusedError("请求的写法不对")
    return Draft(path, _plain(base), {key: _plain_value(value) for key, value in values.items()}, _plain(body), _plain(text))  # type: ignore[arg-type]


def _plain(text: Any) -> Any:
    """Plain line ends; half a character, which no file can hold, is replaced."""
    if text is None:
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _plain_value(value: Value) -> Value:
    return [_plain(one) for one in value] if isinstance(value, list) else _plain(value)


def kind_of(house: House, path: str) -> EntryType:
    """The type of the entry at a path that `kb.editor.files.locate` has let pass."""
    return house.schema.folders[path.split("/")[1]]
