"""The registers GENHJALP (19 variables) and GENHJALP_G (10) that researchers get, from their data dictionary (seed 8.7).

``genhjalp.csv`` beside this module is the dictionary: schema, labels in every file and codebook come from it.
"""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.resources import files
from typing import cast

import polars as pl

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.publishing.microdata import CodeList, Kind, MicroVariable, Register
from hjalp_pipeline.statistics.hjalp.codelists.first import FIRST_KVARTAL
from hjalp_pipeline.statistics.hjalp.codelists.iso_classes import ISO_CLASSES
from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import PARAGRAPHS

#: The first two digits of HMIISO; shown in the codebook, no variable holds them alone.
ISO_HOVEDKLASSE = CodeList("iso_hovedklasse", "Hovedklasser i ISO 9999 (de to første cifre af HMIISO)", ISO_CLASSES)
_LISTS = {
    codes.name: codes
    for codes in (
        CodeList("koen", "Køn", {"1": "Mand", "2": "Kvinde"}),
        CodeList("cprtjek", "Modulus 11", {"0": "Opfylder ikke modulus 11", "1": "Opfylder modulus 11"}),
        CodeList(
            "cprtype",
            "Personnummerets form",
            {"0": "Form som et rigtigt personnummer", "1": "Ikke form som et rigtigt personnummer"},
        ),
        CodeList("ja_nej", "Godkendt", {"0": "Ikke godkendt", "1": "Godkendt"}),
        CodeList("kommune", "Kommuner", NAVN),
        CodeList("paragraf", "Paragraffer", {p.code: f"{p.law} § {p.paragraph}: {p.text}" for p in PARAGRAPHS}),
    )
}


def _register(name: str, title: str, order: Iterable[str]) -> Register:
    text = files(__package__).joinpath("genhjalp.csv").read_text(encoding="utf-8")
    variables = tuple(
        MicroVariable(
            row["variable"],
            row["label_da"],
            row["label_en"],
            cast("Kind", row["kind"]),
            row["missing"] == "ja",
            _LISTS[row["codes"]] if row["codes"] else None,
            row["description"],
            row["source"],
        )
        for row in csv.DictReader(text.splitlines(), delimiter=";")
        if row["register"] == name
    )
    return Register(name, title, variables, tuple(order))


#: Every loan inside the statistic. Within a reporting kommune a person's loans stand together, however they were delivered.
GENHJALP = _register(
    "GENHJALP",
    "Udlån af hjælpemidler",
    (
        "PNR",
        "UDLEVERINGSDATO",
        "HMINR",
        "INDLEVERINGSDATO",
        "LOV_NAVN",
        "LOV_TEKST",
        "HMINAVN",
        "HMIISO",
        "KOMNR_BETALING",
    ),
)
#: What each kommune has approved of a year.
GENHJALP_G = _register("GENHJALP_G", "Kommunernes godkendelser af et år", ("KOMNR_STATBANK",))


def genhjalp_g(
    release: str,
    aar: int,
    kommuner: Iterable[str],
    approved: Mapping[tuple[int, str, str], bool],
    flows: Mapping[tuple[str, Kvartal], int],
) -> pl.DataFrame:
    """GENHJALP_G of a year: what each kommune approved (``1``/``0`` as strings), one row per kommune.

    ``approved`` is keyed (aar, komnr, kind) with kinds ``K1``..``K4`` and ``PARAGRAF``; ``flows`` counts issues and returns
    by kommune and quarter, GODKENDT is the share of them in approved quarters (R13). A quarter before the statistic begins
    is null.
    """
    year = [Kvartal(aar, nr) for nr in range(1, 5)]
    inside = [kvartal for kvartal in year if kvartal >= FIRST_KVARTAL]
    fra = inside[0].first_day if inside else date(aar, 1, 1)
    rows = []
    for komnr in kommuner:
        of_quarter = {kvartal: approved.get((aar, komnr, f"K{kvartal.nr}"), False) for kvartal in inside}
        share = _share(of_quarter, {kvartal: flows.get((komnr, kvartal), 0) for kvartal in inside})
        flags = [_flag(of_quarter[kvartal]) if kvartal in of_quarter else None for kvartal in year]
        paragraf = _flag(approved.get((aar, komnr, "PARAGRAF"), False))
        rows.append((fra, share, *flags, paragraf, komnr, year[-1].last_day, release))
    return pl.DataFrame(rows, schema=GENHJALP_G.schema, orient="row")


def _share(approved: Mapping[Kvartal, bool], flows: Mapping[Kvartal, int]) -> float | None:
    """Share of the flows in approved quarters; in a year without any each quarter counts the same [chosen]."""
    weight = flows if any(flows.values()) else dict.fromkeys(approved, 1)
    whole = sum(weight.values())
    return sum(weight[kvartal] for kvartal, yes in approved.items() if yes) / whole if whole else None


def flows_by_quarter(loans: pl.DataFrame) -> dict[tuple[str, Kvartal], int]:
    """Issues and returns of loans (``komnr_statbank``, ``udleveringsdato``, ``indleveringsdato``) by kommune and quarter."""
    days = pl.concat(
        [loans.select("komnr_statbank", day=column) for column in ("udleveringsdato", "indleveringsdato")]
    ).drop_nulls("day")
    keys = ("komnr_statbank", pl.col("day").dt.year().alias("aar"), pl.col("day").dt.quarter().alias("nr"))
    return {(komnr, Kvartal(aar, nr)): rows for komnr, aar, nr, rows in days.group_by(*keys).len().iter_rows()}


def _flag(value: bool) -> str:
    return "1" if value else "0"
