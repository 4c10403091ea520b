"""Ask: a question tied to a receipt, a report or the data, answered here or by telephone. Reads the kommune's own questions."""

import re

from starlette.exceptions import HTTPException
from starlette.responses import Response

from hjalp_pipeline.pages.template import danish_moment
from hjalp_pipeline.portal.approval_standing import years_of
from hjalp_pipeline.portal.office_requests import QUESTION, ask, asked_by, checked_text
from hjalp_pipeline.portal.receipts_read import Received, receipts_of
from hjalp_pipeline.portal.typed_records import hidden_in
from hjalp_pipeline.portal.visit import Door, Visit
from hjalp_pipeline.storage.portal_lists import READS

ALL = "Andet"
_DENMARK = re.compile(r"^\s*(?:\+|00)45\s*")
#: Deliveries that can be asked about, the newest.
_MOST = 30


def _abouts(visit: Visit) -> dict[str, str]:
    """What can be asked about, with its name."""
    received = list(reversed(receipts_of(visit.root, visit.komnr)))[:_MOST]
    return {
        ALL: ALL,
        **{f"rapport {year.aar}": f"Rapporten for {year.aar}" for year in years_of(visit.root, visit.komnr)},
        **{f"{one.period}/{one.filename}": _named(visit, one) for one in received},
    }


def _named(visit: Visit, one: Received) -> str:
    return f"Leverancen for {visit.in_words(one.period)}, modtaget {danish_moment(one.name.received)}"


def questions(visit: Visit) -> Response:
    """The form, and what was asked and answered."""
    abouts, wanted = _abouts(visit), visit.request.query_params.get("om", "")
    return visit.page(
        "questions",
        abouts=list(abouts.items()),
        names=abouts,
        about=wanted if wanted in abouts else ALL,
        asked=asked_by(visit, QUESTION),
        action=f"{visit.base}/spoerg/send",
        contact=visit.portal.settings.contact,
    )


def send(visit: Visit) -> Response:
    """Put a question into the office's queue."""
    about = visit.wanted("om", 200)
    # With the number of this country before it a telephone number has as many digits as a CPR number.
    visit.form = {**visit.form, "telefon": _DENMARK.sub("", visit.form.get("telefon", ""))}
    text, telephone = checked_text(visit, "tekst"), checked_text(visit, "telefon", needed=False)
    if hidden_in({"telefon": telephone}):
        raise HTTPException(400, "Skriv telefonnummeret igen: det er skjult.")
    ask(visit, QUESTION, about if about in _abouts(visit) else ALL, text, {"telefon": telephone})
    return visit.go("spoerg", "Spørgsmålet er sendt. Svaret står her, eller vi ringer.")


DOORS = (Door("spoerg", READS, questions), Door("spoerg/send", READS, None, send))
