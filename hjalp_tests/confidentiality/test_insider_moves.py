"""Protection against insiders: what is safe stays safe, and nobody breaks a cell that could be kept from him."""

import numpy as np
import pytest

from hjalp_pipeline.confidentiality.attack import beyond_help, insiders, is_safe
from hjalp_pipeline.confidentiality.insider_moves import guard_insiders
from hjalp_pipeline.confidentiality.model import Rule
from hjalp_pipeline.confidentiality.suppress import Work, protect
from hjalp_tests.confidentiality.brute_force import some_cases
from hjalp_tests.examples import times

SMALL = Work(units=2_000)


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["w1", "up3"])
@pytest.mark.parametrize("kind", ["nested", "linked", "releases"])
def test_nobody_breaks_what_could_be_kept_from_him(kind: str, rule: Rule) -> None:
    added = broken = 0
    for system, _ in some_cases(kind, 5, times(60)):
        hidden = protect(system, rule, work=SMALL).hidden
        guarded = guard_insiders(system, hidden, rule)
        assert not (hidden & ~guarded).any()
        assert set(is_safe(system, guarded, rule)) <= set(is_safe(system, hidden, rule))
        added += int((guarded & ~hidden).sum())
        small = (system.values < 3) & ~system.primary
        for insider in insiders(system, guarded, rule):
            hideable = ~system.open & ~(small if rule == "up3" else np.zeros_like(small))
            hideable[insider.cell] = False
            assert beyond_help(system, hideable, rule, insider.breaks) == set(insider.breaks)
            broken += 1
    assert added > 0


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
