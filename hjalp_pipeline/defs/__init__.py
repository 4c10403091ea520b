"""Dagster and nothing else: partitions, assets by data state, checks, jobs, schedules, sensors.

An asset reads its partition key, calls one function of ``production`` and says in metadata what came of it.
"""
