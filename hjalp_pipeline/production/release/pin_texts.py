"""The parts of a release's pins as texts in its manifest, and back (R13)."""

from collections.abc import Mapping
from datetime import date, datetime

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.rules.collaborations import Collaboration
from hjalp_pipeline.rules.systems import SystemRow

#: The decision that counts for each (aar, komnr, kind).
Decisions = Mapping[tuple[int, str, str], bool]


def system_text(row: SystemRow) -> str:
    """A row of ``systems.csv`` as one line, without its supplier."""
    ends = str(row.to_quarter) if row.to_quarter else ""
    carried = "yes" if row.carry_forward else "no"
    return ";".join((row.komnr, row.system, row.format, row.encoding, str(row.from_quarter), ends, carried))


def system(text: str) -> SystemRow:
    """A row of ``systems.csv`` from its text; who supplied it is not kept."""
    komnr, system, form, encoding, begins, ends, carried = text.split(";")
    until = Period.parse(ends) if ends else None
    return SystemRow(komnr, system, "", form, encoding, Period.parse(begins), until, carried == "yes")


def collaboration_text(row: Collaboration) -> str:
    """A row of ``collaborations.csv`` as one line."""
    ends = row.to_date.isoformat() if row.to_date else ""
    return ";".join((row.komnr_indberetter, row.komnr_medlem, row.from_date.isoformat(), ends))


def collaboration(text: str) -> Collaboration:
    """A row of ``collaborations.csv`` from its line."""
    reporter, member, begins, ends = text.split(";")
    return Collaboration(reporter, member, date.fromisoformat(begins), date.fromisoformat(ends) if ends else None)


def decisions_text(decisions: Decisions) -> dict[str, dict[str, str]]:
    """Year -> komnr -> ``K1 K2 -K3 K4``: the kinds decided, a refused one with a minus."""
    found: dict[str, dict[str, str]] = {}
    for (aar, komnr, kind), approved in sorted(decisions.items()):
        of_year = found.setdefault(str(aar), {})
        of_year[komnr] = f"{of_year.get(komnr, '')} {'' if approved else '-'}{kind}".strip()
    return found


def decisions(content: Mapping[str, Mapping[str, str]]) -> Decisions:
    """The decisions by (aar, komnr, kind) from their texts."""
    return {
        (int(aar), komnr, kind.removeprefix("-")): not kind.startswith("-")
        for aar, kommuner in content.items()
        for komnr, kinds in kommuner.items()
        for kind in kinds.split()
    }


def moments_text(moments: Mapping[tuple[int, str, str], datetime]) -> dict[str, dict[str, dict[str, str]]]:
    """Year -> komnr -> moment -> ``K1 K2 K4``: the kinds decided then; mostly all of them at once."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for (aar, komnr, kind), moment in sorted(moments.items()):
        of_kommune = found.setdefault(str(aar), {}).setdefault(komnr, {})
        of_kommune[moment.isoformat()] = f"{of_kommune.get(moment.isoformat(), '')} {kind}".strip()
    return found


def moments(content: Mapping[str, Mapping[str, Mapping[str, str]]]) -> dict[tuple[int, str, str], datetime]:
    """When each was decided, by (aar, komnr, kind), from the texts."""
    return {
        (int(aar), komnr, kind): datetime.fromisoformat(moment)
        for aar, kommuner in content.items()
        for komnr, moments in kommuner.items()
        for moment, kinds in moments.items()
        for kind in kinds.split()
    }
