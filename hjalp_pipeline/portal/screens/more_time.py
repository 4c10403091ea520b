"""Ask for time: period, day, reason; the office decides on its queue. Reads the kommune's deadlines and what it asked before."""

from datetime import date

from starlette.exceptions import HTTPException
from starlette.responses import Response

from hjalp_pipeline.portal.kommune_standing import OfficeLists, periods_shown, standing_of
from hjalp_pipeline.portal.office_requests import TIME, ask, asked_by, checked_text
from hjalp_pipeline.portal.visit import Door, Visit
from hjalp_pipeline.storage.portal_lists import READS, SENDS


def more_time(visit: Visit) -> Response:
    """The form, and what was asked and answered."""
    lists, kind = OfficeLists.read(visit.root), visit.statistic.period
    periods = sorted({kind.of(visit.today), *periods_shown(visit.root, visit.today)}, reverse=True)
    deadlines = [
        (period, standing_of(visit.root, visit.komnr, period, lists, visit.today).deadline) for period in periods
    ]
    return visit.page(
        "more_time", deadlines=deadlines, asked=asked_by(visit, TIME), action=f"{visit.base}/udsaettelse/bed"
    )


def ask_for_time(visit: Visit) -> Response:
    """Put it into the office's queue."""
    kind, text = visit.statistic.period, visit.wanted("periode", 10)
    if not kind.is_form_of(text):
        raise HTTPException(400, f"Vælg {kind.a_da}.")
    try:
        until = date.fromisoformat(visit.wanted("til", 10))
    except ValueError:
        raise HTTPException(400, "Skriv en dato.") from None
    if until <= max(kind.parse(text).deadline, visit.today):
        raise HTTPException(400, "Den nye frist skal ligge efter den gældende og efter i dag.")
    reason = checked_text(visit, "grund")
    ask(visit, TIME, text, reason, {"til": until.isoformat()})
    return visit.go("udsaettelse", "Vi har modtaget jeres ønske. I kan se svaret her.")


DOORS = (Door("udsaettelse", READS, more_time), Door("udsaettelse/bed", SENDS, None, ask_for_time))
