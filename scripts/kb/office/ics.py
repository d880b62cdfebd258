"""From recurring events to an iCalendar file (RFC 5545) that Outlook, WPS and phones import."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

STAMP = "20260101T000000Z"
"""DTSTAMP of every event: builds on different days must give the same bytes."""
ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Shanghai",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800",
    "TZNAME:CST",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True, slots=True)
class Event:
    """An all-day event: `uid` never changes, `rule` is the RRULE without its name, "" for a single day."""

    uid: str
    start: date
    rule: str
    summary: str
    description: str
    categories: tuple[str, ...] = ()


def calendar(name: str, events: Iterable[Event]) -> bytes:
    """The file: CRLF, lines of at most 75 octets."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//renda-dangjian-kb//calendar//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
        "X-WR-TIMEZONE:Asia/Shanghai",
        *ZONE,
    ]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.uid}",
            f"DTSTAMP:{STAMP}",
            f"DTSTART;VALUE=DATE:{event.start:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.start + timedelta(days=1):%Y%m%d}",
            *([f"RRULE:{event.rule}"] if event.rule else []),
            f"SUMMARY:{_escaped(event.summary)}",
            f"DESCRIPTION:{_escaped(event.description)}",
            *([f"CATEGORIES:{','.join(map(_escaped, event.categories))}"] if event.categories else []),
            "TRANSP:TRANSPARENT",
            "CLASS:PUBLIC",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\r", "").replace("\n", "\\n")


def folded(line: str) -> bytes:
    """A content line in parts of at most 75 octets, never cut inside a character (RFC 5545, 3.1)."""
    data = line.encode()
    if len(data) <= 75:
        return data + b"\r\n"
    parts, start, room = [], 0, 75
    while len(data) - start > room:
        cut = start + room
        while data[cut] & 0xC0 == 0x80:  # the middle of a character in UTF-8
            cut -= 1
        parts.append(data[start:cut])
        start, room = cut, 74
    return b"\r\n ".join((*parts, data[start:])) + b"\r\n"
