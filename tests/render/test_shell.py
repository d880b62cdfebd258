"""The shell: themed HTML cut at its marks, with a policy that lets nothing else run."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from kb.render.shell import LEAD_END, Skeleton, load_shell, prepare

DRAWN = """<!doctype html>
<html><head>
<meta charset="utf-8">
<title>@@kb-title@@</title>
<meta name="description" content="@@kb-description@@">
<script>var a = 1;</script>
<script src="x.js"></script>
<script id="__config" type="application/json">{}</script>
</head><body>@@kb-toc@@<main>@@kb-content@@</main></body></html>
"""


def test_the_policy_names_inline_scripts_by_hash() -> None:
    """Exactly the inline scripts that run; neither files nor data (CSP Level 3, 6.7.3)."""
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', prepare(DRAWN))
    assert policy
    digest = base64.b64encode(hashlib.sha256(b"var a = 1;").digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in policy.group(1)
    assert policy.group(1).count("sha256-") == 1


def test_nothing_idle_is_kept() -> None:
    """Quotes and closing tags that HTML does not ask for are gone; what stands in scripts, styles and pictures is as it was."""
    body = '<style>a[b="c"]{}</style><script async src="../x.js">"<a b=\\"c\\">"</script><ul><li class="on"><a href="a/">一</a></li>\n</ul>'
    picture = '<svg viewBox="0 0 2 2"><circle r="1"/></svg><p title="一 二">三</p>'
    made = prepare(f'<html lang="zh"><meta charset="utf-8">{body}{picture}')
    assert made.partition("\n")[0] == "<html lang=zh><meta charset=utf-8>"
    assert made.partition(">\n")[2].partition(">")[2] == (
        '<style>a[b="c"]{}</style><script async src=../x.js>"<a b=\\"c\\">"</script><ul><li class=on><a href="a/">一</a>\n</ul>'
        + picture
    )


def test_a_changed_theme_is_noticed() -> None:
    with pytest.raises(AssertionError, match="head"):
        prepare("<html><head></head></html>")


def test_stamping(tmp_path: Path) -> None:
    """Titles and descriptions are escaped, content is as it is, marks in content are left alone."""
    (tmp_path / "skeleton").mkdir()
    (tmp_path / "files").mkdir()
    (tmp_path / "skeleton" / "page.html").write_text(prepare(DRAWN), "utf-8")
    shell = load_shell(tmp_path)
    page = shell.skeletons["page.html"].stamp('“<b>” & "c"', "d", "<p>@@kb-title@@</p>", "toc").decode()
    assert "<title>“&lt;b&gt;” &amp; &quot;c&quot;</title>" in page
    assert "<main><p>@@kb-title@@</p></main>" in page
    assert ">toc<main>" in page
    assert Skeleton(("a", "toc", "b")).stamp("", "", "") == b"ab"
    assert Skeleton(("", "lead", "|", "content", "")).stamp("", "", f"title{LEAD_END}text") == b"title|text"
    assert Skeleton(("", "content", "")).stamp("", "", f"title{LEAD_END}text") == b"titletext"


def test_every_byte_of_the_shell_counts(tmp_path: Path) -> None:
    """A file of the theme that changes without changing its length has another digest; skeletons have theirs."""
    (tmp_path / "skeleton").mkdir()
    (tmp_path / "files").mkdir()
    (tmp_path / "skeleton" / "page.html").write_text("a", "utf-8")
    (tmp_path / "files" / "x.css").write_text("red", "utf-8")
    one = load_shell(tmp_path)
    (tmp_path / "files" / "x.css").write_text("tan", "utf-8")
    two = load_shell(tmp_path)
    assert one.files["x.css"][1] != two.files["x.css"][1]
    assert one.digest == two.digest
    (tmp_path / "skeleton" / "page.html").write_text("b", "utf-8")
    assert load_shell(tmp_path).digest != two.digest
