"""Ask for time: period, day, reason; the office decides on its queue. Reads the kommune's deadlines and what it asked before."""

from datetime import date, timedelta

from starlette.exceptions import HTTPException
from starlette.responses import Response

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.portal.kommune_standing import OfficeLists, periods_shown, standing_of
from hjalp_pipeline.portal.office_requests import TIME, ask, asked_by, checked_text
from hjalp_pipeline.portal.visit import Door, Visit
from hjalp_pipeline.storage.portal_lists import READS, SENDS

#: No deadline is put off for longer.
_LONGEST = timedelta(days=366)


def _periods(visit: Visit) -> list[Period]:
    """The periods time can be asked for, newest first."""
    now = visit.statistic.period.of(visit.today)
    return sorted({now, *periods_shown(visit.root, visit.today)}, reverse=True)


def more_time(visit: Visit) -> Response:
    """The form, and what was asked and answered."""
    lists = OfficeLists.read(visit.root)
    deadlines = [
        (period, standing_of(visit.root, visit.komnr, period, lists, visit.today).deadline)
        for period in _periods(visit)
    ]
    return visit.page(
        "more_time", deadlines=deadlines, asked=asked_by(visit, TIME), action=f"{visit.base}/udsaettelse/bed"
    )


def ask_for_time(visit: Visit) -> Response:
    """Put it into the office's queue."""
    text = visit.wanted("periode", 10)
    period = next((one for one in _periods(visit) if str(one) == text), None)
    if period is None:
        raise HTTPException(400, f"Vælg {visit.statistic.period.a_da}.")
    try:
        until = date.fromisoformat(visit.wanted("til", 10))
    except ValueError:
        raise HTTPException(400, "Skriv en dato.") from None
    if until <= max(period.deadline, visit.today):
        raise HTTPException(400, "Den nye frist skal ligge efter den gældende og efter i dag.")
    if until > max(period.deadline, visit.today) + _LONGEST:
        raise HTTPException(400, "Den nye frist kan højst ligge et år frem.")
    reason = checked_text(visit, "grund")
    ask(visit, TIME, text, reason, {"til": until.isoformat()})
    return visit.go("udsaettelse", "Vi har modtaget jeres ønske. I kan se svaret her.")


DOORS = (Door("udsaettelse", READS, more_time), Door("udsaettelse/bed", SENDS, None, ask_for_time))
