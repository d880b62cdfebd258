"""`kb serve` in real Chromium: what is saved shows without asking for it, and faults leave the pages as they were."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

import pytest
from bench.build.corpus import HOUSE, write
from bench.reader.nginx import free_port
from bench.search.browser import chromium
from playwright.sync_api import Browser, expect

from kb.project import Project

ENTRY = "methods/method-00000"
SOON = 20_000
"""Milliseconds; a page comes in a fraction of one second, but other tests may have the processor."""


@dataclass
class Preview:
    """A running preview, its terminal, and a browser."""

    project: Project
    address: str
    browser: Browser
    lines: list[str] = field(default_factory=list)

    def read(self, terminal: IO[str]) -> None:
        for line in terminal:
            self.lines.append(line)

    def edit(self, pattern: str, words: str) -> None:
        path = self.project.content / f"{ENTRY}.md"
        path.write_text(re.sub(pattern, lambda found: words, path.read_text("utf-8"), count=1, flags=re.M), "utf-8")


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    project = write(tmp_path_factory.mktemp("serve"), 20)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "kb", "-C", str(project.root), "serve", "--port", str(port)],
        stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(HOUSE / "scripts")},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        with chromium() as browser:
            running = Preview(project, f"http://127.0.0.1:{port}/", browser)
            for line in process.stdout:
                running.lines.append(line)
                if "预览：" in line:
                    break
            reader = threading.Thread(target=running.read, args=(process.stdout,))
            reader.start()
            yield running
    finally:
        process.terminate()
        process.wait()
        reader.join()
        process.stdout.close()


def test_a_saved_sentence_appears(preview: Preview) -> None:
    page = preview.browser.new_page()
    page.goto(f"{preview.address}{ENTRY}.html")
    for turn in range(3):
        preview.edit(r"\Z", f"\n第{turn}次保存的话。[@编者]\n")
        expect(page.get_by_text(f"第{turn}次保存的话")).to_be_visible(timeout=SOON)
    page.close()


def test_a_new_title_appears_elsewhere(preview: Preview) -> None:
    page = preview.browser.new_page()
    page.goto(f"{preview.address}methods/index.html")
    preview.edit(r"^title: .*", "title: 改过名的工作法")
    expect(page.get_by_text("改过名的工作法")).to_be_visible(timeout=SOON)
    page.close()


def test_a_fault_is_told_and_the_page_stands(preview: Preview) -> None:
    """Then it is mended, and the page goes on."""
    page = preview.browser.new_page()
    page.goto(f"{preview.address}{ENTRY}.html")
    kept = (preview.project.content / f"{ENTRY}.md").read_text("utf-8")
    preview.edit(r"^topic: .*", "topic: 没有的主题")
    page.wait_for_timeout(100)
    for _ in range(SOON // 100):
        if any("没有的主题" in line for line in preview.lines):
            break
        page.wait_for_timeout(100)
    else:
        raise AssertionError(preview.lines)
    page.reload()
    expect(page.locator("h1")).to_be_visible()
    (preview.project.content / f"{ENTRY}.md").write_text(kept + "\n改好以后的话。[@编者]\n", "utf-8")
    expect(page.get_by_text("改好以后的话")).to_be_visible(timeout=SOON)
    page.close()
