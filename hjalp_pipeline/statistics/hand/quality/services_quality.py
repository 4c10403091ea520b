"""What the quality declaration says of this statistic alone: target groups, persons and services by quarter, corrected dates."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from hjalp_pipeline.codelists.kommuner import KOMNR, NAVN
from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.pages.charts import lines
from hjalp_pipeline.publishing.public_counts import enough, per_cent, rounded
from hjalp_pipeline.quality_spec import ALL, Concept, Facts, QualityDeclaration, QualityTold, Reported
from hjalp_pipeline.statistics.hand.approval.day_sums import BEGYNDT, DAGE, PERSONER, SLUTTET
from hjalp_pipeline.statistics.hand.approval.service_rows import full_time
from hjalp_pipeline.statistics.hand.quality.service_counts import (
    DELIVERED,
    OF_ALL,
    STATES,
    TITLES,
    WITHOUT_GROUP,
    ServiceCounting,
    without_group_of,
)
from hjalp_pipeline.statistics.hand.quality.service_terms import DEFINITIONS, RELEVANCE
from hjalp_pipeline.statistics.hand.rules.persons import UNKNOWN
from hjalp_pipeline.statistics.hand.rules.rule_list import CPR_VALIDATED, DATES_CORRECTED, RULEBOOK, SPELLS_UNITED


class QuarterOfAll(NamedTuple):
    """A quarter of all kommuner that take part, rounded: persons, full-time services, services begun and ended."""

    kvartal: str
    personer: int
    kvartalsydelser: int
    begyndt: int
    sluttet: int


class ServicesOfKommune(NamedTuple):
    """Shares of a reporting kommune in whole per cent; null when it has too few services."""

    komnr: str
    kommune: str
    uden_maalgruppe: int | None
    cpr: int | None
    rettet: int | None


def tell(facts: Facts) -> QualityTold:
    """The statistic's part of a release's declaration."""
    without = min(rounded(facts.counts.get((WITHOUT_GROUP, ALL), 0)) / (facts.kept or 1), 1.0)
    quarters = [row for row in by_quarter(facts.flows) if Kvartal.parse(row.kvartal).aar in facts.years]
    kommuner = [
        of_kommune(komnr, facts.reported.get(komnr), facts.counts.get((without_group_of(komnr), ALL), 0))
        for komnr in KOMNR
    ]
    corrected = sum(facts.corrections.get(code, 0) for code in RULEBOOK.values_of("rettelse"))
    return QualityTold(
        page={
            "without_group": without,
            "kommuner_rows": kommuner,
            "trend": quarters,
            "flows": _plot(quarters),
        },
        concepts={
            "S.13.3.3.2": Concept("Item non-response - rate", {"maalgruppe": round(without, 3)}, "A5"),
            "S.18.5.1": Concept("Imputation - rate", {"ydelse_slut": round(corrected / (facts.kept or 1), 3)}, "A7"),
        },
        compilation={"without_target_group_per_cent": {row.komnr: row.uden_maalgruppe for row in kommuner}},
        trends=[row._asdict() for row in quarters],
    )


def of_kommune(komnr: str, entry: Reported | None, without: int) -> ServicesOfKommune:
    """Shares of one reporting kommune's services; ``without``: those without a target group."""
    services = entry.rows[SPELLS_UNITED.name] if entry else 0
    if entry is None or not enough(services):
        return ServicesOfKommune(komnr, NAVN[komnr], None, None, None)
    removed = {(step, reason): rows for step, reason, rows in entry.ledger if reason}
    unknown = sum(removed.get((CPR_VALIDATED.name, code), 0) for code in UNKNOWN.names)
    dates = entry.remarks.get(DATES_CORRECTED.name, {})
    return ServicesOfKommune(
        komnr,
        NAVN[komnr],
        per_cent(without, services),
        per_cent(unknown, entry.rows[CPR_VALIDATED.name] + unknown),
        per_cent(
            sum(dates.get(code, 0) for code in RULEBOOK.values_of("rettelse")), entry.rows[DATES_CORRECTED.name] or 1
        ),
    )


def by_quarter(flows: Mapping[tuple[str, str], int]) -> Iterator[QuarterOfAll]:
    """Figures by quarter; ``flows`` by measure and period."""
    for text in sorted({periode for maal, periode in flows if maal == PERSONER}):
        quarter = Kvartal.parse(text)
        persons, days, begun, ended = (flows.get((maal, text), 0) for maal in (PERSONER, DAGE, BEGYNDT, SLUTTET))
        full = rounded(round(full_time(days, quarter)))
        yield QuarterOfAll(text, rounded(persons), full, rounded(begun), rounded(ended))


def _plot(quarters: Sequence[QuarterOfAll]) -> str:
    return lines(
        "Personer og kvartalsydelser efter kvartal",
        [row.kvartal for row in quarters],
        [
            ("personer", [row.personer for row in quarters]),
            ("kvartalsydelser", [row.kvartalsydelser for row in quarters]),
        ],
    )


QUALITY = QualityDeclaration(
    DELIVERED,
    STATES,
    ServiceCounting,
    TITLES,
    OF_ALL,
    {},
    tell,
    (__package__, "kvalitet_ydelser.html.j2"),
    "services",
    RELEVANCE,
    DEFINITIONS,
)
