"""Two readers of one csv delivery, written apart: the same verdict, findings and records, however careless the file."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from hjalp_tests.delivery.files import FIELDS, HEADER, STEM, read, row
from hjalp_tests.examples import often
from hjalp_tests.naive.codelists import System
from hjalp_tests.naive.deliveries import read_delivery

_VALUES = st.sampled_from(
    [
        "", " ", "x", '"24" hjul', 'rulle 24"', '"a;b"', '"a""b"', '"a\nb"', "\ta", "540 ", " 540", "12 22 03", "1,2E+17", "1E5", "1.5E9",
        "a\0b", "\x7f", "Kørestol", "2024-01-05", " 2024-01-05\u00a0", "2024-02-30", "101900-1234", "SLUT",
    ]
)  # fmt: skip
_RECORD = st.dictionaries(st.sampled_from(FIELDS), _VALUES, max_size=3)

CARELESS = given(
    st.lists(_RECORD, max_size=3),
    st.sampled_from(["", "\ufeff", "sep=;\n", "\n"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\n", "\x1a", "\n\x1a\n"]),
    st.sampled_from(["utf-8", "windows-1252"]),
)


@settings(max_examples=25)
@CARELESS
def test_both_readers_come_to_the_same(
    odd: list[dict[str, str]], start: str, end: str, behind: str, encoding: str
) -> None:
    records = [row(n) for n in range(1, 80)]
    records[5 : 5 + len(odd)] = [row(n + 6) | changes for n, changes in enumerate(odd)]
    lines = [HEADER, *(";".join(record[field] for field in FIELDS) for record in records), f"SLUT;{len(records)}"]
    data = (start + end.join(lines) + behind).encode("utf-8" if start == "\ufeff" else encoding)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{STEM}.csv"
        path.write_bytes(data)
        theirs = read_delivery(
            path, "2024K4", [System("540", "nexus", "csv", encoding, "2022K3", "", carry_forward=False)]
        )
        ours = read(path, encoding)
    assert (ours.status, ours.code) == (theirs.status, theirs.code)
    if ours.code in (None, "FOR_MANGE_FEJL"):
        found = [(finding.record, finding.field, finding.code) for finding in ours.findings]
        assert found == [(finding.record, finding.field, finding.code) for finding in theirs.findings]
    if ours.frame is not None:
        assert ours.frame["post"].to_list() == [number for number, _ in theirs.good]
        for field in ("udlaan_id", "komnr_betaling", "hminr", "hmiiso", "hminavn", "lov_navn", "lov_tekst"):
            assert ours.frame[field].to_list() == [record[field] for _, record in theirs.good], field


test_both_readers_come_to_the_same_often = often(1000, CARELESS, test_both_readers_come_to_the_same)
