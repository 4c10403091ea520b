"""What no statistician could mean by a release definition: dates that contradict one another (R10, R13).

Asked when a release is first made. A release that stands was made by the rules of its day, and stays readable.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from hjalp_pipeline.codelists.periods import Kvartal, Period
from hjalp_pipeline.publishing.definition import Definition
from hjalp_pipeline.publishing.definition_kinds import DefinitionOfQuarters, DefinitionOfYears

_DANISH_TIME = ZoneInfo("Europe/Copenhagen")
#: When a release comes out, Danish time (R13, seed 8.3).
PUBLISHED_AT = time(8)


def contradictions(
    definition: Definition, now: datetime, begins: Period, first_shown: Kvartal | None = None
) -> list[str]:
    """One sentence for each thing in a definition that cannot be meant, with its file and key; empty when all can.

    ``now``: when the release is made. What it is made of must be there then and when it comes out. ``begins``: the first
    period of the statistic; ``first_shown``: the first quarter its tables may show.
    """
    where = f"releases/{definition.release}.toml"
    faults = [
        *_faults(definition, _day(now), begins, first_shown),
        *_decisions_to_come(definition, now),
    ]
    return [f"{where}, {key}: {rule}" for key, rule in faults]


def _faults(
    definition: Definition, made: date, begins: Period, first_shown: Kvartal | None
) -> Iterator[tuple[str, str]]:
    """Key and rule of each fault; ``made``: the day the release is made."""
    known = min(made, _day(definition.publish_at))
    if isinstance(definition, DefinitionOfYears):
        yield from _of_years(definition, known, begins.aar)
    elif isinstance(definition, DefinitionOfQuarters):
        yield from _of_span(definition, known, first_shown)
    yield from _of_periods(definition, known, made, type(begins))
    yield from _of_moments(definition)
    extract = date.fromisoformat(definition.registers)
    last = definition.span.quarters[-1]
    if isinstance(definition, DefinitionOfYears) and extract.year <= last.aar:
        yield "registers", f"the extract of {extract} does not know the population at the end of {last.aar}"
    elif extract.year < last.aar or extract <= last.last_day:
        yield "registers", f"the extract of {extract} does not know all deaths up to the end of {last}"
    if extract > known:
        yield "registers", f"{extract} is after {known}, the day the release is made or comes out"


def _of_years(definition: DefinitionOfYears, known: date, begins: int) -> Iterator[tuple[str, str]]:
    for aar in definition.reference_years:
        if aar < begins:
            yield "reference_years", f"{aar} is before {begins}, the first year of the statistic"
        elif aar >= known.year:
            yield "reference_years", f"{aar} is not over on {known}, the day the release is made or comes out"


def _of_span(definition: DefinitionOfQuarters, known: date, first_shown: Kvartal | None) -> Iterator[tuple[str, str]]:
    first, last = definition.span.quarters[0], definition.span.quarters[-1]
    if first_shown is not None and first < first_shown:
        yield "first_quarter", f"{first} is before {first_shown}, the first quarter of the tables"
    if last.last_day >= known:
        yield "last_quarter", f"{last} is not over on {known}, the day the release is made or comes out"
    if definition.archive is not None and definition.archive_until is None:
        yield "archive_until", "is missing: up to which day do records come from the archive?"
    if definition.archive is None and definition.archive_until is not None:
        yield "archive", "is missing: archive_until alone says nothing"


def _of_periods(definition: Definition, known: date, made: date, kind: type[Period]) -> Iterator[tuple[str, str]]:
    """The release's period and each override, which hold all that is shown or say nothing of its end.

    The release's own is over when it comes out; an override, as the example of the interface shows, when it is made.
    """
    last = definition.span.quarters[-1]
    first = kind(last.aar, last.nr * last.months // kind.months)
    shown = last.aar if isinstance(definition, DefinitionOfYears) else last
    word = "quarter" if isinstance(definition, DefinitionOfYears) else "period"
    named = {word: definition.taken_from}
    named |= {f"{word}_overrides.{komnr}": period for komnr, period in definition.taken_apart.items()}
    for key, text in named.items():
        kvartal = kind.parse(text)
        day, what = (known, "made or comes out") if key == word else (made, "made")
        if kvartal < first:
            yield key, f"{kvartal} is before {first}: its deliveries do not hold all of {shown}"
        elif kvartal >= kind.of(day):
            yield key, f"{kvartal} is not over on {day}, the day the release is {what}"


def _of_moments(definition: Definition) -> Iterator[tuple[str, str]]:
    publish_at = definition.publish_at.astimezone(_DANISH_TIME)
    if definition.next_release and definition.next_release <= publish_at.date():
        yield "next_release", f"{definition.next_release} is not after {publish_at:%Y-%m-%d}, when this one comes out"
    if definition.approvals_until > definition.publish_at:
        yield "approvals_until", "is after publish_at: nobody may decide on figures that are published"
    if publish_at.time() != PUBLISHED_AT and not definition.publish_at_reason:
        yield (
            "publish_at",
            f"is {publish_at:%H:%M:%S} Danish time: a release comes out at {PUBLISHED_AT:%H:%M}, or publish_at_reason says why not",
        )


def _decisions_to_come(definition: Definition, now: datetime) -> Iterator[tuple[str, str]]:
    """A release keeps the decisions it was made by; one that came afterwards, and counts by its date, would contradict it."""
    if now < definition.approvals_until:
        until = definition.approvals_until.astimezone(_DANISH_TIME)
        yield (
            "approvals_until",
            f"{until:%Y-%m-%d %H:%M:%S} lies ahead: decisions until then may still come; make the release after it, or set it earlier",
        )


def _day(moment: datetime) -> date:
    return moment.astimezone(_DANISH_TIME).date()
