"""The only door to Pandera: validates a whole DataFrame and reports counts per column and check, never a value.

Pandera checks names and types only on a LazyFrame and lets bad values pass, and its own messages quote failing values:
both stop here.
"""

import pandera.errors
import polars as pl

from hjalp_pipeline.contracts.broken import ContractError, Report
from hjalp_pipeline.contracts.one_pass import Contract

__all__ = ["ContractError", "Report", "require", "validate"]


def validate(frame: pl.DataFrame, contract: Contract) -> Report:
    """Validate a frame against a contract; TypeError for anything but a DataFrame."""
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("contracts look at whole DataFrames: a LazyFrame would let bad values pass")
    failures: dict[str, int] = {}
    if contract.one_pass.holds(frame):
        return Report(contract.name, frame.height, failures)
    try:
        contract.schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as faults:
        for fault in faults.schema_errors:
            what = _name(fault, contract.name)
            failures[what] = failures.get(what, 0) + _rows(fault)
    return Report(contract.name, frame.height, dict(sorted(failures.items())))


def require(frame: pl.DataFrame, contract: Contract, where: str) -> Report:
    """Validate and raise ContractError when the contract is broken: the gate before a write."""
    report = validate(frame, contract)
    if not report.passed:
        raise ContractError(report, where)
    return report


def _name(fault: pandera.errors.SchemaError, contract: str) -> str:
    reason = fault.reason_code.name.lower() if fault.reason_code else "check"
    if reason in ("column_not_in_dataframe", "column_not_in_schema"):
        return f"{fault.failure_cases}:{reason}"  # here, and only here, the failure case is a column's name
    column = getattr(fault.schema, "name", None) or contract
    return f"{column}:{getattr(fault.check, 'name', None) or reason}"


def _rows(fault: pandera.errors.SchemaError) -> int:
    cases = fault.failure_cases
    return max(len(cases), 1) if isinstance(cases, pl.DataFrame) else 1
