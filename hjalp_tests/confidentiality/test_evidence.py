"""The evidence of an attack: it holds by adding up published figures alone, and what is published of it gives no range away."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hjalp_pipeline.confidentiality.attack import attack, is_safe
from hjalp_pipeline.confidentiality.evidence import evidence, promise
from hjalp_pipeline.confidentiality.hierarchies import Dimension, hierarchical_table
from hjalp_pipeline.confidentiality.model import NO_BOUND, Bools, System, holds
from hjalp_tests.confidentiality.brute_force import some_cases, tables
from hjalp_tests.examples import often

KINDS = ["nested", "linked", "releases", "rows"]


def check_evidence(system: System, hidden: Bools, proof: Mapping[str, Any]) -> list[str]:
    """Check evidence by adding up, with nothing but the published figures; the problems found, empty when it holds.

    What it proves when it holds: every value named as an end is possible, so the verdict "safe" is true.
    """
    cells = np.flatnonzero(hidden)
    problems = []
    if [tuple(cell["name"]) for cell in proof["cells"]] != [system.names[cell] for cell in cells]:
        return ["the cells are not the hidden ones"]
    for number, witness in enumerate(proof["witnesses"]):
        x = system.values.copy()
        x[cells] = witness
        free = system.upper >= NO_BOUND
        if (
            (x[cells] < system.lower[cells]).any()
            or ((x > system.upper) & ~free)[cells].any()
            or (system.equations.activity(x) != system.equations.rhs).any()
            or (system.inequalities.activity(x) > system.inequalities.rhs).any()
        ):
            problems.append(f"witness {number} does not agree with what is published")
    for place, cell in enumerate(proof["cells"]):
        low, high = (proof["witnesses"][cell[end]][place] for end in ("low_witness", "high_witness"))
        if low != cell["low"] or high != (high if cell["high"] is None else cell["high"]):
            problems.append(f"cell {place} is not witnessed")
        if proof["safe"] and not holds(proof["rule"], low, low, high):
            problems.append(f"cell {place} is not shown to be protected")
    return problems


@pytest.fixture
def table() -> System:
    counts = {("k1", "m"): 1, ("k1", "w"): 9, ("k2", "m"): 7, ("k2", "w"): 2, ("k3", "m"): 21, ("k3", "w"): 35}
    dimensions = [Dimension.flat("area", ["k1", "k2", "k3"], "000"), Dimension.flat("sex", ["m", "w"])]
    return hierarchical_table(counts, dimensions, prefix=("HJALP2",), suffix=("2024",)).build()


@pytest.fixture
def hidden(table: System) -> Bools:
    return table.pattern([table.index()["HJALP2", area, sex, "2024"] for area in ("k1", "k2") for sex in "mw"])


def test_the_evidence_tells_the_ends_and_can_be_checked_by_adding_up(table: System, hidden: Bools) -> None:
    proof = json.loads(json.dumps(evidence(table, hidden, "up3")))
    assert proof["safe"]
    assert proof["fails"] == []
    assert proof["tables"] == [{"table": "HJALP2", "hidden": 4, "exact": 0, "told_small": 0, "fails": 0}]
    assert [(cell["name"][1:3], cell["low"], cell["high"]) for cell in proof["cells"]] == [
        (["k1", "m"], 1, 7),
        (["k1", "w"], 3, 9),
        (["k2", "m"], 1, 7),
        (["k2", "w"], 2, 8),
    ]
    assert len(proof["witnesses"]) == 2
    assert check_evidence(table, hidden, proof) == []


SEEDS = given(seed=st.integers(0, 2**32 - 1))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=6)
@SEEDS
def test_no_other_truth_would_have_given_other_evidence(kind: str, seed: int) -> None:
    """Every witness, and some tables by enumeration, in the place of the true figures: not one byte changes."""
    for system, pattern in some_cases(kind, seed):
        intervals = attack(system, pattern)
        proof = evidence(system, pattern, "up3", intervals)
        assert check_evidence(system, pattern, proof) == []
        assert proof["safe"] == (is_safe(system, pattern, "up3") == [])
        others = tables(system, pattern, limit=2000)
        assume(others is not None)
        for other in [*proof["witnesses"][:3], *others[:: max(1, len(others) // 4)]]:
            values = system.values.copy()
            values[pattern] = other
            lied = replace(system, values=values)
            assert json.dumps(evidence(lied, pattern, "up3")) == json.dumps(proof)


test_no_other_truth_would_have_given_other_evidence_often = often(
    100, SEEDS, test_no_other_truth_would_have_given_other_evidence
)


def test_a_pattern_that_fails_is_told_by_name(table: System) -> None:
    index = table.index()
    cells = [index["HJALP2", area, sex, "2024"] for area, sex in (("k1", "m"), ("k2", "w"), ("k2", "m"))]
    proof = evidence(table, table.pattern(cells), "w1")
    assert not proof["safe"]
    assert proof["fails"] == [
        ["HJALP2", "k1", "m", "2024"],
        ["HJALP2", "k2", "m", "2024"],
        ["HJALP2", "k2", "w", "2024"],
    ]
    assert proof["tables"] == [{"table": "HJALP2", "hidden": 3, "exact": 3, "told_small": 2, "fails": 3}]


def test_what_starts_from_the_true_figures_is_no_evidence(table: System, hidden: Bools) -> None:
    with pytest.raises(ValueError, match="stopped early"):
        evidence(table, hidden, "up3", attack(table, hidden, enough="up3"))
    known = np.flatnonzero(hidden)[:1].tolist()
    with pytest.raises(ValueError, match="every hidden cell"):
        evidence(table, hidden, "up3", attack(table, hidden, known_to_insider=known))


def test_evidence_that_was_tampered_with_is_found_out(table: System, hidden: Bools) -> None:
    proof = evidence(table, hidden, "up3")
    assert check_evidence(table, table.pattern(), proof) == ["the cells are not the hidden ones"]
    changed = json.loads(json.dumps(proof))
    changed["witnesses"][0][0] += 1
    assert "witness 0 does not agree with what is published" in check_evidence(table, hidden, changed)
    changed = json.loads(json.dumps(proof))
    changed["cells"][1]["high"] += 1
    assert check_evidence(table, hidden, changed) == ["cell 1 is not witnessed"]
    changed = json.loads(json.dumps(proof))
    changed["cells"][0] |= {"high": 1, "high_witness": changed["cells"][0]["low_witness"]}
    assert check_evidence(table, hidden, changed) == ["cell 0 is not shown to be protected"]


def test_no_upper_bound_is_null() -> None:
    system = hierarchical_table({("a",): 3, ("b",): 4}, [Dimension.flat("x", ["a", "b"])], prefix=("T",)).build()
    everything = np.ones(system.size, dtype=np.bool_)
    proof = evidence(system, everything, "up3")
    assert [cell["high"] for cell in proof["cells"]] == [None, None, None]
    assert check_evidence(system, everything, proof) == []


def test_what_is_published_holds_no_range(table: System, hidden: Bools) -> None:
    cells = {"HJALP2": [table.names[cell] for cell in np.flatnonzero(hidden)]}
    told = promise("up3", cells)
    assert told["tables"] == [{"table": "HJALP2", "cells": [list(name) for name in cells["HJALP2"]]}]
    assert (told["safe"], told["fails"]) == (True, [])
    assert not {"low", "high", "witnesses"} & set(json.dumps(told).replace('"', " ").split())
