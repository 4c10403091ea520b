"""The 98 kommuner. Christiansø (411) stands in the list but is no kommune: it never delivers and has no table cells."""

from dataclasses import dataclass

from hjalp_pipeline.codelists.shipped_lists import read_codelist


@dataclass(frozen=True, slots=True)
class Kommune:
    """One kommune with its region and landsdel (province)."""

    code: str
    name: str
    region_code: str
    region: str
    landsdel: str
    landsdel_code: str


def _load() -> tuple[Kommune, ...]:
    return tuple(
        Kommune(*(row[field] for field in ("code", "name", "region_code", "region", "landsdel", "landsdel_code")))
        for row in sorted(read_codelist("kommuner.csv", ","), key=lambda row: row["code"])
        if row["is_municipality"] == "1"
    )


KOMMUNER: tuple[Kommune, ...] = _load()
KOMNR: tuple[str, ...] = tuple(kommune.code for kommune in KOMMUNER)
NAVN: dict[str, str] = {kommune.code: kommune.name for kommune in KOMMUNER}
#: Code of "Hele landet" in the published tables.
HELE_LANDET = "000"
