"""Faultless deliveries with any values: every form is read, and read the same, wherever a chunk ends."""

import csv
import io
import math
import string
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from hjalp_pipeline.delivery import read_csv, read_xml
from hjalp_pipeline.delivery.codes import Rejected
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_tests.delivery.files import (
    FIELDS,
    HEADER,
    csv_text,
    read,
    read_bytes,
    verdict,
    xlsx,
    xml_text,
)
from hjalp_tests.delivery.test_accepted import expected
from hjalp_tests.examples import often

DIGITS = "0123456789"
letters = st.text(string.ascii_letters + "æøåÆØÅ §;\"'\n&<>-.,0123456789", max_size=12)
ids = st.text(string.ascii_letters + DIGITS + 'æ-;"', min_size=1, max_size=36)
days = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(lambda day: f"{day.year:04}-{day.month:02}-{day.day:02}")
records = st.lists(
    st.fixed_dictionaries(
        {
            "udlaan_id": ids,
            "komnr_indberetter": st.just("540"),
            "komnr_betaling": st.sampled_from(["", "101", "999"]),
            "pnr": st.one_of(
                st.text(DIGITS, min_size=10, max_size=10),
                st.sampled_from(["010190-1234", "010190-AB12", "ukendt", "7"]),
            ),
            "hminr": st.text(DIGITS, max_size=6),
            "hmiiso": st.sampled_from(["", "12", "1222", "12 22 03", "12-22-03-01"]),
            "hminavn": letters,
            "udleveringsdato": days,
            "indleveringsdato": st.one_of(st.just(""), days),
            "lov_navn": letters,
            "lov_tekst": letters,
        }
    ),
    min_size=1,
    max_size=12,
)

FILES = given(
    values=records,
    header=st.permutations(FIELDS),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "cp1252"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    size=st.integers(30, 2000),
)


@settings(max_examples=8, deadline=None)
@FILES
def test_round_trip_csv(
    values: list[dict[str, str]], header: list[str], end: str, encoding: str, quoting: int, size: int
) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(read_csv, "CHUNK_BYTES", size)
        intake = read_bytes(Path(folder), csv_text(values, header=header, end=end, quoting=quoting), encoding=encoding)
    assert verdict(intake) == ("accepted", None, len(values), 0)
    assert intake.frame is not None
    assert_frame_equal(intake.frame, expected(values))


test_round_trip_csv_often = often(400, FILES, test_round_trip_csv)

RECORDS = given(values=records, size=st.integers(16, 500))


@settings(max_examples=3, deadline=None)
@RECORDS
def test_csv_xml_and_xlsx_give_the_same_frame(values: list[dict[str, str]], size: int) -> None:
    # a lone number is taken to have lost its zeros in a spreadsheet only
    values = [value | {"pnr": "ukendt"} if len(value["pnr"]) < 10 else value for value in values]
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        patch.setattr(read_xml, "CHUNK_BYTES", size)
        patch.setattr(read_csv, "CHUNK_BYTES", size)
        frames = [
            read_bytes(folder, csv_text(values)).frame,
            read_bytes(folder, xml_text(values), "xml").frame,
            read(xlsx(folder, values)).frame,
        ]
    for frame in frames:
        assert frame is not None
        assert_frame_equal(frame, expected(values))


test_csv_xml_and_xlsx_give_the_same_frame_often = often(200, RECORDS, test_csv_xml_and_xlsx_give_the_same_frame)

QUOTES = given(text=st.text('a;"\n\r\0 ', max_size=60), size=st.integers(1, 40))


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@QUOTES
def test_chunks_make_no_difference_to_wild_quotes(text: str, size: int) -> None:
    """The reference is the csv module over the whole text; blank lines are no records."""
    body = f"{';'.join('a' * 11)}\n{text}\n"
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        whole = read_bytes(Path(folder), f"{HEADER}\n{body}SLUT;{math.inf}\n")
        patch.setattr(read_csv, "CHUNK_BYTES", size)
        cut = read_bytes(Path(folder), f"{HEADER}\n{body}SLUT;{math.inf}\n")
    assert (cut.code, cut.records) == (whole.code, whole.records)


test_chunks_make_no_difference_to_wild_quotes_often = often(1000, QUOTES, test_chunks_make_no_difference_to_wild_quotes)

LINES = given(lines=st.lists(st.text('a;"', max_size=14), max_size=8), size=st.integers(1, 60))


@settings(max_examples=40, deadline=None)
@LINES
def test_same_fields_as_the_csv_module(lines: list[str], size: int) -> None:
    body = "".join(f"{line};b;c;d;e;f;g;h;i;j;k\n" for line in lines)
    reference = [line for line in csv.reader(io.StringIO(body + "SLUT;0\n", newline=""), delimiter=";") if line]
    closed = bool(reference) and reference[-1] == ["SLUT", "0"]
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(read_csv, "CHUNK_BYTES", size)
        path = Path(folder) / "x.csv"
        path.write_text(f"{HEADER}\n{body}SLUT;{len(reference) - 1}\n", encoding="utf-8", newline="")
        if not closed:
            with pytest.raises(Rejected, match="ANTAL"):
                list(read_csv.read_csv(io.BytesIO(path.read_bytes()), "utf-8", LAYOUTS.first))
            return
        chunks = list(read_csv.read_csv(io.BytesIO(path.read_bytes()), "utf-8", LAYOUTS.first))
    got = [
        None if line.get("_misshapen") else [line[field] or "" for field in FIELDS]
        for chunk in chunks
        for line in chunk.iter_rows(named=True)
    ]
    # text behind a closing quote is read by the csv module, but it is not what anybody wrote
    raw = (body + "SLUT;0\n").splitlines()
    misquoted = {n for n, line in enumerate(raw[:-1]) if '"' in line}
    whole = [line if len(line) == len(FIELDS) else None for line in reference[:-1]]
    assert len(got) == len(whole)
    assert all(a == b or (a is None and misquoted) for a, b in zip(got, whole, strict=True))


test_same_fields_as_the_csv_module_often = often(1000, LINES, test_same_fields_as_the_csv_module)
