"""A layout whose page numbers never come to rest is not printed with wrong ones: it is a problem."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.print.conftest import HOUSE
from tests.print.test_papers import BOOK

from kb.print.fonts import choose, folders
from kb.print.typst_pdf import make_pdf
from kb.project import Project

RESTLESS = "\n#context if query(<more>).len() == 0 { pagebreak(); [x #metadata(1)<more>] }\n"
"""One page more where there is none, none where there is one: it never agrees with itself."""


def test_restless_page_numbers_are_a_problem(tmp_path: Path) -> None:
    shutil.copytree(HOUSE / "templates" / "print", tmp_path / "templates" / "print")
    fonts = choose(folders(Project(HOUSE), only_bundled=True))
    assert make_pdf(Project(tmp_path), BOOK, fonts).problems == ()
    template = tmp_path / "templates" / "print" / "handbook.typ"
    words = template.read_text("utf-8")
    before, mark, behind = words.partition("// 供 DOCX 用的页码")
    template.write_text(f"{before}{RESTLESS}{mark}{behind}", "utf-8")
    made = make_pdf(Project(tmp_path), BOOK, fonts)
    assert made.pages is None
    assert [problem.code for problem in made.problems] == ["unsettled-pages"]
