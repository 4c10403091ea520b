"""A year's pattern by the office's key, one that its audit is content with, and what is left to whoever runs the program (R11)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hjalp_pipeline.codelists.spans import Time
from hjalp_pipeline.confidentiality.keyed import OfficeKey
from hjalp_pipeline.confidentiality.model import Name
from hjalp_pipeline.confidentiality.progress import tell
from hjalp_pipeline.confidentiality.transparency import BOUND, Transparency, attempted, transparency
from hjalp_pipeline.production.release.linked_audit import LinkedAudit
from hjalp_pipeline.production.release.pattern import RULE, Pattern, find_pattern
from hjalp_pipeline.production.release.person_readers import without_persons
from hjalp_pipeline.production.release.protection import Reading, YearSystem
from hjalp_pipeline.production.release.verdict import YearAudit
from hjalp_pipeline.production.release.year_figures import Mask


@dataclass(frozen=True)
class Keyed:
    """The office's key, and how likely a hidden cell may be below 3 to whoever runs the program.

    ``attempts``: by year which of the key's patterns a release has that was made before.
    """

    key: OfficeKey
    bound: float = BOUND
    attempts: Mapping[str, int] = field(default_factory=dict)


def year_pattern(
    years: Mapping[Reading, YearSystem],
    units: int,
    keyed: Keyed | None,
    *,
    first: int = 0,
) -> tuple[Pattern, Transparency | None]:
    """The first pattern by the key, from attempt ``first`` on, that is within the bound, and what running the program tells of it.

    A release that was made before has its own, whatever an audit of now says. Without a key the pattern, and nothing is asked.
    """
    if keyed is None:
        return find_pattern(years, units), None

    def make(attempt: int) -> Pattern:
        key = keyed.key.attempt(attempt)
        return find_pattern(years, units, key=key)

    def audit(found: Pattern) -> Transparency:
        tell("what running the program tells", 0, 1)
        return told_by_program(years, found.mask, keyed=True)

    own = keyed.attempts.get(str(years["unchanged"].aar))
    if own is not None:
        return attempted(make, audit, keyed.bound, first=own, most=1)
    return attempted(make, audit, keyed.bound, first=first)


def attempts_in(audits: Iterable[YearAudit | LinkedAudit]) -> dict[str, int]:
    """By year which of the key's patterns it is; none where there is no key."""
    programs = {str(audit.aar): audit.program for audit in audits if isinstance(audit, YearAudit)}
    return {aar: program.attempt for aar, program in programs.items() if program}


def told_with(years: Mapping[Reading, YearSystem], found: Mask, mask: Mask, told: Transparency) -> Transparency:
    """What is told of the pattern ``found``, of all that is hidden in the end: the same, but where that is more."""
    if mask == found:
        return told
    return replace(told_by_program(years, mask, keyed=True), bound=told.bound, attempt=told.attempt)


@dataclass(frozen=True)
class ToldByProgram:
    """What running the program tells of a year. ``names``: of the cells by number. Confidential."""

    aar: Time
    audit: Transparency
    names: Sequence[Name]


def told_by_program(years: Mapping[Reading, YearSystem], mask: Mask, *, keyed: bool) -> Transparency:
    """What running the program tells of a year's hidden cells; ``keyed``: it was made by a key. Confidential."""
    year = years["unchanged"]
    hidden, keys = year.hidden(mask), None if keyed else [None]
    # The audit may not follow from true figures, and so is run as if figures were kept from kommuner alone.
    readers = without_persons(year.readers)
    return transparency(year.system, hidden, RULE, keys=keys, readers=readers, already_hidden=year.already_hidden)
