"""The age groups of HAND02A (H9)."""

from dataclasses import dataclass

from hjalp_pipeline.codelists.shipped_lists import read_codelist


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Whole years of age from ``lower`` to ``upper``, both included; ``upper`` None means and over, both None unknown."""

    code: str
    text_da: str
    text_en: str
    lower: int | None
    upper: int | None


AGE_BANDS: tuple[AgeBand, ...] = tuple(
    AgeBand(
        row["code"],
        row["text_da"],
        row["text_en"],
        int(row["lower"]) if row["lower"] else None,
        int(row["upper"]) if row["upper"] else None,
    )
    for row in read_codelist("age_bands.csv", package=__package__)
)
