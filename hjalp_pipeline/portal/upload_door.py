"""The address that takes a file: the form's fields are judged before a byte of the file is kept."""

import contextlib
from collections.abc import Callable, Iterator, Sequence

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.portal.door_keeping import is_ours, visit_of
from hjalp_pipeline.portal.portal import Portal
from hjalp_pipeline.portal.typed_again import logged_out
from hjalp_pipeline.portal.upload_store import add_upload, lying
from hjalp_pipeline.portal.upload_stream import read_away, take_in
from hjalp_pipeline.portal.visit import Visit
from hjalp_pipeline.rules.systems import SystemRow
from hjalp_pipeline.storage.codelists import read_systems
from hjalp_pipeline.storage.portal_lists import SENDS

#: Files of a kommune that may lie there at a time, so that nobody fills the disk.
MOST_UNDECIDED = 20
#: What stands between system and format in a choice.
_BETWEEN = "."


def senders(visit: Visit, period: Period) -> list[SystemRow]:
    """The rows of systems.csv the kommune may send under for a period."""
    return [row for row in read_systems(visit.root) if row.komnr == visit.komnr and row.in_force(period)]


def sender_choices(visit: Visit, periods: Sequence[Period]) -> list[tuple[str, str]]:
    """System and format of every sender of some periods, as a choice, each once."""
    found = [row for period in periods for row in senders(visit, period)]
    return list({f"{row.system}{_BETWEEN}{row.format}": f"{row.system} ({row.format})" for row in found}.items())


def chosen_sender(visit: Visit, fields: dict[str, str]) -> dict[str, str]:
    """Period, system and format of a form; 400 when the kommune does not send so in that period."""
    period, kind = fields.get("periode", ""), visit.statistic.period
    if not kind.is_form_of(period):
        raise HTTPException(400, f"Vælg {kind.a_da}.")
    known = {f"{row.system}{_BETWEEN}{row.format}": row for row in senders(visit, kind.parse(period))}
    row = known.get(fields.get("system", ""))
    if row is None:
        raise HTTPException(
            400, f"Systemet er ikke anmeldt for {period}. Kontakt Danmarks Statistik, hvis I har skiftet."
        )
    if kind.parse(period).first_day > visit.today:
        raise HTTPException(400, f"{period} er ikke begyndt endnu.")
    return {"period": period, "system": row.system, "format": row.format}


@contextlib.contextmanager
def room_for_one(visit: Visit, *, test: bool = False) -> Iterator[Callable[[], None]]:
    """Keeps the place of a file on its way in while the block runs, once what it gives is called: 429 when there is none."""
    key, kept = (visit.root.statistic, visit.komnr, test), []

    def keep() -> None:
        if not visit.portal.places.take(key, MOST_UNDECIDED, lambda: lying(visit, test=test)):
            raise HTTPException(429, "Der ligger for mange filer, I ikke har sendt. Send eller kassér dem først.")
        kept.append(key)

    try:
        yield keep
    finally:
        for one in kept:
            visit.portal.places.leave(one)


def upload_route(portal: Portal, path: str, *, test: bool) -> Route:
    """The address below a kommune that takes a file. ``test``: it is checked, and never used."""

    async def take(request: Request) -> Response:
        try:
            visit = await run_in_threadpool(visit_of, portal, request, SENDS)
            if visit is not None:
                return await _taken(visit, request, path, test=test)
        except HTTPException:
            await read_away(request)
            raise
        await read_away(request)
        return logged_out(request)

    return Route(f"/{{statistic}}/{{komnr}}/{path}", take, methods=["POST"])


async def _taken(visit: Visit, request: Request, path: str, *, test: bool) -> Response:
    chosen: dict[str, str] = {}
    with room_for_one(visit, test=test) as keep:

        def admit(fields: dict[str, str]) -> None:
            if not is_ours(visit, fields.get("token", "")):
                raise HTTPException(
                    403, "Siden var for gammel. Filen er ikke sendt. Gå tilbage, genindlæs, og vælg den igen."
                )
            chosen.update(chosen_sender(visit, fields))
            keep()

        taken = await take_in(request, visit.portal.place.uploads, admit)
        await run_in_threadpool(add_upload, visit, taken, chosen, test=test)
    return visit.go(f"{path}/{taken.id}")
