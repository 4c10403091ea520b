"""The dimensions of the tables. Codes and Danish texts are those of the StatBank; the English ones of codes are ours."""

from hjalp_pipeline.codelists.kommuner import KOMMUNER
from hjalp_pipeline.publishing.table import Text, Value, Variable
from hjalp_pipeline.statistics.hand.codelists.age_bands import AGE_BANDS
from hjalp_pipeline.statistics.hand.codelists.services import SERVICES
from hjalp_pipeline.statistics.hand.codelists.target_groups import TARGET_GROUPS
from hjalp_pipeline.table_spec import Dimension

#: Kommuner with a name of their own in English.
_ENGLISH = {"101": "Copenhagen"}
_TYPE_TEXT = Text("ydelsestype", "type of benefits")


def _services(*, in_hand05: bool) -> tuple[Value, ...]:
    chosen = (service for service in SERVICES if service.in_hand05 or not in_hand05)
    return tuple(Value(service.code, Text(service.text_da, service.text_en)) for service in chosen)


OMRADE = Dimension(
    "omrade",
    Variable(
        "OMRADE",
        Text("område", "region"),
        tuple(
            Value(kommune.code, Text(kommune.name, _ENGLISH.get(kommune.code, kommune.name))) for kommune in KOMMUNER
        ),
        role="geo",
    ),
    stock="komnr_statbank",
    description="Kommune",
)
YDELSESTYPE = Dimension(
    "ydelsestype",
    Variable("YDELSESTYPE", _TYPE_TEXT, _services(in_hand05=False)),
    stock="kode",
    description="Ydelsen",
)
#: Without the codes that the yearly table has not.
YEARLY_TYPE = Dimension(
    "ydelsestype", Variable("YDELSESTYPE", _TYPE_TEXT, _services(in_hand05=True)), stock="kode", description="Ydelsen"
)
ALDER = Dimension(
    "alder",
    Variable(
        "ALDER",
        Text("alder", "age"),
        tuple(Value(band.code, Text(band.text_da, band.text_en)) for band in AGE_BANDS),
    ),
    stock="foed_dato",
    description="Aldersgruppe",
)
KON = Dimension(
    "kon",
    Variable(
        "KON",
        Text("køn", "sex"),
        (
            Value("1", Text("Mænd", "Men")),
            Value("2", Text("Kvinder", "Women")),
            Value("9", Text("Uoplyst køn", "Sex not stated")),
        ),
    ),
    stock="koen",
    description="Køn",
    said={"1": "mænd", "2": "kvinder", "9": "uoplyst køn"},
)
MLGRP = Dimension(
    "mlgrp",
    Variable(
        "MLGRP",
        Text("målgruppe", "target group"),
        tuple(Value(group.code, Text(group.text_da, group.text_en)) for group in TARGET_GROUPS),
    ),
    stock="grupper",
    description="Målgruppe",
)
