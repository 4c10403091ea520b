"""Which matters are open on a day, and how each of the 98 kommuner stands in them: deadlines, extensions, answers.

Everything is as of the end of that day: what came later does not count, so a day's list can be made again.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.delivery.names import safe_name
from hjalp_pipeline.dialogue.reminders.answers import Answer, answer, danish_day
from hjalp_pipeline.dialogue.reminders.day_lists import read_approval_deadlines, read_steps
from hjalp_pipeline.dialogue.reminders.reminder_states import Case
from hjalp_pipeline.dialogue.reminders.whole_span import PERIODE, span_cases
from hjalp_pipeline.production.inbox.gate import GateRow, gate
from hjalp_pipeline.production.inbox.gate_state import Arrival, last_rejected, why_not_yet_in
from hjalp_pipeline.production.inbox.receipts import read_receipt
from hjalp_pipeline.production.release.participation import accepted_deliveries
from hjalp_pipeline.rules.approval import Approval, Decision, deliveries_by_kommune
from hjalp_pipeline.storage.codelists import SYSTEMS, read_collaborations, read_extensions, read_systems
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.inbox import period_folders
from hjalp_pipeline.storage.root import DataRoot

LEVERANCE, GODKENDELSE = "leverance", "godkendelse"


def matter_of(kind: str, period: object) -> str:
    """The key of a matter: ``leverance 2025K1``, ``godkendelse 2024``."""
    return f"{kind} {period}"


def in_words(matter: str) -> str:
    """A matter's name for people: ``leverance for 1. kvartal 2025``, ``godkendelse af 2024``."""
    kind, period = matter.split(" ")
    if kind == GODKENDELSE:
        return f"godkendelse af {period}"
    if kind == PERIODE:
        return f"data for hele perioden til og med {period}"
    return f"leverance for {Period.parse(period).in_words}"


def open_cases(root: DataRoot, today: date) -> list[Case]:
    """The cases of all matters open today: quarters, newest first, then reference years; 98 of each, by komnr."""
    found = [case for kvartal in open_quarters(root, today) for case in _deliveries(root, kvartal, today)]
    extended = _extended_quarters(root, today)
    return [
        *found,
        *(case for kvartal, kommuner in extended for case in _deliveries(root, kvartal, today, kommuner)),
        *span_cases(root, today),
        *(case for aar, deadline in open_years(root, today) for case in _approvals(root, aar, deadline, today)),
    ]


def open_quarters(root: DataRoot, today: date) -> list[Period]:
    """Quarters that are asked for, newest first.

    A quarter is asked for from its end until the ordinary deadline of the next one, which holds everything it would have
    held (full load, seed 3.5); quarters before the first folder of the inbox are nobody's debt. A long extension keeps one
    open for that kommune alone (``_extended_quarters``).
    """
    folders = period_folders(root)
    if not folders:
        return []
    ended = root.declared.period.of(today).previous()
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


def _extended_quarters(root: DataRoot, today: date) -> list[tuple[Period, set[str]]]:
    """Quarters past the ordinary end that stay open, newest first, and for whom: an extended deadline that leaves the
    steps no time before that end. They stay until the last step is due, and as long again as it may have to wait; an
    accepted delivery of a later quarter, which holds everything, ends it sooner.
    """
    folders, asked = period_folders(root), open_quarters(root, today)
    extensions = [row for row in read_extensions(root) if folders and row.period >= min(folders)]
    last = read_steps(root)[-1:] if extensions else []
    time = timedelta(sum(step.days_after_deadline + step.days_after_previous for step in last))
    found: dict[Period, set[str]] = {}
    for row in extensions:
        if row.period < min(asked, default=row.period) and today <= row.new_deadline + time:
            found.setdefault(row.period, set()).add(row.komnr)
    later = [kvartal for kvartal in folders if kvartal > min(found, default=kvartal)]
    delivered = {kvartal: _delivered(root, kvartal, today) for kvartal in later}
    left = [
        (kvartal, found[kvartal].difference(*(delivered[newer] for newer in later if newer > kvartal)))
        for kvartal in sorted(found, reverse=True)
    ]
    return [(kvartal, kommuner) for kvartal, kommuner in left if kommuner]


def _delivered(root: DataRoot, kvartal: Period, today: date) -> set[str]:
    rows = gate(root, str(kvartal))
    return {row.komnr for row in rows if any(one.accepted and one.received.date() <= today for one in row.arrivals)}


def _deliveries(root: DataRoot, kvartal: Period, today: date, only: set[str] | None = None) -> Iterator[Case]:
    """The cases of a quarter; with ``only`` it is closed for all others. A kommune has answered when all its systems have."""
    for row in gate(root, str(kvartal)):
        arrivals = [arrival for arrival in row.arrivals if arrival.received.date() <= today]
        accepted = _first_accepted(arrivals)
        ahead = {system: day for system, day in _read_ahead(root, row, today).items() if system not in accepted}
        days = accepted | ahead
        silent = [system for system in row.systems if system not in days]
        deadline = date.fromisoformat(row.deadline)
        detail = _detail(row, arrivals[-1].code if arrivals else None, accepted=bool(days))
        if days and silent:
            detail = "; ".join(filter(None, (f"leverance mangler fra {', '.join(silent)}", detail)))
        elif ahead:
            detail = "tidspunktet i navnet ligger frem i tiden"
        yield Case(
            matter=matter_of(LEVERANCE, kvartal),
            komnr=row.komnr,
            deadline=deadline,
            answered_on=None if silent else max(days.values(), default=None),
            extended=deadline > kvartal.deadline,
            newest_rejected=bool(last_rejected(arrivals, row.systems)),
            received=any(arrival.accepted is None for arrival in arrivals),
            covered=row.status == "covered",
            not_yet_in=row.not_yet_in,
            closed=only is not None and row.komnr not in only,
            detail=detail,
        )


def _first_accepted(arrivals: Iterable[Arrival]) -> dict[str, date]:
    """By system the day of its first accepted delivery."""
    found: dict[str, date] = {}
    for arrival in arrivals:
        if arrival.accepted:
            found.setdefault(arrival.system, arrival.received.date())
    return found


def _read_ahead(root: DataRoot, row: GateRow, today: date) -> dict[str, date]:
    """By system the day an accepted delivery whose name carries a time after today was first read, when not after today.

    It is in force whatever its name says. A delivery that really came later was read later, so it does not count when a
    day is played again.
    """
    found: dict[str, date] = {}
    for one in row.arrivals:
        if not one.accepted or one.received.date() <= today:
            continue
        received = one.received.isoformat()
        stamp = received.replace("-", "").replace(":", "")
        for path in (root.receipts / row.kvartal).glob(f"{row.komnr}_*_{stamp}*.json"):
            receipt = read_receipt(path)
            if receipt is None or receipt.status != "accepted":
                continue
            if (receipt.system, receipt.received) == (safe_name(one.system), received):
                read = danish_day(receipt.read_at)
                if read <= today:
                    found[one.system] = min(read, found.get(one.system, read))
    return found


def _detail(row: GateRow, newest_code: str | None, *, accepted: bool) -> str:
    if row.status == "covered" or row.not_yet_in or not row.arrivals:
        return row.detail
    if newest_code is None:
        return ""
    return f"nyeste leverance er afvist ({newest_code})" + (", en tidligere er i brug" if accepted else "")


def _approvals(root: DataRoot, aar: int, deadline: date, today: date) -> Iterator[Case]:
    decisions: dict[tuple[str, str], list[Decision]] = {}
    for decision in read_approvals(root):
        if decision.aar == aar and danish_day(decision.decided_at) <= today:
            decisions.setdefault((decision.komnr, decision.kind), []).append(decision)
    received = [delivery for delivery in accepted_deliveries(root) if danish_day(delivery.at) <= today]
    systems, collaborations = read_systems(root) if SYSTEMS.stands(root) else [], read_collaborations(root)
    deliveries = deliveries_by_kommune(received, collaborations)
    ended = root.declared.period.of(today).previous()
    for komnr in KOMNR:
        not_yet = why_not_yet_in(systems, collaborations, komnr, ended)
        answers = {
            kind: answer(decisions.get((komnr, kind), ()), deliveries[komnr], deadline)
            for kind in root.declared.approval.kinds
        }
        lacking = [one for one in answers.values() if one.answered_on is None]
        # What is owed longest, or of what was answered the one that was late, else the last.
        counts = min(lacking, key=lambda one: one.deadline) if lacking else max(answers.values(), key=_answered)
        yield Case(
            matter=matter_of(GODKENDELSE, aar),
            komnr=komnr,
            deadline=counts.deadline,
            answered_on=counts.answered_on,
            extended=counts.deadline > deadline,
            not_yet_in=not_yet is not None,
            detail=not_yet or _lacking_words(root.declared.approval, answers),
        )


def _answered(one: Answer) -> tuple[bool, date]:
    return one.late, one.answered_on or date.min


def _lacking_words(approval: Approval, answers: Mapping[str, Answer]) -> str:
    """``mangler svar på 2. kvartal; mangler nyt svar på 3. kvartal efter genleveringen den 10.06.2025``; "" for all or none."""
    lacking: dict[date | None, list[str]] = {}
    for kind, one in answers.items():
        if one.answered_on is None:
            lacking.setdefault(one.redelivered_on, []).append(approval.named[kind])
    if len(lacking.get(None, [])) == len(answers):
        return ""
    parts = [f"mangler svar på {', '.join(lacking.pop(None))}"] if None in lacking else []
    for day, kinds in lacking.items():
        parts.append(f"mangler nyt svar på {', '.join(kinds)} efter genleveringen den {day:%d.%m.%Y}")
    return "; ".join(parts)
