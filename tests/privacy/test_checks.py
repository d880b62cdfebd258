"""Each folder of tests/privacy/cases is laid over tests/base as in tests/cases; `kb check` must print its transcript."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.test_cases import lay_case

CASES = Path(__file__).parent / "cases"


@pytest.mark.parametrize("name", sorted(path.name for path in CASES.iterdir()))
def test_case(name: str, base: Path, kb: Callable[..., Any], request: pytest.FixtureRequest) -> None:
    transcript = CASES / name / "transcript.txt"
    lay_case(CASES / name, base)
    ran = kb(base, "check")
    assert ran.err == ""
    said = f"{ran.out}exit {ran.status}\n"
    if request.config.getoption("--rewrite-cases"):
        transcript.write_text(said, "utf-8")
    assert said == transcript.read_text("utf-8")
