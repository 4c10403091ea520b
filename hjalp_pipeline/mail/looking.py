"""What of the state of things is news to the office, and what that was told is over. Reads alone; runs no step.

Gates are looked at as the last run made them, so a look costs a small file a period. The deadline's morning looks at the inbox
itself, once a period: the run of that morning may have failed.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.mail.wording import Letter, Standing, deadline_morning, not_opened, opened, turned_red
from hjalp_pipeline.production.disk import said
from hjalp_pipeline.production.inbox.gate import gate, gate_frame
from hjalp_pipeline.production.inbox.gate_state import SETTLED
from hjalp_pipeline.production.release.embargo import held, standing_releases
from hjalp_pipeline.production.release.release_calendar import read_days
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.workers.fault import is_of_the_task

#: The morning after the deadline begins; it is told when nobody looked then, for so long.
MORNING, _STILL_TOLD = time(7), timedelta(days=7)
#: So long after its time a release that is still closed is told; opening takes a quarter of a minute.
_OPENING = timedelta(minutes=10)


@dataclass
class News:
    """What is news, the events of it that were told and are over, and what could not be looked at."""

    letters: list[Letter] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def look(root: DataRoot, now: datetime, told: Collection[str]) -> News:
    """What there is to tell that has not been ``told``."""
    news = News()
    danish = now.astimezone(DANISH_TIME)
    looks: tuple[Callable[[], object], ...] = (
        lambda: news.letters.extend(_deadline(root, danish, told)),
        lambda: _gates(root, danish, {*told, *(key for letter in news.letters for key in letter.keys)}, news),
        lambda: news.letters.extend(_releases(root, now, told)),
    )
    for one in looks:
        try:
            one()
        except (
            BaseException
        ) as fault:  # a list that has to be corrected costs what needs it, and nothing else; so does the rest
            if not is_of_the_task(fault):
                raise
            news.unread.append(said(fault, root))
    return news


def _gates(root: DataRoot, danish: datetime, told: Collection[str], news: News) -> None:
    lake = Lake(root)
    for period in root.declared.periods(danish.date()):
        if not lake.frame_path("status", str(period)).is_file():
            continue
        try:
            rows = lake.frame("status", str(period)).to_dicts()
        except InputError as fault:
            news.unread.append(str(fault))
            continue
        new = [(key, _standing(row)) for row in rows if _is_red(row, danish) and (key := _key(period, row)) not in told]
        if new:
            news.letters.append(turned_red(root.statistic, period, new))
        settled = {_of(period, row) for row in rows if row["status"] in SETTLED}
        news.over += [key for key in told if key.startswith("red/") and key.rsplit("/", 2)[0] in settled]


def _is_red(row: Mapping[str, Any], danish: datetime) -> bool:
    """One that is missing is red from the morning after its deadline."""
    late = row["status"] == "missing" and _morning(date.fromisoformat(row["deadline"])) <= danish
    return late or row["status"] in ("rejected", "newest_rejected")


def _morning(deadline: date) -> datetime:
    return datetime.combine(deadline + timedelta(days=1), MORNING, DANISH_TIME)


def _of(period: Period, row: Mapping[str, Any]) -> str:
    return f"red/{period}/{row['komnr']}"


def _key(period: Period, row: Mapping[str, Any]) -> str:
    """The event that this delivery, or the lack of any, made the kommune red."""
    return f"{_of(period, row)}/{row['status']}/{row['newest_delivery'] or ''}"


def _standing(row: Mapping[str, Any]) -> Standing:
    deadline = date.fromisoformat(row["deadline"])
    return Standing(row["komnr"], row["kommune"], row["status"], row["newest_code"], deadline)


def _releases(root: DataRoot, now: datetime, told: Collection[str]) -> Iterator[Letter]:
    days = read_days(root)
    for one in standing_releases(root):
        due = days.opens_at(one.release, one.publish_at) or one.publish_at
        if one.opened:
            letter = opened(root.statistic, one.release, due)
        elif due + _OPENING < now:
            letter = not_opened(root.statistic, one.release, due, held(root, one))
        else:
            continue
        if not set(letter.keys) & set(told):
            yield letter


def _deadline(root: DataRoot, danish: datetime, told: Collection[str]) -> Iterator[Letter]:
    """The period before, from the morning after its deadline; whoever it names as red is not told once more."""
    period = root.declared.period.of(danish.date()).previous()
    morning = _morning(period.deadline)
    due = morning <= danish < morning + _STILL_TOLD and period in root.declared.periods(danish.date())
    if due and f"deadline/{period}" not in told:
        rows = gate_frame(gate(root, str(period))).to_dicts()
        if any(row["status"] != "not_yet_in" for row in rows):
            letter = deadline_morning(root.statistic, period, [_standing(row) for row in rows])
            red = {_key(period, row) for row in rows if _is_red(row, danish)}
            yield replace(letter, keys=(*letter.keys, *sorted(red - set(told))))
