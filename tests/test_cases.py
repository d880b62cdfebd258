"""Each folder of tests/cases and of tests/<room>/cases is a little knowledge base laid over tests/base; `kb check` must print its transcript.

`make.yml` in a case lists files that git or an editor would mangle: {path, text, repeat, encoding, bom, line_ends},
{path, symlink} or {path, remove: true}; without `text` the file of that path is taken as it lies.
`pytest --rewrite-cases` writes the transcripts anew: read the difference before you commit it.
"""

from __future__ import annotations

import codecs
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

TESTS = Path(__file__).parent
CASES = sorted(path for folder in (TESTS / "cases", *TESTS.glob("*/cases")) for path in folder.iterdir())


def lay_case(case: Path, root: Path) -> None:
    """Lay a case over the base in `root`."""
    for folder in ("content", "templates"):
        if (case / folder).is_dir():
            shutil.copytree(case / folder, root / folder, dirs_exist_ok=True)
    recipe = case / "make.yml"
    for step in yaml.safe_load(recipe.read_text("utf-8")) if recipe.exists() else []:
        make(root / step.pop("path"), step)


def make(path: Path, step: dict[str, Any]) -> None:
    """Carry out one step of a make.yml; a word it does not know is the case's mistake."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if step.pop("remove", False):
        path.unlink()
    elif "symlink" in step:
        path.symlink_to(step.pop("symlink"))
    else:
        text = step.pop("text") if "text" in step else path.read_text("utf-8")
        text = step.pop("before", "") + text * step.pop("repeat", 1) + step.pop("after", "")
        text = text.replace("\n", {"lf": "\n", "crlf": "\r\n", "cr": "\r"}[step.pop("line_ends", "lf")])
        mark = codecs.BOM_UTF8 if step.pop("bom", False) else b""
        path.write_bytes(mark + text.encode(step.pop("encoding", "utf-8")))
    assert not step, f"make.yml: {step}"


@pytest.mark.parametrize("case", CASES, ids=[path.relative_to(TESTS).as_posix() for path in CASES])
def test_case(case: Path, base: Path, kb: Callable[..., Any], request: pytest.FixtureRequest) -> None:
    transcript = case / "transcript.txt"
    stray = {path.name for path in case.iterdir()} - {"content", "templates", "make.yml", "transcript.txt"}
    assert not stray, f"案例里多出了 {stray}"
    assert any(path.name != "transcript.txt" for path in case.iterdir()), "只有 transcript.txt，没有案例"
    lay_case(case, base)
    ran = kb(base, "check")
    assert ran.err == ""
    said = f"{ran.out}exit {ran.status}\n"
    if request.config.getoption("--rewrite-cases"):
        transcript.write_text(said, "utf-8")
    assert transcript.exists(), "没有 transcript.txt；用 pytest --rewrite-cases 写出来，读过再提交"
    assert said == transcript.read_text("utf-8")


def test_every_code_has_a_case() -> None:
    """A fault that can be told is told in some transcript."""
    told = "\n".join((case / "transcript.txt").read_text("utf-8") for case in CASES)
    program = TESTS.parent / "scripts" / "kb"
    codes = set()
    for folder in ("source", "schema", "checks"):
        for path in (program / folder).rglob("*.py"):
            codes |= codes_of(path.read_text("utf-8"))
    assert codes
    assert sorted(code for code in codes if f" {code} " not in told) == []


def codes_of(program: str) -> set[str]:
    """The problem codes named in a module: first argument of add, wrong, refuse or Problem, second of _problem."""
    import ast

    place = {"add": 0, "wrong": 0, "Problem": 0, "refuse": 1, "_problem": 1}
    found = set()
    for node in ast.walk(ast.parse(program)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in place and len(node.args) > place[name]:
            code = node.args[place[name]]
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                found.add(code.value)
    return found
