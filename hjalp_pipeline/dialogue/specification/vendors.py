"""Error rates by vendor and period: the select ``leverandoerer`` over what intake has stored, as a page.

Which vendor makes a system is what ``systems.csv`` says now. The page is for the office: it is closed to others.
"""

from collections.abc import Sequence
from typing import Any

import polars as pl

from hjalp_pipeline.pages.charts import lines
from hjalp_pipeline.pages.template import danish_percent, template
from hjalp_pipeline.production.inbox.delivery_list import LEVERANCER_SCHEMA
from hjalp_pipeline.production.quarter.quarter_run import unknown_codes_schema
from hjalp_pipeline.production.vendor_view import counts, vendor_select
from hjalp_pipeline.report_spec import VendorPage
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.duck import select_text
from hjalp_pipeline.storage.files import replacing
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.systems_frame import systems_frame

PAGE = "leverandoerer.html"
#: Periods the page goes back; the view has all.
QUARTERS = 12
#: Vendors a plot shows, those with most records; the tables have all.
PLOTTED = 6


def vendor_rates(root: DataRoot) -> pl.DataFrame:
    """A row per vendor and period: deliveries, rejected ones, records, bad ones, those the rules look at by code, those whose
    code is none (R7), and the three shares (null: nothing read). The period is called as in the analysts' database.
    """
    _declared(root.declared)
    lake, (_, unknown, _) = Lake(root), counts(root.declared)
    relations = {"leverancer": LEVERANCER_SCHEMA, unknown: unknown_codes_schema(root.declared)}
    return select_text(
        vendor_select(root.declared),
        {name: _all_quarters(lake, name, schema) for name, schema in relations.items()}
        | {"systems": systems_frame(root)},
    )


def _declared(statistic: Statistic) -> VendorPage:
    if statistic.vendors is None:
        raise InputError(f"{statistic.name} has no page on vendors")
    return statistic.vendors


def _all_quarters(lake: Lake, dataset: str, schema: pl.Schema) -> pl.DataFrame:
    frames = [lake.frame(dataset, kvartal) for kvartal in lake.quarters_with(dataset)]
    found = pl.concat([schema.to_frame(), *frames])
    return found.rename({"kvartal": lake.root.declared.period.attribute}, strict=False)


def _percent(share: float) -> str:
    return danish_percent(share, 2)


def _measure(
    rates: pl.DataFrame, name: str, title: str, vendors: Sequence[str], quarters: Sequence[str]
) -> dict[str, Any]:
    """One share over time: its plot and its table, vendors by rows and quarters by columns."""
    share = {(row["leverandoer"], row["kvartal"]): row[name] for row in rates.iter_rows(named=True)}
    table = [(vendor, [share.get((vendor, kvartal)) for kvartal in quarters]) for vendor in vendors]
    return {"title": title, "plot": lines(title, quarters, table[:PLOTTED], _percent, 0.0001), "rows": table}


def vendors_html(rates: pl.DataFrame, statistic: Statistic) -> str:
    """The page from ``vendor_rates``: plots with their tables, and the counts of the newest period."""
    declared, rates = _declared(statistic), rates.rename({statistic.period.attribute: "kvartal"})
    quarters = rates["kvartal"].unique().sort().to_list()[-QUARTERS:]
    recent = rates.filter(pl.col("kvartal").is_in(quarters))
    size = recent.group_by("leverandoer").agg(pl.col("poster").sum())
    vendors = size.sort(["poster", "leverandoer"], descending=[True, False])["leverandoer"].to_list()
    newest = recent.filter(pl.col("kvartal") == quarters[-1]) if quarters else recent
    return template("hjalp_pipeline.dialogue.specification", "leverandoerer.html.j2").render(
        statistic=statistic.layouts.declaration,
        declared=declared,
        counts=counts(statistic)[:2],
        quarters=quarters,
        measures=[
            _measure(recent, "andel_fejlposter", "Andel af posterne, der har fejl", vendors, quarters),
            _measure(recent, "andel_afviste", "Andel af leverancerne, der er afvist", vendors, quarters),
            _measure(recent, counts(statistic)[2], declared.share[0], vendors, quarters),
        ],
        plotted=PLOTTED if len(vendors) > PLOTTED else 0,
        newest=newest.sort("fejlposter", "leverandoer", descending=[True, False]).to_dicts(),
    )


def write_vendors(root: DataRoot) -> pl.DataFrame:
    """Write the page for its owner alone; returns the rates it shows."""
    rates = vendor_rates(root)
    with replacing(root.specification / PAGE) as temporary:
        temporary.touch(mode=0o600)
        temporary.write_text(vendors_html(rates, root.declared), encoding="utf-8")
    return rates
