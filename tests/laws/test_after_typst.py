"""A process that has used Typst's engine still builds: nothing waits for threads that a fork has left behind."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys, tempfile
from pathlib import Path
import typst
with tempfile.NamedTemporaryFile(suffix=".typ") as file:
    file.write(b"*a*"); file.flush()
    typst.compile(file.name)
from kb.build import build
from kb.project import Project
result = build(Project(Path(sys.argv[1])))
assert not result.failed and result.made > 300, result
"""


def test_build_after_typst(tmp_path: Path) -> None:
    for name in ("content", "templates"):
        shutil.copytree(HOUSE / name, tmp_path / name)
    shutil.copy(HOUSE / "mkdocs.yml", tmp_path)
    (tmp_path / "scripts").symlink_to(HOUSE / "scripts")
    subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        check=True,
        timeout=600,
        env={"PYTHONPATH": str(HOUSE / "scripts"), "PATH": "/usr/bin:/bin"},
    )
