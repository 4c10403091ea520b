"""The proof that a release gives nothing away: what is published beside it, and the page for whoever signs it (R11).

**Why the proof gives nothing away.** The caller's part: the system must depend on no hidden figure either, not even by a
bound that is given only where it holds. For every hidden cell it holds the two ends that anybody could work out from what
is published, and two *witnesses*: whole sets of values for the hidden cells that add up to every published figure and
reach those ends. Does the set of witnesses tell more than the ends do? No: ``attack`` makes them from the published
figures, the pattern, the bounds and the sums alone. It never reads a hidden figure (it checks that they keep their
bounds, and stops otherwise), so whoever holds the release could run it and get the same witnesses; what can be computed
from the release cannot add to it. A test puts each witness in the place of the true figures and gets the same evidence,
byte for byte. The same goes for the verdict, which follows from the ends alone (``model.holds``).

Three things follow. A quick search (``attack(..., enough=...)``) starts from the true figures, so it is refused here.
A witness that happens to be the truth is **not** taken out: nobody can tell that it is, and an absence that depends on
the truth would be the very leak that is to be avoided. And what the insiders know (who is alone in a cell) depends on the
true figures, so it is no part of the evidence; the page for the signer shows its counts only.

Not covered, by this or by any audit of one pattern: the choice among several safe patterns was made knowing the figures.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from hjalp_pipeline.confidentiality.attack import Insider, Interval, attack, told_small
from hjalp_pipeline.confidentiality.model import NO_BOUND, THRESHOLD, Bools, Ints, Name, Rule, System, holds
from hjalp_pipeline.pages.template import template

#: What the attacker is taken to know (R11), for the evidence and for the page.
ASSUMPTIONS = (
    "Alle offentliggjorte tal i alle tabeller og i alle tidligere udgivelser af de samme år er kendt, også alle summer.",
    "Det er kendt, hvilke celler der er skjult, og at et skjult tal i en tabel mindst er 1, fordi et ægte nul altid vises.",
    "Alle tal er hele tal.",
    "Antallet af personer er højst lige så stort som antallet af udlån.",
    "Det er kendt, hvilke kommuner der er uændrede mellem to udgivelser.",
    "Tabellen beskyttes, som om dens totaler var summen af dens celler. Det gør beskyttelsen stærkere, ikke svagere.",
)

#: Where the population bounds the cells of the system.
POPULATION = "Tallene er ikke større end den offentlige folketalsopgørelse for cellen, hvor den gælder."

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


def evidence(
    system: System,
    hidden: Bools,
    rule: Rule,
    intervals: Sequence[Interval] | None = None,
    *,
    assumptions: Sequence[str] = (*ASSUMPTIONS, POPULATION),
    limits: Sequence[str] = LIMITS,
) -> dict[str, Any]:
    """The evidence for ``disclosure_audit.json``: plain values, without any hidden figure.

    Keys: ``rule``, ``threshold``, ``safe``; ``fails`` (names); ``tables`` (per first part of the name: hidden, exact,
    told_small, fails); ``cells`` (name, low, high with null for no upper bound, and the number of a witness for each);
    ``witnesses`` (values of the hidden cells in the order of ``cells``); ``assumptions`` and ``limits`` in Danish.
    ``intervals``: of an exact attack by an outsider on this very pattern; it is run when they are not given.
    ValueError when they are not exact and public, or not of every hidden cell.
    """
    found = attack(system, hidden) if intervals is None else intervals
    if [interval.cell for interval in found] != np.flatnonzero(hidden).tolist():
        msg = "The evidence needs the interval of every hidden cell, as an outsider sees it"
        raise ValueError(msg)
    if not all(interval.exact and interval.public for interval in found):
        msg = "A search that stopped early or knew hidden figures is no evidence"
        raise ValueError(msg)
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
    tables: dict[str, dict[str, Any]] = {}
    for interval in found:
        name = system.table(interval.cell)
        row = tables.setdefault(name, {"table": name, "hidden": 0, "exact": 0, "told_small": 0, "fails": 0})
        row["hidden"] += 1
        row["exact"] += interval.low == interval.high
        row["told_small"] += told_small(interval)
        row["fails"] += not _holds(rule, interval)
    return {
        "rule": rule,
        "threshold": THRESHOLD,
        "safe": not fails,
        "fails": [list(system.names[interval.cell]) for interval in fails],
        "tables": [tables[name] for name in sorted(tables)],
        "cells": cells,
        "witnesses": [list(witness) for witness in numbers],
        "assumptions": list(assumptions),
        "limits": list(limits),
    }


def _holds(rule: Rule, interval: Interval) -> bool:
    """``model.holds`` without the true value: the lowest possible one is the strictest."""
    return holds(rule, interval.low, interval.low, interval.high)


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


def audit_page(
    proof: Mapping[str, Any],
    *,
    release: str,
    label: Callable[[Name], str] = " · ".join,
    insiders: Sequence[Insider] | None = None,
    examined: tuple[int, int] | None = None,
    unprotectable: Sequence[str] = (),
) -> str:
    """The page for whoever signs the release: Danish, printable, without any outside resource.

    Tells the verdict, counts per table and the names of the cells that fail, never a figure of a hidden cell.
    ``label`` turns a cell's name into words. ``insiders``: of the second audit; only how many is shown.
    ``examined``: how many of how many were examined, where it was not all of them. ``unprotectable``: cells, in words,
    that nothing hidden beside them can protect.
    """
    broken = {cell for insider in insiders or () for cell in insider.breaks}
    return template("hjalp_pipeline.confidentiality", "audit.html.j2").render(
        proof=proof,
        release=release,
        rule=RULES[proof["rule"]],
        fails=[label(tuple(name)) for name in proof["fails"]],
        total={key: sum(row[key] for row in proof["tables"]) for key in ("hidden", "exact", "told_small", "fails")},
        unprotectable=unprotectable,
        insiders=None if insiders is None else {"alone": len(insiders), "broken": len(broken), "examined": examined},
    )
