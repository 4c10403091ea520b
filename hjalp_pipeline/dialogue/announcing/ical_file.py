"""An iCalendar file (RFC 5545) of days and moments: lines end with CRLF and are folded at 75 octets, texts escaped."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import NamedTuple

_FOLDED = 75


class Event(NamedTuple):
    """Something that happens at a moment (with its zone) or on a day. ``uid`` tells it from every other, for ever."""

    uid: str
    at: datetime | date
    title: str
    text: str
    confirmed: bool


def ical(name: str, events: Iterable[Event], as_of: datetime) -> bytes:
    """The file: ``name`` is what a program calls the calendar, ``as_of`` when it was so. No clock is read."""
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//hjalp//kalender//DA", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"),
        f"X-WR-CALNAME:{_text(name)}",
        *(line for event in events for line in _event(event, as_of)),
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _event(event: Event, as_of: datetime) -> Iterator[str]:
    yield from ("BEGIN:VEVENT", f"UID:{_text(event.uid)}", f"DTSTAMP:{_moment(as_of)}")
    if isinstance(event.at, datetime):
        yield f"DTSTART:{_moment(event.at)}"
    else:
        yield f"DTSTART;VALUE=DATE:{event.at:%Y%m%d}"
    yield f"SUMMARY:{_text(event.title)}"
    yield f"DESCRIPTION:{_text(event.text)}"
    yield f"STATUS:{'CONFIRMED' if event.confirmed else 'TENTATIVE'}"
    yield from ("TRANSP:TRANSPARENT", "END:VEVENT")


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """A text as a value: a line break, comma, semicolon or backslash would end or part it."""
    plain = "".join(character for character in text if character.isprintable() or character == "\n")
    return plain.replace("\\", "\\\\").replace("\n", "\\n").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> bytes:
    """A line in pieces of at most 75 octets, never inside a character; those after the first begin with a space."""
    pieces, piece, room = [], b"", _FOLDED
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > room:
            pieces.append(piece)
            piece, room = b"", _FOLDED - 1
        piece += octets
    return b"\r\n ".join([*pieces, piece]) + b"\r\n"
