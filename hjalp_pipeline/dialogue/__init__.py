"""The dialogue with the kommuner: reminders, requirement specification, approvals and their reports, quality declaration.

Reads what production has stored and writes documents for people (Danish) and the lists behind them. Decides nothing about
a figure. Each folder holds one part with its pages; what is a pure function of its input stands in a module of its own.
"""
