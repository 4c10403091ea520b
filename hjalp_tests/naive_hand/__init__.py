"""A second opinion on the second statistic: H1-H11 once more, row by row, written for obviousness and used by tests only.

Nothing here imports the program's `statistics/hand`. When the two disagree, the text of the rules decides which is wrong.
Registers, approvals, the form of a CPR number and the reading of csv and xml are those of `hjalp_tests/naive`.

- `run_month`: H1-H7 of a month.
- `make_hand_release`, `microdata`: who takes part, the archive, HANDIC and HANDICM.
- `all_figures`: every cell of the six tables, nothing hidden.
- `must_hide`: what has to be hidden of them.
"""

from hjalp_tests.naive_hand.figures import Figure, all_figures
from hjalp_tests.naive_hand.month import run_month
from hjalp_tests.naive_hand.release import HandRelease, make_hand_release, microdata

__all__ = ["Figure", "HandRelease", "all_figures", "make_hand_release", "microdata", "run_month"]
