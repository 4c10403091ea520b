"""What an outsider can still imagine: the *moves* of a system, and what every primary cell needs of them.

A move is a whole-number vector z over the cells that are not open, such that the figures plus z agree with every row
and bound. With a pattern, only hidden cells may move. A hidden cell is protected when some move changes it (w1), and a
cell below THRESHOLD under up3 when some move lifts it to THRESHOLD or more. A secondary cell that no move changes can be
shown again without telling anybody anything new, so only the primary cells have needs of their own; a pattern made
of the cells that the moves of the primaries touch is safe for every hidden cell, and the moves are the proof.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

from hjalp_pipeline.confidentiality.model import NO_BOUND, Bools, Ints, Rule, System
from hjalp_pipeline.confidentiality.primary import THRESHOLD
from hjalp_pipeline.confidentiality.readers import Readers

Floats = npt.NDArray[np.float64]


class SuppressionError(RuntimeError):
    """The suppressor, or its solver, could not do its work. The message holds no figure and names no cell."""


#: One way to satisfy a primary cell: move it by at least ``amount`` in direction ``sign``.
Way = tuple[int, int]

#: No move needs to be longer than this; keeps unbounded cells finite for the solver.
_FAR = 10**6


@dataclass(frozen=True, eq=False)
class Moves:
    """The moves of one connected part of a system, over n cells and m rows.

    cells: number in the system of every cell here. up, down: how far a hidden cell may move. primary, cost: as in
    the system. Entries of the rows: row, col, coef [k]. slack [m]: 0 where equal is true, else how far the row may grow.
    knows [n, readers]: which reader knows which cell; owed [n, readers]: from whom a cell is kept when it is hidden.
    """

    cells: Ints
    values: Ints
    up: Ints
    down: Ints
    primary: Bools
    cost: Ints
    row: Ints
    col: Ints
    coef: Ints
    slack: Ints
    equal: Bools
    knows: Bools
    owed: Bools

    @property
    def size(self) -> int:
        """Number of cells."""
        return len(self.cells)

    @property
    def weight(self) -> float:
        """Price of one simplex iteration over these moves, in units of work (one: an iteration over 5,000 cells and rows)."""
        return (self.size + len(self.slack)) / 5000

    def ways(self, cell: int, rule: Rule) -> tuple[Way, ...]:
        """What the rule asks for the cell: any one of these."""
        value = int(self.values[cell])
        if rule == "up3" and value < THRESHOLD:
            return ((1, THRESHOLD - value),)
        return tuple((sign, 1) for sign, room in ((1, self.up[cell]), (-1, self.down[cell])) if room >= 1)

    def is_move(self, z: Ints) -> bool:
        """Whether the figures plus z agree with every bound and row, in whole numbers."""
        if np.any(z > self.up) or np.any(-z > self.down):
            return False
        # Sums of whole numbers this small are exact in floating point.
        activity = np.bincount(self.row, weights=self.coef * z[self.col], minlength=len(self.slack))
        return not np.any(activity > self.slack) and not np.any(activity[self.equal])

    def part(self, keep: Bools) -> "Moves":
        """The same moves with only these cells able to move; ``cells`` then numbers the cells of *this* object."""
        mine = np.flatnonzero(keep)
        new = np.full(self.size, -1, dtype=np.int64)
        new[mine] = np.arange(len(mine))
        entries = keep[self.col]
        rows, short = np.unique(self.row[entries], return_inverse=True)
        return Moves(
            cells=mine,
            values=self.values[mine],
            up=self.up[mine],
            down=self.down[mine],
            primary=self.primary[mine],
            cost=self.cost[mine],
            row=short.astype(np.int64),
            col=new[self.col[entries]],
            coef=self.coef[entries],
            slack=self.slack[rows],
            equal=self.equal[rows],
            knows=self.knows[mine],
            owed=self.owed[mine],
        )

    def lp(self, cost: Floats, low: Floats, high: Floats, *, split: bool) -> highspy.Highs:
        """A solver over these rows; with ``split`` the columns are the ways up of all cells, then the ways down."""
        n = self.size
        columns = 2 * n if split else n
        row, col, coef = self.row, self.col, self.coef
        if split:
            row, col, coef = np.tile(row, 2), np.concatenate([col, col + n]), np.concatenate([coef, -coef])
        order = np.lexsort((row, col))
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = columns, len(self.slack)
        model.col_cost_, model.col_lower_, model.col_upper_ = cost, low, high
        model.row_lower_ = np.where(self.equal, 0.0, -highspy.kHighsInf)
        model.row_upper_ = self.slack.astype(np.float64)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        counts = np.bincount(col, minlength=columns)
        model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        model.a_matrix_.index_ = row[order].astype(np.int32)
        model.a_matrix_.value_ = coef[order].astype(np.float64)
        model.a_matrix_.num_col_, model.a_matrix_.num_row_ = columns, len(self.slack)
        solver = solver_of(**AGAIN)
        check(solver.passModel(model))
        return solver


def solver_of(**options: float | str) -> highspy.Highs:
    """A silent solver on one thread: two numbers of threads in one process leave models unsolved without a word.

    Without presolve: that of HiGHS 1.15 calls some integer programs infeasible that are not (its issues 3090 and 3296).
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    for option, value in {"threads": 1, "random_seed": 0, "presolve": "off", **options}.items():
        check(solver.setOptionValue(option, value))
    return solver


#: Options of a linear program that is solved again and again, going on from the last basis.
AGAIN: dict[str, float | str] = {"solver": "simplex"}
#: Seconds after which a linear program of milliseconds is held to go round in circles for ever, as the simplex method
#: can on badly scaled ones. It then counts as not solved, which costs quality at most; nothing else looks at a clock.
_STUCK = 20.0


def check(status: highspy.HighsStatus) -> None:
    """SuppressionError when the solver refuses what it was given."""
    if status == highspy.HighsStatus.kError:
        msg = "The solver refused the model"
        raise SuppressionError(msg)


def run(solver: highspy.Highs, seconds: float = _STUCK) -> None:
    """Run the solver, and give up on a program that never ends (its status is not optimal then)."""
    check(solver.setOptionValue("time_limit", solver.getRunTime() + seconds))
    solver.run()


def split(system: System, readers: Readers | None = None) -> tuple[Moves, ...]:
    """The connected parts of the system that hold a primary cell, open cells taken out, in order of their first cell."""
    knows = np.zeros((system.size, 0), dtype=np.bool_) if readers is None else readers.knows
    keep = np.flatnonzero(~system.open)
    at = np.full(system.size, -1, dtype=np.int64)
    at[keep] = np.arange(len(keep))
    both = (system.equations, system.inequalities)
    row = np.concatenate([both[0].rows, both[1].rows + both[0].count])
    col = at[np.concatenate([r.cells for r in both])]
    coef = np.concatenate([r.coefs for r in both])
    slack = np.concatenate([np.zeros(both[0].count, np.int64), both[1].rhs - both[1].activity(system.values)])
    equal = np.arange(len(slack)) < both[0].count
    row, col, coef = row[col >= 0], col[col >= 0], coef[col >= 0]
    part = _parts(len(keep), len(slack), row, col)
    primary = system.primary[keep]
    out = []
    for label in np.unique(part[primary]):
        mine = np.flatnonzero(part == label)
        new = np.full(len(keep), -1, dtype=np.int64)
        new[mine] = np.arange(len(mine))
        entries = part[col] == label
        rows, short = np.unique(row[entries], return_inverse=True)
        cells = keep[mine]
        values = system.values[cells]
        out.append(
            Moves(
                cells=cells,
                values=values,
                up=np.clip(np.where(system.upper[cells] >= NO_BOUND, _FAR, system.upper[cells] - values), 0, _FAR),
                down=np.clip(values - system.lower[cells], 0, _FAR),
                primary=system.primary[cells],
                cost=system.cost[cells],
                row=short.astype(np.int64),
                col=new[col[entries]],
                coef=coef[entries],
                slack=np.minimum(slack[rows], _FAR),
                equal=equal[rows],
                knows=knows[cells],
                owed=~knows[cells],
            )
        )
    return tuple(out)


def _parts(cells: int, rows: int, row: Ints, col: Ints) -> Ints:
    """Number of the connected part of every cell: its smallest cell."""
    label = np.arange(cells, dtype=np.int64)
    while True:
        lowest = np.full(rows, cells, dtype=np.int64)
        np.minimum.at(lowest, row, label[col])
        new = label.copy()
        np.minimum.at(new, col, lowest[row])
        new = new[new]
        if np.array_equal(new, label):
            return label
        label = new


def spent(solver: highspy.Highs, weight: float = 1.0) -> int:
    """Units of work of the last run: simplex iterations by their weight, and something for the call."""
    return int((max(int(solver.getInfo().simplex_iteration_count), 0) + 20) * weight) + 4


def column(cells: Sequence[int] | Ints) -> npt.NDArray[np.int32]:
    """Column numbers as the solver wants them."""
    return np.asarray(cells, dtype=np.int32)
