"""Small numbers, told and not corrected (seed 3.6): those a statistic's rules make, and what is odd in the register extract."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import polars as pl

from hjalp_pipeline.production.quarter.chain_results import rows_inside
from hjalp_pipeline.production.release.release_inputs import ReleaseInputs
from hjalp_pipeline.publishing import public_counts
from hjalp_pipeline.quality_spec import ALL, QualityDeclaration, Small
from hjalp_pipeline.storage.registers import prepare

#: Column of what is odd in the register extract itself.
REGISTER = "registerudtrækket"
_OF_REGISTER: Mapping[str, str] = {
    "persons_with_overlapping_spells": "Personer med adresser, der overlapper i tid; den senest begyndte gælder",
    "addresses_with_overlapping_spells": "Adresser i flere kommuner på samme tid; den senest begyndte gælder",
    "befbop_spells_without_a_day": "Perioder på en adresse, der slutter, før de er begyndt; de er ikke brugt",
    "befadr_spells_without_a_day": "Perioder for en adresses kommune, der slutter, før de er begyndt; de er ikke brugt",
    "befadr_spells_in_no_kommune": "Perioder efter 2006 med en kommunekode, der ikke findes",
    "deaths_after_the_extract": "Dødsdatoer efter udtrækkets dato",
}


class SmallNumber(NamedTuple):
    """What is counted, its code, and how many by year (or by ``of_all``, ``REGISTER``) in words."""

    title: str
    code: str
    told: Mapping[str, str]


def of_all(inputs: ReleaseInputs) -> str:
    """Column of what is counted over all records inside the statistic."""
    return f"alle {inputs.statistic.layouts.declaration.things}"


def taking_part(inputs: ReleaseInputs) -> dict[int, frozenset[str]]:
    """Kommuner that take part by year of the release."""
    of_year = inputs.deltagere.group_by("aar").agg("komnr").iter_rows()
    found = {aar: frozenset(kommuner) for aar, kommuner in of_year}
    return {aar: found.get(aar, frozenset()) for aar in inputs.definition.span.years}


def count(inputs: ReleaseInputs, declared: QualityDeclaration, building: Path) -> Mapping[Small, int]:
    """What the statistic counts, exactly; its tables lie in ``building``. Confidential."""
    counting = declared.counting(taking_part(inputs))
    for reporter, entry in inputs.entries.items():
        members = [row.komnr_medlem for row in inputs.pins.collaborations if row.komnr_indberetter == reporter]
        counting.add(reporter, members, rows_inside(inputs.lake, entry, declared.delivered, **declared.states))

    def published(name: str) -> pl.DataFrame:
        spec = inputs.statistic.table(name)
        path = building / spec.csv
        if spec.id not in {one.id for one in inputs.published.tables}:  # it shows nothing
            return pl.DataFrame(schema=dict.fromkeys([*(key.upper() for key in spec.keys), "INDHOLD"], pl.String))
        return pl.read_csv(path, separator=";", infer_schema=False, glob=False)

    return counting.counts(published)


def small_numbers(
    inputs: ReleaseInputs, declared: QualityDeclaration, counts: Mapping[Small, int]
) -> tuple[SmallNumber, ...]:
    """The small numbers of a release as the public may know them: of kommuner that take part by year, or of all records."""
    years = [str(aar) for aar in inputs.definition.span.years]
    remarks = prepare(inputs.root, inputs.pins.registers).remarks
    own = [
        SmallNumber(
            title,
            code,
            {
                of_all(inputs) if column == ALL else column: public_counts.told(counts.get((code, column), 0))
                for column in ([ALL] if code in declared.of_all else years)
            },
        )
        for code, title in declared.titles.items()
    ]
    registers = [
        SmallNumber(title, code, {REGISTER: public_counts.told(remarks.get(code, 0))})
        for code, title in _OF_REGISTER.items()
    ]
    return (*own, *registers)
