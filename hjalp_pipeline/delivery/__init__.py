"""Intake of deliveries: csv, xml and xlsx files become a typed frame, findings, or a rejection.

What belongs here: the form of a file and of a single record (interfaces.md, "Delivery"). What does not: whether a
record is true, which is the business of the rules, and where anything is stored, which is the business of the caller.
Nothing in this package writes files, and no message it makes carries a value from a record.
"""
