"""From a sheet to CSV as Excel and WPS open it by double click: UTF-8 with BOM, CRLF (RFC 4180)."""

from __future__ import annotations

import csv
import io

from kb.office.sheet import Sheet, words

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so would be run as a formula; an apostrophe before it keeps it text."""


def csv_bytes(sheet: Sheet) -> bytes:
    """Heads and rows; title and notes are left to the XLSX."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.label for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow([_guarded(words(cell)) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _guarded(text: str) -> str:
    return "'" + text if text.startswith(_FORMULA) else text
