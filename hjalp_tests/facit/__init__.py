"""The facit: a small quarter worked by hand. README.md tells loan by loan which rule does what and why.

`build_facit(root)` writes the data root; `expected(name)` reads one of the expected outputs.
"""

from hjalp_tests.facit.build import FACIT, build_facit, expected

__all__ = ["FACIT", "build_facit", "expected"]
