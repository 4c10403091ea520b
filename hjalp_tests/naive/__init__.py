"""A second opinion: the rules R1-R12 once more, row by row, written for obviousness and used by tests only.

Nothing here imports the program under test. When the two disagree, the text of the rules decides which one is wrong.
What is not read: xlsx deliveries (`NotImplementedError` when one is met).
"""

from hjalp_tests.naive.deliveries import DeliveryReport, Finding, read_delivery
from hjalp_tests.naive.quarter import run_quarter
from hjalp_tests.naive.result import Loan, QuarterResult
from hjalp_tests.naive.tables import Tables, primary, tables

__all__ = [
    "DeliveryReport",
    "Finding",
    "Loan",
    "QuarterResult",
    "Tables",
    "primary",
    "read_delivery",
    "run_quarter",
    "tables",
]
