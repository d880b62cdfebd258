"""Pushes with real git over file://: what is good goes online, what is bad changes nothing."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

from tests.host.conftest import commit, entry, git

from kb.host import releases
from kb.host.home import Home
from kb.host.managing import rollback, status

PAGE = "terms/sanzhang-qingdan.html"
ENTRY = "content/terms/sanzhang-qingdan.md"


def served(home: Home) -> Path:
    return home.current.resolve()


def test_first_release_stands(home: Home) -> None:
    assert releases.whole(home, releases.serving(home))
    assert (served(home) / "methods/sanhui-yike.html").is_file()
    assert status(home.root) == 0


def test_good_push_is_published_with_its_date(home: Home, clone: Path) -> None:
    before = releases.serving(home)
    (clone / ENTRY).parent.mkdir()
    (clone / ENTRY).write_text(entry("三张清单"), "utf-8")
    git(clone, "add", "-A")
    when = "2026-02-03T04:05:06+08:00"
    git(clone, "commit", "-qm", "加一条", GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE=when)
    done = git(clone, "push", "origin", "main")
    assert "已发布：3 条" in done.stderr
    page = (served(home) / PAGE).read_text("utf-8")
    assert "三张清单" in page
    assert "最近修改 2026-02-03" in page
    assert releases.serving(home) != before
    assert releases.whole(home, releases.serving(home))
    last = home.log()[-1]
    assert (last["what"], last["author"], last["commit"]) == ("发布", "张三", home.tip())
    assert status(home.root) == 0
    assert sorted(path.name for path in home.work.iterdir()) == ["base", "site"]


def test_bad_push_is_refused_with_its_place_and_changes_nothing(home: Home, clone: Path) -> None:
    before, tip = releases.serving(home), home.tip()
    commit(clone, ENTRY, entry("三张清单").replace("组织建设", "没有的主题") + "\n电话13800138000。[@编者]\n")
    done = git(clone, "push", "origin", "main", ok=False)
    assert done.returncode != 0
    assert f"remote: {ENTRY}:4:8 not-in-vocabulary “主题”里没有“没有的主题”这个选项" in done.stderr
    assert "private-phone" in done.stderr
    assert "13800138000" not in done.stderr
    assert (releases.serving(home), home.tip()) == (before, tip)
    assert home.log()[-1]["what"] == "拒收"
    assert status(home.root) == 0
    (way,) = [row.split()[-1] for row in done.stderr.splitlines() if "git reset --soft" in row]
    git(clone, "reset", "-q", "--soft", way)
    commit(clone, ENTRY, entry("三张清单"), "改好")
    git(clone, "push", "-q", "origin", "main")
    assert (served(home) / PAGE).is_file()


def test_changes_outside_of_content_are_taken_back_as_told(home: Home, clone: Path) -> None:
    """What the editor wrote in content stays, and what was added outside is gone."""
    settings = (clone / "mkdocs.yml").read_text("utf-8")
    (clone / "mkdocs.yml").write_text(settings + "\n# 改过\n", "utf-8")
    (clone / "templates/pages/home.html.j2").unlink()
    (clone / "说明 1.txt").write_text("外面的文件", "utf-8")
    commit(clone, ENTRY, entry("三张清单"))
    told = git(clone, "push", "origin", "main", ok=False).stderr
    commands = [row.removeprefix("remote:").strip() for row in told.splitlines() if row.startswith("remote:     git ")]
    assert len(commands) == 3
    for command in commands:
        git(clone, *shlex.split(command)[1:])
    assert not (clone / "说明 1.txt").exists()
    assert (clone / "mkdocs.yml").read_text("utf-8") == settings
    git(clone, "push", "-q", "origin", "main")
    assert (served(home) / PAGE).is_file()


def test_draft_branch_is_checked_but_not_published(home: Home, clone: Path) -> None:
    before = releases.serving(home)
    git(clone, "checkout", "-qb", "gao")
    commit(clone, ENTRY, entry("三张清单"))
    assert "不是要发布的分支" in git(clone, "push", "origin", "gao").stderr
    assert releases.serving(home) == before
    git(clone, "push", "-q", "origin", ":gao")
    assert git(clone, "push", "origin", ":main", ok=False).returncode != 0
    git(clone, "tag", "v1")
    assert "只收分支" in git(clone, "push", "origin", "v1", ok=False).stderr


def test_rewritten_history_is_refused(home: Home, clone: Path) -> None:
    commit(clone, ENTRY, entry("三张清单"))
    git(clone, "push", "-q", "origin", "main")
    tip = home.tip()
    git(clone, "commit", "-q", "--amend", "-m", "换了")
    assert git(clone, "push", "-f", "origin", "main", ok=False).returncode != 0
    assert home.tip() == tip


def test_two_pushes_at_once(home: Home, clone: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", f"file://{home.repository}", "other")
    commit(clone, ENTRY, entry("三张清单"))
    commit(tmp_path / "other", "content/terms/qingdan.md", entry("问题清单"))
    pushes = [
        subprocess.Popen(["git", "push", "-q", "origin", "main"], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for root in (clone, tmp_path / "other")
    ]
    ended = [push.wait(60) for push in pushes]
    for push in pushes:
        push.communicate()
    assert sorted(code == 0 for code in ended) == [False, True], "先到的收下，后到的要先取回再推"
    assert releases.whole(home, releases.serving(home))
    assert status(home.root) == 0
    late = (clone, tmp_path / "other")[ended.index(0) ^ 1]
    git(late, "pull", "-q", "--rebase", "origin", "main")
    git(late, "push", "-q", "origin", "main")
    assert (served(home) / PAGE).is_file()
    assert (served(home) / "terms/qingdan.html").is_file()
    assert status(home.root) == 0


def test_a_release_is_later_than_all_that_stand(home: Home, tmp_path: Path) -> None:
    """Whatever the clock says: several in one second, and after a clock that was fast."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("一", "utf-8")
    made = [releases.release(home, tmp_path / "site", commit * 40) for commit in "f0e1d2"]
    assert releases.names(home)[-len(made) :] == made
    (home.releases / "20990101T000000-ffffffff").mkdir()
    assert releases.release(home, tmp_path / "site", "0" * 40) == releases.names(home)[-1] == "20990101T000001-00000000"


def test_rollback_and_the_last_releases(home: Home, clone: Path) -> None:
    for number in range(3):
        commit(clone, ENTRY, entry("三张清单", f"第{number}版。"))
        git(clone, "push", "-q", "origin", "main")
    standing = releases.names(home)
    assert len(standing) == 3
    assert "第2版" in (served(home) / PAGE).read_text("utf-8")
    assert rollback(home.root, None) == 0
    assert "第1版" in (served(home) / PAGE).read_text("utf-8")
    assert status(home.root) == 1, "发布的不是最新的"
    assert rollback(home.root, "没有") == 2
    assert rollback(home.root, standing[0]) == 0
    assert rollback(home.root, None) == 2
    commit(clone, ENTRY, entry("三张清单", "第4版。"))
    git(clone, "push", "-q", "origin", "main")
    assert "第4版" in (served(home) / PAGE).read_text("utf-8")
    assert len(releases.names(home)) == 3
    assert {path.stem for path in home.manifests.iterdir()} == set(releases.names(home))


def test_damaged_release_is_not_gone_back_to(home: Home, clone: Path) -> None:
    commit(clone, ENTRY, entry("三张清单"))
    git(clone, "push", "-q", "origin", "main")
    old = releases.names(home)[0]
    page = home.releases / old / "index.html"
    page.unlink()
    page.write_text("坏了", "utf-8")
    assert rollback(home.root, old) == 1
    assert releases.serving(home) != old


def test_release_waits_for_its_reviews(home: Home, clone: Path, program: Path, tmp_path: Path) -> None:
    import shutil

    from kb.host.managing import init
    from kb.project import Project

    strict = tmp_path / "strict"
    shutil.copytree(program, strict, symlinks=True)
    text = (strict / "mkdocs.yml").read_text("utf-8")
    asked = "  review:\n    - {types: [term], stages: [初审, 复审, 终审]}\n"
    (strict / "mkdocs.yml").write_text(text.replace("extra:\n", f"extra:\n{asked}", 1), "utf-8")
    assert init(Project(strict), home.root, "公开", 3, []) == 0
    commit(clone, ENTRY, entry("三张清单"))
    done = git(clone, "push", "origin", "main", ok=False)
    assert "review-missing 已发布，还没有过初审、复审、终审" in done.stderr
    commit(clone, ENTRY, entry("三张清单", status="送审"), "送审")
    git(clone, "push", "-q", "origin", "main")
    assert not (served(home) / PAGE).exists()
