"""The made-up country: registers, deliveries, approvals and releases of fictitious people, in the real forms.

What belongs here: everything that *makes* data. What does not: any rule of the statistic. The program under test
must find the faults by itself, so this package imports nothing of it but the code lists.
"""

from hjalp_pipeline.synth.country import Summary, generate

__all__ = ["Summary", "generate"]
