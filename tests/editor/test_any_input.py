"""Whatever the page sends is answered: no wish and no text makes the program fail."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import ROOT
from tests.editor.conftest import ENTRY, Desk, running

from kb.editor.desk import ANSWERS
from kb.editor.draft import RefusedError
from kb.editor.files import PathRefusedError

PARTS = sorted((ROOT / "content/methods").glob("*.md"))[:40]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
PATHS = st.sampled_from(
    [ENTRY, "content/rules/xin.md", "content/terms/xin.md", "content/cases/xin.md", "content/brands/a.md", "content/../x.md"]
)


@pytest.fixture(scope="module")
def desk(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running(furnished, tmp_path_factory.mktemp("any") / "kb") as desk:
        yield desk


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(sorted(ANSWERS)),
    st.dictionaries(
        st.sampled_from(
            ["path", "base", "text", "body", "values", "digest", "words", "type", "title", "id", "types", "kind", "preview"]
        ),
        JSON,
        max_size=6,
    ),
    PATHS,
)
def test_any_wish(desk: Desk, name: str, wish: dict[str, Any], path: str) -> None:
    with contextlib.suppress(RefusedError, PathRefusedError):
        ANSWERS[name](desk.server.house, {"path": path, **wish})


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_any_text(desk: Desk, data: st.DataObject) -> None:
    """Real entries with pieces cut out, doubled and strange words put in, under any type: checked, placed, drawn."""
    text = data.draw(st.sampled_from(PARTS)).read_text("utf-8")
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 60)))
        text = (
            text[:start]
            + data.draw(st.sampled_from(["", text[start:end] * 2, "\n", ": ", "- ", "[@", "|", "\u200b", "---\n", "<b>", "]("]))
            + text[end:]
        )
    told = ANSWERS["check"](
        desk.server.house, {"path": data.draw(PATHS.filter(lambda one: ".." not in one)), "base": "", "text": text, "preview": True}
    )
    assert told["text"] == text
    assert isinstance(told["article"], str)
    keys = {field["key"] for kind in ANSWERS["begin"](desk.server.house, {})["types"] for field in kind["fields"]}
    assert {one["field"] for one in told["problems"]} <= {*keys, "body", ""}
