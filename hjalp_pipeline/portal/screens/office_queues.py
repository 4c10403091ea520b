"""Office: what kommuner wait for, and how all 98 stand in a period, as a map and a table. Reads what every kommune may read of
itself, for all of them; nobody is logged on as somebody else.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from hjalp_pipeline.codelists.kommuner import KOMMUNER, NAVN
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.pages.tiles import tiles
from hjalp_pipeline.portal.kommune_standing import OfficeLists, periods_shown, standing_of
from hjalp_pipeline.portal.office_requests import (
    ANSWERED,
    GIVEN,
    MANDATE,
    MOST_SHOWN,
    REFUSED,
    TIME,
    answer,
    checked_text,
    queue,
    request_of,
)  # fmt: skip
from hjalp_pipeline.portal.visit import Door, Visit
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.granting import grant_access, grant_extension
from hjalp_pipeline.storage.inbox import period_folders
from hjalp_pipeline.storage.portal_lists import OFFICE, Access

_GOALS = {"giv": GIVEN, "afslaa": REFUSED}


_UNWRITTEN = "Ønsket kan ikke gives: dagen er ikke længere en mulig dag, eller listen i codelists/ har en fejl. Intet er skrevet."


def queues(visit: Visit) -> Response:
    """What waits for an answer, and the country."""
    kind, periods = visit.statistic.period, periods_shown(visit.root, visit.today)
    wanted = visit.request.query_params.get("periode", "")
    period = kind.parse(wanted) if kind.is_form_of(wanted) else _newest(visit)
    lists = OfficeLists.read(visit.root)
    stands = {one.code: standing_of(visit.root, one.code, period, lists, visit.today) for one in KOMMUNER}
    counted = Counter((one.word, one.mark) for one in stands.values())
    return visit.page(
        "office_queues",
        waiting=queue(visit),
        most=MOST_SHOWN,
        names=NAVN,
        period=period,
        periods=[(str(one), one.in_words) for one in periods],
        tiles=tiles(),
        stands=stands,
        legend=[(word, mark, count) for (word, mark), count in counted.most_common()],
    )


def _newest(visit: Visit) -> Period:
    """The newest period somebody has delivered for; without one that which is over last."""
    folders = period_folders(visit.root)
    return folders[-1] if folders else visit.statistic.period.of(visit.today).previous()


def decide(visit: Visit) -> Response:
    """Answer what a kommune has asked."""
    row, goal = request_of(visit, visit.part("id")), visit.form.get("goer", "")
    asks = row["kind"] in (TIME, MANDATE)
    text = checked_text(visit, "svar", needed=not asks)
    if asks and goal not in _GOALS:
        raise HTTPException(400, "Vælg, om ønsket gives eller afslås.")
    outcome = _GOALS[goal] if asks else ANSWERED
    try:
        grant = partial(_grant, visit, row) if outcome == GIVEN else lambda: None
        done = answer(visit, row, outcome, text, grant)
    except InputError as fault:
        raise HTTPException(409, _UNWRITTEN) from fault
    return visit.go("koer", "Svaret er givet." if done else "En kollega har svaret imens.")


def _grant(visit: Visit, row: Mapping[str, Any]) -> None:
    """Write what is granted into the list that everything else reads; InputError, and nothing is written, when it cannot be."""
    until = date.fromisoformat(row["details"]["til"])
    if row["kind"] == TIME:
        grant_extension(visit.root, row["komnr"], visit.statistic.period.parse(row["about"]), until, row["asked"])
    else:
        grant_access(visit.root, Access(row["about"], row["komnr"], row["details"]["rolle"], visit.today, until))


DOORS = (Door("koer", OFFICE, queues), Door("koer/{id}", OFFICE, None, decide))
