"""Appending a kommune's decision: everything that is checked before, and nothing that is computed (R12, issue 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.dialogue.approval.cpr_like import holds_cpr
from hjalp_pipeline.production.release.definition_files import standing_definitions
from hjalp_pipeline.rules.approval import Decision, latest_decisions, standing_decisions
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.approvals import ApprovalRow, append_approvals, approvals_lock
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.danish_time import DANISH_TIME, danish_time
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.root import DataRoot

#: ``--kind ALLE``: everything that is decided of a year.
ALLE = "ALLE"
DECISIONS = ("godkendt", "afvist")
#: A decision may lie this far ahead of this machine's clock.
CLOCK_ALLOWANCE = timedelta(minutes=5)
LONGEST_TEXT = 500


class AnsweredMeanwhileError(InputError):
    """The decision that is to be undone is not the one that counts any more."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was appended: the file, its decisions, and when they were given."""

    file: str
    decisions: tuple[Decision, ...]
    decided_at: datetime


def record(
    root: DataRoot,
    aar: int,
    komnr: str,
    kinds: Sequence[str],
    decision: str,
    *,
    decided_by: str,
    note: str = "",
    at: str | None = None,
    now: datetime | None = None,
    undone: Decision | None = None,
) -> Recorded:
    """Append a kommune's decision on some kinds of a year.

    InputError, and nothing is written, for a kommune, kind, decision or year there is not, a point in time ahead of the
    clock or before the quarter's end, a text that looks as if it holds a CPR number, and a decision so far back that a
    release that stands would be made by other decisions. ``undone``: the decision this one takes back; AnsweredMeanwhileError,
    and nothing is written, when another one counts by now.
    """
    clock = now or datetime.now(DANISH_TIME)
    decided_at = _moment(at, clock)
    _require(komnr in NAVN, f"{komnr!r} is not one of the 98 kommuner")
    every = root.declared.approval.kinds
    chosen = every if ALLE in kinds else tuple(kind for kind in every if kind in kinds)
    unknown = [kind for kind in kinds if kind not in (*every, ALLE)]
    _require(
        bool(kinds) and not unknown, f"kind must be {', '.join((*every, ALLE))}, not {', '.join(unknown) or 'none'}"
    )
    _require(decision in DECISIONS, f"decision must be {' or '.join(DECISIONS)}, not {decision!r}")
    _check_year(root.declared, aar, chosen, decided_at)
    _require(bool(decided_by.strip()), "decided_by is empty: say who decided")
    for name, text in (("decided_by", decided_by), ("note", note)):
        _require(
            text.isprintable() and len(text) <= LONGEST_TEXT,
            f"{name} must be one line of at most {LONGEST_TEXT} characters",
        )
        _require(not holds_cpr(text), f"{name} looks as if it holds a CPR number, which has no place here")
    approved = decision == DECISIONS[0]
    rows = [
        ApprovalRow(Decision(decided_at, aar, komnr, kind, approved), decided_by.strip(), note.strip())
        for kind in chosen
    ]
    with approvals_lock(root):
        if undone is not None:
            counting = latest_decisions(read_approvals(root)).get((undone.aar, undone.komnr, undone.kind))
            if counting != undone:
                raise AnsweredMeanwhileError("another decision counts by now")
        _check_releases(root, [row.decision for row in rows])
        path = append_approvals(root, aar, rows)
    return Recorded(root.name(path), tuple(row.decision for row in rows), decided_at)


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise InputError(otherwise)


def _moment(at: str | None, clock: datetime) -> datetime:
    """When it was decided, to the second; one without zone is Danish time."""
    if at is None:
        return clock.replace(microsecond=0)
    try:
        moment = danish_time(at)
    except ValueError:
        raise InputError(f"{at!r} is not a point in time (2025-05-20T09:30)") from None
    _require(moment <= clock + CLOCK_ALLOWANCE, f"{at} lies in the future")
    return moment


def _check_year(statistic: Statistic, aar: int, kinds: Sequence[str], decided_at: datetime) -> None:
    """The year must be one the statistic is made of, and every quarter decided on must be over."""
    _require(
        aar >= statistic.first_year,
        f"{aar} is not a year of the statistic, which begins with {statistic.first_year}",
    )
    for kind in kinds:
        kvartal = statistic.approval.last_kvartal(kind, aar)
        over = decided_at.astimezone(DANISH_TIME).date() > kvartal.last_day
        _require(over, f"{aar} {kind} cannot be decided on before {kvartal} is over")


def _check_releases(root: DataRoot, new: Sequence[Decision]) -> None:
    """A release that stands is made again by the decisions up to its limit: none may be changed behind its back."""
    before = read_approvals(root)
    for definition in standing_definitions(root):
        until = definition.approvals_until
        _require(
            standing_decisions(before, until) == standing_decisions([*before, *new], until),
            f"{definition.release} stands with the decisions given until {until.isoformat()}: an earlier one cannot be "
            "changed any more; give it its real time, it then counts in the next release",
        )
