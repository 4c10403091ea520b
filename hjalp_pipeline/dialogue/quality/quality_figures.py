"""The figures of the quality declaration of a release: what the source document states by hand in its sections 5 to 8, computed.

The declaration is published, and no published figure may be worked out from it: see ``public_counts``.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.dialogue.approval.source import FIGURES_FILE, read_figures
from hjalp_pipeline.dialogue.quality.comparability import comparability
from hjalp_pipeline.dialogue.quality.quality import Aar, Quality, SystemChange, kept
from hjalp_pipeline.dialogue.quality.revisions import danish_day, revisions
from hjalp_pipeline.dialogue.quality.small_numbers import REGISTER, count, of_all, small_numbers, taking_part
from hjalp_pipeline.production.release.embargo import APPROVAL_REPORTS
from hjalp_pipeline.production.release.known_defects import defects_of
from hjalp_pipeline.production.release.participation import participation_of_release
from hjalp_pipeline.production.release.release_inputs import ReleaseInputs
from hjalp_pipeline.publishing.public_counts import enough, per_cent, rounded
from hjalp_pipeline.quality_spec import Facts, QualityDeclaration
from hjalp_pipeline.rules.step import merge_counts
from hjalp_pipeline.statistic import Statistic


def quality(inputs: ReleaseInputs, earlier: Sequence[str], building: Path) -> Quality:
    """The figures of a release; its tables, approval reports and ``revision.csv`` lie in ``building`` already."""
    definition, declared = inputs.definition, declaration_of(inputs.statistic)
    rows = {step: _all_rounded(counts) for step, counts in inputs.rows().items()}
    remarks = _remarks(inputs)
    corrections = _all_rounded(
        merge_counts(*(of for entry in inputs.entries.values() for of in entry.remarks.values()))
    )
    figures = building / APPROVAL_REPORTS / FIGURES_FILE if inputs.statistic.approval_report else None
    counts = count(inputs, declared, building)
    facts = Facts(
        years=definition.span.years,
        kept=kept(inputs.statistic, rows),
        remarks=remarks,
        corrections=corrections,
        reported=inputs.entries,
        counts=counts,
        flows=_flows(read_figures(figures), inputs.deltagere),
    )
    return Quality(
        statistic=inputs.statistic,
        release=definition.release,
        published=danish_day(definition.publish_at),
        years=_years(inputs),
        rows=rows,
        corrections=corrections,
        systems=_systems(inputs),
        defects=(
            *((who.da, text) for who, text in defects_of(definition, inputs.pins.known_defects)),
            *((NAVN[komnr], text) for komnr, text in definition.partial.items()),
        ),
        comparability=(
            *comparability(taking_part(inputs), inputs.statistic.first_year),
            *definition.comparability,
        ),
        revisions=revisions(inputs, earlier, building),
        tables=tuple(spec.id for spec in inputs.published.tables),
        small=small_numbers(inputs, declared, counts),
        columns=(*map(str, definition.span.years), of_all(inputs), REGISTER),
        told=declared.tell(facts),
        next_release=definition.next_release,
        announced=inputs.pins.announced,
        publication=inputs.pins.publication,
    )


def declaration_of(statistic: Statistic) -> QualityDeclaration:
    """What a statistic declares of its quality declaration. ValueError when it has none."""
    if statistic.quality is None:
        raise ValueError(f"{statistic.name} has no quality declaration")
    return statistic.quality


def _remarks(inputs: ReleaseInputs) -> dict[str, dict[str, int]]:
    """Rows by step and code over all kommuner, rounded."""
    steps = dict.fromkeys(step for entry in inputs.entries.values() for step in entry.remarks)
    return {
        step: _all_rounded(merge_counts(*(entry.remarks.get(step, {}) for entry in inputs.entries.values())))
        for step in steps
    }


def _years(inputs: ReleaseInputs) -> tuple[Aar, ...]:
    frame = participation_of_release(inputs.statistic, inputs.definition, inputs.pins)
    found = []
    for (aar,), rows in frame.partition_by("aar", as_dict=True, maintain_order=True).items():
        inside = rows.filter("deltager")
        without = {
            kind: tuple(inside.filter(~pl.col(f"godkendt_{kind.lower()}")).get_column("kommune"))
            for kind in inputs.statistic.approval.optional
        }
        outside = rows.filter(~pl.col("deltager")).select("kommune", "hvorfor").rows()
        found.append(Aar(int(str(aar)), inside.height, without, tuple(outside)))
    return tuple(found)


def _systems(inputs: ReleaseInputs) -> tuple[SystemChange, ...]:
    """Kommuner whose data are put together from a system they have left and a newer one."""
    found = []
    rows = inputs.pins.systems
    for row in sorted(rows, key=lambda row: (row.komnr, str(row.to_quarter), row.system)):
        entry = inputs.entries.get(row.komnr)
        now = Period.parse(inputs.definition.period_of(row.komnr))
        # A row may also end because format or encoding changed: the system goes on by another row.
        goes_on = any(other.in_force(now) for other in rows if (other.komnr, other.system) == (row.komnr, row.system))
        if entry is None or not row.carry_forward or row.to_quarter is None or row.to_quarter >= now or goes_on:
            continue
        lines = {(step, reason): rows for step, reason, rows in entry.ledger}
        both, raw = lines.get(("raw", inputs.statistic.combining.same.name), 0), lines[("raw", None)]
        share = per_cent(both, both + raw) if enough(raw) else None
        found.append(SystemChange(row.komnr, NAVN[row.komnr], row.system, str(row.to_quarter), share))
    return tuple(found)


def _flows(figures: pl.DataFrame, deltagere: pl.DataFrame) -> dict[tuple[str, str], int]:
    """Figures without a code by measure and period, summed over the kommuner that take part in every year of the release."""
    years = deltagere.get_column("aar").n_unique()
    always = deltagere.group_by("komnr").len().filter(pl.col("len") == years).get_column("komnr")
    inside = figures.filter(pl.col("komnr").is_in(always.implode()) & (pl.col("kode") == ""))
    summed = inside.group_by("maal", "periode").agg(pl.col("antal").sum())
    return {(maal, periode): antal for maal, periode, antal in summed.iter_rows()}


def _all_rounded(counts: Mapping[str, int]) -> dict[str, int]:
    return {code: rounded(number) for code, number in counts.items()}
