"""The records that a release's tables count, by year: what tables to order are made of. Confidential."""

from collections.abc import Iterable, Mapping

import polars as pl

from hjalp_pipeline.codelists.spans import Span, Time
from hjalp_pipeline.microdata_spec import OrderedStock
from hjalp_pipeline.production.orders.order_file import OrderError
from hjalp_pipeline.production.quarter.chain_results import whole_rows
from hjalp_pipeline.production.quarter.computation import Entries, chain_results
from hjalp_pipeline.production.quarter.counting import participants
from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.production.release.disclosure import Published
from hjalp_pipeline.production.release.manifest import pins_of
from hjalp_pipeline.production.release.release_inputs import ReleaseInputs
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot

#: By year the records, and the kommuner that take part.
Counted = Mapping[Time, tuple[pl.DataFrame, tuple[str, ...]]]


def counted_records(root: DataRoot, stock: OrderedStock, release: str) -> Counted:
    """Those of a release that stands, made of what its microdata are made of, by its pins: the microdata leave out what ended before
    the last year. OrderError where nothing tells what the release was made of.
    """
    pins = pins_of(root, release)
    if pins is None:
        raise OrderError(f"release: {release} does not tell what tables to order are counted from")
    span = read_definition(root, release).span
    taking_part = participants(root.declared, pins.decisions, span, pins.silent)
    return _counted(stock, Lake(root), chain_results(root, release, pins), span, taking_part)


def records_to_release(inputs: ReleaseInputs, stock: OrderedStock) -> Counted:
    """Those of a release that is being made."""
    return _counted(stock, inputs.lake, inputs.entries, inputs.definition.span, inputs.deltagere)


def of_more_detail(statistic: Statistic, releases: Iterable[Published]) -> set[str]:
    """Releases with tables that others do not have: only with their records it is known what those are sums of."""
    return {one.release for one in releases if any(spec.name in one.tables for spec in statistic.developing)}


def _counted(stock: OrderedStock, lake: Lake, entries: Entries, span: Span, taking_part: pl.DataFrame) -> Counted:
    rows = pl.concat([stock.take(whole_rows(lake, one, stock.reads), span.years) for one in entries.values()])
    found = dict[Time, tuple[pl.DataFrame, tuple[str, ...]]]()
    for year in span.years:
        areas = tuple(sorted(taking_part.filter(aar=year).get_column("komnr")))
        found[year] = (rows.filter((pl.col("aar") == year) & pl.col(stock.area.column).is_in(areas)), areas)
    return found
