"""Send: a file is checked at once, shown as it would be received, and sent or discarded. Reads the upload and the office's lists."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from hjalp_pipeline.portal.checks import CHECKED, WAITING
from hjalp_pipeline.portal.found_shown import shown
from hjalp_pipeline.portal.kommune_standing import periods_shown
from hjalp_pipeline.portal.upload_door import sender_choices
from hjalp_pipeline.portal.upload_sending import send
from hjalp_pipeline.portal.upload_store import discard, upload_of, uploads_of
from hjalp_pipeline.portal.visit import Door, Visit
from hjalp_pipeline.storage.portal_lists import SENDS


def choose(visit: Visit) -> Response:
    """The form, and files that wait for a decision."""
    kind = visit.statistic.period
    now = kind.of(visit.today)
    periods = [
        *([now] if now not in periods_shown(visit.root, visit.today) else []),
        *periods_shown(visit.root, visit.today),
    ]
    return visit.page(
        "send_file",
        periods=[(str(period), period.in_words) for period in periods],
        period=visit.request.query_params.get("periode", str(periods[0] if len(periods) < 2 else periods[1])),
        senders=sender_choices(visit, periods),
        waiting=uploads_of(visit, test=False),
        action=f"{visit.base}/send",
    )


def preview(visit: Visit) -> Response:
    """What the check has found so far."""
    return shown_found(visit, test=False)


def shown_found(visit: Visit, *, test: bool) -> Response:
    """An upload with what the check found. ``test``: one of the test channel."""
    upload = upload_of(visit, visit.part("upload"), test=test)
    return visit.if_asked(running=upload["state"] == WAITING) or visit.page(
        "send_preview", upload=upload, found=shown(visit.statistic, upload), test=test, still=visit.is_still
    )


def decide(visit: Visit) -> Response:
    """Send or discard, once: a second click, or a colleague's, is told what became of it."""
    upload, goal = upload_of(visit, visit.part("upload"), test=False), visit.form.get("goer", "")
    here = f"send/{upload['id']}"
    if goal == "kassér":
        done = discard(visit, upload)
        return visit.go("send", "Filen er kasseret. Intet er sendt.") if done else visit.go(here)
    if goal != "send":
        raise HTTPException(400, "Vælg, om filen skal sendes eller kasseres.")
    if upload["state"] != CHECKED:
        return visit.go(here)
    if upload["found"]["receipt"]["status"] != "accepted":
        return visit.go(here, "Filen kan ikke sendes.")
    try:
        sent = send(visit, upload)
    except OSError as fault:
        raise HTTPException(503, "Filen kunne ikke lægges i indbakken. Intet er sendt. Prøv igen.") from fault
    if sent is None:
        return visit.go(here)
    return visit.go(f"kvitteringer/{sent}", "Leverancen er sendt. Kvitteringen kommer inden for få minutter.")


DOORS = (
    Door("send", SENDS, choose),
    Door("send/{upload}", SENDS, preview, decide),
)
