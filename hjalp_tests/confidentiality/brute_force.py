"""The attacker by enumeration, and small made-up systems to try it on. Shares nothing with the attacker but the model."""

from collections.abc import Iterator

import numpy as np

from hjalp_pipeline.confidentiality.hierarchies import Dimension, hierarchical_table
from hjalp_pipeline.confidentiality.model import NO_BOUND, THRESHOLD, Bools, Ints, Rule, System, SystemBuilder

#: Cells without bound are tried up to here; far above any total of the made-up systems.
CEILING = 400


def tables(system: System, unknown: Bools, *, ceiling: int = CEILING, limit: int = 20_000) -> Ints | None:
    """Every whole-number table that agrees with what is known, [tables, unknown cells]; None when it takes too long.

    ``limit`` counts the values tried. Coefficients are -1 or 1.
    """
    order = np.flatnonzero(unknown).tolist()
    place = {cell: i for i, cell in enumerate(order)}
    rows = []
    for kind, equal in ((system.equations, True), (system.inequalities, False)):
        for i in range(kind.count):
            cells, coefs, rhs = kind.row(i)
            terms = {place[c]: a for c, a in zip(cells.tolist(), coefs.tolist(), strict=True) if c in place}
            known = sum(
                a * int(system.values[c]) for c, a in zip(cells.tolist(), coefs.tolist(), strict=True) if c not in place
            )
            rows.append((terms, rhs - known, equal))
    least = [int(system.lower[c]) for c in order]
    most = [min(int(system.upper[c]), ceiling) for c in order]
    touching = [[row for row in rows if i in row[0]] for i in range(len(order))]
    found: list[tuple[int, ...]] = []
    tried = 0

    def span(i: int, least: list[int], most: list[int]) -> tuple[int, int]:
        """The values of cell i that each of its rows alone allows."""
        low, high = least[i], most[i]
        for terms, rhs, equal in touching[i]:
            others = [(a * least[j], a * most[j]) for j, a in terms.items() if j != i]
            top = rhs - sum(min(ends) for ends in others)
            bottom = rhs - sum(max(ends) for ends in others) if equal else None
            if terms[i] < 0:
                top, bottom = (None if bottom is None else -bottom), -top
            low = low if bottom is None else max(low, bottom)
            high = high if top is None else min(high, top)
        return low, high

    for _ in range(3):
        for i in range(len(order)):
            least[i], most[i] = span(i, least, most)

    def go(i: int, least: list[int], most: list[int]) -> bool:
        nonlocal tried
        if i == len(order):
            found.append(tuple(least))
            return True
        low, high = span(i, least, most)
        for value in range(low, high + 1):
            tried += 1
            now = ([*least[:i], value, *least[i + 1 :]], [*most[:i], value, *most[i + 1 :]])
            if tried > limit or not go(i + 1, *now):
                return False
        return True

    if not go(0, least, most):
        return None
    return np.array(found, dtype=np.int64).reshape(len(found), len(order))


def fails(system: System, unknown: Bools, found: Ints, rule: Rule) -> set[int]:
    """The unknown cells for which the rule does not hold, by its words in R11."""
    out = set()
    for column, cell in zip(found.T, np.flatnonzero(unknown).tolist(), strict=True):
        two_values = len(set(column.tolist())) > 1
        small = system.values[cell] in (0, 1, 2)
        if not two_values or (rule == "up3" and small and column.max() < 3):
            out.add(cell)
    return out


def agrees(system: System, hidden: Bools, x: Ints) -> bool:
    """Whether values of the hidden cells agree with everything published, row by row."""
    values = system.values.tolist()
    for cell, value in zip(np.flatnonzero(hidden).tolist(), x.tolist(), strict=True):
        values[cell] = value
        if not system.lower[cell] <= value or (value > system.upper[cell] and system.upper[cell] < NO_BOUND):
            return False
    for kind, equal in ((system.equations, True), (system.inequalities, False)):
        for i in range(kind.count):
            cells, coefs, rhs = kind.row(i)
            total = sum(a * values[c] for c, a in zip(cells.tolist(), coefs.tolist(), strict=True))
            if total > rhs or (equal and total != rhs):
                return False
    return True


def some_counts(rng: np.random.Generator, shape: int) -> list[int]:
    """Small counts, zeros and singletons among them."""
    return rng.choice([0, 0, 1, 1, 1, 2, 2, 3, 4, 6], size=shape).tolist()


def some_dimension(rng: np.random.Generator, name: str) -> Dimension:
    """A root over two to four codes, some of which have one to three codes below them."""
    parents: dict[str, str | None] = {"TOT": None}
    for i in range(rng.integers(2, 4)):
        parents[f"{name}{i}"] = "TOT"
        if rng.random() < 0.3:
            parents |= {f"{name}{i}{j}": f"{name}{i}" for j in range(rng.integers(1, 4))}
    return Dimension(name, parents)


def some_nested(rng: np.random.Generator) -> System:
    """One table of two dimensions (now and then three), at times with public populations."""
    dimensions = [some_dimension(rng, "a"), some_dimension(rng, "b")]
    if rng.random() < 0.15:
        dimensions.append(Dimension.flat("c", ["c0", "c1"]))
    keys = [()]
    for dimension in dimensions:
        keys = [(*key, code) for key in keys for code in dimension.leaves()]
    counts = dict(zip(keys, some_counts(rng, len(keys)), strict=True))
    population = {key: count + int(rng.integers(0, 4)) for key, count in counts.items()}
    with_population = rng.random() < 0.5
    builder = hierarchical_table(counts, dimensions, prefix=("T",), population=population if with_population else None)
    return builder.build()


def some_linked(rng: np.random.Generator) -> System:
    """Persons by area and sex, loans by area and kind; the persons of an area are at most its loans."""
    areas = Dimension.flat("area", [f"k{i}" for i in range(rng.integers(2, 4))])
    sexes, kinds = Dimension.flat("sex", ["1", "2"]), Dimension.flat("kind", ["x", "y"])
    persons = {(a, s): c for a in areas.leaves() for s, c in zip("12", some_counts(rng, 2), strict=True)}
    loans = {}
    for area in areas.leaves():
        total = sum(persons[area, s] for s in "12") + int(rng.integers(0, 2))
        part = int(rng.integers(0, total + 1))
        loans |= {(area, "x"): part, (area, "y"): total - part}
    builder = hierarchical_table(persons, [areas, sexes], prefix=("PERSONS",))
    hierarchical_table(loans, [areas, kinds], prefix=("LOANS",), builder=builder)
    for area in areas.parents:
        builder.add_le(builder.cell(("PERSONS", area, "TOT")), builder.cell(("LOANS", area, "TOT")))
    return builder.build()


def some_releases(rng: np.random.Generator) -> System:
    """Two releases of one table: an unchanged area is shared, one changes, one enters, one takes part in neither."""
    ages = Dimension.flat("age", ["p", "q"])
    builder = SystemBuilder()

    def area(name: str, release: str, counts: list[int], lower: int = 1) -> dict[str, int]:
        named = {("p",): counts[0], ("q",): counts[1]}
        hierarchical_table(named, [ages], prefix=(name,), suffix=(release,), builder=builder, lower=lower)
        return {age: builder.cell((name, age, release)) for age in ages.parents}

    same = [area("same", "v1=v2", some_counts(rng, 2)), area("also", "v1=v2", some_counts(rng, 2))]
    changed = some_counts(rng, 2)
    old, new = area("changed", "v1", changed), area("changed", "v2", [changed[0] + int(rng.integers(0, 2)), changed[1]])
    entered = area("entered", "v2", some_counts(rng, 2))
    absent = area("absent", "never", some_counts(rng, 2), lower=0)
    for release, members in (("v1", [*same, old]), ("v2", [*same, new, entered])):
        for age in ages.parents:
            value = sum(builder._cells[m[age]].value for m in members)
            total = builder.add_cell(("000", age, release), value)
            builder.add_equation(total, (m[age] for m in members))
    # a figure from elsewhere that takes in the absent area as well
    value = sum(builder._cells[m["TOT"]].value for m in (entered, absent))
    everybody = builder.add_cell(("elsewhere", "TOT", ""), value, open=True, lower=0)
    builder.add_equation(everybody, (entered["TOT"], absent["TOT"]))
    return builder.build()


def some_rows(rng: np.random.Generator) -> System:
    """Arbitrary rows of -1, 0 and 1: odd cycles, so the linear programs end between whole numbers."""
    builder = SystemBuilder()
    n = int(rng.integers(3, 8))
    lower = int(rng.integers(0, 2))
    for i in range(n):
        value = int(rng.integers(lower, 5))
        upper = NO_BOUND if rng.random() < 0.2 else value + int(rng.integers(0, 5))
        builder.add_cell(("R", str(i)), value, lower=lower, upper=upper)
    for _ in range(rng.integers(1, n + 1)):
        cells = rng.choice(n, size=min(n, int(rng.integers(2, 5))), replace=False).tolist()
        signs = rng.choice([1, 1, 1, -1], size=len(cells)).tolist()
        value = sum(a * builder._cells[c].value for c, a in zip(cells, signs, strict=True))
        equal = rng.random() < 0.7
        slack = 0 if equal else int(rng.integers(0, 3))
        builder.add_row(list(zip(cells, signs, strict=True)), value + slack, equal=equal)
    return builder.build()


KINDS = {"nested": some_nested, "linked": some_linked, "releases": some_releases, "rows": some_rows}


def some_pattern(rng: np.random.Generator, system: System) -> Bools:
    """A pattern: the primary cells, and others at random; zeros and open cells are shown."""
    share = rng.choice([0.1, 0.3, 0.6])
    return ~system.open & (system.primary | (rng.random(system.size) < share))


def some_cases(kind: str, seed: int, count: int = 1) -> Iterator[tuple[System, Bools]]:
    """Systems of a kind with a pattern each."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        system = KINDS[kind](rng)
        yield system, some_pattern(rng, system)


assert THRESHOLD == 3  # ``fails`` writes the rule out
