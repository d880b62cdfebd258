"""`kb serve` in real Chromium: what is saved shows without asking for it, and faults leave the pages as they were."""

from __future__ import annotations

import os
import re
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

import pytest
from bench.build.corpus import HOUSE, write
from bench.reader.nginx import free_port
from bench.search.browser import chromium, until
from playwright.sync_api import Browser, Page, expect

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

    def edit(self, pattern: str, words: str, entry: str = ENTRY) -> None:
        path = self.project.content / f"{entry}.md"
        path.write_text(re.sub(pattern, lambda found: words, path.read_text("utf-8"), count=1, flags=re.M), "utf-8")

    def open(self, entry: str = ENTRY) -> Page:
        """An entry's page in a window of its own, marked so that it tells whether it has been loaded anew."""
        page = self.browser.new_page()
        page.goto(f"{self.address}{entry}.html")
        page.evaluate("window.marked = true")
        return page

    def apart(self) -> tuple[str, str]:
        """Two entries, neither the one that is edited most; the page of the second says nothing of the first."""
        site = self.project.output / "preview"
        pages = {path.relative_to(site).as_posix()[:-5]: path.read_text("utf-8") for path in sorted(site.glob("*s/*-0*.html"))}
        names = [name for name in pages if name != ENTRY]
        return next((one, two) for one in names for two in names if one != two and one.split("/")[1] not in pages[two])

    def heard(self, words: str, since: int) -> None:
        """Wait for words on the terminal."""
        deadline = time.monotonic() + SOON / 1000
        while not any(words in line for line in self.lines[since:]):
            assert time.monotonic() < deadline, self.lines
            time.sleep(0.05)


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    project = write(tmp_path_factory.mktemp("serve"), 20)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "kb", "-C", str(project.root), "serve", "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ | {"PYTHONPATH": str(HOUSE / "scripts")},
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
    assert not any("Traceback" in line for line in running.lines), running.lines


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


SHOWN = """() => [document.title, document.querySelector(".kb-lead").textContent,
  document.querySelector("article").innerHTML, document.querySelector(".kb-toc").textContent]"""
"""What a reader sees of a page, but for where the list of contents says one is."""
BUTTON = ".km-act"
"""What a script adds to the page once it has been painted."""
CHANGED = f"before => document.readyState === 'complete' && JSON.stringify(({SHOWN})()) !== JSON.stringify(before)"


@pytest.mark.parametrize(
    ("pattern", "words", "in_place"),
    [
        (r"\Z", "\n在末尾添一句。[@编者]\n", True),
        (r"^(## .*\n)", "## 换了名的一节\n\n在开头添一段。[@编者]\n\n", False),
        (r"^在开头添一段。.*\n", "开头一段改成两段。[@编者]\n\n这是第二段。[@编者]\n\n- 还有一项。[@编者]\n", True),
        (r"^这是第二段。.*\n\n", "", True),
        (r"^- 还有一项。.*\n", "- 一项改作**两样**。[@编者]\n- 又一项。[@编者]\n", True),
        (r"^开头一段改成两段。.*\n\n", "| 甲 | 乙 |\n| --- | --- |\n| 一[@编者] | 二[@编者] |\n\n", True),
        (r"^\| 一\[@编者\] \| 二", "| 一[@编者] | 三", True),
        (r"^summary: .*", "summary: 换过的一句话简介。", True),
        (r"^title: .*", "title: 换过名的一条", True),
        (r"\Z", "\n## 又一节\n\n又一节的话。[@编者]\n", False),
    ],
)
def test_the_page_ends_as_it_is_built(preview: Preview, pattern: str, words: str, in_place: bool) -> None:
    """Whatever is saved: what stands in the window is what another window gets afresh; where the sections are the same
    it has not been loaded anew."""
    page = preview.open()
    page.wait_for_selector(BUTTON)
    page.evaluate("scrollTo(0, 400)")
    page.wait_for_timeout(100)
    before, since = page.evaluate(SHOWN), len(preview.lines)
    kept = page.evaluate("scrollY")
    preview.edit(pattern, words)
    preview.heard("已更新", since)
    until(page, CHANGED, before)
    page.wait_for_timeout(300)
    page.wait_for_load_state()
    fresh = preview.open()
    for one in (page, fresh):
        one.wait_for_selector(BUTTON)
    assert page.evaluate(SHOWN) == fresh.evaluate(SHOWN)
    assert page.evaluate("window.marked === true") == in_place
    if in_place:
        assert abs(page.evaluate("scrollY") - kept) < 60
    fresh.close()
    page.close()


def test_pages_that_did_not_change_are_left_alone(preview: Preview) -> None:
    one, two = preview.apart()
    page, other = preview.open(one), preview.open(two)
    preview.edit(r"^title: .*", "title: 别处看不到的新名", one)
    expect(page.locator("h1")).to_have_text("别处看不到的新名", timeout=SOON)
    other.wait_for_timeout(500)
    assert other.evaluate("window.marked === true")
    page.close()
    other.close()


def test_two_saves_at_once(preview: Preview) -> None:
    page = preview.open()
    preview.edit(r"\Z", "\n头一次保存。[@编者]\n")
    preview.edit(r"头一次保存", "第二次保存")
    expect(page.get_by_text("第二次保存")).to_be_visible(timeout=SOON)
    page.wait_for_timeout(1500)
    expect(page.get_by_text("头一次保存")).to_have_count(0)
    expect(page.get_by_text("第二次保存")).to_have_count(1)
    page.close()


def test_an_entry_comes_and_goes(preview: Preview) -> None:
    path = preview.project.content / "methods/method-99999.md"
    page = preview.browser.new_page()
    page.goto(f"{preview.address}methods/method-99999.html")
    text = (preview.project.content / f"{ENTRY}.md").read_text("utf-8")
    path.write_text(re.sub(r"^title: .*", "title: 新来的一条", text, count=1, flags=re.M), "utf-8")
    expect(page.locator("h1")).to_have_text("新来的一条", timeout=SOON)
    path.unlink()
    expect(page.get_by_text("新来的一条")).to_have_count(0, timeout=SOON)
    assert page.goto(f"{preview.address}methods/method-99999.html").status == 404
    page.close()


def test_a_template_changes(preview: Preview) -> None:
    page = preview.open()
    template = preview.project.templates / "pages/_entry.html.j2"
    assert not template.is_symlink()
    kept = template.read_text("utf-8")
    try:
        template.write_text(kept.replace("条目编号", "本条编号"), "utf-8")
        expect(page.get_by_text("本条编号")).to_be_visible(timeout=SOON)
        preview.edit(r"\Z", "\n换过模板以后的话。[@编者]\n")
        expect(page.get_by_text("换过模板以后的话")).to_be_visible(timeout=SOON)
        expect(page.get_by_text("本条编号")).to_be_visible()
    finally:
        template.write_text(kept, "utf-8")
    expect(page.get_by_text("本条编号")).to_have_count(0, timeout=SOON)
    page.close()


def test_a_fault_in_one_entry_holds_up_no_other(preview: Preview) -> None:
    page, since = preview.open(), len(preview.lines)
    apart, _ = preview.apart()
    other = preview.project.content / f"{apart}.md"
    kept = other.read_text("utf-8")
    try:
        preview.edit(r"^topic: .*", "topic: 没有这个主题", apart)
        preview.heard("没有这个主题", since)
        preview.edit(r"\Z", "\n别条有错时的话。[@编者]\n")
        expect(page.get_by_text("别条有错时的话")).to_be_visible(timeout=SOON)
        page.reload()
        expect(page.get_by_text("别条有错时的话")).to_be_visible()
    finally:
        other.write_text(kept, "utf-8")
    preview.heard("已更新", since)
    page.close()


def test_a_reader_who_leaves_is_no_fault(preview: Preview) -> None:
    """The fixture looks for the trace at the end."""
    host, port = preview.address.removeprefix("http://").rstrip("/").split(":")
    page = preview.open()
    for _ in range(3):
        with socket.create_connection((host, int(port))) as line:
            number = page.evaluate("document.querySelector('[data-known]').getAttribute('data-known')")
            line.sendall(f"GET /__kb_live?known={number}&address=/browse.html HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    preview.edit(r"\Z", "\n有人走开以后的话。[@编者]\n")
    expect(page.get_by_text("有人走开以后的话")).to_be_visible(timeout=SOON)
    page.close()
