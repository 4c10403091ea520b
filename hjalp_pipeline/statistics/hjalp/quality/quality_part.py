"""What the quality declaration says of this statistic alone: where paragraphs come from, flows, corrected dates (seed 5 to 8)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from hjalp_pipeline.codelists.kommuner import KOMNR, NAVN
from hjalp_pipeline.pages.charts import bars, lines
from hjalp_pipeline.pages.template import danish_percent
from hjalp_pipeline.publishing.public_counts import enough, per_cent, rounded
from hjalp_pipeline.quality_spec import ALL, Concept, Facts, QualityDeclaration, QualityTold, Reported
from hjalp_pipeline.statistics.hjalp.approval.flows import INDLEVERET, UDLEVERET, UDLEVERET_PARAGRAF
from hjalp_pipeline.statistics.hjalp.quality.small_counts import (
    DELIVERED,
    OF_ALL,
    STATES,
    TITLES,
    TOO_OLD,
    Counting,
)
from hjalp_pipeline.statistics.hjalp.quality.terms import DEFINITIONS, RELEVANCE
from hjalp_pipeline.statistics.hjalp.rules.dates import OVER_20_AAR
from hjalp_pipeline.statistics.hjalp.rules.kommune import BOPAEL, UDEN_BOPAEL
from hjalp_pipeline.statistics.hjalp.rules.persons import UNKNOWN
from hjalp_pipeline.statistics.hjalp.rules.rule_list import (
    CPR_VALIDATED,
    DATES_CORRECTED,
    KOMMUNE_ASSIGNED,
    PARAGRAPH_ENRICHED,
    RULEBOOK,
)

#: Where a loan's paragraph comes from, or why it has none: the words of the declaration and the codes of R7.
KILDER: Mapping[str, tuple[str, ...]] = {
    "indberettet": ("LOV_NAVN",),
    "fra fritekst": ("LOV_TEKST",),
    "tvetydig tekst": ("FLERE", "AFSLAG"),
    "uden for værdisættet": ("ANDEN_LOV", "UDENFOR", "IKKE_I_KRAFT", "UKENDT_KODE"),
    "ingen": ("INGEN", "TOM"),
}
_MED_PARAGRAF = ("indberettet", "fra fritekst")


class Trend(NamedTuple):
    """A quarter of the whole country: loans issued and returned (rounded), share of those issued that have a paragraph."""

    kvartal: str
    udleveret: int
    indleveret: int
    med_paragraf: float | None


class KommuneShare(NamedTuple):
    """Shares of a reporting kommune in whole per cent; null when it has too few loans."""

    komnr: str
    kommune: str
    kilder: Mapping[str, int] | None
    cpr: int | None
    rettet: int | None


def tell(facts: Facts) -> QualityTold:
    """The statistic's part of a release's declaration."""
    kilder = shares(facts.remarks.get(PARAGRAPH_ENRICHED.name, {}))
    without = 1 - sum(kilder[kilde] for kilde in _MED_PARAGRAF)
    kommuner = [of_kommune(komnr, facts.reported.get(komnr)) for komnr in KOMNR]
    quarters = list(trends(facts.flows))
    too_old = rounded(facts.counts.get((TOO_OLD, ALL), 0))
    corrected = sum(facts.corrections.get(code, 0) for code in RULEBOOK.values_of("rettelse"))
    imputed = corrected / (facts.kept or 1)
    return QualityTold(
        page={
            "without_paragraph": without,
            "over_20_aar": too_old,
            "kilder": list(KILDER),
            "kommuner_rows": kommuner,
            "trend": quarters,
            **_plots(kilder, quarters),
        },
        concepts={
            "S.13.3.3.2": Concept("Item non-response - rate", {"lov_navn_opret": round(without, 3)}, "A5"),
            "S.18.5.1": Concept("Imputation - rate", {"indleveringsdato": round(imputed, 3)}, "A7"),
        },
        removed={OVER_20_AAR.name: too_old},
        compilation={
            "paragraph_by_source": {kilde: round(share, 3) for kilde, share in kilder.items()},
            "paragraph_by_source_per_cent": {row.komnr: row.kilder for row in kommuner},
        },
        trends=[row._asdict() for row in quarters],
    )


def shares(sources: Mapping[str, int]) -> dict[str, float]:
    """Share of the loans by where their paragraph comes from; ``sources``: loans by code of R7."""
    whole = sum(sources.get(code, 0) for codes in KILDER.values() for code in codes) or 1
    return {kilde: sum(sources.get(code, 0) for code in codes) / whole for kilde, codes in KILDER.items()}


def of_kommune(komnr: str, entry: Reported | None) -> KommuneShare:
    """Shares of one reporting kommune's loans."""
    loans = entry.rows[KOMMUNE_ASSIGNED.name] if entry else 0
    if entry is None or not enough(loans):
        return KommuneShare(komnr, NAVN[komnr], None, None, None)
    sources = entry.remarks.get(PARAGRAPH_ENRICHED.name, {})
    removed = {(step, reason): rows for step, reason, rows in entry.ledger if reason}
    unknown = sum(removed.get((CPR_VALIDATED.name, code), 0) for code in UNKNOWN.names)
    dates = entry.remarks.get(DATES_CORRECTED.name, {})
    return KommuneShare(
        komnr,
        NAVN[komnr],
        {kilde: per_cent(sum(sources.get(code, 0) for code in codes), loans) for kilde, codes in KILDER.items()},
        per_cent(unknown, entry.rows[CPR_VALIDATED.name] + unknown),
        per_cent(sum(dates.get(code, 0) for code in RULEBOOK.values_of("rettelse")), loans),
    )


def trends(flows: Mapping[tuple[str, str], int]) -> Iterator[Trend]:
    """Flows by quarter; ``flows`` by measure and period."""
    measures = (UDLEVERET, INDLEVERET, UDLEVERET_PARAGRAF)
    for kvartal in sorted({periode for maal, periode in flows if maal in measures}):
        issued, returned, with_paragraph = (flows.get((maal, kvartal), 0) for maal in measures)
        share = with_paragraph / issued if enough(issued) else None
        yield Trend(kvartal, rounded(issued), rounded(returned), None if share is None else round(share, 2))


def _plots(kilder: Mapping[str, float], quarters: Sequence[Trend]) -> dict[str, str]:
    labels = [row.kvartal for row in quarters]
    return {
        "sources": bars(
            "Udlån efter paragraffens kilde, pct.",
            [(kilde, 100 * share) for kilde, share in kilder.items()],
            lambda value: danish_percent(value / 100),
        ),
        "with_paragraph": lines(
            "Andel af udleveringer med paragraf efter kvartal",
            labels,
            [("med paragraf", [row.med_paragraf for row in quarters])],
            lambda value: danish_percent(value, 0),
            least=0.01,
        ),
        "flows": lines(
            "Ud- og indleveringer efter kvartal",
            labels,
            [
                ("udleveret", [row.udleveret for row in quarters]),
                ("indleveret", [row.indleveret for row in quarters]),
            ],
        ),
    }


QUALITY = QualityDeclaration(
    DELIVERED,
    STATES,
    Counting,
    TITLES,
    OF_ALL,
    {code.name: code.text_da for code in (BOPAEL, UDEN_BOPAEL)},
    tell,
    (__package__, "kvalitet_udlaan.html.j2"),
    "loans",
    RELEVANCE,
    DEFINITIONS,
)
