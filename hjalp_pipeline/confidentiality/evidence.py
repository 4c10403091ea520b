"""The proof that a pattern gives nothing away, and what is published of it (R11).

For every hidden cell the proof holds the two ends that can be worked out, and two *witnesses*: whole sets of values for
the hidden cells that add up to every published figure and reach those ends. ``attack`` makes them from the published
figures, the pattern, the bounds and the sums alone and never reads a hidden figure, so a test can put each witness in the
place of the true figures and gets the same proof, byte for byte. A quick search (``attack(..., enough=...)``) starts from
the true figures, so it is refused here.

**It is not published.** What can be worked out of a cell that nothing can protect is that it is 1, or 1 to 2, and no side
file may say so; a range left out of a list of ranges would point at just these cells. And witnesses add up to the totals
only with the persons counted in two kommuner, of whom there may be one. What is published instead is ``promise``.

What the insiders know (who is alone in a cell) is no part of the proof; the page shows its counts only. Not covered, by
this or by any audit of one pattern: the choice among several safe patterns was made knowing the figures.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from hjalp_pipeline.confidentiality.attack import Interval, attack, told_small
from hjalp_pipeline.confidentiality.model import NO_BOUND, THRESHOLD, Bools, Ints, ModelError, Name, Rule, System, holds

#: What the attacker is taken to know (R11), for the evidence and for the page: of the figures, and of releases.
OF_FIGURES = (
    "Alle offentliggjorte tal i alle tabeller og i alle tidligere udgivelser af de samme år er kendt, også alle summer.",
    "Det er kendt, hvilke celler der er skjult, og at et skjult tal i en tabel mindst er 1, fordi et ægte nul altid vises.",
    "Alle tal er hele tal.",
)
_OF_RELEASES = (
    "Det er kendt, hvilke kommuner der er uændrede mellem to udgivelser, fordi intet af det, deres tal bygger på, er ændret. "
    "Beskyttelsen er desuden prøvet mod den, der tror, at alle ens tal er uændrede.",
    "Tabellen beskyttes, som om dens totaler var summen af dens celler. Det gør beskyttelsen stærkere, ikke svagere.",
)

#: Where the population bounds the cells of the system.
_POPULATION = "Tallene er ikke større end den offentlige folketalsopgørelse for cellen, hvor den gælder."

#: What the audit does not answer for.
LIMITS = (
    "Viden, som en person har om sig selv eller sine nærmeste, tæller ikke som offentlig. Den er undersøgt for sig.",
    "Kontrollen gælder tallene. Den tager ikke stilling til, om selve valget af skjulte celler kan tolkes.",
    "Tal, som andre har offentliggjort uden om disse tabeller, er kun med, hvis de er lagt ind i modellen.",
)

RULES: Mapping[Rule, str] = {
    "w1": "Ingen skjult celle kan beregnes: mindst to værdier er mulige for hver.",
    "up3": f"Ingen skjult celle kan beregnes, og ingen kan ses at være mindre end {THRESHOLD}.",
}


def assumptions_with(known: Sequence[str]) -> tuple[str, ...]:
    """Everything the attacker is taken to know, with what is ``known`` of these tables besides."""
    return (*OF_FIGURES, *known, *_OF_RELEASES, _POPULATION)


#: What holds of each release that stands, in words for everybody; the same whether or not there is a cell that no pattern
#: protects, for that is nobody's business outside.
PROMISE = (
    "Alle skjulte celler, som det kan beskytte at skjule andre celler, er beskyttet, i hele tal og for alle tabeller og "
    "udgivelser under ét."
)
#: Whether figures are kept from kommuner too, in words for everybody.
KOMMUNER: Mapping[bool, str] = {
    True: "Hver kommune, der er med, kender alle sine egne tal i alle udgivelser og tallene for dem, den indberetter for. De skjulte "
    "tal for andre kommuner og for hele landet er beskyttet mod hver enkelt af dem, hvor det kan beskytte at skjule andre celler.",
    False: "Beskyttelsen gælder den, der kun kender det offentliggjorte, og ikke en kommune, der også kender sine egne tal.",
}
#: Why ranges are not published.
WITHHELD = (
    "For hver skjult celle er det beregnet, hvilke værdier den kan have, med et bevis for hver. Beregningen offentliggøres "
    "ikke: hvor folketallet eller viste nuller i sig selv siger, at et tal er lille, ville den gentage det."
)


def promise(
    rule: Rule,
    cells: Mapping[str, Sequence[Name]],
    known: Sequence[str] = (),
    *,
    assumptions: Sequence[str] | None = None,
) -> dict[str, Any]:
    """What is published of the proof: rule, hidden cells by table (everybody sees them in the tables), assumptions.
    ``assumptions``: other ones than those of a table with its sums.

    Nothing in it depends on a hidden figure, on a range, or on whether there are cells that no pattern protects.
    """
    return {
        "rule": rule,
        "threshold": THRESHOLD,
        "safe": True,
        "fails": [],
        "promise": f"{RULES[rule]} {PROMISE}",
        "tables": [{"table": table, "cells": [list(name) for name in names]} for table, names in sorted(cells.items())],
        "assumptions": list(assumptions_with(known) if assumptions is None else assumptions),
        "limits": [WITHHELD, *LIMITS],
    }


Count = Literal["hidden", "exact", "told_small", "fails"]
COUNTS: tuple[Count, ...] = ("hidden", "exact", "told_small", "fails")


def counts(system: System, intervals: Sequence[Interval], rule: Rule) -> dict[str, dict[Count, int]]:
    """Per table (first part of the name): hidden cells, those computed, inferred to be below 3, and failing the rule."""
    tables: dict[str, dict[Count, int]] = {}
    for interval in intervals:
        row = tables.setdefault(system.table(interval.cell), dict.fromkeys(COUNTS, 0))
        row["hidden"] += 1
        row["exact"] += interval.low == interval.high
        row["told_small"] += told_small(interval)
        row["fails"] += not holds(rule, int(system.values[interval.cell]), interval.low, interval.high)
    return dict(sorted(tables.items()))


def evidence(
    system: System,
    hidden: Bools,
    rule: Rule,
    intervals: Sequence[Interval] | None = None,
    *,
    known: Sequence[str] = (),
    limits: Sequence[str] = LIMITS,
    assumptions: Sequence[str] | None = None,
) -> dict[str, Any]:
    """The proof as plain values, without any hidden figure.

    Keys: ``rule``, ``threshold``, ``safe``; ``fails`` (names); ``tables`` (per first part of the name: hidden, exact,
    told_small, fails); ``cells`` (name, low, high with null for no upper bound, and the number of a witness for each);
    ``witnesses`` (values of the hidden cells in the order of ``cells``); ``assumptions`` and ``limits`` in Danish.
    ``intervals``: of an exact attack by an outsider on this very pattern; it is run when they are not given.
    ModelError when they are not exact and public, or not of every hidden cell.
    """
    found = attack(system, hidden) if intervals is None else intervals
    if [interval.cell for interval in found] != np.flatnonzero(hidden).tolist():
        msg = "The evidence needs the interval of every hidden cell, as an outsider sees it"
        raise ModelError(msg)
    if not all(interval.exact and interval.public for interval in found):
        msg = "A search that stopped early or knew hidden figures is no evidence"
        raise ModelError(msg)
    numbers: dict[tuple[int, ...], int] = {}

    def number(witness: Ints) -> int:
        return numbers.setdefault(tuple(witness.tolist()), len(numbers))

    fails = [interval for interval in found if not _holds(rule, interval)]
    cells = [
        {
            "name": list(system.names[interval.cell]),
            "low": interval.low,
            "high": None if interval.high >= NO_BOUND else interval.high,
            "low_witness": number(interval.low_witness),
            "high_witness": number(interval.high_witness),
        }
        for interval in found
    ]
    return {
        "rule": rule,
        "threshold": THRESHOLD,
        "safe": not fails,
        "fails": [list(system.names[interval.cell]) for interval in fails],
        "tables": [{"table": table, **row} for table, row in counts(system, found, rule).items()],
        "cells": cells,
        "witnesses": [list(witness) for witness in numbers],
        "assumptions": list(assumptions_with(known) if assumptions is None else assumptions),
        "limits": list(limits),
    }


def _holds(rule: Rule, interval: Interval) -> bool:
    """``model.holds`` without the true value: the lowest possible one is the strictest."""
    return holds(rule, interval.low, interval.low, interval.high)
