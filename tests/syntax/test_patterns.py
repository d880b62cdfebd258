"""Regular expressions mean the same in every Python that the program runs on."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

import kb

parser = importlib.import_module("re._parser")
HELD = {"POSSESSIVE_REPEAT", "ATOMIC_GROUP"}


def patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    for module in pkgutil.walk_packages(kb.__path__, "kb."):
        if not module.name.endswith("__main__"):
            loaded = importlib.import_module(module.name)
            yield from ((f"{module.name}.{name}", one) for name, one in vars(loaded).items() if isinstance(one, re.Pattern))


def captures_within(node: Any, held: bool = False) -> bool:
    """Whether a group that captures stands in a possessive or atomic one."""
    if isinstance(node, parser.SubPattern):
        return any(captures_within(item, held) for item in node.data)
    if isinstance(node, (tuple, list)):
        name = str(node[0]) if node else ""
        if name == "SUBPATTERN" and node[1][0] is not None and held:
            return True
        return any(captures_within(part, held or name in HELD) for part in node)
    return False


@pytest.mark.parametrize(
    ("pattern", "found"), [("(?:(a):)?+b", True), ("(?>(a)|b)", True), ("(?:(a):)?b", False), ("(?:a:)?+(b)", False)]
)
def test_it_is_seen(pattern: str, found: bool) -> None:
    assert captures_within(parser.parse(pattern)) is found


def test_no_group_is_captured_within_a_possessive_one() -> None:
    """Python before 3.11.5, which Debian 12 has, then tells wrong places of the groups behind (python/cpython#101955)."""
    found = dict(patterns())
    assert len(found) > 50
    assert [name for name, one in found.items() if captures_within(parser.parse(one.pattern, one.flags & ~re.UNICODE))] == []
