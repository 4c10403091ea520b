"""R1-R13 as pure functions on Polars frames: one module per rule family, and ``rule_list``, the ordered list of them.

Nothing here reads or writes a file or knows Dagster: a rule is changed in its module, its test and the changelog.
"""
