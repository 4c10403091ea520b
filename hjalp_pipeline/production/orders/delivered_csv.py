"""The csv file of a table to order: as it is delivered, and what can be read of it again."""

from collections.abc import Sequence

import polars as pl

from hjalp_pipeline.codelists.spans import Time
from hjalp_pipeline.microdata_spec import OrderedStock
from hjalp_pipeline.production.orders.order_file import Order
from hjalp_pipeline.production.orders.order_protection import Mask
from hjalp_pipeline.production.orders.order_table import OrderTable
from hjalp_pipeline.publishing.statbank import HIDDEN, csv_bytes
from hjalp_pipeline.table_spec import TIME


def as_delivered(order: Order, tables: Sequence[tuple[OrderTable, Mask]]) -> bytes:
    """The tables of the years as csv: codes, time, figure or ``..``; kommuner that take part in no year are not in it."""
    stock, lines = tables[0][0].stock, list[tuple[str, ...]]()
    for table, mask in tables:
        places = {one.name: place for place, one in enumerate((stock.area, *table.others))}
        for cell in table.cells:
            value = HIDDEN if cell in mask else str(table.figures.get(cell, (0, 0))[0])
            lines.append((*(cell[places[name]] for name in order.dimensions), str(table.year), value))
    schema = dict.fromkeys([*order.dimensions, TIME.upper(), "INDHOLD"], pl.String)
    return csv_bytes(pl.DataFrame(lines, schema=schema, orient="row"))


def hidden_in(order: Order, stock: OrderedStock, content: bytes, year: Time) -> Mask:
    """What a delivered table hides of a year."""
    others = [variable for variable in stock.variables[1:] if variable.name in order.dimensions]
    named = sorted(others, key=lambda one: order.dimensions.index(one.name))
    found = set()
    for *codes, tid, value in csv_rows(content):
        if tid == str(year) and value == HIDDEN:
            told = dict(zip(order.dimensions, codes, strict=True))
            found.add((told.get(stock.area.name, stock.area.total), *(told[one.name] for one in named)))
    return frozenset(found)


def csv_rows(table: bytes) -> list[list[str]]:
    """The lines of a table that was delivered, without the first."""
    return [line.split(";") for line in table.decode("utf-8-sig").split("\r\n")[1:] if line]
