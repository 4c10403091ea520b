"""The registers HANDIC (14 variables) and HANDICM (3) that researchers get, from their data dictionary (H12).

``handic.csv`` beside this module is the dictionary: schema, labels in every file and codebook come from it.
"""

from collections.abc import Iterable
from typing import cast

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.codelists.shipped_lists import read_codelist
from hjalp_pipeline.publishing.microdata import CodeList, Kind, MicroVariable, Register
from hjalp_pipeline.statistics.hand.codelists.services import SERVICES
from hjalp_pipeline.statistics.hand.codelists.target_groups import TARGET_CODES

#: Values of GODKENDTPERIODE; the first that fits counts (H10) [chosen].
ALL, ALL_SINCE, SOME, NONE = 1, 2, 3, 4
_LISTS = {
    codes.name: codes
    for codes in (
        CodeList("cprtjek", "Modulus 11", {"0": "Opfylder ikke modulus 11", "1": "Opfylder modulus 11"}),
        CodeList(
            "cprtype",
            "Personnummerets form",
            {"0": "Form som et rigtigt personnummer", "1": "Ikke form som et rigtigt personnummer"},
        ),
        CodeList(
            "funk_vurd",
            "Funktionsvurdering",
            {"0": "Ingen", "1": "Let", "2": "Moderat", "3": "Svær", "4": "Fuldstændig"},
        ),
        CodeList(
            "godkendtperiode",
            "Godkendte kvartaler",
            {
                str(ALL): "Alle udgivelsens kvartaler er godkendt",
                str(ALL_SINCE): "Alle kvartaler fra 2018K1 er godkendt",
                str(SOME): "Nogle kvartaler er godkendt",
                str(NONE): "Ingen kvartaler er godkendt",
            },
        ),
        CodeList("kommune", "Kommuner", NAVN),
        CodeList("maalgruppe", "Målgrupper", TARGET_CODES),
        CodeList("ydelse", "Ydelser", {service.code: service.text_da for service in SERVICES}),
    )
}


def _register(name: str, title: str, order: Iterable[str]) -> Register:
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
        for row in read_codelist("handic.csv", package=__package__)
        if row["register"] == name
    )
    return Register(name, title, variables, tuple(order))


#: Every service inside the statistic. Within a kommune no two are of the same person, code and first day (H6).
HANDIC = _register("HANDIC", "Handicap og udsatte (voksne)", ("PNR", "MODT_YDELSE_KODE", "YDELSE_START"))
#: The target groups of a service, a row each.
HANDICM = _register("HANDICM", "Målgrupper", ("MAAL_KEY", "MAALGRUPPE"))
