"""The age groups of HJALP2 and HJALP3 (R10)."""

from dataclasses import dataclass

from hjalp_pipeline.codelists.shipped_lists import read_codelist


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """Whole years of age from ``lower`` to ``upper``, both included; ``upper`` None means and over."""

    code: str
    text_da: str
    text_en: str
    lower: int
    upper: int | None


AGE_GROUPS: tuple[AgeGroup, ...] = tuple(
    AgeGroup(
        row["code"], row["text_da"], row["text_en"], int(row["lower"]), int(row["upper"]) if row["upper"] else None
    )
    for row in read_codelist("age_groups.csv", package=__package__)
)
#: Code of "Alder i alt" in the published tables.
ALDER_I_ALT = "TOT"
