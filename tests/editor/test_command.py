"""`kb edit` as it is run: the address it gives, how it begins and ends."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT

from kb.editor.gate import Gate
from kb.editor.house import House
from kb.editor.running import begin_at
from kb.project import Project


def begun(root: Path, *words: str) -> tuple[subprocess.Popen[str], str]:
    """The command and the address it gives."""
    # tests started in the background of a shell are deaf to Ctrl+C, and what they start would be too
    command = ["env", "--default-signal=INT", sys.executable, "-m", "kb", "-C", str(root), "edit", "--no-browser", *words]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT / "scripts")
    assert program.stdout is not None
    first = program.stdout.readline()
    found = re.fullmatch(r"编辑：(http://127\.0\.0\.1:\d+/[\w-]{16}/\?token=[\w-]{43}(?:&at=\S+)?)\n", first)
    assert found, first + (program.stderr.read() if program.stderr else "")
    return program, found.group(1)


def test_from_the_address_to_ctrl_c(furnished: Path) -> None:
    program, address = begun(furnished, "sanhui-yike")
    try:
        assert address.endswith("&at=content/methods/sanhui-yike.md")
        with urllib.request.urlopen(address, timeout=120) as answer:
            assert "url=./#content/methods/sanhui-yike.md" in answer.read().decode()
            assert "HttpOnly; SameSite=Strict" in answer.headers["Set-Cookie"]
        port = int(address.split(":")[2].split("/")[0])
        with pytest.raises(ConnectionRefusedError):  # on this machine's own address only
            socket.create_connection(("127.0.0.2", port), timeout=5)
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=120)
        assert (program.returncode, out.endswith("编辑结束。\n"), err) == (0, True, "")
    finally:
        program.kill()
        program.wait()


def test_a_port_that_is_taken(base: Path, kb: Callable[..., Any]) -> None:
    shutil.copytree(ROOT / "templates/editor", base / "templates/editor")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = kb(base, "edit", "--no-browser", "--port", str(taken.getsockname()[1]))
    assert (ran.status, "用不了" in ran.err) == (2, True)
    assert kb(base, "edit", "--no-browser", "--port", "99999").status == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sanhui-yik",), "是不是“sanhui-yike”"),
        (("../mkdocs.yml",), "没有“../mkdocs.yml”这一条"),
        (("content/pages/about.md",), "没有"),
        (("about",), "没有“about”这一条"),
        (("述职", "--type", "methode"), "是不是“method”"),
    ],
)
def test_what_is_not_there(words: tuple[str, ...], said: str, base: Path, kb: Callable[..., Any]) -> None:
    shutil.copytree(ROOT / "templates/editor", base / "templates/editor")
    ran = kb(base, "edit", "--no-browser", *words)
    assert (ran.status, said in ran.err) == (2, True), ran


def test_without_its_templates(base: Path, kb: Callable[..., Any]) -> None:
    ran = kb(base, "edit", "--no-browser")
    assert (ran.status, "templates/editor" in ran.err) == (2, True)


def test_where_the_page_begins(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (base / "content/methods/huai.md").write_text("---\ntitle：坏\n---\n", "utf-8")
    house = House(Project(base))
    entry = "content/methods/sanhui-yike.md"
    monkeypatch.chdir(base / "content")
    for what in ("sanhui-yike", entry, "methods/sanhui-yike.md", str(base / entry)):
        assert begin_at(house, what, None) == entry
    assert begin_at(house, "huai", None) == "content/methods/huai.md"
    assert begin_at(house, None, None) == ""
    assert begin_at(house, "支部书记述职", "工作法") == "new/method/支部书记述职"
    gate = Gate()
    assert gate.address("x", "new/method/支部 #?&").endswith("?token=x&at=new/method/%E6%94%AF%E9%83%A8%20%23%3F%26")
