"""A safe pattern that is also the key's choice: its prices, and cells hidden for their own sake that need not be (R11).

What this is worth: let a pattern be safe for the table it was made for, and take any other table that agrees with what is
shown. The hidden cells are the same, so the pattern is safe for that table as well. A key whose thresholds hide just these
cells for their own sake makes the program choose the pattern for it. So no table that agrees can be ruled out by running
the program; how much likelier some are than others, ``transparency`` samples.
"""

from dataclasses import replace

import numpy as np

from hjalp_pipeline.confidentiality.keyed import OfficeKey, priced, wished
from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_pipeline.confidentiality.suppress import Protection, Work, protect
from hjalp_pipeline.confidentiality.system import Bools, Rule, System


def protect_by_key(
    system: System,
    rule: Rule,
    key: OfficeKey,
    *,
    previous: Bools | None = None,
    work: Work | None = None,
    readers: Readers | None = None,
) -> Protection:
    """As ``protect``, at the key's prices and with what the key wishes hidden as well.

    Costs and bounds are then those of what the key asks for. What it wishes and nothing protects is shown.
    """
    asked, wishes = priced(system, key), wished(system, key)
    return protect_with(asked, wishes, rule, previous=previous, work=work, readers=readers)


def protect_with(
    system: System,
    wishes: Bools,
    rule: Rule,
    *,
    previous: Bools | None = None,
    work: Work | None = None,
    readers: Readers | None = None,
) -> Protection:
    """The pattern at the system's prices that hides the ``wishes`` (bool [n]) as well, those apart that nothing protects."""
    while True:
        asked = replace(system, primary=system.primary | wishes)
        found = protect(asked, rule, previous=previous, work=work, readers=readers)
        helpless = wishes & system.pattern(cell for cell, _ in found.unprotectable)
        if not helpless.any():
            return found
        wishes = np.asarray(wishes & ~helpless, dtype=np.bool_)
