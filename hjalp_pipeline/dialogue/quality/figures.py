"""The figures of the quality declaration of a release: what the source document states by hand in its sections 5 to 8, computed.

The declaration is published, and no figure of HJALP1-3 may be worked out from it, also not by comparing two releases: what a
kommune that comes in late adds to a count of the whole country would tell that its hidden figure is small. So counts of the
whole country are rounded to hundreds before anything is made of them, and what is told of a single kommune is whole per cent
of its rows, and nothing below ``FEWEST_ROWS``.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR, NAVN
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.dialogue.approval.source import FIGURES_FILE, read_figures
from hjalp_pipeline.dialogue.quality.comparability import comparability
from hjalp_pipeline.dialogue.quality.quality import (
    FEWEST_ROWS,
    KILDER,
    ROUNDED,
    Aar,
    KommuneShare,
    Quality,
    SystemChange,
    Trend,
)
from hjalp_pipeline.dialogue.quality.revisions import danish_day, revisions
from hjalp_pipeline.dialogue.quality.small_numbers import small_numbers
from hjalp_pipeline.production.quarter.chain_results import rows_inside
from hjalp_pipeline.production.release.embargo import APPROVAL_REPORTS
from hjalp_pipeline.production.release.known_defects import defects_of
from hjalp_pipeline.production.release.participation import participation_of_release
from hjalp_pipeline.production.release.release_inputs import ReleaseInputs
from hjalp_pipeline.rules.step import merge_counts
from hjalp_pipeline.statistics.hjalp.approval.flows import INDLEVERET, UDLEVERET, UDLEVERET_PARAGRAF
from hjalp_pipeline.statistics.hjalp.rules.combining import GENGANGER
from hjalp_pipeline.statistics.hjalp.rules.persons import UNKNOWN
from hjalp_pipeline.statistics.hjalp.rules.rule_list import RULEBOOK
from hjalp_pipeline.storage.entries import ChainEntry


def quality(inputs: ReleaseInputs, earlier: Sequence[str], building: Path) -> Quality:
    """The figures of a release; its tables, approval reports and ``revision.csv`` lie in ``building`` already."""
    definition = inputs.definition
    remarks = [entry.remarks for entry in inputs.entries.values()]
    sources = merge_counts(*(of.get("paragraph_enriched", {}) for of in remarks))
    return Quality(
        release=definition.release,
        published=danish_day(definition.publish_at),
        years=_years(inputs),
        kilder=_shares(_all_rounded(sources)),
        kommuner=tuple(_of_kommune(komnr, inputs.entries.get(komnr)) for komnr in KOMNR),
        rows={step: _all_rounded(counts) for step, counts in inputs.rows().items()},
        corrections=_all_rounded(
            merge_counts(
                *(of.get(step, {}) for of in remarks for step in ("raw", "dates_corrected", "kommune_assigned"))
            )
        ),
        over_20_aar=_rounded(_over_20_aar(inputs)),
        systems=_systems(inputs),
        defects=(
            *((who.da, text) for who, text in defects_of(definition, inputs.pins.known_defects)),
            *((NAVN[komnr], text) for komnr, text in definition.partial.items()),
        ),
        comparability=(*comparability(_taking_part(inputs)), *definition.comparability),
        revisions=revisions(inputs, earlier, building),
        tables=tuple(spec.id for spec in inputs.statistic.tables),
        trends=_trends(read_figures(building / APPROVAL_REPORTS / FIGURES_FILE), inputs.deltagere),
        small=small_numbers(inputs, building),
    )


def _years(inputs: ReleaseInputs) -> tuple[Aar, ...]:
    frame = participation_of_release(inputs.statistic, inputs.definition, inputs.pins)
    found = []
    for (aar,), rows in frame.partition_by("aar", as_dict=True, maintain_order=True).items():
        inside = rows.filter("deltager")
        without = inside.filter(~pl.col("godkendt_paragraf")).get_column("kommune").to_list()
        outside = rows.filter(~pl.col("deltager")).select("kommune", "hvorfor").rows()
        found.append(Aar(int(str(aar)), inside.height, tuple(without), tuple(outside)))
    return tuple(found)


def _taking_part(inputs: ReleaseInputs) -> dict[int, frozenset[str]]:
    of_year = inputs.deltagere.group_by("aar").agg("komnr").iter_rows()
    found = {aar: frozenset(kommuner) for aar, kommuner in of_year}
    return {aar: found.get(aar, frozenset()) for aar in inputs.definition.reference_years}


def _shares(sources: Mapping[str, int]) -> dict[str, float]:
    whole = sum(sources.get(code, 0) for codes in KILDER.values() for code in codes) or 1
    return {kilde: sum(sources.get(code, 0) for code in codes) / whole for kilde, codes in KILDER.items()}


def _per_cent(part: int, whole: int) -> int:
    """Whole per cent, half away from zero."""
    return (200 * part + whole) // (2 * whole)


def _of_kommune(komnr: str, entry: ChainEntry | None) -> KommuneShare:
    loans = entry.rows["kommune_assigned"] if entry else 0
    if entry is None or loans < FEWEST_ROWS:
        return KommuneShare(komnr, NAVN[komnr], None, None, None)
    sources = entry.remarks.get("paragraph_enriched", {})
    removed = {(step, reason): rows for step, reason, rows in entry.ledger if reason}
    unknown = sum(removed.get(("cpr_validated", code), 0) for code in UNKNOWN.names)
    return KommuneShare(
        komnr,
        NAVN[komnr],
        {kilde: _per_cent(sum(sources.get(code, 0) for code in codes), loans) for kilde, codes in KILDER.items()},
        _per_cent(unknown, entry.rows["cpr_validated"] + unknown),
        _per_cent(
            sum(entry.remarks.get("dates_corrected", {}).get(code, 0) for code in RULEBOOK.values_of("rettelse")), loans
        ),
    )


def _over_20_aar(inputs: ReleaseInputs) -> int:
    """Open loans that R6 leaves out of the latest year."""
    last = inputs.definition.reference_years[-1]
    too_old = (
        rows_inside(inputs.lake, entry, [], dates_corrected=["udgaar_fra_aar"]).filter(pl.col("udgaar_fra_aar") <= last)
        for entry in inputs.entries.values()
    )
    return sum(frame.height for frame in too_old)


def _systems(inputs: ReleaseInputs) -> tuple[SystemChange, ...]:
    """Kommuner whose data are put together from a system they have left and a newer one."""
    found = []
    rows = inputs.pins.systems
    for row in sorted(rows, key=lambda row: (row.komnr, str(row.to_quarter), row.system)):
        entry = inputs.entries.get(row.komnr)
        now = Period.parse(inputs.definition.quarter_of(row.komnr))
        # A row may also end because format or encoding changed: the system goes on by another row.
        goes_on = any(other.in_force(now) for other in rows if (other.komnr, other.system) == (row.komnr, row.system))
        if entry is None or not row.carry_forward or row.to_quarter is None or row.to_quarter >= now or goes_on:
            continue
        lines = {(step, reason): rows for step, reason, rows in entry.ledger}
        both, raw = lines.get(("raw", GENGANGER.name), 0), lines[("raw", None)]
        share = _per_cent(both, both + raw) if raw >= FEWEST_ROWS else None
        found.append(SystemChange(row.komnr, NAVN[row.komnr], row.system, str(row.to_quarter), share))
    return tuple(found)


def _trends(figures: pl.DataFrame, deltagere: pl.DataFrame) -> tuple[Trend, ...]:
    """Flows by quarter of the kommuner that take part in every year of the release."""
    years = deltagere.get_column("aar").n_unique()
    always = deltagere.group_by("komnr").len().filter(pl.col("len") == years).get_column("komnr")
    summed = (
        figures.filter(
            pl.col("komnr").is_in(always.implode()) & pl.col("maal").is_in([UDLEVERET, INDLEVERET, UDLEVERET_PARAGRAF])
        )
        .group_by("periode", "maal")
        .agg(pl.col("antal").sum())
    )
    flows = {(periode, maal): antal for periode, maal, antal in summed.iter_rows()}
    found = []
    for kvartal in sorted({periode for periode, _ in flows}):
        issued, returned = flows.get((kvartal, UDLEVERET), 0), flows.get((kvartal, INDLEVERET), 0)
        share = flows.get((kvartal, UDLEVERET_PARAGRAF), 0) / issued if issued >= FEWEST_ROWS else None
        found.append(Trend(kvartal, _rounded(issued), _rounded(returned), None if share is None else round(share, 2)))
    return tuple(found)


def _all_rounded(counts: Mapping[str, int]) -> dict[str, int]:
    return {code: _rounded(number) for code, number in counts.items()}


def _rounded(number: int) -> int:
    return (2 * number + ROUNDED) // (2 * ROUNDED) * ROUNDED
