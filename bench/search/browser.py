"""A real Chromium."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--enable-precise-memory-info", "--js-flags=--expose-gc",
]  # fmt: skip


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser, closed at the end. CHROMIUM names another program than the first one found."""
    from playwright.sync_api import sync_playwright

    program = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    )
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


def until(page: Any, expression: str, arg: object = None, patience: float = 30) -> None:
    """Wait until an expression holds in a page; TimeoutError after `patience` seconds.

    Not Playwright's wait_for_function: all but its first try are refused by a policy without 'unsafe-eval'.
    """
    from playwright.sync_api import Error

    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            if page.evaluate(expression, arg):
                return
        except Error as error:
            # the page is being loaded anew
            if "context was destroyed" not in error.message:
                raise
        page.wait_for_timeout(20)
    raise TimeoutError(expression)
