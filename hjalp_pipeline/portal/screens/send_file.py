"""Send: a file is checked at once, shown as it would be received, and sent or discarded. Reads the upload and the office's lists."""

from starlette.responses import Response

from hjalp_pipeline.delivery.names import DeliveryName
from hjalp_pipeline.portal.found_shown import shown
from hjalp_pipeline.portal.handing_in import hand_in
from hjalp_pipeline.portal.kommune_standing import periods_shown
from hjalp_pipeline.portal.upload_door import sender_choices
from hjalp_pipeline.portal.upload_store import CHECKED, DISCARDED, SENT, WAITING, settle, upload_of, uploads_of
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
    upload = upload_of(visit, visit.part("upload"))
    return visit.page("send_preview", upload=upload, found=shown(visit.statistic, upload), test=False)


def decide(visit: Visit) -> Response:
    """Send or discard."""
    upload = upload_of(visit, visit.part("upload"))
    path = visit.portal.place.uploads / upload["id"]
    if visit.form.get("goer") == "kassér":
        if settle(visit, upload["id"], DISCARDED, "fil kasseret", sha256=upload["sha256"]):
            path.unlink(missing_ok=True)
        return visit.go("send", "Filen er kasseret. Intet er sendt.")
    may_be_sent = (
        upload["state"] == CHECKED and upload["found"]["receipt"]["status"] == "accepted" and not upload["test"]
    )
    if upload["state"] == SENT:
        return visit.go(f"send/{upload['id']}")
    if not may_be_sent or not path.is_file():
        return visit.go(f"send/{upload['id']}", "" if upload["state"] == WAITING else "Filen kan ikke sendes.")
    name = DeliveryName(
        upload["period"], visit.komnr, upload["system"], visit.portal.now().replace(tzinfo=None), upload["format"]
    )
    sent = hand_in(visit.root, visit.portal.place, path, name, visit.portal.now())
    settle(visit, upload["id"], SENT, "sendt", filename=f"{sent.kvartal}/{sent.filename}", sha256=upload["sha256"])
    return visit.go(
        f"kvitteringer/{sent.kvartal}/{sent.filename}",
        "Leverancen er sendt. Kvitteringen kommer inden for få minutter.",
    )


DOORS = (
    Door("send", SENDS, choose),
    Door("send/{upload}", SENDS, preview, decide),
)
