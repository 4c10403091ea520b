"""What nothing keeps from whom: from everybody, and from those who stand in a small cell and know it."""

import numpy as np
import pytest

from hjalp_pipeline.confidentiality.attack import beyond_help, insiders, is_safe
from hjalp_pipeline.confidentiality.model import Rule, System
from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_tests.confidentiality.brute_force import some_cases
from hjalp_tests.confidentiality.test_reader_moves import checked
from hjalp_tests.examples import times


def persons(system: System) -> Readers:
    """Whoever is alone in a cell that is hidden for its own sake, and the two in one of 2."""
    return Readers.of(
        system, {str(cell): [cell] for cell in np.flatnonzero(system.primary & (system.values < 3)).tolist()}
    )


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["w1", "up3"])
@pytest.mark.parametrize("kind", ["nested", "linked", "releases"])
def test_no_person_in_a_cell_tells_what_could_be_kept_from_him(kind: str, rule: Rule) -> None:
    for system, _ in some_cases(kind, 5, times(60)):
        found = checked(system, rule, persons(system))
        helpless = {cell for cell, _ in found.unprotectable} | {cell for cell, _ in found.told}
        for insider in insiders(system, found.hidden & ~system.open, rule):
            assert set(insider.breaks) <= helpless


@pytest.mark.parametrize("cases", [8, pytest.param(times(40), marks=pytest.mark.slow)])
def test_beyond_help_is_what_fails_with_everything_hidden(cases: int) -> None:
    helped = lost = 0
    for kind in ("nested", "linked", "releases", "rows"):
        for system, _ in some_cases(kind, 6, cases):
            everything = ~system.open
            primary = np.flatnonzero(system.primary & ~system.open).tolist()
            found = beyond_help(system, everything, "up3", primary)
            assert found == set(is_safe(system, everything, "up3")) & set(primary)
            helped, lost = helped + len(primary) - len(found), lost + len(found)
    assert helped > 0
    assert lost > 0
