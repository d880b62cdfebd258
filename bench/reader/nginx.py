"""A real nginx with the settings of deploy/nginx, on a free port of this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.build.corpus import HOUSE

EXAMPLE = HOUSE / "deploy/nginx/dangjian.conf"


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """Serve a folder; gives the address, ending in "/". Raises RuntimeError where nginx does not start."""
    if shutil.which("nginx") is None:
        raise RuntimeError("没有 nginx：apt-get install nginx-light（make test 会代为安装）")
    port = free_port()
    example = (
        EXAMPLE.read_text("utf-8").replace("/srv/dangjian/current", str(root)).replace("listen 80", f"listen 127.0.0.1:{port}")
    )
    with tempfile.TemporaryDirectory(prefix="kb-bench-nginx-") as scratch:
        place = Path(scratch)
        (place / "site.conf").write_text(example, "utf-8")
        temp = "".join(f"{name}_temp_path {place}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (place / "nginx.conf").write_text(
            f"daemon off;\npid {place}/pid;\nerror_log stderr;\n{'user root;' if os.getuid() == 0 else ''}\nevents {{}}\n"
            f"http {{\ninclude /etc/nginx/mime.types;\naccess_log off;\n{temp}include {place}/site.conf;\n}}\n",
            "utf-8",
        )
        process = subprocess.Popen(["nginx", "-p", str(place), "-c", str(place / "nginx.conf")], stderr=subprocess.PIPE, text=True)
        address = f"http://127.0.0.1:{port}/"
        try:
            for _ in range(250):
                try:
                    urllib.request.urlopen(address, timeout=5).close()
                    break
                except OSError:
                    if process.poll() is not None:
                        assert process.stderr is not None
                        raise RuntimeError(f"nginx 没有起来：{process.stderr.read()}") from None
                    time.sleep(0.02)
            yield address
        finally:
            process.terminate()
            process.communicate()


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
