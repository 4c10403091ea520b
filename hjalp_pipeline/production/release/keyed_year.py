"""A year's pattern by the office's key, with the cells that its audit asks for, and what is left to whoever runs the program (R11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hjalp_pipeline.codelists.spans import Time
from hjalp_pipeline.confidentiality.keyed import OfficeKey
from hjalp_pipeline.confidentiality.model import Name
from hjalp_pipeline.confidentiality.transparency import BOUND, Transparency, transparency, widened
from hjalp_pipeline.production.release.pattern import RULE, Pattern, find_pattern
from hjalp_pipeline.production.release.protection import Reading, YearSystem
from hjalp_pipeline.production.release.year_figures import Mask


@dataclass(frozen=True)
class Keyed:
    """The office's key, and how likely a hidden cell may be below 3 to whoever runs the program."""

    key: OfficeKey
    bound: float = BOUND


def keyed_pattern(
    years: Mapping[Reading, YearSystem], units: int, keyed: Keyed, *, against_insiders: bool = False
) -> Pattern:
    """The pattern by the key, then the cells besides that bring every hidden cell below the bound, where something does.

    What is hidden besides is protected in every reading like the rest.
    """
    found = find_pattern(years, units, against_insiders=against_insiders, key=keyed.key)
    year = years["unchanged"]
    hidden = widened(year.system, year.hidden(found.mask), RULE, keyed.key, bound=keyed.bound, readers=year.readers)
    more = found.mask | year.mask(hidden)
    if more == found.mask:
        return found
    return find_pattern(years, units, against_insiders=against_insiders, key=keyed.key, mask=more)


@dataclass(frozen=True)
class ToldByProgram:
    """What running the program tells of a year. ``names``: of the cells by number. Confidential."""

    aar: Time
    audit: Transparency
    names: Sequence[Name]


def told_by_program(years: Mapping[Reading, YearSystem], mask: Mask, *, keyed: bool) -> Transparency:
    """What running the program tells of a year's hidden cells; ``keyed``: it was made by a key. Confidential."""
    year = years["unchanged"]
    return transparency(year.system, year.hidden(mask), RULE, keys=None if keyed else [None], readers=year.readers)
