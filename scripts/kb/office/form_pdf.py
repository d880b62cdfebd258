"""From a blank form to a PDF that prints at once: set by Typst with the fonts that pip brought, the same bytes everywhere."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from kb.office.form import Blank

EPOCH = 946684800
"""2000-01-01, written into every file: builds on different days must give the same bytes."""


def form_pdf(blank: Blank, template: Path) -> bytes:
    """The form; `template` is templates/office/form.typ."""
    import typst

    form = {
        "title": blank.title,
        "wide": blank.wide,
        "foot": blank.foot,
        "parts": [
            {
                "heading": grid.heading,
                "hint": grid.hint,
                "widths": grid.widths,
                "heads": grid.head_rows,
                "rows": [
                    [
                        {"text": slot.text, "span": slot.span, "head": slot.head, "left": slot.left, "lines": slot.lines}
                        for slot in row
                    ]
                    for row in grid.rows
                ],
            }
            for grid in blank.grids
        ],
    }
    compiler = typst.Compiler(template, template.parent, _fonts(), True, {"form": json.dumps(form, ensure_ascii=False)})
    data = compiler.compile(format="pdf", timestamp=EPOCH)
    assert isinstance(data, bytes)
    return data


@functools.cache
def _fonts() -> Any:
    """Only the bundled fonts: what is installed on a machine must not change the file."""
    import pylopdf_fonts_zh_cn
    import typst

    folder = Path(pylopdf_fonts_zh_cn.__file__).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
