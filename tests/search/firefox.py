"""Firefox over WebDriver BiDi: the protocol it speaks by itself, so that neither geckodriver nor a patched build is needed."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

PROGRAM = shutil.which("firefox-esr") or shutil.which("firefox")
LISTENING = re.compile(r"WebDriver BiDi listening on ws://127\.0\.0\.1:(\d+)")
SECONDS = 60
QUIET = """user_pref("app.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.reportingpolicy.firstRun", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,none");
user_pref("extensions.update.enabled", false);
user_pref("browser.startup.page", 0);
user_pref("browser.safebrowsing.downloads.remote.enabled", false);
"""


class Firefox:
    """One window: go somewhere, type, ask a script."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET /session HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self._stream = self._socket.makefile("rb")
        assert b"101" in self._stream.readline()
        while self._stream.readline().strip():
            pass
        self._number = 0
        self.call("session.new", capabilities={})
        self.window = self.call("browsingContext.getTree")["contexts"][0]["context"]

    def call(self, method: str, **params: Any) -> Any:
        """One command; events in between are of no interest."""
        self._number += 1
        self._send(json.dumps({"id": self._number, "method": method, "params": params}).encode())
        while True:
            message = json.loads(self._receive())
            if message.get("id") == self._number:
                assert message["type"] == "success", message
                return message["result"]

    def go(self, url: str) -> None:
        """Open a page and wait until it is loaded."""
        self.call("browsingContext.navigate", context=self.window, url=url, wait="complete")

    def ask(self, expression: str) -> Any:
        """The value of an expression, a promise awaited; what JSON can carry."""
        text = f"Promise.resolve({expression}).then(value => JSON.stringify(value === undefined ? null : value))"
        answer = self.call("script.evaluate", expression=text, target={"context": self.window}, awaitPromise=True)
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    def type(self, text: str) -> None:
        """Press the keys of a text."""
        keys = [{"type": kind, "value": char} for char in text for kind in ("keyDown", "keyUp")]
        self.call("input.performActions", context=self.window, actions=[{"type": "key", "id": "keys", "actions": keys}])

    def close(self) -> None:
        """Hang up; the browser itself is ended by whoever began it."""
        self._stream.close()
        self._socket.close()

    def _send(self, data: bytes) -> None:
        mask = os.urandom(4)
        size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data))
        self._socket.sendall(b"\x81" + size + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(data)))

    def _receive(self) -> bytes:
        data = b""
        while True:
            first, second = self._stream.read(2)
            size = second & 127
            if size > 125:
                size = int.from_bytes(self._stream.read(2 if size == 126 else 8), "big")
            part = self._stream.read(size)
            if first & 15 in (0, 1):
                data += part
            if first & 0x80 and data:
                return data


@contextmanager
def firefox(profile: Path) -> Iterator[Firefox]:
    """A headless Firefox with a profile of its own, ended at the end."""
    assert PROGRAM
    (profile / "user.js").write_text(QUIET, "utf-8")
    command = [PROGRAM, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0", "about:blank"]
    environment = os.environ | {"HOME": str(profile), "MOZ_CRASHREPORTER_DISABLE": "1"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment) as process:
        assert process.stderr
        try:
            port = next(int(found[1]) for line in process.stderr if (found := LISTENING.search(line)))
            with closing(Firefox(port)) as window:
                yield window
        finally:
            process.terminate()
            process.stderr.close()
            process.wait(SECONDS)
