"""Spoilt deliveries of each format, held against a second reader: a few at once, more under the mark slow, any number by hand."""

from collections.abc import Callable
from random import Random
from typing import Any

import polars as pl
import pytest

from hjalp_pipeline.delivery import intake, read_csv
from hjalp_pipeline.delivery.codes import Rejected, RejectionCode
from hjalp_pipeline.delivery.records import type_records
from hjalp_tests.delivery.files import ROOT, csv_text, rows, xml_text
from hjalp_tests.delivery.workbook.parts import HEADER, packed, parts, record
from hjalp_tests.examples import times
from hjalp_tests.faults.fuzz import FORMATS, Counts, fuzz
from hjalp_tests.faults.mutants import made
from hjalp_tests.faults.second_readers import csv_records, xlsx_records, xml_records

FEW, MANY = 60, times(700)


def _whole(counts: Counts, tried: int) -> None:
    assert counts.faults == []
    assert (counts.tried, counts.crashed) == (tried, 0)
    assert counts.accepted + sum(counts.refused.values()) == tried


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMATS)
def test_a_few(form: str) -> None:
    counts = fuzz(form, range(FEW))
    _whole(counts, FEW)
    assert counts.accepted > FEW // 6  # or the second reader has nothing to say
    assert len(counts.refused) > 1


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMATS)
def test_many(form: str) -> None:
    _whole(fuzz(form, range(FEW, FEW + MANY)), MANY)


def test_a_seed_is_a_file() -> None:
    assert [made(form, Random(3)) for form in FORMATS] == [made(form, Random(3)) for form in FORMATS]


def test_the_second_readers_read() -> None:
    """What every format says of the same records; a second reader that reads nothing would find no difference."""
    text = [{**one, "lov_tekst": "SEL § 112"} for one in rows(3)]
    assert csv_records(csv_text(rows(3)).encode(), "utf-8") == text
    assert xml_records(xml_text(rows(3)).encode(), ROOT) == text
    assert xlsx_records(packed(parts(HEADER, *(record(n) for n in (1, 2, 3))))) == text


def _cut_names(*given: Any, **how: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    typed, findings = type_records(*given, **how)
    return typed.with_columns(pl.col("hminavn").str.head(3)), findings


@pytest.mark.parametrize("fault", [KeyError("x"), MemoryError(), RecursionError()])
def test_what_nobody_foresaw_is_found(monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    monkeypatch.setattr(intake, "type_records", _raising(fault))
    assert any("nobody foresaw it" in line for line in fuzz("csv", range(20)).faults)


@pytest.mark.slow
def test_a_lost_value_a_lost_record_and_a_refusal_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def faults() -> str:
        return "\n".join(fuzz("csv", range(20)).faults)

    with monkeypatch.context() as patch:
        patch.setattr(intake, "type_records", _cut_names)
        assert "is read otherwise" in faults()
    with monkeypatch.context() as patch:
        patch.setattr(intake, "BAD_PER_CENT", -1)
        assert "refused (FOR_MANGE_FEJL), and the second reader takes it" in faults()
    with monkeypatch.context() as patch:
        patch.setattr(read_csv, "_SLUT", read_csv._SEP_LINE)
        assert "refused (ANTAL)" in faults()
    monkeypatch.setattr(intake, "type_records", _raising(Rejected(RejectionCode.TOM)))
    assert "without code, sentence or receipt" in faults()


def _raising(fault: Exception) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise fault

    return fail
