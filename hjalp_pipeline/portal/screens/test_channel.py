"""Test channel: the same check as of a real file; nothing is ever used, and what was found is wiped after 30 days."""

from starlette.responses import Response

from hjalp_pipeline.portal.kommune_standing import periods_shown
from hjalp_pipeline.portal.screens.send_file import shown_found
from hjalp_pipeline.portal.upload_door import sender_choices
from hjalp_pipeline.portal.upload_store import uploads_of
from hjalp_pipeline.portal.visit import Door, Visit
from hjalp_pipeline.storage.portal_lists import SENDS


def choose(visit: Visit) -> Response:
    """The form, and the files that were tried."""
    periods = periods_shown(visit.root, visit.today)
    return visit.page(
        "test_channel",
        periods=[(str(period), period.in_words) for period in periods],
        senders=sender_choices(visit, periods),
        tried=uploads_of(visit, test=True),
        action=f"{visit.base}/proev",
    )


def found(visit: Visit) -> Response:
    """What the check has found."""
    return shown_found(visit, test=True)


DOORS = (Door("proev", SENDS, choose), Door("proev/{upload}", SENDS, found))
