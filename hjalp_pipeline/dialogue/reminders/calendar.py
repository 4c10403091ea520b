"""Which matters are open on a day, and how each of the 98 kommuner stands in them: deadlines, extensions, answers.

Everything is as of the end of that day: what came later does not count, so a day's list can be made again.
"""

from collections.abc import Iterator
from datetime import date

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.dialogue.reminders.lists import read_approval_deadlines
from hjalp_pipeline.dialogue.reminders.states import Case
from hjalp_pipeline.production.gate import GateRow, gate
from hjalp_pipeline.rules.approval import KINDS
from hjalp_pipeline.storage.codelists import DANISH_TIME, read_approvals
from hjalp_pipeline.storage.inbox import quarter_folders
from hjalp_pipeline.storage.root import DataRoot

_KIND = {**{f"K{nr}": f"{nr}. kvartal" for nr in range(1, 5)}, "PARAGRAF": "paragrafvariablen"}
LEVERANCE, GODKENDELSE = "leverance", "godkendelse"


def matter_of(kind: str, period: object) -> str:
    """The key of a matter: ``leverance 2025K1``, ``godkendelse 2024``."""
    return f"{kind} {period}"


def in_words(matter: str) -> str:
    """A matter's name for people: ``leverance for 1. kvartal 2025``, ``godkendelse af 2024``."""
    kind, period = matter.split(" ")
    if kind == GODKENDELSE:
        return f"godkendelse af {period}"
    kvartal = Kvartal.parse(period)
    return f"leverance for {kvartal.nr}. kvartal {kvartal.aar}"


def open_cases(root: DataRoot, today: date) -> list[Case]:
    """The cases of all matters open today: quarters, newest first, then reference years; 98 of each, by komnr."""
    found = [case for kvartal in open_quarters(root, today) for case in _deliveries(root, kvartal, today)]
    return [
        *found,
        *(case for aar, deadline in open_years(root, today) for case in _approvals(root, aar, deadline, today)),
    ]


def open_quarters(root: DataRoot, today: date) -> list[Kvartal]:
    """Quarters that are asked for, newest first.

    A quarter is asked for from its end until the ordinary deadline of the next one, which holds everything it would have
    held (full load, seed 3.5); quarters before the first folder of the inbox are nobody's debt.
    """
    folders = quarter_folders(root)
    if not folders:
        return []
    ended = Kvartal.of(today).previous()
    candidates = [ended, ended.previous()] if today <= ended.deadline else [ended]
    return [kvartal for kvartal in candidates if kvartal >= min(folders)]


def open_years(root: DataRoot, today: date) -> list[tuple[int, date]]:
    """Reference years with their deadline whose approvals are asked for: ended, and the next one's deadline not passed."""
    years = read_approval_deadlines(root)
    ends = [deadline for _, deadline in years[1:]]
    return [
        (aar, deadline)
        for place, (aar, deadline) in enumerate(years)
        if aar < today.year and (place >= len(ends) or today <= ends[place])
    ]


def _deliveries(root: DataRoot, kvartal: Kvartal, today: date) -> Iterator[Case]:
    for row in gate(root, str(kvartal)):
        arrivals = [arrival for arrival in row.arrivals if arrival.received.date() <= today]
        accepted = [arrival.received.date() for arrival in arrivals if arrival.accepted]
        deadline = date.fromisoformat(row.deadline)
        yield Case(
            matter=matter_of(LEVERANCE, kvartal),
            komnr=row.komnr,
            deadline=deadline,
            answered_on=min(accepted, default=None),
            extended=deadline > kvartal.deadline,
            received=any(arrival.accepted is None for arrival in arrivals),
            covered=row.status == "covered",
            detail=_detail(row, arrivals[-1].code if arrivals else None, accepted=bool(accepted)),
        )


def _detail(row: GateRow, newest_code: str | None, *, accepted: bool) -> str:
    if row.status == "covered" or not row.arrivals:
        return row.detail
    if newest_code is None:
        return ""
    return f"nyeste leverance er afvist ({newest_code})" + (", en tidligere er i brug" if accepted else "")


def _approvals(root: DataRoot, aar: int, deadline: date, today: date) -> Iterator[Case]:
    first: dict[tuple[str, str], date] = {}
    for decision in read_approvals(root):
        day = decision.decided_at.astimezone(DANISH_TIME).date()
        if decision.aar == aar and day <= today:
            key = (decision.komnr, decision.kind)
            first[key] = min(day, first.get(key, day))
    for komnr in KOMNR:
        days = [first[komnr, kind] for kind in KINDS if (komnr, kind) in first]
        lacking = [_KIND[kind] for kind in KINDS if (komnr, kind) not in first]
        yield Case(
            matter=matter_of(GODKENDELSE, aar),
            komnr=komnr,
            deadline=deadline,
            answered_on=None if lacking else max(days),
            detail=f"mangler svar på {', '.join(lacking)}" if days and lacking else "",
        )
