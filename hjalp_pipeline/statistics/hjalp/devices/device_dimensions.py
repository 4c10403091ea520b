"""The dimensions of HJALP4 and HJALP5. Codes and texts are ours [chosen]."""

from collections.abc import Mapping

from hjalp_pipeline.codelists.kommuner import HELE_LANDET
from hjalp_pipeline.publishing.table import Text, Value, Variable
from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import PARAGRAPHS
from hjalp_pipeline.statistics.hjalp.devices.device_types import CLASSES, NO_CLASS, SUBCLASSES, TYPE_I_ALT, UOPLYST
from hjalp_pipeline.statistics.hjalp.dimensions import KOMMUNE
from hjalp_pipeline.table_spec import Dimension

#: Laws of the value set in English.
_LAWS = {
    "Lov om social service": "Act on Social Services",
    "Lov om arbejdsmiljø": "Working Environment Act",
    "Sundhedsloven": "Health Act",
    "Ældreloven": "Act on Care for the Elderly",
}


def _types(classes: Mapping[str, Text]) -> tuple[Value, ...]:
    """All types, the classes with their code before the title, and what has none."""
    listed = [Value(code, Text(f"{code} {title.da}", f"{code} {title.en}")) for code, title in classes.items()]
    others = [Value(code, title) for code, title in NO_CLASS.items()]
    return (Value(TYPE_I_ALT, Text("Typer i alt", "All types")), *listed, *others)


#: The whole country alone, for tables that are not told by kommune.
LANDET = Dimension(
    "kommunedk",
    Variable("KOMMUNEDK", KOMMUNE.variable.text, KOMMUNE.variable.values[:1], total=HELE_LANDET, role="geo"),
    stock="komnr_statbank",
    description="000 = hele landet",
)
ISOKLASSE = Dimension(
    "isoklasse",
    Variable("ISOKLASSE", Text("hjælpemiddeltype", "type of device"), _types(CLASSES), total=TYPE_I_ALT),
    stock="isoklasse",
    description="Klasse i ISO 9999, TOT = i alt, UOPL = ikke oplyst eller ukendt, LOKAL = lokale og fiktive HMI-numre",
)
ISOUNDER = Dimension(
    "isounder",
    Variable("ISOUNDER", Text("hjælpemiddeltype", "type of device"), _types(SUBCLASSES), total=TYPE_I_ALT),
    stock="isounder",
    description="Underklasse i ISO 9999, TOT = i alt, UOPL = ikke oplyst eller ukendt, LOKAL = lokale og fiktive HMI-numre",
)
LOVNAVN = Dimension(
    "lovnavn",
    Variable(
        "LOVNAVN",
        Text("paragraf", "legal basis"),
        (
            Value(TYPE_I_ALT, Text("Paragraffer i alt", "All legal bases")),
            *(
                Value(one.code, Text(f"{one.law} § {one.paragraph}", f"{_LAWS[one.law]}, section {one.paragraph}"))
                for one in PARAGRAPHS
            ),
            Value(UOPLYST, Text("Paragraf ikke oplyst", "Legal basis not stated")),
        ),
        total=TYPE_I_ALT,
    ),
    stock="lovnavn",
    description="Paragraf, TOT = i alt, UOPL = ingen",
)
PERSONER, UDLAAN = "PERS", "UDL"
ENHED = Dimension(
    "enhed",
    Variable(
        "ENHED",
        Text("enhed", "unit"),
        (Value(PERSONER, Text("Modtagere", "Recipients")), Value(UDLAAN, Text("Hjælpemidler", "Devices"))),
    ),
    stock="",
    description="PERS = personer, UDL = udlån",
)
