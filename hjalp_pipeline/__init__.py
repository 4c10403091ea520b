"""The production line of the register statistic *Udlån af hjælpemidler*.

Floors, each importing only those below it: ``definitions``/``cli`` -> ``defs`` (Dagster) -> ``production`` (one function
per data state) -> ``delivery``, ``publishing``, ``confidentiality``, ``contracts``, ``storage`` -> ``rules`` -> ``codelists``.
"""

from importlib.metadata import version

__version__ = version("hjalp")
