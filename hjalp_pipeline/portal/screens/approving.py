"""Approve: the figures of a year's report, what is odd first, and the answers, one by one. Reads the report and the decisions."""

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.dialogue.approval.recording import AnsweredMeanwhileError, record
from hjalp_pipeline.portal.approval_standing import KindStand, YearStand, report_of, years_of
from hjalp_pipeline.portal.office_requests import checked_text
from hjalp_pipeline.portal.page_parts import sections
from hjalp_pipeline.portal.visit import Door, Visit, missing
from hjalp_pipeline.rules.approval import Decision
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.portal_lists import APPROVES, READS, read_two_persons

#: The section of a report that is shown first, and those the page itself stands for.
_FIRST = "Det beder vi jer se efter"
_ANSWERS = ("Sådan svarer I", "Har I spørgsmål eller rettelser")
#: What a report is kept as.
KEPT = ("html", "xlsx")
_MEANWHILE = "Svaret er ændret imens, så der er ikke fortrudt noget. Se, hvad der gælder nu."


def mark_of(decision: Decision) -> str:
    """A decision, as a form that undoes it names it."""
    return f"{decision.decided_at.isoformat()} {decision.approved}"


def _year(visit: Visit) -> YearStand:
    found = [one for one in years_of(visit.root, visit.komnr) if str(one.aar) == visit.part("aar")]
    if not found:
        raise missing()
    return found[0]


def years(visit: Visit) -> Response:
    """The years there is something to answer."""
    return visit.page("approving_years", years=years_of(visit.root, visit.komnr), now=visit.portal.now())


def report(visit: Visit) -> Response:
    """The report of a year with the answers beside it."""
    year = _year(visit)
    parts = [part for part in sections(report_of(visit.root, year.aar, visit.komnr)) if part[0] not in _ANSWERS]
    kept = [kind for kind in KEPT if report_of(visit.root, year.aar, visit.komnr).with_suffix(f".{kind}").is_file()]
    parts.sort(key=lambda part: part[0] != _FIRST)
    return visit.page(
        "approving",
        year=year,
        parts_of_report=parts,
        kept=kept,
        is_open=year.is_open(visit.portal.now()),
        hindered=_sent_it(visit),
        mark_of=mark_of,
        before={one.kind: _before(visit, year.aar, one) for one in year.kinds},
    )


def _sent_it(visit: Visit) -> bool:
    """Whether the person has sent a delivery that lies in the inbox, where it takes two people."""
    since = read_two_persons(visit.root).get(visit.komnr)
    if since is None or visit.today < since:
        return False
    log, wanted = visit.portal.log, {"act": "sendt", "person": visit.person.id}
    sent = log.of_kommune(visit.komnr, visit.root.statistic, 100_000, **wanted)
    names = {row["object"] for row in sent}
    return any((visit.root.inbox / name).is_file() for name in names if Period.is_form_of(name.partition("/")[0]))


def _before(visit: Visit, aar: int, one: KindStand) -> bool | None:
    """What was decided before the decision that counts, None for nothing: what undoing it leads back to."""
    own = [
        found for found in read_approvals(visit.root)
        if (found.aar, found.komnr, found.kind) == (aar, visit.komnr, one.kind)
    ]  # fmt: skip
    own.sort(key=lambda found: found.decided_at)
    return own[-2].approved if len(own) > 1 else None


def answer(visit: Visit) -> Response:
    """Approve or reject one thing, or undo the answer that counts."""
    year, kind = _year(visit), visit.wanted("hvad", 20)
    stand = next((one for one in year.kinds if one.kind == kind), None)
    if stand is None:
        raise HTTPException(400, "Vælg, hvad I svarer på.")
    back = f"godkend/{year.aar}"
    if not year.is_open(visit.portal.now()):
        return visit.go(
            back, "Fristen er nået: svaret kan ikke ændres før næste udgivelse. Kontakt Danmarks Statistik."
        )
    if _sent_it(visit):
        return visit.go(back, "I har selv sendt tallene. En kollega skal svare.")
    reason, chosen = " ".join(checked_text(visit, "grund", needed=False).split()), visit.wanted("svar", 20)
    undone = None
    if chosen == "fortryd":
        undone = stand.decided
        if undone is None or visit.wanted("version", 100) != mark_of(undone):
            return visit.go(back, _MEANWHILE)
        chosen, reason = "afvist" if undone.approved else "godkendt", "fortrudt"
        if chosen == "godkendt" and _before(visit, year.aar, stand) is not True:
            return visit.go(back, "Der er ikke noget tidligere svar at gå tilbage til. Godkend, eller afvis.")
    if chosen == "afvist" and not reason:
        raise HTTPException(400, "Skriv, hvad der er galt, når I afviser.")
    try:
        who = f"{visit.person.name} (portal)"
        with visit.doing(chosen, f"{year.aar} {kind}"):
            record(visit.root, year.aar, visit.komnr, [kind], chosen, decided_by=who, note=reason, undone=undone)
    except AnsweredMeanwhileError:
        return visit.go(back, _MEANWHILE)
    except InputError as fault:
        raise HTTPException(400, _in_danish(str(fault))) from fault
    return visit.go(back, f"{stand.asked.capitalize()}: {chosen}.")


def _in_danish(fault: str) -> str:
    if "CPR" in fault:
        return "Teksten ligner noget med et personnummer. Skriv den uden."
    if "before" in fault and "over" in fault:
        return "Der kan ikke svares, før perioden er forbi."
    return "Svaret kan ikke skrives ned. Kontakt Danmarks Statistik."


def fetch(visit: Visit) -> Response:
    """The whole report as a page or a workbook to keep."""
    year, kind = _year(visit), visit.part("slags")
    path = report_of(visit.root, year.aar, visit.komnr).with_suffix(f".{kind}")
    if kind not in KEPT or not path.is_file():
        raise missing()
    visit.log("rapport hentet", f"{year.aar} {kind}")
    return FileResponse(path, filename=f"godkendelse_{year.aar}_{visit.komnr}.{kind}")


DOORS = (
    Door("godkend", READS, years),
    Door("godkend/{aar}", READS, report),
    Door("godkend/{aar}/svar", APPROVES, None, answer),
    Door("godkend/{aar}/hent/{slags}", READS, fetch),
)
