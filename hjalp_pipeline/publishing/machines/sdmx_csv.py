"""A table as SDMX-CSV 2.0 (SDMX 3.0): a line a figure, with its status, the licence and the citation."""

import csv
import io
from itertools import product

from hjalp_pipeline.publishing.machines.described import Described
from hjalp_pipeline.publishing.machines.sdmx_terms import (
    CONFIDENTIALITY,
    FREQUENCY,
    OF_A_TABLE,
    STATUS,
    TIME,
    VALUE,
    code,
    component,
    frequency,
    period,
    status_of,
    version,
)
from hjalp_pipeline.publishing.table import TableForm, number

#: What a reader does with the lines: they are the whole of each figure, in place of what there was.
_REPLACE = "R"
_LEFT_OUT = "NaN"
MEDIA = "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8"


def sdmx_csv(of: Described, table: TableForm) -> bytes:
    """The figures of a table in the order of its codes, the last variable fastest; UTF-8, comma, CRLF. A figure that is not shown is
    ``NaN``, which is SDMX's word for one that is left out on purpose; its status says why.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    dimensions = [component(variable) for variable in table.variables]
    head = ("STRUCTURE", "STRUCTURE_ID", "ACTION", FREQUENCY, *dimensions, VALUE, STATUS, CONFIDENTIALITY, *OF_A_TABLE)
    writer.writerow(head)
    first = ("dataflow", f"{of.terms.agency}:{table.id}({version(of)})", _REPLACE, frequency(table))
    last = (table.units.en, str(table.decimals), of.terms.license, _cited(of, table))
    spelt = [
        [period(one) if name == TIME else code(one) for one in variable.codes]
        for name, variable in zip(dimensions, table.variables, strict=True)
    ]
    for codes, cell in zip(product(*spelt), table.cells(), strict=True):
        figure = _LEFT_OUT if isinstance(cell, str) else number(cell, table.decimals)
        writer.writerow((*first, *codes, figure, *status_of(cell), *last))
    return text.getvalue().encode()


def _cited(of: Described, table: TableForm) -> str:
    """The citation in short: it stands in every line."""
    return f"{table.source.en}, {table.id}, {of.release}, {table.publication.link.en}"
