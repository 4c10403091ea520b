"""What a request holds beside its address: its query and its body, as far as anybody may send one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request

#: Bytes of a body and of a query, and how many things may be listed in one: far beyond what any table has.
LONGEST_BODY, LONGEST_QUERY, MOST = 65_536, 16_384, 5_000


class TooLong(Exception):
    """A request is longer than anything that can be asked."""


class NotUnderstood(Exception):
    """A body is no JSON object."""


@dataclass(frozen=True)
class Asked:
    """``options`` by name as it was written, the query's and over them the body's; a query's values are lists of texts."""

    path: Mapping[str, str]
    options: Mapping[str, Any]
    posted: bool

    def get(self, name: str) -> Any:
        """An option by its name in any case; None when it was not given."""
        return next((value for key, value in self.options.items() if key.lower() == name.lower()), None)

    def word(self, name: str) -> str:
        """An option that is one text; empty when it was not given."""
        value = self.get(name)
        if isinstance(value, list):
            value = value[0] if value else ""
        return "" if value is None else str(value).strip()

    def flag(self, name: str) -> bool:
        """An option that is yes or no, as JSON or as a word."""
        return self.word(name).lower() == "true"

    def words(self, name: str) -> list[str]:
        """An option that is a list, also one text with commas."""
        value = self.get(name)
        if value is None or value == {}:  # R writes a list that is NULL as {}
            return []
        texts = value if isinstance(value, list) else [value]
        return [part.strip() for text in texts for part in str(text).split(",") if part.strip()]


async def read_asked(request: Request) -> Asked:
    """The request; TooLong, NotUnderstood."""
    query = request.scope["query_string"]
    if len(query) > LONGEST_QUERY:
        raise TooLong
    try:
        options: dict[str, Any] = dict(parse_qs(query.decode("ascii"), keep_blank_values=True, max_num_fields=MOST))
    except ValueError:
        raise NotUnderstood from None
    posted = request.method == "POST"
    if posted:
        options |= _body(await _read(request), request.headers.get("content-type", ""))
    return Asked({name: str(value) for name, value in request.path_params.items()}, options, posted)


async def _read(request: Request) -> bytes:
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > LONGEST_BODY:
                raise TooLong
    except ClientDisconnect:
        raise NotUnderstood from None
    return bytes(body)


def _body(body: bytes, kind: str) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        if kind.startswith("application/x-www-form-urlencoded"):
            return dict(parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST))
        found = json.loads(body.decode("utf-8-sig"))
        json.dumps(found, ensure_ascii=False).encode()  # half a character (\\ud800) is no text
    except (ValueError, RecursionError):
        raise NotUnderstood from None
    if not isinstance(found, dict):
        raise NotUnderstood
    return found
