"""Where commands print: what was asked for, and what somebody should know besides."""

import sys

from rich.console import Console

# A pipe or CI has no width of its own: nothing is folded there.
_WIDTH = None if sys.stdout.isatty() else 160
out = Console(highlight=False, width=_WIDTH)
err = Console(stderr=True, highlight=False, width=_WIDTH, soft_wrap=True)
