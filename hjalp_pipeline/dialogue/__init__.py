"""The dialogue with the kommuner: calendar and reminders, requirement specification, approval reports, quality declaration.

Reads what production has stored and writes documents for people (Danish) and the lists behind them. Decides nothing about
a figure; the state machines of reminders and approvals are pure functions in ``rules/``.
"""
