"""What stood in a commit for a while stays in the history: such a push is refused, with the commit, the place and the way out."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from tests.host.conftest import commit, entry, git

from kb.host import past
from kb.host.home import Home

ENTRY = "content/terms/sanzhang-qingdan.md"
NUMBER = "11010519491231002X"
"""The example of GB 11643-1999."""


def push(clone: Path, ok: bool = False) -> str:
    done = git(clone, "push", "origin", "HEAD:main", ok=False)
    assert (done.returncode == 0) == ok, done.stderr
    return done.stderr


def head(clone: Path) -> str:
    return git(clone, "rev-parse", "HEAD").stdout.strip()


def test_a_number_taken_out_again_is_found_and_the_way_out_works(home: Home, clone: Path) -> None:
    before = home.tip()
    commit(clone, ENTRY, entry("三张清单", f"第一句，{NUMBER}。"))
    guilty = head(clone)
    commit(clone, ENTRY, entry("三张清单"))
    said = push(clone)
    assert f"{ENTRY}:11:5 private-identity 提交 {guilty[:10]} 里出现公民身份号码：110*************2X" in said.replace(
        "remote: ", ""
    )
    assert NUMBER not in said
    assert home.tip() == before
    (line,) = [row for row in said.splitlines() if "git reset --soft" in row]
    git(clone, "reset", "--soft", line.split()[-1])
    git(clone, "commit", "-qm", "三张清单")
    push(clone, ok=True)
    assert NUMBER not in git(home.repository, "log", "-p", "--all").stdout


def test_a_file_that_is_gone_at_the_tip_is_found(home: Home, clone: Path) -> None:
    document = Document()
    document.core_properties.author = "王小明"
    data = io.BytesIO()
    document.save(data)
    (clone / "content/assets").mkdir()
    (clone / "content/assets/biao.docx").write_bytes(data.getvalue())
    commit(clone, ENTRY, entry("三张清单"))
    (clone / "content/assets/biao.docx").unlink()
    commit(clone, ENTRY, entry("三张清单", "又一句。"))
    assert "content/assets/biao.docx:0:0 attachment-author" in push(clone)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_outside_content_and_in_other_encodings(encoding: str, home: Home, clone: Path) -> None:
    (clone / "beizhu.txt").write_bytes(f"联系人身份证{NUMBER}\n".encode(encoding))
    (clone / "content/terms").mkdir()
    (clone / ENTRY).write_bytes(entry("三张清单", f"身份证{NUMBER}").encode(encoding))
    git(clone, "add", "-A")
    git(clone, "commit", "-qm", "暂存")
    git(clone, "rm", "-q", "beizhu.txt")
    commit(clone, ENTRY, entry("三张清单"))
    said = push(clone)
    assert "beizhu.txt:1:7 private-identity" in said
    assert f"{ENTRY}:11:4 private-identity" in said


def test_side_of_a_merge(home: Home, clone: Path) -> None:
    git(clone, "checkout", "-qb", "side")
    commit(clone, ENTRY, entry("三张清单", f"身份证{NUMBER}"))
    guilty = head(clone)
    git(clone, "checkout", "-q", "main")
    commit(clone, "content/terms/dangke.md", entry("党课"))
    git(clone, "merge", "-q", "--no-ff", "-m", "并", "side")
    commit(clone, ENTRY, entry("三张清单"))
    assert f"提交 {guilty[:10]} 里" in push(clone)


def test_words_of_a_commit(home: Home, clone: Path) -> None:
    commit(clone, ENTRY, entry("三张清单"), f"按{NUMBER}的要求改\n\nSigned-off-by: z@localhost.cn")
    said = push(clone)
    assert "提交说明:0:0 private-identity" in said
    assert "private-mail" not in said


def test_what_was_cleared_by_name_is_taken(home: Home, clone: Path) -> None:
    more = "cleared:\n  - {on: 2026-11-20, by: 张三, note: 服务热线 13800138000 是对外公布的电话}\n"
    commit(clone, ENTRY, entry("三张清单", "拨打 13800138000。", more=more))
    commit(clone, ENTRY, entry("三张清单"))
    push(clone, ok=True)


def test_what_is_in_the_history_already_is_not_told_again(home: Home, clone: Path) -> None:
    commit(clone, ENTRY, entry("三张清单", f"身份证{NUMBER}"))
    commit(clone, ENTRY, entry("三张清单"))
    git(home.repository, "fetch", "-q", str(clone), "main:refs/heads/main")
    commit(clone, ENTRY, entry("三张清单", "又一句。"))
    push(clone, ok=True)


def test_too_long_a_history_is_refused(home: Home, clone: Path) -> None:
    for number in range(3):
        commit(clone, ENTRY, entry("三张清单", f"第{number}句。"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(past, "MAX_COMMITS", 2)
        with pytest.raises(past.TooManyError):
            git(home.repository, "fetch", "-q", str(clone), "main")
            past.lasting(home, head(clone), (), None, True)  # type: ignore[arg-type]
