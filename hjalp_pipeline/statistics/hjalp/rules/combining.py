"""R1 and R2 as this statistic has them: which deliveries count, and which loans are the same (seed 3.3, 3.5, 5.1, 5.3)."""

import polars as pl

from hjalp_pipeline.rules.gengangere import Combining, combine_systems, settle
from hjalp_pipeline.rules.rule import Code, Rule
from hjalp_pipeline.rules.systems import deliveries_in_force, drop_dubletter

DUBLET = Code("DUBLET", "Samme udlåns-id som en senere post i filen", "#7b5ea7")
GENGANGER = Code(
    "GENGANGER", "Samme udlån står i det nye system eller hos den kommune, der indberetter for jer", "#a58bc8"
)
UDFYLDT_LOV = Code("UDFYLDT_LOV", "Paragraf eller fritekst er hentet fra det ældre af to ens udlån")
COMBINING = Combining(
    id="udlaan_id",
    key={
        "pnr": pl.col("pnr"),
        "pnr_tekst": pl.col("pnr_tekst"),
        # A number: the layout holds hminr to 1-6 digits, so the cast never fails.
        "hminr": pl.col("hminr").cast(pl.UInt32),
        "udleveringsdato": pl.col("udleveringsdato"),
    },
    filled=("lov_navn", "lov_tekst"),
    twice=DUBLET,
    same=GENGANGER,
    fill=UDFYLDT_LOV,
    members=True,
)
IN_FORCE = Rule("R1", "Gældende leverance", "selects", deliveries_in_force, source="seed 3.3, 3.5")
SAME_ID = Rule("R2a", "Samme udlåns-id to gange i en leverance", "removes", drop_dubletter, (DUBLET,), "seed 5.1, 5.3")
SAME_LOAN = Rule(
    "R2b",
    "Gengangere ved systemskifte og i samarbejder",
    "removes",
    combine_systems,
    (GENGANGER,),
    "seed 3.5, 5.1, 5.3",
)
FILL = Rule(
    "R2c", "Paragraf udfyldt fra det ældre af to ens udlån", "corrects", settle, (UDFYLDT_LOV,), "seed 3.5, 5.3"
)
