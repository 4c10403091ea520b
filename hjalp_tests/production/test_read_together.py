"""Deliveries read at once come to what each comes to alone, and what is wrong with one costs no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.delivery import intake
from hjalp_pipeline.delivery.layouts.layout import Layout
from hjalp_pipeline.delivery.records import Chunk, Typed, type_records, type_together
from hjalp_pipeline.production.inbox import read_together
from hjalp_pipeline.production.inbox.delivery_reader import Reader, Reading
from hjalp_pipeline.production.inbox.reading import Inbox
from hjalp_pipeline.storage.codelists import read_systems
from hjalp_pipeline.storage.entries import Verdict
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import deliver, delivery, hashes, write_world


def landed(folder: Path) -> tuple[DataRoot, list[read_together.Named]]:
    """Accepted files, one that does not count right, one with bad records, one of a superseded time."""
    root = write_world(folder)
    deliver(root, delivery("540", 5, day=9), delivery("155", 7, day=9), delivery("101", 3, day=9))
    files = sorted((root.inbox / "2024K4").iterdir())
    text = files[0].read_bytes()
    files[0].write_bytes(text[: text.rfind(b"SLUT")] + b"SLUT;1\n")
    return root, Inbox(Lake(root), read_systems(root)).files()


def of_lake(root: DataRoot) -> dict[str, str]:
    return hashes(root.lake / "leverancer")


def test_together_and_alone_are_the_same_bytes(tmp_path: Path) -> None:
    together, files = landed(tmp_path / "together")
    found = read_together.read_some((together, read_systems_of(together)), files)
    alone, again = landed(tmp_path / "alone")
    reader = Reader(Lake(alone), read_systems(alone))
    wanted = [reader.read(*one) for one in again]
    assert [type(one) for one in found] == [Reading] * len(files)
    assert [one.delivery.verdict for one in found if isinstance(one, Reading)] == [
        one.delivery.verdict for one in wanted
    ]
    assert {one.delivery.verdict.code for one in wanted} == {None, "ANTAL"}
    assert of_lake(together) == of_lake(alone) != {}


def test_what_goes_wrong_with_one_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, files = landed(tmp_path / "root")
    plain, same = landed(tmp_path / "plain")
    wanted = read_together.read_some((plain, read_systems_of(plain)), same)

    def fails(
        chunk: pl.DataFrame, first: int, komnr: str | pl.Series, layout: Layout, *, spreadsheet: bool = False
    ) -> Typed:
        if isinstance(komnr, pl.Series) or komnr == "155":
            raise MemoryError
        return type_records(chunk, first, komnr, layout, spreadsheet=spreadsheet)

    monkeypatch.setattr("hjalp_pipeline.delivery.records.type_records", fails)
    monkeypatch.setattr(intake, "type_records", fails)
    found = read_together.read_some((root, read_systems_of(root)), files)
    for (_, name), one, other in zip(files, found, wanted, strict=True):
        assert isinstance(one, Reading)
        assert isinstance(other, Reading)
        assert name is not None
        if name.komnr == "155":
            assert one.delivery.verdict.status == "rejected"
            assert (one.delivery.verdict.detail or "").startswith(intake.UNREADABLE_DETAIL)
        else:
            assert one.delivery.verdict == other.delivery.verdict


def read_systems_of(root: DataRoot) -> tuple[read_together.SystemRow, ...]:
    return tuple(read_systems(root))


def test_small_ones_are_together_up_to_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _root, files = landed(tmp_path)
    sizes = [file.path.stat().st_size for file, _ in files]
    assert read_together.batches([*files, (files[0][0], None)]) == [files]
    monkeypatch.setattr(read_together, "TOGETHER", max(sizes))
    batches = read_together.batches(files)
    assert [one for batch in batches for one in batch] == files
    assert all(sum(file.path.stat().st_size for file, _ in batch) <= max(sizes) for batch in batches)


def test_a_spreadsheet_is_by_itself_and_the_others_are_a_hundred_at_most(tmp_path: Path) -> None:
    _root, (first, *_others) = landed(tmp_path)
    file, name = first
    assert name is not None
    sheet = file, replace(name, format="xlsx")
    found = read_together.batches([sheet, first, sheet, *[first] * 250])
    assert [len(batch) for batch in found] == [1, 100, 1, 100, 51]
    assert found[0] == found[2] == [sheet]


def test_a_panic_behind_the_types_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, files = landed(tmp_path)
    saved = Lake.save_verdict

    def panics(lake: Lake, key: str, verdict: Verdict, frame: pl.DataFrame | None) -> Verdict:
        if verdict.rows == 7:
            raise pl.exceptions.PanicException
        return saved(lake, key, verdict, frame)

    monkeypatch.setattr(Lake, "save_verdict", panics)
    found = read_together.read_some((root, read_systems_of(root)), files)
    (lost,) = (number for number, one in enumerate(found) if one is None)
    assert files[lost][0].filename == "155_nexus_20250109T081500.xml"
    assert sum(isinstance(one, Reading) for one in found) == len(files) - 1


def test_findings_and_records_are_numbered_by_delivery() -> None:
    from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS

    layout = LAYOUTS.first
    good = dict.fromkeys(layout.names, "1") | {
        "komnr_indberetter": "540", "pnr": "0101501234", "udleveringsdato": "2024-01-01", "indleveringsdato": "2024-01-02",
    }  # fmt: skip
    bad = good | {"udleveringsdato": "2024-13-01"}
    texts = [pl.DataFrame([good, bad]), pl.DataFrame([bad, bad, good]), pl.DataFrame([good])]
    chunks = [
        Chunk(text.cast(pl.String), first, "540", layout, spreadsheet=False)
        for text, first in zip(texts, (1, 101, 7), strict=True)
    ]
    alone = [type_records(one.text, one.first_record, one.komnr, layout) for one in chunks]
    for (typed, findings), (their_typed, their_findings) in zip(type_together(chunks), alone, strict=True):
        assert typed.equals(their_typed)
        assert typed.schema == their_typed.schema
        assert findings.equals(their_findings)
        assert findings.schema == their_findings.schema
    assert [findings["record"].unique().sort().to_list() for _, findings in type_together(chunks)][1][:2] == [101, 102]
