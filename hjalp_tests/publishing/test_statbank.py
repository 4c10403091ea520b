"""Tables as csv the way the StatBank gives them."""

import polars as pl
import pytest

from hjalp_pipeline.publishing.statbank import statbank_csv


def table(*cells: int | str) -> pl.DataFrame:
    """Figures, or signs in their place."""
    values = [None if isinstance(cell, str) else cell for cell in cells]
    signs = [cell if isinstance(cell, str) else None for cell in cells]
    return pl.DataFrame(
        {"kommunedk": ["000"] * len(cells), "symbol": signs, "tid": [2024] * len(cells), "antal": values},
        schema={"kommunedk": pl.String, "symbol": pl.String, "tid": pl.Int32, "antal": pl.Int64},
    )


def test_byte_for_byte() -> None:
    frame = pl.DataFrame(
        {
            "kommunedk": ["000", "101"],
            "konams": ["0", "2"],
            "alerams": ["TOT", "90-"],
            "tid": [2023, 2024],
            "antal": [12345, None],
            "symbol": [None, "..."],
        }
    )
    assert statbank_csv(frame, "antal") == (
        b"\xef\xbb\xbfKOMMUNEDK;KONAMS;ALERAMS;TID;INDHOLD\r\n000;0;TOT;2023;12345\r\n101;2;90-;2024;...\r\n"
    )


def test_the_value_stands_last_wherever_it_was() -> None:
    frame = table(7).select("symbol", "antal", "kommunedk", "tid")
    assert statbank_csv(frame, "antal").decode("utf-8-sig") == "KOMMUNEDK;TID;INDHOLD\r\n000;2024;7\r\n"


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (0, 0, "0"),
        (1234567, 0, "1234567"),
        ("..", 0, ".."),
        ("...", 0, "..."),
        (0, 1, "0,0"),
        (1, 1, "0,1"),
        (9, 1, "0,9"),
        (10, 1, "1,0"),
        (100, 1, "10,0"),
        (105, 1, "10,5"),
        (1000, 1, "100,0"),
        (1001, 1, "100,1"),
        (".", 1, "."),
        (5, 2, "0,05"),
        (50, 2, "0,50"),
        (12345, 2, "123,45"),
    ],
)
def test_numbers(value: int | str, decimals: int, shown: str) -> None:
    text = statbank_csv(table(value), "antal", decimals=decimals).decode("utf-8-sig")
    assert text.splitlines() == ["KOMMUNEDK;TID;INDHOLD", f"000;2024;{shown}"]


def test_rows_stand_as_in_the_frame() -> None:
    lines = statbank_csv(table(3, 1, "..", 2), "antal").decode("utf-8-sig").splitlines()
    assert [line.rpartition(";")[2] for line in lines[1:]] == ["3", "1", "..", "2"]
    assert statbank_csv(table(), "antal") == b"\xef\xbb\xbfKOMMUNEDK;TID;INDHOLD\r\n"


def test_every_line_ends_the_same_way() -> None:
    content = statbank_csv(table(1, 2), "antal")
    assert content.count(b"\r\n") == content.count(b"\n") == content.count(b"\r") == 3
    assert content.count(b"\xef\xbb\xbf") == 1
