"""How an answer is sent: with a stamp of what it was made from, so that nobody fetches what he has, and not made then."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from hjalp_pipeline import __version__

JSON = "application/json; charset=utf-8"
#: What the StatBank calls its JSON; danstat takes nothing else.
TEXT_JSON = "text/json; charset=utf-8"


def answer(
    request: Request,
    make: Callable[[], bytes | Iterator[bytes]],
    media: str,
    stamp: str | None,
    updated: datetime | None = None,
) -> Response:
    """What ``make`` gives, or 304. ``stamp``: of the tables it is made from, None when the answer also depends on the day.
    ``updated``: when they came out; None for a list, of which a table may be taken away: there is no moment of that.
    """
    headers = {"cache-control": "no-cache", "accept-ranges": "none"}
    if request.method in ("GET", "HEAD") and stamp is not None:
        asked = "\n".join((__version__, stamp, request.url.path, request.url.query, request.headers.get("host", "")))
        headers["etag"] = f'W/"{hashlib.sha256(asked.encode()).hexdigest()[:32]}"'
        if updated is not None:
            headers["last-modified"] = format_datetime(updated.astimezone(UTC), usegmt=True)
        if _has_it(request, headers["etag"], updated):
            return Response(status_code=304, headers=headers)
    made = make()
    if isinstance(made, bytes):
        return Response(made, media_type=media, headers=headers)
    return StreamingResponse(made, media_type=media, headers=headers)


def _has_it(request: Request, etag: str, updated: datetime | None) -> bool:
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return (
            etag.removeprefix("W/") in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            or tags.strip() == "*"
        )
    if updated is None:
        return False
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except (ValueError, OverflowError, TypeError, IndexError):  # a date that is none, or a year beyond every year
        return False
    return since.tzinfo is not None and updated.replace(microsecond=0) <= since
