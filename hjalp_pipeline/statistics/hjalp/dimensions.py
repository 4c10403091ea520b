"""The dimensions of HJALP1-3. Codes and Danish texts are those of the StatBank (seed 8.6); the English ones are ours."""

from hjalp_pipeline.codelists.kommuner import HELE_LANDET, KOMMUNER
from hjalp_pipeline.publishing.table import Text, Value, Variable
from hjalp_pipeline.statistics.hjalp.codelists.age_groups import AGE_GROUPS, ALDER_I_ALT
from hjalp_pipeline.table_spec import Dimension

#: Kommuner with a name of their own in English.
_ENGLISH = {"101": "Copenhagen"}

KOMMUNE = Dimension(
    "kommunedk",
    Variable(
        "KOMMUNEDK",
        Text("kommune", "municipality"),
        (
            Value(HELE_LANDET, Text("Hele landet", "All Denmark")),
            *(
                Value(kommune.code, Text(kommune.name, _ENGLISH.get(kommune.code, kommune.name)))
                for kommune in KOMMUNER
            ),
        ),
        total=HELE_LANDET,
        role="geo",
    ),
    stock="komnr_statbank",
    description="Kommune, 000 = hele landet",
)
KOEN = Dimension(
    "konams",
    Variable(
        "KONAMS",
        Text("køn", "sex"),
        (Value("0", Text("I alt", "Total")), Value("1", Text("Mænd", "Men")), Value("2", Text("Kvinder", "Women"))),
        total="0",
    ),
    stock="koen",
    description="Køn, 0 = i alt",
    said={"0": "mænd og kvinder", "1": "mænd", "2": "kvinder"},
)
ALDER = Dimension(
    "alerams",
    Variable(
        "ALERAMS",
        Text("alder", "age"),
        (
            Value(ALDER_I_ALT, Text("Alder i alt", "Age, total")),
            *(Value(group.code, Text(group.text_da, group.text_en)) for group in AGE_GROUPS),
        ),
        total=ALDER_I_ALT,
    ),
    stock="aldersgruppe",
    description="Aldersgruppe, TOT = i alt",
    said={ALDER_I_ALT: "alder i alt"},
)
