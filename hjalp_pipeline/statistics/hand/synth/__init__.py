"""What the made-up country delivers for this statistic: services and their faults, systems, approvals, releases, a story.

The program under test must find the faults by itself: nothing here knows a rule, only the codes.
"""
