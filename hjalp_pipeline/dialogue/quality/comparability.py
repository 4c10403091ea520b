"""Which years of a release can be compared, from who takes part in each (seed 7, 7.2)."""

from collections.abc import Mapping, Set
from itertools import pairwise

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.publishing.table import enumerated


def comparability(taking_part: Mapping[int, Set[str]], since: int) -> tuple[str, ...]:
    """A sentence for each two years that follow one another.

    ``taking_part``: komnr by year, ascending; ``since``: the first year that later ones can be compared with (seed 7.2).
    """
    return tuple(
        _sentence(since, before, after, taking_part[before], taking_part[after])
        for before, after in pairwise(taking_part)
    )


def _sentence(since: int, before: int, after: int, first: Set[str], second: Set[str]) -> str:
    years = f"{before} og {after}"
    if before < since:
        return f"Data for {years} er ikke sammenlignelige: {since} er det første år med data for et helt år."
    if first == second:
        return f"Data for {years} er sammenlignelige: de samme kommuner indgår i begge år."
    only = [
        f"kun i {aar} indgår {enumerated((NAVN[komnr] for komnr in sorted(kommuner)), 'og')}"
        for aar, kommuner in ((before, first - second), (after, second - first))
        if kommuner
    ]
    return (
        f"Data for hele landet er ikke umiddelbart sammenlignelige for {years}, fordi det ikke er de samme kommuner, der "
        f"indgår: {'; '.join(only)}. Data for en kommune, der indgår i begge år, er sammenlignelige."
    )
