"""The linear and integer programs the attacker hands to HiGHS."""

from collections.abc import Iterable

import highspy
import numpy as np

from hjalp_pipeline.confidentiality.knowledge import AttackError, Part
from hjalp_pipeline.confidentiality.model import NO_BOUND, Ints, Rows

#: Iterations of one linear program and nodes of an integer one; beyond them
#: the attack fails and nothing is released.
MAX_ITERATIONS = MAX_NODES = 200_000
#: Seconds of one program, which may go round in circles for ever; no other clock is looked at.
MAX_SECONDS = 600.0

#: An end of a cell's range: the cell (number in the part), and whether it is the highest value.
End = tuple[int, bool]


def run(highs: highspy.Highs) -> None:
    """Run the solver; a program that never ends leaves a status that is not optimal."""
    highs.setOptionValue("time_limit", highs.getRunTime() + MAX_SECONDS)
    highs.run()


def new_solver() -> highspy.Highs:
    """A quiet, deterministic HiGHS. All must agree on ``threads``, or runs end unsolved without an error."""
    highs: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    # The presolve of HiGHS 1.15 calls some integer programs infeasible that are not (its issues 3090 and 3296).
    highs.setOptionValue("presolve", "off")
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", 0.5)
    highs.setOptionValue("mip_max_nodes", MAX_NODES)
    highs.setOptionValue("simplex_iteration_limit", MAX_ITERATIONS)
    return highs


def program(part: Part, lower: Ints, upper: Ints, objective: Ints, *, whole: bool = False) -> highspy.Highs:
    """The rows of a part as a minimisation, equations first."""
    equations, inequalities = part.equations, part.inequalities
    both = Rows(
        np.concatenate((equations.indptr, inequalities.indptr[1:] + equations.indptr[-1])),
        np.concatenate((equations.cells, inequalities.cells)),
        np.concatenate((equations.coefs, inequalities.coefs)),
        np.concatenate((equations.rhs, inequalities.rhs)),
    )
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(lower), both.count
    model.col_cost_ = objective.astype(np.float64)
    model.col_lower_ = lower.astype(np.float64)
    model.col_upper_ = np.where(upper >= NO_BOUND, highspy.kHighsInf, upper).astype(np.float64)
    right = both.rhs.astype(np.float64)
    model.row_lower_ = np.where(np.arange(both.count) < equations.count, right, -highspy.kHighsInf)
    model.row_upper_ = right
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = both.indptr.astype(np.int32)
    model.a_matrix_.index_ = both.cells.astype(np.int32)
    model.a_matrix_.value_ = both.coefs.astype(np.float64)
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * len(lower)
    highs = new_solver()
    if highs.passModel(model) != highspy.HighsStatus.kOk:
        msg = "The solver did not take the model"
        raise AttackError(msg)
    return highs


def towards(ends: Iterable[End], cells: int) -> Ints:
    """What is least where these ends are reached, over so many cells."""
    objective = np.zeros(cells, dtype=np.int64)
    for cell, high in ends:
        objective[cell] = -1 if high else 1
    return objective
