"""R4 and R9 as this statistic has them: persons the register knows, their sex and birth (seed 3.5, 5.3)."""

from hjalp_pipeline.rules.cpr import CPR_FIKTIVT, CPR_UKURANT, find_person, not_in_register
from hjalp_pipeline.rules.person import find_sex_and_birth
from hjalp_pipeline.rules.rule import Rule

PERSON = Rule(
    "R4.0",
    "CPR-nummeret slås op i befolkningsregisteret",
    "derives",
    find_person,
    source="seed 3.5, 5.3",
    reads=("pnr", "pnr_tekst"),
)
UNKNOWN = Rule(
    "R4",
    "CPR-nummer findes ikke i befolkningsregisteret",
    "removes",
    not_in_register,
    (CPR_FIKTIVT, CPR_UKURANT),
    "seed 3.5, 5.3",
    reads=("pnr",),
)
SEX_AND_BIRTH = Rule("R9", "Køn og fødselsdato fra registeret", "derives", find_sex_and_birth, source="seed 3.5")
