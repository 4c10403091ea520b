"""H3 and H9: persons the register knows, their sex and birth."""

from hjalp_pipeline.rules.cpr import CPR_FIKTIVT, CPR_UKURANT, find_person, not_in_register
from hjalp_pipeline.rules.person import find_sex_and_birth
from hjalp_pipeline.rules.rule import Rule

PERSON = Rule(
    "H3.0",
    "CPR-nummeret slås op i befolkningsregisteret",
    "derives",
    find_person,
    source="H3",
    reads=("pnr", "pnr_tekst"),
)
UNKNOWN = Rule(
    "H3",
    "CPR-nummer findes ikke i befolkningsregisteret",
    "removes",
    not_in_register,
    (CPR_FIKTIVT, CPR_UKURANT),
    "H3",
    reads=("pnr",),
)
SEX_AND_BIRTH = Rule("H9", "Køn og fødselsdato fra registeret", "derives", find_sex_and_birth, source="H9")
