"""The rules in the order they apply: what may change or remove a loan, and nothing else may (seed 3.6).

The tuples are the program: the chain runs ``CHAIN``, oddities are counted by ``ODDITIES``. To add a rule, declare it in the
module that holds its function and name it here. A rule that is declared and not listed does not load.
"""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterable, Iterator

import hjalp_pipeline.rules as folder
from hjalp_pipeline.rules import cpr, dates, gengangere, kommune, oddities, paragraph, period, person, stock, systems
from hjalp_pipeline.rules.rule import Code, DataState, Rule

#: Why a record is left out at intake (the interface's codes).
INTAKE = (
    Code("MANGLER", "Kan ikke læses: et felt, der skal udfyldes, er tomt"),
    Code("DATO", "Kan ikke læses: en dato findes ikke eller har en anden form"),
    Code("KOMNR", "Kan ikke læses: kommunenummeret er ikke jeres"),
    Code("FELT", "Kan ikke læses: et felt har en anden form end aftalt"),
)
INTAKE_REASONS = tuple(code.name for code in INTAKE)

#: From deliveries to a kommune's raw data.
RAW = (systems.IN_FORCE, systems.SAME_ID, gengangere.SAME_LOAN, gengangere.FILL)

#: The data states behind the raw data, each with its rules.
CHAIN = (
    DataState(
        "cpr_validated",
        ("raekke", "person"),
        "Loans inside the period with a CPR number the register knows",
        "Udlån i perioden med gyldigt personnummer",
        (period.AS_DELIVERED, cpr.PERSON, cpr.UNKNOWN),
    ),
    DataState(
        "dates_corrected",
        ("raekke", "indleveringsdato", "rettelse", "doddato", "udgaar_fra_aar"),
        "Return dates corrected by death, impossible dates removed, R6 year",
        "Indleveringsdatoer rettet efter dødsfald",
        (
            dates.DEATH,
            dates.AFTER_DEATH,
            dates.CLOSED_BY_DEATH,
            dates.LATE_RETURN,
            dates.BEFORE_ISSUE,
            period.AS_CORRECTED,
            dates.TOO_OLD,
        ),
    ),
    DataState(
        "paragraph_enriched",
        ("raekke", "lov_navn_opret", "lov_kilde"),
        "Legal basis `lov_navn_opret` from code or free text",
        "Paragraf af lov_navn eller lov_tekst",
        (paragraph.PARAGRAPH, paragraph.UNKNOWN_CODE),
    ),
    DataState(
        "kommune_assigned",
        ("raekke", "komnr_statbank", "kommune_kilde", "koen", "foed_dato"),
        "`komnr_statbank`, sex and date of birth: every loan inside the statistic",
        "Statistikbankkommune, køn og fødselsdato",
        (kommune.STATBANK, person.SEX_AND_BIRTH),
    ),
)

#: What tables and microdata are made of.
SELECTED = (stock.ULTIMO, dates.NOT_YET)

#: Every rule with the step it belongs to.
STEP_RULES: tuple[tuple[str, tuple[Rule, ...]], ...] = (
    ("raw", (*RAW, *oddities.ODDITIES)),
    *((state.name, state.rules) for state in CHAIN),
    ("release", SELECTED),
)
RULES = tuple(rule for _, rules in STEP_RULES for rule in rules)

#: Ledger steps in the order rows pass them.
STEPS = ("leverance", "raw", *(state.name for state in CHAIN))

#: Every code that can stand in a ledger, a remark or a column, with its sentence and colour.
CODES = {code.name: code for code in (*INTAKE, *(code for rule in RULES for code in rule.codes))}


def codes_of(step: str, *severities: str) -> tuple[str, ...]:
    """Codes that the rules of a step with one of the severities can give."""
    if step == "leverance":
        return INTAKE_REASONS
    return tuple(name for rule in dict(STEP_RULES)[step] if rule.severity in severities for name in rule.names)


def values_of(column: str) -> tuple[str, ...]:
    """Codes that can stand in a column of a data state."""
    return tuple(name for rule in RULES if rule.column == column for name in rule.names)


def rule_table() -> str:
    """The rules in order as a markdown table, as the README shows it."""
    lines = ["| step | rule | | what it does with a hit | codes | source |", "| --- | --- | --- | --- | --- | --- |"]
    for step, rules in STEP_RULES:
        lines += [
            f"| {step} | {rule.id} | {rule.title_da} | {rule.severity} | {', '.join(rule.names)} | {rule.source} |"
            for rule in rules
        ]
    return "\n".join(lines)


def require_whole(declared: Iterable[Rule], listed: Iterable[Rule]) -> None:
    """ImportError unless every declared rule is listed, and each once, by an id of its own."""
    places, ids = Counter(map(id, listed)), Counter(rule.id for rule in listed)
    forgotten = sorted(rule.id for rule in declared if not places[id(rule)])
    twice = sorted(name for name, number in ids.items() if number > 1)
    if forgotten or twice:
        raise ImportError(f"rules: declared but not listed: {forgotten}; listed twice: {twice}")


def _declared() -> Iterator[Rule]:
    """Rules of every module of this folder but those that run the list."""
    for module in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}."):
        if not module.name.endswith((".rule_list", ".chain")):
            loaded = importlib.import_module(module.name)
            yield from (value for value in vars(loaded).values() if isinstance(value, Rule))


require_whole(_declared(), RULES)
