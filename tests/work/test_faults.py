"""Faulty lists and forms: each case prints exactly its transcript; no text at all brings the program down."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.test_cases import codes_of

from kb.model.library import Library
from kb.office.form import blank_of
from kb.office.sheet import Sheet
from kb.outputs.duty_sheets import sheet_of
from kb.project import Project
from kb.workpieces.duties import DUTIES
from kb.workpieces.forms import FORMS
from kb.workpieces.kind import check_pieces, read_pieces

CASES = Path(__file__).parent / "cases"
HOUSE = Path(__file__).resolve().parents[2]


def test_every_code_has_a_case() -> None:
    told = "\n".join(path.read_text("utf-8") for path in CASES.rglob("transcript.txt"))
    program = HOUSE / "scripts" / "kb" / "workpieces"
    codes = {code for name in ("duties", "forms", "grounds") for code in codes_of((program / f"{name}.py").read_text("utf-8"))}
    assert codes
    assert sorted(code for code in codes if f" {code} " not in told) == []


def test_shipped_data_is_without_fault(library: Library) -> None:
    assert check_pieces(library, (DUTIES, FORMS)) == []


TEXTS = [
    (folder, (HOUSE / "content" / folder / f"{name}.yml").read_text("utf-8"))
    for folder, name in (
        ("duties", "sanji-zeren-qingdan"), ("duties", "dangqun-zuzhi"), ("duties", "fumian-qingdan"), ("duties", "si-tong"),
        ("forms", "zuzhi-shenghuo-taizhang"), ("forms", "yuqing-liucheng"), ("forms", "lifa-zhuanban"),
    )
]  # fmt: skip
SCRAPS = (
    "",
    ":",
    "- ",
    "[",
    "]",
    "{",
    "}",
    '"',
    "²",
    "9" * 40,
    "-1",
    "\t",
    "\n",
    "  ",
    "[@",
    "[@编者]",
    "：",
    "&a",
    "*a",
    "null",
    "~",
    "2027-13-99",
)


TITLELESS = re.sub(r"^title: .*", "title:", next(text for folder, text in TEXTS if folder == "duties"), flags=re.M)
"""A file that was neither taken nor told of."""


@st.composite
def mangled(draw: st.DrawFn) -> tuple[str, str]:
    """A real file with some lines dropped, doubled, moved, or with something pushed into them."""
    folder, text = draw(st.sampled_from(TEXTS))
    lines = text.split("\n")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        what = draw(st.sampled_from(("drop", "double", "push", "replace", "swap")))
        if what == "drop" and len(lines) > 1:
            del lines[at]
        elif what == "double":
            lines.insert(at, lines[at])
        elif what == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        else:
            scrap = draw(st.sampled_from(SCRAPS))
            cut = draw(st.integers(0, len(lines[at])))
            lines[at] = lines[at][:cut] + scrap + ("" if what == "replace" else lines[at][cut:])
    return folder, "\n".join(lines)


@settings(max_examples=150, deadline=None)
@example(("duties", TITLELESS))
@given(mangled())
def test_no_text_brings_it_down(library: Library, given_text: tuple[str, str]) -> None:
    """A located problem or a value that can be laid out; never a traceback."""
    folder, text = given_text
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "content" / folder / "yiyang.yml"
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
        pieces, problems = read_pieces(Project(Path(scratch)), [f"content/{folder}/yiyang.yml"], (DUTIES, FORMS))
    for piece in pieces[folder].values():
        kind = DUTIES if folder == "duties" else FORMS
        problems += kind.check(piece, library)
        if not any(problem.level.name == "ERROR" for problem in problems):
            laid = sheet_of(piece.value, library) if folder == "duties" else blank_of(piece.value, ())
            for row in laid.rows if isinstance(laid, Sheet) else ():
                assert len(row) == len(laid.columns)
    assert pieces[folder] or problems
    for problem in problems:
        assert problem.spot.path == f"content/{folder}/yiyang.yml" and problem.spot.line >= 1, problem
        assert re.fullmatch(r"[a-z-]+", problem.code) and problem.message
