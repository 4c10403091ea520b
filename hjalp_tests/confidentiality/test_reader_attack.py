"""The attacker as each of many readers, against trying every table."""

import numpy as np
import pytest

from hjalp_pipeline.confidentiality.attack import attack, is_safe
from hjalp_pipeline.confidentiality.model import Bools, Rule, System, SystemBuilder
from hjalp_pipeline.confidentiality.reader_attack import Known, possible_tables, told, told_apart
from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_tests.confidentiality.brute_force import KINDS, fails, some_cases, tables
from hjalp_tests.examples import times

RULES: tuple[Rule, ...] = ("w1", "up3")


def some_readers(rng: np.random.Generator, system: System) -> Readers:
    """Two to five readers, each of whom knows some cells, at times the same as another."""
    share = rng.choice([0.1, 0.3])
    return Readers(
        names := tuple(f"r{i}" for i in range(rng.integers(2, 6))), rng.random((system.size, len(names))) < share
    )


def broken_by_trial(system: System, hidden: Bools, rule: Rule, readers: Readers) -> set[tuple[int, int]] | None:
    """(cell, reader) for which the rule fails by trying every table, apart from cells everybody can tell."""
    everybody = tables(system, hidden)
    if everybody is None:
        return None
    apart = fails(system, hidden, everybody, rule)
    out = set()
    for reader in range(readers.count):
        unknown = hidden & ~readers.knows[:, reader]
        every = tables(system, unknown)
        if every is None:
            return None
        out |= {(cell, reader) for cell in fails(system, unknown, every, rule) - apart}
    return out


def held(kind: str, rule: Rule, seed: int, count: int) -> tuple[int, int]:
    """How many systems were held against trial, and how many cells a reader could tell."""
    seen = broken = 0
    rng = np.random.default_rng(seed)
    for system, hidden in some_cases(kind, seed, count):
        readers = some_readers(rng, system)
        expected = broken_by_trial(system, hidden, rule, readers)
        if expected is None:
            continue
        apart = is_safe(system, hidden, rule)
        found = told(system, hidden, rule, readers, apart=apart)
        assert {(one.cell, one.reader) for one in found} == expected
        for one in found:
            known = np.flatnonzero(readers.knows[:, one.reader]).tolist()
            ends = {i.cell: (i.low, i.high) for i in attack(system, hidden, known_to_insider=known)}
            assert one.exact
            assert (one.low, one.high) == ends[one.cell]
        seen, broken = seen + 1, broken + len(found)
    return seen, broken


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", list(KINDS))
def test_readers_equal_enumeration(kind: str, rule: Rule) -> None:
    seen, broken = held(kind, rule, 11, 12)
    assert seen > 4
    assert broken > 0


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", list(KINDS))
def test_readers_equal_enumeration_on_many(kind: str, rule: Rule) -> None:
    seen, broken = held(kind, rule, 12, times(250))
    assert seen > 0.6 * times(250)
    assert broken > 0.2 * times(250)


def three_areas(count: int = 2) -> tuple[System, Bools, Readers]:
    """Areas of two hidden cells of 2 each under shown sums; each reader knows one area."""
    builder = SystemBuilder()
    cells = [[builder.add_cell(("T", f"k{area}", age), 2) for age in "pq"] for area in range(count)]
    for area, pair in enumerate(cells):
        builder.add_equation(builder.add_cell(("T", f"k{area}", "TOT"), 4, open=True), pair)
    for age, name in enumerate("pq"):
        builder.add_equation(builder.add_cell(("T", "000", name), 2 * count, open=True), [pair[age] for pair in cells])
    system = builder.build()
    return system, system.primary, Readers.of(system, {f"k{area}": pair for area, pair in enumerate(cells)})


def test_who_knows_one_of_two_areas_computes_the_other() -> None:
    system, hidden, readers = three_areas(2)
    assert is_safe(system, hidden, "up3") == []
    found = told(system, hidden, "up3", readers)
    assert [(one.cell, one.reader, one.low, one.high) for one in found] == [
        (0, 1, 2, 2),
        (1, 1, 2, 2),
        (2, 0, 2, 2),
        (3, 0, 2, 2),
    ]
    assert all(one.computed and one.small for one in found)


def test_a_third_area_keeps_them_from_it() -> None:
    system, hidden, readers = three_areas(3)
    assert told(system, hidden, "up3", readers) == []


def test_a_proposed_table_counts_only_when_it_agrees() -> None:
    system, hidden, _ = three_areas(3)
    x = system.values.copy()
    x[0] += 1
    assert list(possible_tables(system, hidden, [x])) == []
    assert len(list(possible_tables(system, hidden, [system.values]))) == 1


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_what_nothing_keeps_is_told_apart_also_after_other_attacks(rule: Rule) -> None:
    """The same answers from the start and with what an attack on another pattern of the system found."""
    kept_some = lost_some = 0
    for kind in KINDS:
        rng = np.random.default_rng(13)
        for system, pattern in some_cases(kind, 14, 5):
            hidden = pattern & ~system.open
            hideable = (~system.open & (system.values >= system.lower)) | hidden
            readers = some_readers(rng, system)
            apart = is_safe(system, hidden, rule)
            everything = {(one.cell, one.reader) for one in told(system, hidden, rule, readers, apart=apart)}
            whatever = {(one.cell, one.reader) for one in told(system, hideable, rule, readers)}
            known = Known()
            # Once with another pattern before, so that something is known.
            told_apart(system, hideable, rule, readers, apart=(), hideable=hideable, known=known)
            for before in (None, known):
                kept, lost = told_apart(system, hidden, rule, readers, apart=apart, hideable=hideable, known=before)
                assert {(one.cell, one.reader) for one in kept} == everything - whatever
                assert {(one.cell, one.reader) for one in lost} == everything & whatever
            kept_some, lost_some = kept_some + bool(everything - whatever), lost_some + bool(everything & whatever)
    assert min(kept_some, lost_some) > 1
