"""The statistic's rules R1-R10 as pure functions on Polars frames: one module per rule family.

``rule_list`` is the ordered list of all rules; ``chain`` applies R3-R9 to one kommune. Nothing here reads or writes a
file or knows Dagster: a rule is changed in its module, its test and the changelog.
"""
