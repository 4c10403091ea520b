"""What the made-up country delivers for this statistic: loans and their faults, systems, approvals, releases.

The program under test must find the faults by itself: nothing here knows a rule, only the code lists.
"""
