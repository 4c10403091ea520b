"""What the rules of every statistic share, as pure functions on Polars frames: what a rule is and how a chain of them runs,
the register, which deliveries count, who reports for whom, who takes part.

The rules themselves stand in ``statistics/{name}/rules``. Nothing here reads or writes a file or knows Dagster.
"""
