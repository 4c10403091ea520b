"""The ordered list of rules: what may change or remove a loan, and nothing else may (seed 3.6).

Severity says what a hit means: ``removes`` a row, ``corrects`` a value, ``derives`` a column, ``counts`` (shown, changes
nothing), ``selects`` (which delivery or loan is looked at).
"""

from dataclasses import dataclass
from typing import Literal

from hjalp_pipeline.rules.paragraph import LOV_KILDER, LOV_NAVN_UKENDT

Severity = Literal["removes", "corrects", "derives", "counts", "selects"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: id as in the specification, Danish title, severity, data state (step) and the codes it can give."""

    id: str
    title_da: str
    severity: Severity
    step: str
    codes: tuple[str, ...] = ()
    source: str = ""


RULES: tuple[Rule, ...] = (
    Rule("R1", "Gældende leverance", "selects", "raw", source="seed 3.3, 3.5"),
    Rule("R2a", "Samme udlåns-id to gange i en leverance", "removes", "raw", ("DUBLET",), "seed 5.1, 5.3"),
    Rule("R2b", "Gengangere ved systemskifte og i samarbejder", "removes", "raw", ("GENGANGER",), "seed 3.5, 5.1, 5.3"),
    Rule(
        "R2c",
        "Paragraf udfyldt fra det ældre af to ens udlån",
        "corrects",
        "raw",
        ("UDFYLDT_LOV",),
        "seed 3.5, 5.3",
    ),
    Rule("R3a", "Ikke aktiv efter 1. juli 2022", "removes", "cpr_validated", ("IKKE_AKTIV",), "seed 2.1, 3.5"),
    Rule(
        "R4",
        "CPR-nummer findes i befolkningsregisteret",
        "removes",
        "cpr_validated",
        ("CPR_FIKTIVT", "CPR_UKURANT"),
        "seed 3.5, 5.3",
    ),
    Rule("R5.1", "Udleveret efter død", "removes", "dates_corrected", ("UDLEVERET_EFTER_DOED",), "seed 3.5"),
    Rule(
        "R5.2",
        "Åbent udlån til en død afsluttes på dødsdagen",
        "corrects",
        "dates_corrected",
        ("RETTET_DOED",),
        "seed 3.5",
    ),
    Rule(
        "R5.3", "Indleveret mere end 31 dage efter død", "corrects", "dates_corrected", ("RETTET_DOED_31",), "seed 3.5"
    ),
    Rule("R5.4", "Indleveret før udleveret", "removes", "dates_corrected", ("INDLEVERET_FOER_UDLEVERING",), "seed 3.5"),
    Rule(
        "R3b", "Ikke aktiv efter 1. juli 2022 (rettet dato)", "removes", "dates_corrected", ("IKKE_AKTIV",), "seed 3.5"
    ),
    Rule("R6", "Åbent udlån ældre end 20 år", "derives", "dates_corrected", ("OVER_20_AAR",), "seed 3.5"),
    Rule(
        "R7",
        "Paragraf af lov_navn eller lov_tekst",
        "derives",
        "paragraph_enriched",
        LOV_KILDER,
        "seed 3.5, 5.3",
    ),
    Rule(
        "R7b",
        "Lov_navn er ingen kode i værdisættet",
        "counts",
        "paragraph_enriched",
        (LOV_NAVN_UKENDT,),
        "seed 3.5, 5.3",
    ),
    Rule(
        "R8",
        "Statistikbankkommune",
        "derives",
        "kommune_assigned",
        ("INDBERETTER", "BOPAEL", "UDEN_BOPAEL"),
        "seed 2.4, 3.5",
    ),
    Rule("R9", "Køn og fødselsdato fra registeret", "derives", "kommune_assigned", source="seed 3.5"),
    Rule("R10", "Bestand ultimo året", "selects", "tables", source="seed 7.4, 8.6"),
    Rule("R11", "Færre end 3 observationer skjules", "selects", "suppressed", source="seed 8.10"),
    Rule("R13", "Udleveret efter det seneste referenceår", "selects", "microdata", ("EFTER_AARET",), "seed 8.7"),
    Rule("O1", "Udleveringsdato efter modtagelsen", "counts", "raw", ("UDLEVERET_FREMTID",)),
    Rule("O2", "Lokalt HMI-nummer", "counts", "raw", ("HMI_LOKALT",), "seed 5.3"),
    Rule("O3", "Ukendt ISO-klasse", "counts", "raw", ("ISO_UKENDT",), "seed 2.2"),
    Rule("O4", "Ukendt betalingskommune", "counts", "raw", ("BETALING_UKENDT",), "seed 2.4"),
)

#: Reasons a bad record is left out for at intake (the interface's codes, not rules of the statistic).
INTAKE_REASONS = ("MANGLER", "DATO", "KOMNR", "FELT")

#: Ledger steps in the order rows pass them.
STEPS = ("leverance", "raw", "cpr_validated", "dates_corrected", "paragraph_enriched", "kommune_assigned")


def reasons_of(step: str) -> tuple[str, ...]:
    """Every reason for which ``step`` may remove a row."""
    if step == "leverance":
        return INTAKE_REASONS
    return tuple(code for rule in RULES if rule.step == step and rule.severity == "removes" for code in rule.codes)
