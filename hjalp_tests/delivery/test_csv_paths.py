"""The fast path gives what the csv module gives, or gives way to it: whatever the bytes of a delivery are."""

import io
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.delivery import read_csv
from hjalp_pipeline.delivery.codes import Rejected
from hjalp_pipeline.delivery.csv_plain import Quotes, cut, parse_chunk
from hjalp_pipeline.delivery.findings import MISSHAPEN
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_tests.delivery.files import HEADER

_VALUE = st.text(alphabet='a"; \r\nø', max_size=4)
#: Fields as a program writes them, as a careless one does, and whatever somebody's fingers make of them.
_FIELD = st.one_of(
    _VALUE.map(lambda text: '"' + text.replace('"', '""') + '"'),
    st.text(alphabet="a ø", max_size=4),
    st.sampled_from(["", '""', '""""', 'a"b', '"a', "2024-01-01", "0101901234"]),
)
_RECORD = st.one_of(st.lists(_FIELD, min_size=11, max_size=11), st.lists(_FIELD, max_size=12)).map(";".join)
_BODY = st.lists(st.tuples(_RECORD, st.sampled_from(["\n", "\n", "\r\n", "\n\n"])), min_size=1, max_size=6).map(
    lambda records: "".join(record + end for record, end in records).encode()
)


def _read(path: Path) -> tuple[list[tuple[object, ...]], str | None]:
    """The records as text ("" is null, None a record whose fields cannot be told apart), and the rejection they end with."""
    found: list[tuple[object, ...]] = []
    try:
        for chunk in read_csv.read_csv(io.BytesIO(path.read_bytes()), "utf-8", LAYOUTS.first):
            whole = chunk if MISSHAPEN in chunk.columns else chunk.with_columns(pl.lit(value=False).alias(MISSHAPEN))
            found += [(None,) if row[-1] else tuple(value or "" for value in row[:-1]) for row in whole.rows()]
    except Rejected as rejection:
        return found, rejection.code
    return found, None


@given(
    _BODY, st.integers(0, 400), st.sampled_from([b"", b"\xff", b"\x00", b"\r", b'"', b";", b"\n"]), st.integers(1, 6)
)
def test_both_paths_read_the_same(body: bytes, at: int, wild: bytes, said: int) -> None:
    data = f"{HEADER}\n".encode() + body[:at] + wild + body[at:] + f"SLUT;{said}\n".encode()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "x.csv"
        path.write_bytes(data)
        patch.setattr(read_csv, "CHUNK_BYTES", 120)
        fast, code = _read(path)
        patch.setattr(read_csv, "parse_chunk", lambda *_args: None)
        slow, slow_code = _read(path)
    assert code == slow_code
    assert fast == slow or (code == "TEGNSAET" and fast == slow[: len(fast)])  # where it stops is where a chunk begins


@pytest.mark.parametrize(
    ("chunk", "rows"),
    [
        (b'a;"b;""c""\nd"\r\n"";x\n', [["a", 'b;"c"\nd'], ["", "x"]]),
        (b'"""";"a"""\n', [['"', 'a"']]),
        (b'a"b;c\n', [['a"b', "c"]]),
        (b"a;b\r\nc;d", [["a", "b"], ["c", "d"]]),
    ],
)
def test_what_is_accounted_for_takes_the_fast_path(chunk: bytes, rows: list[list[str]]) -> None:
    piece = cut(chunk, last=True)
    assert piece.end == len(chunk)
    assert piece.quotes is not Quotes.WILD
    frame = parse_chunk(chunk, ["x", "y"], piece)
    assert frame is not None
    assert [[value or "" for value in row] for row in frame.rows()] == rows


@pytest.mark.parametrize("chunk", [b"a;b\n\nc;d\n", b"a\nc;d\n", b"a;b;c\n", b"a;b\rc;d\n", b"a;\xff\n"])
def test_what_is_not_is_left_to_the_csv_module(chunk: bytes) -> None:
    piece = cut(chunk, last=True)
    assert parse_chunk(chunk[: piece.end], ["x", "y"], piece) is None
