"""What a release hides of a year so that it is safe in both readings of the releases before it (R11).

A move of an unknown that two releases share is a move in each of them, so what is safe where equal figures are one unknown
(``equal``) is safe where only unchanged kommuner share theirs (``unchanged``), as far as it is hidden there. So the first
pattern is made in ``equal``. Where nothing protects a cell, because a figure beside it is known to whoever takes it to
stand still, it is protected in ``unchanged``, where that figure may be hidden. What is hidden for it must be safe in
``equal`` as well, and so on; what is hidden only grows, so this ends.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hjalp_pipeline.codelists.spans import Time
from hjalp_pipeline.confidentiality.attack import beyond_help, is_safe
from hjalp_pipeline.confidentiality.keyed import OfficeKey
from hjalp_pipeline.confidentiality.keyed_pattern import protect_by_key
from hjalp_pipeline.confidentiality.model import Bools, Ints, Rule
from hjalp_pipeline.confidentiality.reader_attack import Known, told_apart
from hjalp_pipeline.confidentiality.suppress import Protection, Work, protect
from hjalp_pipeline.production.release.protection import Reading, YearSystem, year_system
from hjalp_pipeline.production.release.year_figures import Mask, YearFigures
from hjalp_pipeline.statistic import Statistic

#: Nobody can compute a hidden cell, nor tell that it is small [chosen in R11].
RULE: Rule = "up3"


@dataclass(frozen=True)
class Pattern:
    """What a year of the new release hides, and the suppressor's report for each reading it was asked about."""

    mask: Mask
    reports: Mapping[Reading, Protection]
    #: What attacks on the way to it found, for the verdict.
    known: Mapping[Reading, Known] = field(default_factory=dict)


def readings(statistic: Statistic, aar: Time, releases: Sequence[YearFigures]) -> dict[Reading, YearSystem]:
    """The year in both readings, the stricter first; one release alone can be read in one way only."""
    known = year_system(statistic, aar, releases, reading="unchanged")
    if len(releases) == 1:
        return {"unchanged": known}
    return {"equal": year_system(statistic, aar, releases), "unchanged": known}


def find_pattern(
    years: Mapping[Reading, YearSystem],
    units: int,
    *,
    key: OfficeKey | None = None,
    mask: Mask = frozenset(),
) -> Pattern:
    """A pattern that protects in every reading what can be protected in it.

    With a ``key`` it is the key's choice as well. ``mask``: what is hidden in any case.
    """
    settled = dict[Reading, Bools]()
    reports: dict[Reading, Protection] = {}
    known = {reading: Known() for reading in years}
    while todo := next(_unsettled(years, mask, settled), None):
        reading, year, hidden = todo
        found = year.system.primary | hidden
        if not reports or _helpless(year, found, tables_of(years, reports, reading), known[reading]):
            asked = replace(year.system, primary=found)
            work = Work(units=units)
            reports[reading] = (
                protect_by_key(asked, RULE, key, previous=year.preferred, work=work, readers=year.readers)
                if key
                else protect(asked, RULE, previous=year.preferred, work=work, readers=year.readers)
            )
            found = reports[reading].hidden
        mask |= year.mask(found)
        settled[reading] = year.hidden(mask)
    return Pattern(mask, reports, known)


def _unsettled(
    years: Mapping[Reading, YearSystem], mask: Mask, settled: Mapping[Reading, Bools]
) -> Iterator[tuple[Reading, YearSystem, Bools]]:
    for reading, year in years.items():
        hidden = year.hidden(mask)
        if reading not in settled or (hidden != settled[reading]).any():
            yield reading, year, hidden


def _helpless(year: YearSystem, hidden: Bools, tables: Sequence[Ints], known: Known) -> bool:
    """Whether the pattern leaves a cell unprotected that another pattern would protect, from everybody or from a reader.

    ``tables``: possible ones as far as they are known; ``known``: of attacks before, and of this one.
    """
    system = year.system
    broken = is_safe(system, hidden, RULE, tables)
    if set(broken) - beyond_help(system, ~system.open | hidden, RULE, broken):
        return True
    if not year.readers:
        return False
    hideable = ~system.open | hidden
    kept, _ = told_apart(
        system, hidden, RULE, year.readers, apart=broken, hideable=hideable, tables=tables, known=known
    )
    return bool(kept)


def tables_of(
    years: Mapping[Reading, YearSystem], reports: Mapping[Reading, Protection], reading: Reading
) -> list[Ints]:
    """The suppressor's proofs as whole tables that an outsider must hold possible, those found in the other reading too.

    A move of the one is mostly a move of the other; whoever uses a table sees whether it agrees with what is published.
    """
    own = [table for made, report in reports.items() if made == reading for table in report.tables(years[made].system)]
    for made, report in reports.items():
        if made != reading:
            own += years[reading].of(years[made], report.tables(years[made].system))
    return own
