"""From problems to what a person or a machine reads: one visible table of formats."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from kb.problem import Level, Problem

_GITHUB = {Level.ERROR: "error", Level.WARNING: "warning", Level.ADVICE: "notice"}


def text(problems: Sequence[Problem], entries: int, most: int | None = None) -> str:
    """`path:line:column code message`, the hint on a line of its own, a count of all at the end; `most` are listed."""
    lines: list[str] = []
    for problem in problems[:most]:
        mark = "" if problem.level is Level.ERROR else f"（{problem.level}）"
        lines.append(_plain(f"{problem.spot} {problem.code} {mark}{problem.message}"))
        if problem.hint:
            lines.append(_plain(f"    → {problem.hint}"))
    rest = sum(problem.count for problem in problems[most:]) if most is not None else 0
    if rest:
        lines.append(f"还有 {rest} 处没有列出，先改上面的。")
    lines.append(summary(problems, entries))
    return "\n".join(lines) + "\n"


def _plain(line: str) -> str:
    """One line that no terminal takes for anything but text: a file name may hold line ends and escape sequences."""
    return "".join(char if char.isprintable() or char == "\u3000" else ascii(char)[1:-1] for char in line)


def summary(problems: Sequence[Problem], entries: int) -> str:
    """One line: how much was checked and what was found."""
    counts = [(level, sum(problem.count for problem in problems if problem.level is level)) for level in Level]
    found = "，".join(f"{count} 处{level}" for level, count in counts if count)
    return f"检查了 {entries} 条：{found or '没有问题'}。"


def as_json(problems: Sequence[Problem], entries: int) -> str:
    """An object with `entries` and `problems`; stable key names."""
    rows = [
        {
            "path": problem.spot.path,
            "line": problem.spot.line,
            "column": problem.spot.column,
            "code": problem.code,
            "level": problem.level.name.lower(),
            "message": problem.message,
            "hint": problem.hint,
            "count": problem.count,
        }
        for problem in problems
    ]
    return json.dumps({"entries": entries, "problems": rows}, ensure_ascii=False, indent=2) + "\n"


def github(problems: Sequence[Problem], entries: int) -> str:
    """Workflow commands that GitHub, Gitea and Forgejo show beside the line."""
    lines = []
    for problem in problems:
        spot = problem.spot
        message = _escape(f"{problem.message}。{problem.hint}")
        place = f"file={_escape(spot.path, True)},line={max(spot.line, 1)},col={max(spot.column, 1)},title={problem.code}"
        lines.append(f"::{_GITHUB[problem.level]} {place}::{message}")
    return "".join(line + "\n" for line in lines)


def _escape(words: str, attribute: bool = False) -> str:
    words = words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return words.replace(":", "%3A").replace(",", "%2C") if attribute else words


FORMATS: dict[str, Callable[[Sequence[Problem], int], str]] = {"text": text, "json": as_json, "github": github}
