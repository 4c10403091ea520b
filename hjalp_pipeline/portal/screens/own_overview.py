"""Overview: each period and year of the kommune, what has come of it, and whose turn it is. Reads file names of the inbox,
receipts, decisions and the office's lists.
"""

from starlette.responses import Response

from hjalp_pipeline.portal.approval_standing import years_of
from hjalp_pipeline.portal.kommune_standing import OfficeLists, periods_shown, standing_of
from hjalp_pipeline.portal.visit import Door, Visit
from hjalp_pipeline.storage.portal_lists import READS


def overview(visit: Visit) -> Response:
    """The page."""
    root, lists = visit.root, OfficeLists.read(visit.root)
    stands = [standing_of(root, visit.komnr, period, lists, visit.today) for period in periods_shown(root, visit.today)]
    years = years_of(root, visit.komnr)
    waiting = next((one for one in reversed(stands) if one.turn == "jer"), None)
    return visit.page("own_overview", stands=stands, years=years, waiting=waiting, now=visit.portal.now())


DOORS = (Door("oversigt", READS, overview),)
