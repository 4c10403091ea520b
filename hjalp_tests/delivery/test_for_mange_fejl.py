"""FOR_MANGE_FEJL: more than 5 per cent bad records; exactly 5 is accepted."""

from pathlib import Path

import pytest

from hjalp_pipeline.delivery import read_csv
from hjalp_tests.delivery.files import csv_text, read, read_bytes, row, rows, verdict, xlsx, xml_text


@pytest.mark.parametrize("size", [1500, 1 << 20])
@pytest.mark.parametrize(
    ("count", "bad", "status"),
    [
        (20, 1, "accepted"),
        (19, 1, "rejected"),
        (40, 2, "accepted"),
        (40, 3, "rejected"),
        (1, 1, "rejected"),
        (399, 20, "rejected"),
        (400, 20, "accepted"),
    ],
)
def test_the_border(
    tmp_path: Path, count: int, bad: int, status: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_csv, "CHUNK_BYTES", size)
    records = [row(n, pnr="" if n <= bad else "1") for n in range(1, count + 1)]
    intake = read_bytes(tmp_path, csv_text(records))
    code = None if status == "accepted" else "FOR_MANGE_FEJL"
    assert verdict(intake) == (status, code, count, bad)
    assert intake.finding_counts == {"pnr:MANGLER": bad}
    assert intake.bad_by_code == {"MANGLER": bad}
    assert intake.findings == [(n, "pnr", "MANGLER") for n in range(1, bad + 1)]
    assert (intake.frame is None) == (status == "rejected")
    if intake.frame is not None:
        assert intake.frame["post"].to_list() == list(range(bad + 1, count + 1))


def test_every_format(tmp_path: Path) -> None:
    records = [*rows(17), row(18, udleveringsdato="2023-02-29"), row(19)]
    wanted = ("rejected", "FOR_MANGE_FEJL", 19, 1)
    assert verdict(read_bytes(tmp_path, csv_text(records))) == wanted
    assert verdict(read_bytes(tmp_path, xml_text(records), "xml")) == wanted
    assert verdict(read(xlsx(tmp_path, records))) == wanted


def test_a_thousand_findings_are_listed_and_all_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_csv, "CHUNK_BYTES", 10_000)
    records = [row(n, pnr="", udleveringsdato="x", hminr="x") for n in range(1, 701)]
    intake = read_bytes(tmp_path, csv_text(records))
    assert len(intake.findings) == 1000
    assert intake.findings[-1] == (334, "pnr", "MANGLER")
    assert intake.finding_counts == {"pnr:MANGLER": 700, "hminr:FELT": 700, "udleveringsdato:DATO": 700}
    assert intake.bad_by_code == {"MANGLER": 700}
    assert intake.bad_records == 700
