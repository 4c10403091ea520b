"""The first page: whose data somebody may look after, and what comes next in each statistic. Reads who has access, and what the
overviews read.
"""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hjalp_pipeline.portal.door_keeping import session_of, to_login
from hjalp_pipeline.portal.kommune_standing import OfficeLists, Stand, periods_shown, standing_of
from hjalp_pipeline.portal.portal import Portal
from hjalp_pipeline.portal.rendering import render
from hjalp_pipeline.portal.visit import Visit
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.portal_lists import OFFICE

#: How each stands is worked out from its files: for a vendor of many kommuner the page would be slow.
_FEW = 10


def _next(portal: Portal, statistic: str, komnr: str) -> Stand | None:
    """What a kommune has to do first; without anything, how it stands in the newest period. None while the statistic's lists have
    a fault: its own pages say so, those of the others go on.
    """
    root, today = portal.roots[statistic], portal.today
    try:
        lists = OfficeLists.read(root)
    except InputError:
        return None
    stands = [standing_of(root, komnr, period, lists, today) for period in periods_shown(root, today)]
    return next((one for one in reversed(stands) if one.turn == "jer"), stands[0] if stands else None)


def first_page(portal: Portal, request: Request) -> Response:
    """The kommuner and statistics of the person; the only one at once."""
    session = session_of(portal, request)
    if session is None:
        return to_login(request)
    person, today = session.person, portal.today
    own = portal.rights.kommuner(person, today)
    offices = [name for name in portal.roots if portal.rights.may(person, name, "", OFFICE, today)]
    if len(own) == 1 and not offices:
        return RedirectResponse(f"/{own[0][0]}/{own[0][1]}/oversigt", 303)
    named = {name: root.declared.layouts.declaration.statistic for name, root in portal.roots.items()}
    few = len(own) <= _FEW
    shown = [
        (f"/{name}/{komnr}/oversigt", navn, named[name], _next(portal, name, komnr) if few else None)
        for name, komnr, navn in own
    ]
    visit = Visit(portal, request, session, portal.root, "", "")
    offices_shown = [(f"/kontor/{name}/koer", named[name]) for name in offices]
    values = {**visit.around(), "declaration": None, "base": "", "own": shown, "offices": offices_shown}
    return HTMLResponse(render("front", values))
