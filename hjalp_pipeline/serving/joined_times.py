"""One table out of those of several releases: of each time what the newest of them says, in the form of the newest time."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hjalp_pipeline.publishing.table import Symbol, Text, Variable
from hjalp_pipeline.serving.cube import Cube


def joined(newest_first: Sequence[tuple[Cube, str]]) -> tuple[Cube, str]:
    """A table as releases have it, each with a stamp: the whole, and a stamp of what it is made from.

    A correction of older years may come out last: the form (codes, texts, what is said beside it) is that of the release with
    the newest time. Of those that count the same in the same codes the newest release with a time counts for it; others are
    left out.
    """
    base = max(newest_first, key=lambda one: one[0].form.time.codes[-1])[0]  # the first of equals
    used: list[tuple[Cube, list[int]]] = []
    stamps, shown = [], set[str]()
    for cube, stamp in newest_first:
        codes = cube.form.time.codes
        new = [place for place, code in enumerate(codes) if code not in shown]
        if new and (cube is base or _counts_the_same(cube, base)):
            used.append((cube, new))
            stamps.append(stamp)
            shown.update(codes)
    if len(used) == 1:
        return base, stamps[0]
    return _together(base, used), hashlib.sha256("".join(stamps).encode()).hexdigest()


def _counts_the_same(cube: Cube, base: Cube) -> bool:
    one, other = cube.form, base.form
    return _codes(cube) == _codes(base) and (one.units, one.decimals, one.by_quarter) == (
        other.units,
        other.decimals,
        other.by_quarter,
    )


def _codes(cube: Cube) -> list[tuple[str, list[str]]]:
    return [(variable.code, sorted(variable.codes)) for variable in cube.form.variables[:-1]]


def _together(base: Cube, used: Sequence[tuple[Cube, list[int]]]) -> Cube:
    """These times of these tables, in the form of ``base``."""
    *shared, time = base.form.variables
    symbols: dict[str, Symbol] = {symbol.sign: symbol for symbol in base.form.symbols}
    notes: dict[Text, None] = dict.fromkeys(base.form.notes)
    for cube, _ in used:
        symbols = {symbol.sign: symbol for symbol in cube.form.symbols} | symbols
        notes |= dict.fromkeys(cube.form.notes)
    order_of_signs = [*(one.sign for one in base.form.symbols)]
    order_of_signs += [sign for sign in symbols if sign not in order_of_signs]
    figures, signs, values = [], [], []
    for cube, new in used:
        axes = [_in_order(variable, old) for variable, old in zip(shared, cube.form.variables[:-1], strict=True)]
        numbers = np.array([0, *(1 + order_of_signs.index(one.sign) for one in cube.form.symbols)], dtype=np.uint8)
        figures.append(cube.figures[np.ix_(*axes, new)])
        signs.append(numbers[cube.signs[np.ix_(*axes, new)]])
        values += [cube.form.time.values[place] for place in new]
    order = sorted(range(len(values)), key=lambda place: values[place].code)
    form = replace(
        base.form,
        variables=(*shared, replace(time, values=tuple(values[place] for place in order))),
        notes=tuple(notes),
        symbols=tuple(symbols[sign] for sign in order_of_signs),
        updated=max(cube.form.updated for cube, _ in used),
    )
    return Cube(form, np.concatenate(figures, axis=-1)[..., order], np.concatenate(signs, axis=-1)[..., order])


def _in_order(variable: Variable, other: Variable) -> list[int]:
    return [other.codes.index(code) for code in variable.codes]
