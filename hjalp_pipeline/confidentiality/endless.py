"""A direction in which a part goes on for ever: the cells that have no upper bound at all. Part of the attacker."""

import highspy
import numpy as np

from hjalp_pipeline.confidentiality.knowledge import AttackError, Part
from hjalp_pipeline.confidentiality.model import NO_BOUND, Ints
from hjalp_pipeline.confidentiality.programs import new_solver, run

#: Denominators tried for the dual prices; most are whole numbers, the last takes any at a loss below 1e-6 a unit.
DENOMINATORS = (1, 2520, 2**20)


def ray_of(part: Part) -> Ints:
    """A direction in which the part goes on for ever, 0 for the cells that cannot; checked exactly."""
    n = len(part.cells)
    highs = new_solver()
    grows = part.upper >= NO_BOUND
    for grow in grows.tolist():
        highs.addVar(0.0, highspy.kHighsInf if grow else 0.0)
    for rows, least in ((part.equations, 0.0), (part.inequalities, -highspy.kHighsInf)):
        for i in range(rows.count):
            cells, coefs, _ = rows.row(i)
            highs.addRow(least, 0.0, len(cells), cells.astype(np.int32), coefs.astype(np.float64))
    # directions add up, so the one in which most cells grow is the one in which all grow that can
    for cell in np.flatnonzero(grows):
        highs.addVar(0.0, 1.0)
        highs.changeColCost(highs.getNumCol() - 1, -1.0)
        pair = np.array([cell, highs.getNumCol() - 1], dtype=np.int32)
        highs.addRow(0.0, highspy.kHighsInf, 2, pair, np.array([1.0, -1.0]))
    run(highs)
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        msg = "The search for unbounded cells ended without an optimum"
        raise AttackError(msg)
    ray = np.array(highs.getSolution().col_value[:n], dtype=np.float64)
    for scale in DENOMINATORS:
        whole = np.rint(ray * scale).astype(np.int64)
        if (
            np.abs(ray * scale - whole).max() < 1e-6
            and (whole >= 0).all()
            and not whole[~grows].any()
            and not part.equations.activity(whole).any()
            and (part.inequalities.activity(whole) <= 0).all()
        ):
            return whole
    msg = "A direction without bound could not be checked in whole numbers"
    raise AttackError(msg)
