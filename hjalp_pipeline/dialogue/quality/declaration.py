"""The quality declaration of a release: ``kvalitet.html`` for people and ``quality.json`` in the concepts of SIMS 2.0."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from hjalp_pipeline.codelists.kommuner import KOMMUNER
from hjalp_pipeline.dialogue.quality.comparability import COMPARABLE_SINCE
from hjalp_pipeline.dialogue.quality.figures import quality
from hjalp_pipeline.dialogue.quality.quality import FEWEST_ROWS, KILDER, ROUNDED, Aar, Quality
from hjalp_pipeline.dialogue.quality.small_numbers import ALL, REGISTER
from hjalp_pipeline.pages.charts import bars, lines
from hjalp_pipeline.pages.template import danish_percent, template
from hjalp_pipeline.production.release.release_inputs import ReleaseInputs
from hjalp_pipeline.statistics.hjalp.rules.dates import OVER_20_AAR
from hjalp_pipeline.statistics.hjalp.rules.kommune import BOPAEL, UDEN_BOPAEL
from hjalp_pipeline.statistics.hjalp.rules.rule_list import RULEBOOK
from hjalp_pipeline.storage.files import write_bytes, write_json

#: Where the kommune of a loan that was reported for others comes from (R8), in words.
_BRANCHES = {code.name: code.text_da for code in (BOPAEL, UDEN_BOPAEL)}


def write_quality(inputs: ReleaseInputs, earlier: Sequence[str], building: Path) -> None:
    """Write ``kvalitet.html`` and ``quality.json`` of a release (seed 5, 7, 8); its approval reports must lie there already."""
    found = quality(inputs, earlier, building)
    write_bytes(building / "kvalitet.html", quality_html(found).encode())
    write_json(building / "quality.json", quality_json(found))


def quality_html(found: Quality) -> str:
    """The page."""
    labels = [row.kvartal for row in found.trends]
    return template("hjalp_pipeline.dialogue.quality", "kvalitet.html.j2").render(
        q=found,
        latest=found.years[-1],
        columns=[*(str(aar.aar) for aar in found.years), ALL, REGISTER],
        years=[aar.aar for aar in found.years],
        kommuner=len(KOMMUNER),
        kilder=list(KILDER),
        tables=found.tables,
        fewest=FEWEST_ROWS,
        rounded=ROUNDED,
        trend=found.trends,
        removed=_removed(found),
        corrected=_corrected(found),
        sources=bars(
            "Udlån efter paragraffens kilde, pct.",
            [(kilde, 100 * share) for kilde, share in found.kilder.items()],
            lambda value: danish_percent(value / 100),
        ),
        with_paragraph=lines(
            "Andel af udleveringer med paragraf efter kvartal",
            labels,
            [("med paragraf", [row.med_paragraf for row in found.trends])],
            lambda value: danish_percent(value, 0),
        ),
        flows=lines(
            "Ud- og indleveringer efter kvartal",
            labels,
            [
                ("udleveret", [row.udleveret for row in found.trends]),
                ("indleveret", [row.indleveret for row in found.trends]),
            ],
        ),
    )


def _removed(found: Quality) -> list[tuple[str, str, int]]:
    """In words, code and rows of every reason that removed a row, over all steps."""
    removed = [
        (words, code, sum(of.get(code, 0) for of in found.rows.values()))
        for code, (words, _) in RULEBOOK.in_words.items()
    ]
    return [row for row in removed if row[2]]


def _corrected(found: Quality) -> list[tuple[str, str, int]]:
    """In words, code and loans of what corrected a date or placed a loan in a kommune."""
    words = {code: words for code, (words, _) in RULEBOOK.in_words.items()} | _BRANCHES
    return [(words[code], code, found.corrections[code]) for code in words if found.corrections.get(code)]


def quality_json(found: Quality) -> dict[str, Any]:
    """The declaration by SIMS 2.0 concept; ``qpi`` is the code of the ESS quality indicator, shares are between 0 and 1."""
    latest = found.years[-1]
    share_of_kommuner = 1 - latest.deltagere / len(KOMMUNER)
    concepts = [
        _concept("S.13.1", "Overall accuracy", {"kommuner": {str(aar.aar): _year(aar) for aar in found.years}}),
        _concept("S.13.3.1.1", "Over-coverage - rate", round(found.over_coverage, 3), "A2"),
        _concept("S.13.3.2", "Measurement error", {row.code: dict(row.told) for row in found.small}),
        _concept("S.13.3.3.1", "Unit non-response - rate", round(share_of_kommuner, 4), "A4"),
        _concept("S.13.3.3.2", "Item non-response - rate", {"lov_navn_opret": round(found.without_paragraph, 3)}, "A5"),
        _concept(
            "S.13.3.4",
            "Processing error",
            {
                "systems": [row._asdict() for row in found.systems],
                "known_defects": [{"who": who, "text": text} for who, text in found.defects],
            },
        ),
        _concept(
            "S.14.1.2", "Time lag - final results", {"days": (found.published - date(latest.aar, 12, 31)).days}, "TP2"
        ),
        _concept("S.15.2", "Comparability - over time", list(found.comparability)),
        _concept(
            "S.15.2.1",
            "Length of comparable time series",
            {"years": latest.aar - COMPARABLE_SINCE + 1},
            "CC2",
        ),
        _concept(
            "S.17.2",
            "Data revision - practice",
            [{**row._asdict(), "published": row.published.isoformat()} for row in found.revisions],
        ),
        _concept(
            "S.17.2.1",
            "Data revision - average size",
            None if found.revisions[-1].size is None else round(found.revisions[-1].size, 6),
            "A6",
        ),
        _concept(
            "S.18.4",
            "Data validation",
            {
                "records_delivered": found.delivered,
                "loans_in_the_statistic": found.loans,
                "removed": {code: rows for _title, code, rows in _removed(found)}
                | {OVER_20_AAR.name: found.over_20_aar},
            },
        ),
        _concept(
            "S.18.5",
            "Data compilation",
            {
                "corrected": {code: rows for _title, code, rows in _corrected(found)},
                "paragraph_by_source": {kilde: round(share, 3) for kilde, share in found.kilder.items()},
                "paragraph_by_source_per_cent": {row.komnr: row.kilder for row in found.kommuner},
            },
        ),
        _concept("S.18.5.1", "Imputation - rate", {"indleveringsdato": round(found.imputed, 3)}, "A7"),
    ]
    trends = [row._asdict() for row in found.trends]
    return {"release": found.release, "structure": "SIMS 2.0", "concepts": concepts, "trends": trends}


def _year(aar: Aar) -> dict[str, Any]:
    return {
        "taking_part": aar.deltagere,
        "without_approval_of_paragraphs": list(aar.uden_paragraf),
        "not_taking_part": dict(aar.ude),
    }


def _concept(code: str, name: str, value: Any, qpi: str | None = None) -> dict[str, Any]:
    return {"concept": code, "name": name, "qpi": qpi, "value": value}
