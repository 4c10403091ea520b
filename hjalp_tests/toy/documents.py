"""The toy's own part of the approval report and the quality declaration, as small as they can be."""

from collections.abc import Callable, Collection, Mapping

import polars as pl

from hjalp_pipeline.quality_spec import ALL, Facts, QualityDeclaration, QualityTold, Small
from hjalp_pipeline.report_spec import ApprovalReport, Counted, KommuneYear, Oddity, Sheet, Told


def count(rows: pl.DataFrame, reporter: str, aar: int) -> Counted:
    """Visits begun in the year, by kind."""
    inside = rows.filter(pl.col("fra").dt.year() == aar)
    figures = inside.group_by(kode="art").agg(pl.len().cast(pl.Int64).alias("antal"))
    return Counted(
        figures.select(
            pl.lit(reporter).alias("komnr"),
            pl.lit("begyndt").alias("maal"),
            pl.lit(str(aar)).alias("periode"),
            "kode",
            "antal",
        )
    )


def tell(year: KommuneYear) -> Told:
    """One line a kind; meals alone are odd."""
    kinds = [(kode, antal) for (_, _, kode), antal in sorted(year.figures.items())]
    odd = [Oddity("KUN_MAD", str(year.aar), "Er der kun madservice?")] if [kode for kode, _ in kinds] == ["MAD"] else []
    return Told(
        page={"kinds": kinds, "detail": "efter art"},
        main=[("Besøg begyndt i året", sum(antal for _, antal in kinds))],
        of_records=[],
        sheets=[Sheet("Arter", ("Art", "Begyndt"), (12, 12), kinds)],
        changes=[],
        oddities=odd,
    )


class Ended:
    """Counts visits without a last day."""

    def __init__(self, taking_part: Mapping[int, frozenset[str]]) -> None:
        self.taking_part, self.open = taking_part, 0

    def add(self, reporter: str, members: Collection[str], rows: pl.DataFrame) -> None:
        self.open += rows.get_column("til").null_count()

    def counts(self, published: Callable[[str], pl.DataFrame]) -> Mapping[Small, int]:
        assert published("toy1").height
        return {("AABNE", ALL): self.open}


def tell_quality(facts: Facts) -> QualityTold:
    """How many were begun in the last year."""
    begun = sum(antal for (maal, _), antal in facts.flows.items() if maal == "begyndt")
    return QualityTold(page={"begun": begun})


REPORT = ApprovalReport(("fra", "art"), {}, count, tell, (__package__, "besoeg.html.j2"))
QUALITY = QualityDeclaration(
    ("til",),
    {},
    Ended,
    {"AABNE": "Besøg uden sidste dag"},
    ("AABNE",),
    {},
    tell_quality,
    ("hjalp_pipeline.dialogue.quality", "kvalitet.html.j2"),
    "visits",
)
