"""Receipts: every delivery of the kommune with what became of it; withdraw it while no release is made from it, fetch it."""

from starlette.responses import Response

from hjalp_pipeline.delivery.names import parse_name
from hjalp_pipeline.delivery.receipt import receipt_html
from hjalp_pipeline.portal.act_words import in_words
from hjalp_pipeline.portal.found_shown import receipt_shown
from hjalp_pipeline.portal.handing_in import is_published, withdraw
from hjalp_pipeline.portal.receipts_read import Received, receipts_of, received_in
from hjalp_pipeline.portal.visit import Door, Visit, missing
from hjalp_pipeline.storage.approvals import approvals_lock
from hjalp_pipeline.storage.portal_lists import READS, SENDS


def listed(visit: Visit) -> Response:
    """All deliveries, newest first."""
    return visit.page("receipt_list", received=list(reversed(receipts_of(visit.root, visit.komnr))))


def _one(visit: Visit) -> Received:
    one = received_in(visit.root, visit.komnr, visit.part("period"), visit.part("filename"))
    if one is None:
        raise missing()
    return one


def one_receipt(visit: Visit) -> Response:
    """One delivery: verdict, findings, history."""
    one = _one(visit)
    thing, reading = f"{one.period}/{one.filename}", one.lies and one.receipt is None
    return visit.if_asked(running=reading) or visit.page(
        "receipt_shown",
        one=one,
        reading=reading,
        still=visit.is_still,
        found=receipt_shown(visit.statistic, one.receipt) if one.receipt else None,
        history=[in_words(row) for row in visit.portal.log.of_kommune(visit.komnr, visit.root.statistic, object=thing)],
        later=[other for other in receipts_of(visit.root, visit.komnr, one.period) if other.order > one.order],
        may_withdraw=_may_withdraw(visit, one),
        published=visit.may(SENDS) and _published(visit, one),
    )


def _may_withdraw(visit: Visit, one: Received) -> bool:
    return one.lies and visit.may(SENDS) and not _published(visit, one)


def _published(visit: Visit, one: Received) -> bool:
    return one.receipt is not None and is_published(visit.root, one.receipt["sha256"])


def take_back(visit: Visit) -> Response:
    """Withdraw a delivery, while no release appears that is made from it."""
    with approvals_lock(visit.root):
        one = _one(visit)
        if not _may_withdraw(visit, one):
            why = "en udgivelse er lavet af den" if one.lies else "det er den allerede"
            return visit.go(f"kvitteringer/{one.period}/{one.filename}", f"Leverancen kan ikke trækkes tilbage: {why}.")
        digest = one.receipt["sha256"] if one.receipt else ""
        try:
            with visit.doing("trukket tilbage", f"{one.period}/{one.filename}", sha256=digest):
                withdraw(visit.root, visit.portal.place, one)
        except FileNotFoundError:  # somebody who works in the inbox itself
            return visit.go("kvitteringer", "Leverancen ligger her ikke længere.")
    return visit.go("kvitteringer", f"Leverancen {one.filename} er trukket tilbage.")


def fetch(visit: Visit) -> Response:
    """The receipt as a page to keep."""
    one = _one(visit)
    if one.receipt is None or parse_name(one.period, one.filename, period=visit.statistic.period) is None:
        raise missing()
    page = receipt_html(one.receipt, visit.statistic.layouts)
    saved = {"content-disposition": f'attachment; filename="kvittering_{one.name.stem}.html"'}
    return Response(page, media_type="text/html", headers=saved)


DOORS = (
    Door("kvitteringer", READS, listed),
    Door("kvitteringer/{period}/{filename}", READS, one_receipt),
    Door("kvitteringer/{period}/{filename}/hent", READS, fetch),
    Door("kvitteringer/{period}/{filename}/traek", SENDS, None, take_back),
)
