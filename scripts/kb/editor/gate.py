"""From a request to whether it may pass: from this machine, from the page itself, with the token, of a bounded size."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import NamedTuple
from urllib.parse import quote

MAX_BYTES = 6_000_000
"""Of a request: an entry may hold 1 MB, and is sent as JSON with the text it started from."""


class Refusal(NamedTuple):
    """Why a request does not pass."""

    status: HTTPStatus
    words: str


class Gate:
    """Knows the secrets of one run of the server.

    `token` opens the page from the address in the terminal, `ticket` once, from the address handed to the
    browser (other people of this machine can read it off the list of processes). Either is exchanged for a cookie
    that scripts cannot read and that is sent to this run's own path only: cookies know no ports.
    """

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(32)
        self.ticket = secrets.token_urlsafe(32)
        self.home = f"/{secrets.token_urlsafe(12)}/"
        self.key = secrets.token_urlsafe(9)
        """Names this run for the page's own memory; no secret."""
        self._pass = secrets.token_urlsafe(32)
        self.port = 0

    @property
    def hosts(self) -> tuple[str, str]:
        """The names by which the browser may ask; another one means that someone bent a name to this address (DNS rebinding)."""
        return f"127.0.0.1:{self.port}", f"localhost:{self.port}"

    def address(self, token: str, place: str = "") -> str:
        """Where to come in, and the place in the page to begin at."""
        return f"http://{self.hosts[0]}{self.home}?token={token}" + (f"&at={quote(place, safe='/')}" if place else "")

    @property
    def cookie(self) -> str:
        """The header that hands out the pass."""
        return f"kb-edit={self._pass}; Path={self.home}; HttpOnly; SameSite=Strict"

    def opens(self, token: str) -> bool:
        """Whether this token lets someone in; the ticket does so once."""
        if hmac.compare_digest(token.encode(), self.token.encode()):
            return True
        if self.ticket and hmac.compare_digest(token.encode(), self.ticket.encode()):
            self.ticket = ""
            return True
        return False

    def stranger(self, headers: Mapping[str, str]) -> Refusal | None:
        """Refuses what does not come to this address by its own name."""
        if headers.get("Host", "") not in self.hosts:
            return Refusal(HTTPStatus.FORBIDDEN, "这个地址只在本机用")
        return None

    def without_pass(self, headers: Mapping[str, str]) -> Refusal | None:
        """Refuses who has not come in by the address with the token, and what another site's page asks for."""
        try:
            cookie = SimpleCookie(headers.get("Cookie", "")).get("kb-edit")
        except CookieError:
            cookie = None
        if cookie is None or not hmac.compare_digest(cookie.value.encode(), self._pass.encode()):
            return Refusal(HTTPStatus.FORBIDDEN, "请从终端里给出的地址进来")
        if headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            return Refusal(HTTPStatus.FORBIDDEN, "别的网站不能调用这里")
        return None

    def foreign_wish(self, headers: Mapping[str, str]) -> Refusal | None:
        """Refuses a wish that our own page did not send, or of a make it never sends. Every wish may write."""
        if headers.get("Origin", "") not in {f"http://{host}" for host in self.hosts}:
            return Refusal(HTTPStatus.FORBIDDEN, "别的网站不能调用这里")
        if headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            return Refusal(HTTPStatus.FORBIDDEN, "别的网站不能调用这里")
        if headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
            return Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "只收 JSON")
        length = headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or "Transfer-Encoding" in headers:
            return Refusal(HTTPStatus.LENGTH_REQUIRED, "没有写明长度")
        if len(length) > 12 or int(length) > MAX_BYTES:
            return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "内容太长，没有收下")
        return None
