"""What browsers are told: what has changed since they last asked, and no more."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

import pytest

from kb.serve.pages import News, Pages


@pytest.fixture
def news() -> News:
    return News(lambda: None)


def test_what_has_changed_since(news: News) -> None:
    first = str(news.number)
    news.tell(frozenset({"a.js"}))
    second = str(news.number)
    news.tell(frozenset({"b.js"}))
    assert news.wait(first) == (news.number, {"a.js", "b.js"})
    assert news.wait(second) == (news.number, {"b.js"})


def test_what_is_not_known_may_be_anything(news: News) -> None:
    """Numbers of another preview, no numbers, and those too long ago."""
    first = str(news.number)
    for known in ("0", "", "x", str(news.number + 5)):
        assert news.wait(known) == (news.number, None)
    news.tell(None)
    assert news.wait(first) == (news.number, None)
    second = str(news.number)
    for _ in range(40):
        news.tell()
    assert news.wait(second) == (news.number, None)


def test_numbers_of_previews_differ(news: News) -> None:
    assert News(lambda: None).number >= news.number > 1_000_000_000_000


@pytest.mark.parametrize("address", ["../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "none.html", "one.html/more", "folder"])
def test_nothing_but_the_site(tmp_path: Path, address: str) -> None:
    site = tmp_path / "site"
    (site / "folder").mkdir(parents=True)
    (site / "one.html").write_bytes(b"one")
    (site / "404.html").write_bytes(b"lost")
    pages = Pages(site)
    status, html = pages.page(pages.place(address))
    assert html == b"lost"
    if "passwd" not in address:
        assert status == HTTPStatus.NOT_FOUND


def test_pages_ahead_come_first(tmp_path: Path) -> None:
    (tmp_path / "one.html").write_bytes(b"one")
    pages = Pages(tmp_path)
    assert pages.page(pages.place("/one.html")) == (HTTPStatus.OK, b"one")
    pages.ahead = {"one.html": b"newer"}
    assert pages.page(pages.place("/one.html?x=1")) == (HTTPStatus.OK, b"newer")


def test_sent_pages_can_be_had_back_for_a_while(tmp_path: Path) -> None:
    pages = Pages(tmp_path)
    name = pages.send(b"one")
    assert pages.sent(name) == b"one"
    for number in range(40):
        pages.send(b"%d" % number)
    assert pages.sent(name) is None
    assert pages.sent(pages.send(b"x" * 1_000_000)) is None
