"""The made-up country: fictitious people, where they have lived, and the register extracts that know them.

What belongs here: everything that *makes* data, for every statistic. What a country delivers for one, a statistic declares
(``Statistic.made_up``). The program under test must find the faults by itself, so nothing of it but the code lists is used.
"""

from hjalp_pipeline.synth.country import Summary, generate

__all__ = ["Summary", "generate"]
