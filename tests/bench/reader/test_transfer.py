"""The numbers of rsync are read as printed; what changed is found by its bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.reader.transfer import differ, digests, numbers, sent

SAID = """
Number of files: 1,073 (reg: 1,036, dir: 37)
Number of created files: 1 (reg: 1)
Total file size: 14,688,790 bytes
Literal data: 70,350 bytes
Matched data: 17,303 bytes
File list size: 0
Total bytes sent: 94,555
Total bytes received: 1,072
"""


def test_numbers() -> None:
    assert numbers(SAID) == {"all": 1073, "literal": 70350, "sent": 94555, "received": 1072}
    with pytest.raises(ValueError, match="Total bytes sent"):
        numbers(SAID.replace("Total bytes sent", "gesendet"))


def test_differ(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in (("same", "a"), ("gone", "b"), ("small", "c"), ("sub/large", "d")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    before = digests(tmp_path)
    (tmp_path / "gone").unlink()
    (tmp_path / "same").write_text("a", "utf-8")
    (tmp_path / "small").write_text("cc", "utf-8")
    (tmp_path / "sub/large").write_text("d" * 1000, "utf-8")
    (tmp_path / "sub/new").write_text("e" * 10, "utf-8")
    differ(tmp_path, before, digests(tmp_path))
    said = capsys.readouterr().out
    assert "变了 3 个文件、去掉 1 个，新的共 1,012 字节" in said
    assert [line.split()[1] for line in said.splitlines()[1:]] == ["sub/large", "sub/new（新）", "small"]


def test_sent() -> None:
    said = f"0 sub/\n1083 sub/b.js\n92 a.html\n1083 a.js\n0 touched.js\ndeleting old.js\n{SAID}"
    assert sent(said) == [(1083, "a.js"), (1083, "sub/b.js"), (92, "a.html")]
