"""What we hold of you: deliveries, decisions, reminders, who has access, and who did what when. A mandate is asked for here."""

import csv
from dataclasses import dataclass
from datetime import date

from starlette.exceptions import HTTPException
from starlette.responses import Response

from hjalp_pipeline.dialogue.reminders.day_lists import read_sent
from hjalp_pipeline.portal.act_words import in_words
from hjalp_pipeline.portal.office_requests import MANDATE, ask, asked_by, checked_text
from hjalp_pipeline.portal.receipts_read import receipts_of
from hjalp_pipeline.portal.visit import Door, Visit
from hjalp_pipeline.storage.decisions import APPROVAL_COLUMNS, approval_files
from hjalp_pipeline.storage.portal_lists import APPROVES, READS, SENDS


@dataclass(frozen=True, slots=True)
class Written:
    """A decision as it was written, with who gave it."""

    decided_at: str
    aar: str
    kind: str
    decision: str
    decided_by: str
    note: str


def _decisions(visit: Visit) -> list[Written]:
    found = []
    for path in approval_files(visit.root):
        rows = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
        found += [row for row in rows if row.get("komnr") == visit.komnr and set(APPROVAL_COLUMNS) <= row.keys()]
    found.sort(key=lambda row: row["decided_at"], reverse=True)
    approval = visit.statistic.approval
    for row in found:  # a file that somebody else has written may say anything
        row["kind"] = approval.asked_for(row["kind"]) if row["kind"] in approval.kinds else row["kind"]
    return [
        Written(*(row[name] for name in ("decided_at", "aar", "kind", "decision", "decided_by", "note")))
        for row in found
    ]


def held(visit: Visit) -> Response:
    """The page."""
    visit.log("jeres data set")
    return visit.page(
        "held_data",
        received=list(reversed(receipts_of(visit.root, visit.komnr))),
        decisions=_decisions(visit),
        reminders=[one for one in reversed(read_sent(visit.root)) if one.komnr == visit.komnr],
        access=[row for row in visit.portal.rights.lists[visit.root.statistic]() if row.komnr == visit.komnr],
        mandates=asked_by(visit, MANDATE),
        log=[in_words(row) for row in visit.portal.log.of_kommune(visit.komnr, visit.root.statistic)],
        action=f"{visit.base}/jeres-data/fuldmagt",
    )


def mandate(visit: Visit) -> Response:
    """Ask the office to let a supplier send for the kommune until a day."""
    cvr, text = visit.wanted("cvr", 8), visit.wanted("til", 10)
    if len(cvr) != 8 or not (cvr.isascii() and cvr.isdecimal()):
        raise HTTPException(400, "Et CVR-nummer har otte cifre.")
    try:
        until = date.fromisoformat(text)
    except ValueError:
        raise HTTPException(400, "Skriv en dato.") from None
    if until <= visit.today:
        raise HTTPException(400, "Datoen skal ligge efter i dag.")
    ask(visit, MANDATE, cvr, checked_text(visit, "hvem"), {"til": until.isoformat(), "rolle": SENDS})
    return visit.go("jeres-data", "Vi har modtaget jeres ønske om fuldmagt.")


DOORS = (Door("jeres-data", READS, held), Door("jeres-data/fuldmagt", APPROVES, None, mandate))
