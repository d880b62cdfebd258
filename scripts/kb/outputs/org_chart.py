"""From the units of an organisation list to a drawing: boxes on levels, joined from above; plain SVG, styled by the site."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kb.workpieces.duties import Unit

BOX, GAP, LEVEL = 176, 20, 128
HIGH = 84
PAD = 12
LEGIBLE = 680
"""Pixels: a wider drawing is not drawn smaller than this, and a narrower one no larger than it is."""
_LINE = 11
"""Chinese characters to a line of small print in a box."""


def draw(units: Sequence[Unit], title: str) -> str:
    """The SVG; every parent stands before its children (kb.workpieces.duties checks it)."""
    children: dict[str, list[Unit]] = {}
    for unit in units:
        children.setdefault(unit.under, []).append(unit)
    x: dict[str, float] = {}
    level: dict[str, int] = {}
    leaf = 0

    def place(unit: Unit, depth: int) -> None:
        nonlocal leaf
        level[unit.role] = depth
        below = children.get(unit.role, [])
        for child in below:
            place(child, depth + 1)
        if below:
            x[unit.role] = (x[below[0].role] + x[below[-1].role]) / 2
        else:
            x[unit.role] = leaf * (BOX + GAP) + PAD
            leaf += 1

    for top in children.get("", []):
        place(top, 0)
    width = leaf * (BOX + GAP) - GAP + 2 * PAD
    height = (max(level.values(), default=0)) * LEVEL + HIGH + 2 * PAD
    parts = [
        f'<svg class="kw-chart" viewBox="0 0 {width:g} {height:g}" style="min-width:{min(width, LEGIBLE):g}px;max-width:{width:g}px" role="img" '
        f'aria-label="{escape(title)}，各级职责见下表" xmlns="http://www.w3.org/2000/svg">'
    ]
    for unit in units:
        if unit.under and unit.role in x:
            parts.append(_line(x[unit.under], level[unit.under], x[unit.role], level[unit.role]))
    parts += [_box(unit, x[unit.role], level[unit.role]) for unit in units if unit.role in x]
    return "".join(parts) + "</svg>"


def _line(x1: float, level1: int, x2: float, level2: int) -> str:
    start, end = level1 * LEVEL + HIGH + PAD, level2 * LEVEL + PAD
    middle = end - (LEVEL - HIGH) / 2
    return f'<path d="M{x1 + BOX / 2:g} {start:g}V{middle:g}H{x2 + BOX / 2:g}V{end:g}"/>'


def _box(unit: Unit, left: float, depth: int) -> str:
    top = depth * LEVEL + PAD
    middle = left + BOX / 2
    lines = [unit.duty.text[at : at + _LINE] for at in range(0, len(unit.duty.text), _LINE)][:2]
    if len(unit.duty.text) > 2 * _LINE:
        lines[1] = lines[1][: _LINE - 1] + "…"
    words = "".join(
        f'<text class="kw-chart__duty" x="{middle:g}" y="{top + 48 + 19 * row:g}">{escape(line)}</text>'
        for row, line in enumerate(lines)
    )
    return (
        f'<rect x="{left:g}" y="{top:g}" width="{BOX}" height="{HIGH}"/>'
        f'<text class="kw-chart__name" x="{middle:g}" y="{top + 25:g}">{escape(unit.role)}</text>{words}'
    )
