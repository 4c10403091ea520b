"""The cells of a declared table that tell the category of all persons of a group (``TableSpec.attribute``)."""

from collections.abc import Mapping

import polars as pl

from hjalp_pipeline.confidentiality.attribute import telling
from hjalp_pipeline.confidentiality.system import Name
from hjalp_pipeline.table_spec import TIME, TableSpec


def telling_of(spec: TableSpec, figures: Mapping[Name, int]) -> frozenset[Name]:
    """Of the figures of one time by codes; none where the table has no sensitive dimension."""
    if spec.attribute is None:
        return frozenset()
    place = spec.codes.index(spec.attribute)
    variable = spec.dimensions[place].variable
    return telling(figures, place, [code for code in variable.codes if code != variable.total])


def telling_cells(spec: TableSpec, table: pl.DataFrame) -> pl.DataFrame:
    """Of a table with its figures, over all its times: the ``keys`` of these cells."""
    found = [
        (*codes, time)
        for (time,), of in table.drop_nulls(spec.measure).group_by(TIME, maintain_order=True)
        for codes in sorted(
            telling_of(spec, {row[:-1]: row[-1] for row in of.select(*spec.codes, spec.measure).iter_rows()})
        )
    ]
    return pl.DataFrame(found, schema={key: table.schema[key] for key in spec.keys}, orient="row")
