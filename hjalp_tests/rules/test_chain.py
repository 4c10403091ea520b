"""R3-R9 together: a small kommune worked out by hand, and what must hold for every kommune."""

import random
from collections import Counter
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.contracts.states import BESTAND, GONE, of_state
from hjalp_pipeline.contracts.validation import require
from hjalp_pipeline.rules.chain import Block, ChainResult, run_chain
from hjalp_pipeline.rules.step import LedgerError
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_pipeline.statistics.hjalp.rules.rule_list import RULEBOOK
from hjalp_tests.examples import often
from hjalp_tests.rules.made_up import Person, loan, raw, register

REGISTER = register(
    Person(pnr="0101501234", koen=1, foed="1950-01-01", homes=(("101", "2000-01-01", None),)),
    Person(
        pnr="3112341234", koen=2, foed="1934-12-31", doed="2024-06-15", homes=(("147", "2000-01-01", "2024-06-15"),)
    ),
    Person(pnr="2902441234", koen=2, foed="1944-02-29", doed="2022-06-30"),
    Person(
        pnr="0101004000",
        koen=1,
        foed="2000-01-01",
        homes=(("411", "2000-01-01", "2023-06-01"), ("461", "2023-06-01", None)),
    ),
    Person(pnr="6101501234", koen=2, foed="1950-01-01"),
    Person(pnr="ABC", koen=1, foed="1960-07-01", homes=(("860", "2000-01-01", None),)),
)
K4, STATES = Kvartal(2024, 4), RULEBOOK.states

# pnr, udleveret, indleveret, lov_navn, lov_tekst -> what becomes of it, worked out from the rules
Fate = str | tuple[str | None, str | None, int | None, str | None, str, str]
BY_HAND: list[tuple[str, str, str | None, str | None, str | None, Fate]] = [
    # kept: indleveringsdato, rettelse, udgaar_fra_aar, lov_navn_opret, lov_kilde, komnr_statbank
    ("0101501234", "2023-01-01", None, "SEL_112", None, (None, None, 2043, "SEL_112", "LOV_NAVN", "101")),
    ("0101501234", "2004-12-31", None, None, "SEL § 113 b", (None, None, 2025, "SEL_113", "LOV_TEKST", "101")),
    ("0101501234", "2004-12-30", None, None, None, (None, None, 2024, None, "TOM", "101")),
    ("3112341234", "2023-01-01", None, "SEL_112", None, ("2024-06-15", "RETTET_DOED", None, "SEL_112", "LOV_NAVN", "147")),
    ("3112341234", "2024-06-15", "2024-07-16", None, "x", ("2024-07-16", None, None, None, "INGEN", "461")),
    ("3112341234", "2023-01-01", "2024-07-17", "SEL_83", None, ("2024-06-15", "RETTET_DOED_31", None, "SEL_83", "LOV_NAVN", "147")),
    ("2902441234", "2010-01-01", "2022-07-31", "SEL_83", None, ("2022-07-31", None, None, "SEL_83", "LOV_NAVN", "461")),
    ("0101004000", "2023-05-31", None, "AEL_10", None, (None, None, 2043, None, "IKKE_I_KRAFT", "461")),
    ("0101004000", "2023-06-01", None, None, "§ 112 og § 113", (None, None, 2043, None, "FLERE", "461")),
    ("6101501234", "2023-01-01", None, "AEL_10", "Barnets lov § 112", (None, None, 2043, None, "ANDEN_LOV", "461")),
    ("2902441234", "2010-01-01", "2022-07-31", "SEL83", None, ("2022-07-31", None, None, None, "UKENDT_KODE", "461")),
    ("2902441234", "2010-01-01", "2022-07-31", "x", "ikke § 112", ("2022-07-31", None, None, None, "AFSLAG", "461")),
    ("ABC", "2023-01-01", None, None, "SEL § 100", (None, None, 2043, None, "UDENFOR", "860")),
    # removed: step and reason
    ("0101501234", "2010-01-01", "2022-06-30", None, None, "cpr_validated IKKE_AKTIV"),
    ("0202502345", "2010-01-01", "2022-06-30", None, None, "cpr_validated IKKE_AKTIV"),
    ("0202502345", "2023-01-01", None, None, None, "cpr_validated CPR_UKURANT"),
    ("7101501234", "2023-01-01", None, None, None, "cpr_validated CPR_FIKTIVT"),
    ("abc", "2023-01-01", None, None, None, "cpr_validated CPR_FIKTIVT"),
    ("3112341234", "2024-06-16", "2024-06-10", None, None, "dates_corrected UDLEVERET_EFTER_DOED"),
    ("0101501234", "2023-01-02", "2023-01-01", None, None, "dates_corrected INDLEVERET_FOER_UDLEVERING"),
    ("2902441234", "2010-01-01", None, None, None, "dates_corrected IKKE_AKTIV"),
]  # fmt: skip


def run(frame: pl.DataFrame, *, for_others: bool = True, kvartal: Kvartal = K4) -> ChainResult:
    until = date.max if for_others else None
    return run_chain(RULEBOOK, frame, REGISTER, "461", [Block(kvartal, frame.height, until)])


def stock(result: ChainResult) -> pl.DataFrame:
    """The stock of the years 2022 to 2024."""
    return STATISTIC.stock.take(result.steps[-1].frame, K4)


def by_hand() -> pl.DataFrame:
    names = ("pnr", "udleveringsdato", "indleveringsdato", "lov_navn", "lov_tekst")
    return raw(loan(**dict(zip(names, row[:5], strict=True))) for row in BY_HAND)


def test_a_kommune_worked_out_by_hand() -> None:
    result = run(by_hand())
    assert [step.name for step in result.steps] == list(RULEBOOK.states)
    last = result.steps[-1].frame.with_columns(pl.col("indleveringsdato").cast(pl.String))
    columns = ("indleveringsdato", "rettelse", "udgaar_fra_aar", "lov_navn_opret", "lov_kilde", "komnr_statbank")
    kept = [(place, row[5]) for place, row in enumerate(BY_HAND) if isinstance(row[5], tuple)]
    assert list(zip(last["raekke"].to_list(), last.select(columns).rows(), strict=True)) == kept
    gone = Counter(row[5] for row in BY_HAND if isinstance(row[5], str))
    assert {f"{step.name} {reason}": n for step in result.steps for reason, n in step.removed.items()} == gone
    assert result.steps[1].remarks == {"RETTET_DOED": 1, "RETTET_DOED_31": 1}
    assert result.steps[2].remarks["LOV_NAVN_UKENDT"] == 2
    (of_block,) = run(raw([loan(lov_navn=None)])).of_blocks
    assert (of_block[2].frame.height, of_block[2].remarks.get("LOV_NAVN_UKENDT")) == (1, None)
    assert result.steps[3].remarks == {"BOPAEL": 7, "UDEN_BOPAEL": 6}
    groups = (
        stock(result).filter(aar=2024).group_by("komnr_statbank", "koen", "aldersgruppe").agg(pl.col("udlaan").sum())
    )
    assert sorted(groups.rows()) == [
        ("101", 1, "7074", 2),  # without the one issued on 2004-12-30 (R6)
        ("461", 1, "0024", 2),  # born on 1 January 2000: 24
        ("461", 2, "7074", 1),
        ("860", 1, "6064", 1),
    ]


def test_every_reason_and_remark_comes_up_and_stands_in_the_list() -> None:
    result = run(by_hand())
    alone = run(by_hand(), for_others=False)
    for step, other in zip(result.steps, alone.steps, strict=True):
        assert set(step.removed) == set(RULEBOOK.codes_of(step.name, "removes"))
        listed = set(RULEBOOK.codes_of(step.name, "corrects", "derives", "counts"))
        assert set(step.remarks) | set(other.remarks) == listed - {"OVER_20_AAR"}


def test_every_removed_row_is_kept_with_its_reason() -> None:
    result = run(by_hand())
    fates = [(place, row[5]) for place, row in enumerate(BY_HAND) if isinstance(row[5], str)]
    assert [(place, f"{step} {reason}") for step, place, reason in result.gone.rows()] == fates
    require(result.gone, of_state(STATISTIC, GONE), "2024K4 461")


def test_states_hold_their_columns_and_contracts() -> None:
    result = run(by_hand())
    for step in result.steps:
        require(step.frame, of_state(STATISTIC, step.name), "2024K4 461")
        assert tuple(result.states[step.name].columns) == RULEBOOK.state(step.name).stored
    require(stock(result), of_state(STATISTIC, BESTAND), "2024K4 461")


def test_no_rows() -> None:
    result = run(raw([]))
    assert all(step.frame.is_empty() and not step.removed and not step.remarks for step in result.steps)
    assert stock(result).is_empty()


def test_a_block_is_read_by_its_own_quarter() -> None:
    """Data carried forward from a system left: what was in force then decides (R7, R8)."""
    rows = [loan(lov_navn="AEL_10", udleveringsdato="2023-01-01")] * 2
    blocks = [Block(Kvartal(2025, 3), 1, None), Block(Kvartal(2025, 2), 1, date.max)]
    result = run_chain(RULEBOOK, raw(rows), REGISTER, "461", blocks)
    last = result.steps[-1].frame
    assert last["raekke"].to_list() == [0, 1]
    assert last["lov_kilde"].to_list() == ["LOV_NAVN", "IKKE_I_KRAFT"]
    assert last["komnr_statbank"].to_list() == ["461", "101"]
    assert result.steps[-1].remarks == {"BOPAEL": 1, "INDBERETTER": 1}


@pytest.mark.parametrize("rows", [[], [1], [1, 2], [2, 2], [4]])
def test_blocks_that_do_not_account_for_the_rows(rows: list[int]) -> None:
    blocks = [Block(K4, height, None) for height in rows]
    with pytest.raises(LedgerError, match="raw: 5 rows"):
        run_chain(RULEBOOK, raw([loan()] * 5), REGISTER, "461", blocks)


# ---- what holds for every kommune
DAYS = st.sampled_from(
    ["2004-12-30", "2004-12-31", "2022-06-30", "2022-07-01", "2022-07-31", "2022-08-01", "2023-06-01", "2024-06-15",
     "2024-06-16", "2024-07-16", "2024-07-17", "2024-12-31", "2025-01-01"]
)  # fmt: skip
LOANS = st.lists(
    st.fixed_dictionaries(
        {
            "pnr": st.sampled_from(
                ["0101501234", "3112341234", "2902441234", "0101004000", "6101501234", "ABC", "abc", "0202502345", "9999999999"]
            ),
            "udleveringsdato": DAYS,
            "indleveringsdato": st.none() | DAYS,
            "lov_navn": st.sampled_from([None, "SEL_112", "AEL_10", "?"]),
            "lov_tekst": st.sampled_from([None, "", "SEL § 113", "ÆL § 10", "§ 112 og § 113", "andet"]),
        }
    ),
    max_size=15,
)  # fmt: skip
Loans = list[dict[str, str | None]]


def counts(result: ChainResult) -> list[tuple[str, int, dict[str, int], dict[str, int]]]:
    return [(step.name, step.frame.height, dict(step.removed), dict(step.remarks)) for step in result.steps]


KOMMUNER = given(LOANS, st.booleans(), st.integers(0, 15))


@settings(max_examples=5)
@KOMMUNER
def test_no_row_is_lost_and_a_second_run_gives_the_same(rows: Loans, for_others: bool, cut: int) -> None:
    frame = raw([loan(**row) for row in rows])
    sizes = [min(cut, frame.height), max(frame.height - cut, 0)]
    blocks = [Block(K4, size, date.max if for_others else None) for size in sizes]
    result = run_chain(RULEBOOK, frame, REGISTER, "461", blocks)
    height = frame.height
    for step in result.steps:
        assert height == step.frame.height + sum(step.removed.values())
        assert set(step.removed) <= set(RULEBOOK.codes_of(step.name, "removes"))
        assert all(rows > 0 for rows in (*step.removed.values(), *step.remarks.values()))
        require(step.frame, of_state(STATISTIC, step.name), "a test")
        height = step.frame.height
    places = [*result.gone["raekke"], *result.steps[-1].frame["raekke"]]
    assert sorted(places) == list(range(frame.height)), "every row is kept or removed, once"
    require(result.gone, of_state(STATISTIC, GONE), "a test")
    require(stock(result), of_state(STATISTIC, BESTAND), "a test")
    again = run_chain(RULEBOOK, frame, REGISTER, "461", blocks)
    assert counts(again) == counts(result)
    assert all(again.states[state].equals(result.states[state]) for state in STATES)
    assert stock(again).equals(stock(result))
    whole = run(frame, for_others=for_others)
    assert counts(whole) == counts(result), "where a delivery ends and the next begins changes nothing by itself"


test_no_row_is_lost_and_a_second_run_gives_the_same_often = often(
    100, KOMMUNER, test_no_row_is_lost_and_a_second_run_gives_the_same
)

SHUFFLED = given(LOANS, st.booleans(), st.randoms(use_true_random=False))


@settings(max_examples=5)
@SHUFFLED
def test_the_order_of_rows_changes_no_count(rows: Loans, for_others: bool, chance: random.Random) -> None:
    order = list(range(len(rows)))
    chance.shuffle(order)
    frame = raw([loan(**row) for row in rows])
    shuffled = raw([loan(**rows[place]) for place in order])
    result, other = run(frame, for_others=for_others), run(shuffled, for_others=for_others)
    assert counts(other) == counts(result)
    assert stock(other).equals(stock(result))
    back = pl.Series(order, dtype=pl.UInt32)
    for state in STATES:
        found = other.states[state].with_columns(raekke=back.gather(other.states[state]["raekke"])).sort("raekke")
        assert found.equals(result.states[state])
    assert other.gone.with_columns(raekke=back.gather(other.gone["raekke"])).sort("raekke").equals(result.gone)


test_the_order_of_rows_changes_no_count_often = often(100, SHUFFLED, test_the_order_of_rows_changes_no_count)


def test_a_stock_counts_what_the_last_state_holds() -> None:
    result = run(by_hand())
    last = result.steps[-1].frame
    for aar in (2023, 2024):
        ultimo = date(aar, 12, 31)
        on_loan = [
            row["udleveringsdato"] <= ultimo
            and (row["indleveringsdato"] is None or row["indleveringsdato"] > ultimo)
            and (row["udgaar_fra_aar"] is None or row["udgaar_fra_aar"] > aar)
            for row in last.to_dicts()
        ]
        assert stock(result).filter(aar=aar)["udlaan"].sum() == sum(on_loan)
