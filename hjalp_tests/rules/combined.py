"""Loans in few words, for tests on what is combined (R2)."""

from collections.abc import Sequence

import polars as pl
from hypothesis import strategies as st

from hjalp_tests.rules.made_up import loan, raw

#: udlaan_id, hminr, udleveringsdato, indleveringsdato, lov_navn, lov_tekst.
Short = tuple[str, str | None, str, str | None, str | None, str | None]


def short(rows: Sequence[Short]) -> pl.DataFrame:
    names = ("udlaan_id", "hminr", "udleveringsdato", "indleveringsdato", "lov_navn", "lov_tekst")
    return raw([loan(**dict(zip(names, row, strict=True))) for row in rows])


def ids(frame: pl.DataFrame) -> list[str]:
    return frame["udlaan_id"].to_list()


#: Loans of which many are the same.
LOANS = st.lists(
    st.fixed_dictionaries(
        {
            "pnr": st.sampled_from(["0101501234", "0101501242", "ABC"]),
            "hminr": st.sampled_from(["1", "2", None]),
            "udleveringsdato": st.sampled_from(["2023-01-01", "2023-01-02"]),
            "indleveringsdato": st.sampled_from([None, "2024-01-01"]),
            "lov_navn": st.sampled_from([None, "SEL_112"]),
        }
    ),
    max_size=8,
)
#: What makes two loans the same.
KEY = ["pnr", "pnr_tekst", "hminr", "udleveringsdato"]


def numbered(name: str, loans: list[dict[str, str | None]]) -> pl.DataFrame:
    return raw([loan(udlaan_id=f"{name}{place}", **row) for place, row in enumerate(loans)])
