"""The quality declaration of a release: ``kvalitet.html`` for people and ``quality.json`` in the concepts of SIMS 2.0."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from hjalp_pipeline.codelists.kommuner import KOMMUNER
from hjalp_pipeline.dialogue.quality.quality import Aar, Quality
from hjalp_pipeline.dialogue.quality.quality_figures import declaration_of, quality
from hjalp_pipeline.pages.template import template
from hjalp_pipeline.pages.tiles import Shown, legend, tiles
from hjalp_pipeline.production.release.published_tables import texts_of
from hjalp_pipeline.production.release.punctuality import PUNCTUALITY
from hjalp_pipeline.production.release.release_inputs import ReleaseInputs
from hjalp_pipeline.publishing.public_counts import FEWEST_ROWS, ROUNDED, share_told
from hjalp_pipeline.publishing.publication import publication_of
from hjalp_pipeline.quality_spec import Concept
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.files import write_bytes, write_json

#: What the colours of the map mean.
_TILES = {"new": "indgår", "less": "indgår, men har ikke godkendt alt", "none": "indgår ikke"}


def write_quality(inputs: ReleaseInputs, earlier: Sequence[str], building: Path) -> None:
    """Write ``kvalitet.html`` and ``quality.json`` of a release (seed 5, 7, 8); its approval reports must lie there already."""
    found = quality(inputs, earlier, building)
    write_bytes(building / "kvalitet.html", quality_html(found).encode())
    write_json(building / "quality.json", quality_json(found))


def quality_html(found: Quality) -> str:
    """The page: the statistic's template around the engine's, with what both need."""
    statistic, shown = found.statistic, _shown(found.years[-1])
    shown_tables = [spec for spec in statistic.tables if spec.id in found.tables]
    return template(*declaration_of(statistic).template, also=__package__).render(
        q=found,
        statistic=statistic.layouts.declaration,
        approval=statistic.approval,
        watched=statistic.table(statistic.watched).id,
        latest=found.years[-1],
        columns=found.columns,
        years=[aar.aar for aar in found.years],
        kommuner=len(KOMMUNER),
        tables=found.tables,
        declared=declaration_of(statistic),
        published=[(spec.id, texts_of(spec), publication_of(spec.id, found.publication)) for spec in shown_tables],
        days=(found.published - date(found.years[-1].aar, 12, 31)).days,
        tiles=tiles(),
        shown=shown,
        legend=legend(shown.values(), _TILES),
        fewest=FEWEST_ROWS,
        rounded=ROUNDED,
        share=share_told,
        removed=_removed(found),
        corrected=_corrected(found),
        **found.told.page,
    )


def _shown(latest: Aar) -> dict[str, Shown]:
    """The tile of each kommune: whether it takes part in the latest year, and has approved what else it is asked for."""
    out = {name for name, _why in latest.ude}
    lacking = {name for names in latest.uden.values() for name in names}

    def tile(name: str) -> Shown:
        if name in out:
            return Shown("none", "ude")
        return Shown("less", "delvis") if name in lacking else Shown("new", "med")

    return {kommune.code: tile(kommune.name) for kommune in KOMMUNER}


def _removed(found: Quality) -> list[tuple[str, str, int]]:
    """In words, code and rows of every reason that removed a row, over all steps."""
    removed = [
        (words, code, sum(of.get(code, 0) for of in found.rows.values()))
        for code, (words, _) in found.statistic.rulebook.in_words.items()
    ]
    return [row for row in removed if row[2]]


def _corrected(found: Quality) -> list[tuple[str, str, int]]:
    """In words, code and records of what was corrected, and of what the statistic shows beside."""
    words = {code: words for code, (words, _) in found.statistic.rulebook.in_words.items()}
    words |= declaration_of(found.statistic).placed
    return [(words[code], code, found.corrections[code]) for code in words if found.corrections.get(code)]


def quality_json(found: Quality) -> dict[str, Any]:
    """The declaration by SIMS 2.0 concept; ``qpi`` is the code of the ESS quality indicator, shares are between 0 and 1."""
    statistic, latest = found.statistic, found.years[-1]
    share_of_kommuner = 1 - latest.deltagere / len(KOMMUNER)
    size = found.revisions[-1].size
    concepts = {
        "S.13.1": Concept(
            "Overall accuracy", {"kommuner": {str(aar.aar): _year(statistic, aar) for aar in found.years}}
        ),
        "S.13.3.1.1": Concept("Over-coverage - rate", round(found.over_coverage, 3), "A2"),
        "S.13.3.2": Concept("Measurement error", {row.code: dict(row.told) for row in found.small}),
        "S.13.3.3.1": Concept("Unit non-response - rate", round(share_of_kommuner, 4), "A4"),
        "S.13.3.4": Concept(
            "Processing error",
            {
                "systems": [row._asdict() for row in found.systems],
                "known_defects": [{"who": who, "text": text} for who, text in found.defects],
            },
        ),
        "S.14.1.2": Concept(
            "Time lag - final results", {"days": (found.published - date(latest.aar, 12, 31)).days}, "TP2"
        ),
        "S.15.2": Concept("Comparability - over time", list(found.comparability)),
        "S.15.2.1": Concept(
            "Length of comparable time series", {"years": latest.aar - statistic.first_year + 1}, "CC2"
        ),
        "S.17.2": Concept(
            "Data revision - practice",
            [{**row._asdict(), "published": row.published.isoformat()} for row in found.revisions],
        ),
        "S.17.2.1": Concept("Data revision - average size", None if size is None else round(size, 6), "A6"),
        "S.18.4": Concept(
            "Data validation",
            {
                "records_delivered": found.delivered,
                f"{declaration_of(statistic).things_en}_in_the_statistic": found.kept,
                "removed": {code: rows for _title, code, rows in _removed(found)} | dict(found.told.removed),
            },
        ),
        "S.18.5": Concept(
            "Data compilation",
            {"corrected": {code: rows for _title, code, rows in _corrected(found)}, **found.told.compilation},
        ),
    } | dict(found.told.concepts)
    if found.announced:
        told = {"announced": found.announced.isoformat(), "days": (found.published - found.announced).days}
        concepts[PUNCTUALITY] = Concept("Punctuality - delivery and publication", told, "TP3")
    return {
        "release": found.release,
        "structure": "SIMS 2.0",
        "concepts": [_concept(code, concepts[code]) for code in sorted(concepts)],
        "trends": [dict(row) for row in found.told.trends],
    }


def _year(statistic: Statistic, aar: Aar) -> dict[str, Any]:
    return {
        "taking_part": aar.deltagere,
        **{
            f"without_approval_of_{statistic.approval.named_en[kind]}": list(kommuner)
            for kind, kommuner in aar.uden.items()
        },
        "not_taking_part": dict(aar.ude),
    }


def _concept(code: str, of: Concept) -> dict[str, Any]:
    return {"concept": code, "name": of.name, "qpi": of.qpi, "value": of.value}
