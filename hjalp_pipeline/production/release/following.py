"""What is published of tables that hide what follows from others: whose cells they hide, or which of their own (R11)."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from hjalp_pipeline.production.quarter.hiding import hidden_cells
from hjalp_pipeline.table_spec import TableSpec


def following(specs: Sequence[TableSpec], masked: Mapping[str, pl.DataFrame]) -> list[dict[str, Any]]:
    """For each of these tables ``table`` and ``hides_as``, the table whose cells it hides, or its own ``cells`` in order.

    ``masked``: the release's tables as ``hide`` gives them. Everybody sees the same in the tables.
    """
    found: list[dict[str, Any]] = []
    for spec in specs:
        if spec.shares_mask_of is not None:
            found.append({"table": spec.id, "hides_as": spec.shares_mask_of.upper()})
        elif spec.mask is not None:
            cells = sorted(hidden_cells(spec, masked[spec.name]), key=lambda cell: (str(cell[-1]), cell))
            found.append({"table": spec.id, "cells": [[spec.id, *map(str, cell)] for cell in cells]})
    return found
