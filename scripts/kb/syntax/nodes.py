"""The located tree that YAML is read into: every scalar stays text; every node knows its (line, column), from 1."""

from __future__ import annotations

from typing import NamedTuple


class Scalar(NamedTuple):
    """A single value as text."""

    text: str
    at: tuple[int, int]


class Sequence(NamedTuple):
    """A list."""

    items: tuple[Node, ...]
    at: tuple[int, int]


class Mapping(NamedTuple):
    """Keys and values in the order they stand."""

    pairs: tuple[tuple[Scalar, Node], ...]
    at: tuple[int, int]

    def get(self, key: str) -> Node | None:
        for name, value in self.pairs:
            if name.text == key:
                return value
        return None


Node = Scalar | Sequence | Mapping
