"""From the command to the page: where it begins, the server from its start to Ctrl-C."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from pathlib import Path

from kb.editor.gate import Gate
from kb.editor.house import House
from kb.editor.server import Server
from kb.project import Project
from kb.schema.kinds import nearest


def run(project: Project, what: str | None, type_name: str | None, port: int, browser: bool) -> int:
    """Serve until it is interrupted. Exit status as in `kb.cli`."""
    if not (project.templates / "editor" / "page.html.j2").is_file():
        print("kb：缺少 templates/editor，从版本库中恢复它", file=sys.stderr)
        return 2
    house = House(project)
    place = begin_at(house, what, type_name)
    if place is None:
        return 2
    gate = Gate()
    try:
        server = Server(house, gate, port)
    except (OSError, OverflowError):
        print(f"kb：端口 {port} 用不了，换一个，或不写 --port", file=sys.stderr)
        return 2
    house.furnish()
    print(f"编辑：{gate.address(gate.token, place)}", flush=True)
    print("在本机的浏览器里打开；地址里有这一次的口令，不要给别人。按 Ctrl-C 结束。", flush=True)
    if browser and _has_screen():
        threading.Thread(target=webbrowser.open, args=(gate.address(gate.ticket, place),), daemon=True).start()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("\n编辑结束。")
    finally:
        server.server_close()
    return 0


def begin_at(house: House, what: str | None, type_name: str | None) -> str | None:
    """Where in the page to begin, as its address behind #; None where there is no such entry or type."""
    if type_name is not None:
        labels = {kind.label: name for name, kind in house.schema.types.items()}
        name = labels.get(type_name, type_name)
        if name not in house.schema.types:
            near = nearest(type_name, [*house.schema.types, *labels])
            _no(f"没有“{type_name}”这种条目", near)
            return None
        return f"new/{name}/{what or ''}"
    if what is None:
        return ""
    card = house.intake.library.cards.get(what)
    if card is not None and card.type in house.schema.types:
        return card.path
    root = house.project.root.resolve()
    for start in (Path.cwd(), root):
        path = Path(os.path.normpath(start / what))
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else ""
        found = house.intake.files.get(name)
        if found is not None and found.kind in house.schema.types:
            return name
    by_name = next(
        (
            path
            for path in house.intake.digests
            if path.endswith(f"/{what}.md") and house.intake.files[path].kind in house.schema.types
        ),
        None,
    )
    if by_name is not None:
        return by_name
    near = nearest(what, house.intake.library.cards)
    _no(f"没有“{what[:60]}”这一条", near)
    return None


def _no(words: str, near: str) -> None:
    print(f"kb：{words}" + (f"，是不是“{near}”？" if near else ""), file=sys.stderr)


def _has_screen() -> bool:
    """Without a screen a text browser would take over the terminal."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
