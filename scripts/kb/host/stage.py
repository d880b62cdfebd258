"""From a pushed commit to a throw-away copy of its content beside the host's own templates, ready to be checked and built.

Files that stand in the last published commit too are hard links to those of its copy, so that an unchanged
entry is known by its time and size and is not read again. Git checks nothing out: what the push holds is
written file by file, so no attribute, filter or hook of it can run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from kb.host.home import Home, Settings
from kb.host.pushed import Blob
from kb.project import Project

STAMP = "commit.txt"
"""Names the commit a copy is of; written when the copy is whole."""
_LISTED = "blobs.txt"


def base(home: Home) -> Path:
    """The copy of the commit that was published last."""
    return home.work / "base"


def prepare(home: Home, settings: Settings, commit: str, blobs: Mapping[str, Blob], folder: Path) -> Project:
    """Write the content of a commit into `folder` as a project of its own.

    Raises OSError where the disk refuses and subprocess.CalledProcessError where git cannot read the commit.
    """
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    program = Path(settings.program)
    for name in ("templates", "scripts"):
        (folder / name).symlink_to(program / name)
    shutil.copyfile(program / "mkdocs.yml", folder / "mkdocs.yml")
    old = base(home)
    known = _listed(old)
    missing = []
    (folder / "content").mkdir()
    made: set[str] = set()
    for path, blob in blobs.items():
        parent = path.rpartition("/")[0]
        if parent not in made:
            (folder / parent).mkdir(parents=True, exist_ok=True)
            made.add(parent)
        if known.get(path) == blob.id:
            try:
                os.link(old / path, folder / path)
                continue
            except OSError:
                pass  # the old copy is damaged or on another disk: written anew below
        missing.append(blob)
    _write(home, missing, folder)
    if (old / "site_build").is_dir():
        shutil.copytree(old / "site_build", folder / "site_build")
    (folder / _LISTED).write_text("".join(f"{blob.id} {path}\n" for path, blob in blobs.items()), "utf-8")
    (folder / STAMP).write_text(commit + "\n", "utf-8")
    return Project(folder)


def _listed(folder: Path) -> dict[str, str]:
    """path -> blob of a copy, empty where it is not whole."""
    if not (folder / STAMP).is_file():
        return {}
    rows = (line.partition(" ") for line in (folder / _LISTED).read_text("utf-8").splitlines())
    return {path: blob for blob, _, path in rows}


def _write(home: Home, blobs: Iterable[Blob], folder: Path) -> None:
    wanted = list(blobs)
    if not wanted:
        return
    command = ["git", "--git-dir", str(home.repository), "cat-file", "--batch"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as git:
        assert git.stdin is not None
        assert git.stdout is not None
        for blob in wanted:
            git.stdin.write(f"{blob.id}\n".encode())
            git.stdin.flush()
            head = git.stdout.readline().split()
            if len(head) != 3 or head[1] != b"blob":
                raise subprocess.CalledProcessError(1, command)
            data = git.stdout.read(int(head[2]) + 1)[:-1]
            (folder / blob.path).write_bytes(data)
        git.stdin.close()
