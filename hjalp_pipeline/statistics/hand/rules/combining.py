"""H1 and H2: which deliveries count, and which services are the same."""

import polars as pl

from hjalp_pipeline.rules.gengangere import Combining, combine_systems, settle
from hjalp_pipeline.rules.rule import Code, Rule
from hjalp_pipeline.rules.systems import deliveries_in_force, drop_dubletter

DUBLET = Code("DUBLET", "Samme ydelses-id som en senere post i filen", "#7b5ea7")
GENGANGER = Code(
    "GENGANGER", "Samme ydelse står i det nye system eller hos den kommune, der indberetter for jer", "#a58bc8"
)
UDFYLDT = Code("UDFYLDT_YDELSE", "Målgruppe eller funktionsvurdering er hentet fra den ældre af to ens ydelser")
COMBINING = Combining(
    id="ydelse_id",
    key={name: pl.col(name) for name in ("pnr", "pnr_tekst", "modt_ydelse_kode", "ydelse_start")},
    filled=("maalgruppe", "funk_vurd"),
    twice=DUBLET,
    same=GENGANGER,
    fill=UDFYLDT,
    members=True,
)
IN_FORCE = Rule("H1", "Gældende leverance", "selects", deliveries_in_force, source="H1")
SAME_ID = Rule("H2a", "Samme ydelses-id to gange i en leverance", "removes", drop_dubletter, (DUBLET,), "H2")
SAME_SERVICE = Rule(
    "H2b", "Gengangere ved systemskifte og i samarbejder", "removes", combine_systems, (GENGANGER,), "H2"
)
FILL = Rule("H2c", "Målgruppe og funktionsvurdering fra den ældre af to ens", "corrects", settle, (UDFYLDT,), "H2")
