"""Each contract takes a good frame, names what is broken in a bad one by column and check, and never quotes a value."""

import traceback
from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest

from hjalp_pipeline.codelists.few import told
from hjalp_pipeline.contracts.states import columns, contracts, of_table
from hjalp_pipeline.contracts.validation import ContractError, Report, require, validate
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC

D = date.fromisoformat
CPR, TEXT = "0101501234", "SECRETMARKER"
KEYS: dict[str, Sequence[object]] = {
    "kommunedk": ["000", "101"],
    "konams": ["0", "2"],
    "alerams": ["TOT", "90-"],
    "tid": [2023, 2024],
}
VALUES: dict[str, dict[str, Sequence[object]]] = {
    "raw": {
        "post": [1, 2],
        "udlaan_id": ["a", "b" * 36],
        "komnr_betaling": ["101", None],
        "pnr": [101501234, None],
        "pnr_tekst": [None, "010150-ABCD"],
        "hminr": ["1", "123456"],
        "hmiiso": ["12", "12220300"],
        "hminavn": ["rollator", None],
        "udleveringsdato": [D("2023-01-01"), D("1980-01-01")],
        "indleveringsdato": [None, D("2021-01-01")],
        "lov_navn": ["SEL_112", None],
        "lov_tekst": [TEXT, None],
        "system": ["nexus", "cura"],
    },
    "cpr_validated": {"raekke": [0, 2], "person": [7, 7], "indleveringsdato": [None, D("2022-07-01")]},
    "dates_corrected": {
        "raekke": [0, 2],
        "udleveringsdato": [D("2023-01-01"), D("2023-01-01")],
        "indleveringsdato": [None, D("2023-01-01")],
        "rettelse": [None, "RETTET_DOED"],
        "doddato": [None, D("2023-01-01")],
        "udgaar_fra_aar": [2043, None],
    },
    "paragraph_enriched": {"raekke": [0, 2], "lov_navn_opret": ["SEL_112", None], "lov_kilde": ["LOV_TEKST", "TOM"]},
    "kommune_assigned": {
        "raekke": [0, 2],
        "komnr_statbank": ["101", "860"],
        "kommune_kilde": ["BOPAEL", "INDBERETTER"],
        "koen": [1, 2],
        "foed_dato": [D("1950-01-01"), D("1900-01-01")],
    },
    "removed": {
        "step": ["cpr_validated", "dates_corrected"],
        "raekke": [0, 3],
        "aarsag": ["CPR_UKURANT", "UDLEVERET_EFTER_DOED"],
    },
    "bestand": {
        "aar": [2023, 2024],
        "person": [7, 7],
        "komnr_statbank": ["101", "860"],
        "koen": [1, 2],
        "aldersgruppe": ["0024", "90-"],
        "udlaan": [1, 99],
    },
    "hjalp1": {"kommunedk": ["000", "101"], "tid": [2023, 2024], "antal": [5, None], "personer": [5, None]},
    "hjalp2": {**KEYS, "antal": [0, None]},
    "hjalp3": {**KEYS, "folketal": [0, None], "promille": [None, None]},
}


#: Every contract by name: those of data states, and of the tables.
EVERY = contracts(STATISTIC) | {spec.name: of_table(spec) for spec in STATISTIC.tables}
SCHEMAS = {name: contract.schema for name, contract in EVERY.items()}


def good(contract: str) -> pl.DataFrame:
    held = {name: column.dtype.type for name, column in SCHEMAS[contract].columns.items()}
    # a field that a later version of the layout adds may be null
    values = dict.fromkeys(held, (None, None)) | VALUES[contract]
    return pl.DataFrame(values, schema={name: held.get(name, pl.Date) for name in values})


# contract, column, values -> what is broken, with the number of rows
BROKEN: list[tuple[str, str, list[object], dict[str, int]]] = [
    ("raw", "post", [0, 0], {"post:greater_than_or_equal_to": 2}),
    ("raw", "udlaan_id", ["", "b" * 37], {"udlaan_id:str_length": 2}),
    ("raw", "komnr_betaling", ["1", "abc"], {"komnr_betaling:str_matches": 2}),
    ("raw", "komnr_betaling", ["101\n", "0101"], {"komnr_betaling:str_matches": 2}),
    ("raw", "hminr", ["1234567", "12 34"], {"hminr:str_matches": 2}),
    ("raw", "hmiiso", ["123", "12"], {"hmiiso:str_matches": 1}),
    ("raw", "hmiiso", ["12 22", "1222030000"], {"hmiiso:str_matches": 2}),
    ("raw", "pnr", [None, None], {"raw:one_form_of_pnr": 1}),
    ("raw", "pnr_tekst", ["x", "y"], {"raw:one_form_of_pnr": 1}),
    ("cpr_validated", "raekke", [2, 0], {"raekke:ascending": 1}),
    ("cpr_validated", "raekke", [2, 2], {"raekke:ascending": 1}),
    ("cpr_validated", "indleveringsdato", [D("2022-06-30")] * 2, {"indleveringsdato:greater_than_or_equal_to": 2}),
    ("dates_corrected", "raekke", [2, 0], {"raekke:ascending": 1}),
    ("dates_corrected", "rettelse", [None, "RETTET"], {"rettelse:isin": 1}),
    (
        "dates_corrected",
        "indleveringsdato",
        [None, D("2022-06-30")],
        {"dates_corrected:not_returned_before_issue": 1, "indleveringsdato:greater_than_or_equal_to": 1},
    ),
    (
        "dates_corrected",
        "udleveringsdato",
        [D("2023-01-01"), D("2023-01-02")],
        {
            "dates_corrected:not_returned_before_issue": 1,
            "dates_corrected:not_issued_after_death": 1,
        },
    ),
    ("dates_corrected", "doddato", [D("2024-01-01"), None], {"dates_corrected:none_open_after_death": 1}),
    ("dates_corrected", "doddato", [None, D("2022-12-31")], {"dates_corrected:not_issued_after_death": 1}),
    ("dates_corrected", "udgaar_fra_aar", [None, 2043], {"dates_corrected:only_open_loans_grow_too_old": 2}),
    ("paragraph_enriched", "raekke", [2, 0], {"raekke:ascending": 1}),
    ("paragraph_enriched", "lov_navn_opret", ["SEL_100", None], {"lov_navn_opret:isin": 1}),
    ("paragraph_enriched", "lov_navn_opret", [None, "SEL_112"], {"paragraph_enriched:paragraph_has_a_source": 2}),
    (
        "paragraph_enriched",
        "lov_kilde",
        ["GAET", "TOM"],
        {"lov_kilde:isin": 1, "paragraph_enriched:paragraph_has_a_source": 1},
    ),
    ("kommune_assigned", "raekke", [2, 0], {"raekke:ascending": 1}),
    ("kommune_assigned", "komnr_statbank", ["411", "000"], {"komnr_statbank:isin": 2}),
    ("kommune_assigned", "kommune_kilde", ["bopael", "BOPAEL"], {"kommune_kilde:isin": 1}),
    ("kommune_assigned", "koen", [0, 3], {"koen:isin": 2}),
    ("kommune_assigned", "foed_dato", [D("1799-12-31"), D("1800-01-01")], {"foed_dato:greater_than_or_equal_to": 1}),
    ("removed", "step", ["raw", "dates_corrected"], {"step:isin": 1}),
    ("removed", "raekke", [3, 3], {"raekke:ascending": 1}),
    ("removed", "aarsag", ["GENGANGER", "RETTET_DOED"], {"aarsag:isin": 2}),
    ("bestand", "komnr_statbank", ["411", "101"], {"komnr_statbank:isin": 1}),
    ("bestand", "koen", [0, 1], {"koen:isin": 1}),
    ("bestand", "aldersgruppe", ["TOT", "90"], {"aldersgruppe:isin": 2}),
    ("bestand", "udlaan", [0, 1], {"udlaan:greater_than_or_equal_to": 1}),
    ("hjalp1", "kommunedk", ["411", "999"], {"kommunedk:isin": 2}),
    ("hjalp1", "antal", [-5, -1], {"antal:greater_than_or_equal_to": 2, "hjalp1:persons_at_most_loans": 1}),
    ("hjalp1", "antal", [4, None], {"hjalp1:persons_at_most_loans": 1}),
    ("hjalp1", "personer", [-1, None], {"personer:greater_than_or_equal_to": 1}),
    ("hjalp1", "personer", [0, None], {"hjalp1:no_loan_without_person": 1}),
    ("hjalp2", "kommunedk", ["", "101"], {"kommunedk:isin": 1}),
    ("hjalp2", "konams", ["3", "M"], {"konams:isin": 2}),
    ("hjalp2", "alerams", ["0-24", "TOT"], {"alerams:isin": 1}),
    ("hjalp2", "antal", [-1, 0], {"antal:greater_than_or_equal_to": 1}),
    ("hjalp3", "kommunedk", ["", "101"], {"kommunedk:isin": 1}),
    ("hjalp3", "konams", ["3", "M"], {"konams:isin": 2}),
    ("hjalp3", "alerams", ["0-24", "TOT"], {"alerams:isin": 1}),
    ("hjalp3", "folketal", [-1, 0], {"folketal:greater_than_or_equal_to": 1}),
    ("hjalp3", "promille", [-1, -2], {"promille:greater_than_or_equal_to": 2}),
]


@pytest.mark.parametrize("contract", EVERY)
def test_a_good_frame(contract: str) -> None:
    frame = good(contract)
    assert require(frame, EVERY[contract], "a test") == Report(contract, 2, {})
    assert validate(frame.clear(), EVERY[contract]).passed, "a kommune without rows holds every contract"


@pytest.mark.parametrize(("contract", "column", "values", "failures"), BROKEN)
def test_a_broken_frame(contract: str, column: str, values: list[object], failures: dict[str, int]) -> None:
    frame = good(contract)
    broken = frame.with_columns(pl.Series(column, values, dtype=frame.schema[column]))
    report = validate(broken, EVERY[contract])
    assert (dict(report.failures), report.rows, report.passed) == (failures, 2, False)
    with pytest.raises(ContractError) as fault:
        require(broken, EVERY[contract], "2024K4 540")
    listed = ", ".join(f"{name} ({told(rows)})" for name, rows in sorted(failures.items()))
    assert str(fault.value) == f"contract {contract} is broken in 2024K4 540: {listed}"
    assert fault.value.report == report


def test_every_check_is_broken_above() -> None:
    broken = {(contract, name) for contract, _, _, failures in BROKEN for name in failures}
    for contract, schema in SCHEMAS.items():
        for name in schema.columns.keys() & VALUES[contract].keys():
            checks = schema.columns[name].checks
            assert {(contract, f"{name}:{check.name}") for check in checks} <= broken
        assert {(contract, f"{contract}:{check.name}") for check in schema.checks} <= broken


@pytest.mark.parametrize("contract", EVERY)
def test_nulls_types_and_columns(contract: str) -> None:
    frame = good(contract)
    for name, column in SCHEMAS[contract].columns.items():
        nulls = validate(frame.with_columns(pl.lit(None, frame.schema[name]).alias(name)), EVERY[contract]).failures
        assert (nulls.get(f"{name}:series_contains_nulls") == 2) == (not column.nullable), name
        missing = validate(frame.drop(name), EVERY[contract]).failures
        assert missing[f"{name}:column_not_in_dataframe"] == 1
        other = pl.lit(1.5) if frame.schema[name] == pl.String else pl.lit("x")
        assert validate(frame.with_columns(other.alias(name)), EVERY[contract]).failures[f"{name}:wrong_datatype"] == 1
    more = validate(frame.with_columns(mere=pl.lit(1)), EVERY[contract]).failures
    assert more == ({"mere:column_not_in_schema": 1} if SCHEMAS[contract].strict else {})


@pytest.mark.parametrize("contract", EVERY)
def test_anything_but_a_whole_frame_is_refused(contract: str) -> None:
    for thing in (good(contract).lazy(), good(contract).to_dicts(), None):
        with pytest.raises(TypeError, match="whole DataFrames"):
            validate(thing, EVERY[contract])  # type: ignore[arg-type]  # what a caller may hand over by mistake


def _everything_said(frame: pl.DataFrame, contract: str) -> str:
    """All that a log could show of a refusal."""
    with pytest.raises(ContractError) as caught:
        require(frame, EVERY[contract], "2024K4 540")
    fault = caught.value
    said = [str(fault), repr(fault), repr(fault.args), repr(fault.report), str(fault.report.failures)]
    return "\n".join([*said, *traceback.format_exception(fault), *map(repr, (fault.__cause__, fault.__context__))])


@pytest.mark.slow
@pytest.mark.parametrize("contract", EVERY)
def test_no_value_is_ever_told(contract: str) -> None:
    """A made-up CPR number and a marker stand in every column in turn, as far as the types let them."""
    frame = good(contract)
    secrets = [CPR, CPR.lstrip("0"), TEXT, "7777-07-07"]
    bad: dict[object, object] = {pl.String: f"{CPR} {TEXT}", pl.Date: date(7777, 7, 7)}
    for name, kind in frame.schema.items():
        marked = frame.with_columns(pl.lit(bad.get(kind, int(CPR))).cast(kind, strict=False).alias(name))
        if not validate(marked, EVERY[contract]).passed:
            said = _everything_said(marked, contract)
            assert not [secret for secret in secrets if secret in said], name
        for wrong in (pl.lit(f"{CPR} {TEXT}"), pl.lit(int(CPR), pl.Int64), pl.lit([CPR, TEXT])):
            wrongly_typed = frame.with_columns(wrong.alias(name))
            if not validate(wrongly_typed, EVERY[contract]).passed:
                said = _everything_said(wrongly_typed, contract)
                assert not [secret for secret in secrets if secret in said], name


def test_the_data_dictionary() -> None:
    for contract, schema in SCHEMAS.items():
        described = columns(EVERY[contract])
        assert [name for name, *_ in described] == list(schema.columns)
        assert all(kind and text for _, kind, text, _ in described), contract
    assert ("koen", "UInt8", "Køn, 1 mand, 2 kvinde", False) in columns(EVERY["kommune_assigned"])
    assert ("lov_tekst", "String", "Paragraffen med ord, når systemet ikke har en kode.", True) in columns(EVERY["raw"])
