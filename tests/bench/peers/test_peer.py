"""A peer that cannot be had or does not do its work is left out with the reason, and is never measured as fast."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from bench.build.corpus import write
from bench.build.measure import FailedError
from bench.peers.__main__ import Measured, rounds
from bench.peers.flavours import Library
from bench.peers.obtain import Missing, Program, eleventy, hugo
from bench.peers.peer import OURS, PEERS, Runner, prepare


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """Hugo's entries with a program in its place that does nothing and says that all is well."""
    write(tmp_path / "ours", 20)
    prepare(PEERS["hugo"], Library(tmp_path / "ours"), tmp_path / "hugo", tmp_path)
    return Runner(PEERS["hugo"], Program(("true",), "0"), tmp_path / "hugo")


def program(folder: Path, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "npm").write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    (folder / "npm").chmod(0o755)


def test_no_page_no_figure(runner: Runner) -> None:
    with pytest.raises(FailedError, match="没有做出"):
        runner.cold(1)


def test_an_edit_must_show(runner: Runner) -> None:
    page = runner.home / runner.peer.out / runner.peer.page
    page.parent.mkdir(parents=True)
    page.write_text("<p>旧的</p>", "utf-8")
    with pytest.raises(FailedError, match="没有变"):
        runner.edited(1)
    assert "第1次修改时补写的一句。" in runner.source.read_text("utf-8")


def test_who_fails_is_left_out(runner: Runner, capsys: pytest.CaptureFixture[str]) -> None:
    assert rounds([Measured(runner)], 2) == []
    assert "不比 Hugo：没有做出" in capsys.readouterr().out


def test_ours_must_not_fail(runner: Runner) -> None:
    with pytest.raises(FailedError):
        rounds([Measured(Runner(PEERS[OURS], Program(("false",), "0"), runner.home))], 1)


def test_without_root_hugo_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    assert hugo(tmp_path) == Missing("没有装 Hugo，也不是 root：请管理员运行 apt-get install hugo")


def test_a_failed_installation_says_why_without_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "echo 'npm error notarget https://host.example/x is not there' >&2; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    answer = eleventy(tmp_path)
    assert answer == Missing("npm 装不上 Eleventy：npm error notarget … is not there")
    # and it is tried again the next time
    assert eleventy(tmp_path) == answer


def test_who_takes_too_long_is_left_out(runner: Runner, capsys: pytest.CaptureFixture[str]) -> None:
    slow = Runner(runner.peer, Program(("sh", "-c", "sleep 60 & sleep 60", "sh"), "0"), runner.home, 0.3)
    began = time.monotonic()
    assert rounds([Measured(slow)], 1) == []
    assert time.monotonic() - began < 30
    assert "超过 0.3 秒" in capsys.readouterr().out
