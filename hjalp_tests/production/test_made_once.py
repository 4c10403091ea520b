"""What a release has to find before it is made: everything run, in balance and decided, and nothing changed meanwhile."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production.quarter import quarter_run as production_quarter
from hjalp_pipeline.production.release import release_inputs
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.pins import Gate
from hjalp_pipeline.production.release.release_inputs import ReleaseRefused
from hjalp_pipeline.rules.step import LedgerError, Step
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.entries import ChainEntry
from hjalp_tests.production.world import (
    KVARTAL,
    approvals,
    country,
    deliver,
    delivery,
    run,
    system,
    write_world,
)


@pytest.mark.slow
def test_staleness_is_judged_when_a_release_is_first_made(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    deliver(root, delivery("540", 55, day=9))
    with pytest.raises(ReleaseRefused, match=r"2024K4 has to be run first, .*: 540 Sønderborg"):
        make_release(root, "2024v1")
    run(root)
    make_release(root, "2024v1")
    deliver(root, delivery("540", 3, day=10))
    assert not make_release(root, "2024v1").made


def test_every_kommune_that_takes_part_must_have_a_delivery_in_force(tmp_path: Path) -> None:
    made = country(
        systems=[system(komnr) for komnr in ("101", "155", "540", "760")],
        approvals={"2025.csv": approvals("101", "155", "540", "760")},
    )
    root = write_world(tmp_path, made)
    deliver(root, delivery("760", 3, flaw="no_slut"))
    (root.inbox / KVARTAL / "155_nexus_20250102T081500.xml").unlink()
    with pytest.raises(ReleaseRefused) as fault:
        make_release(root, "2024v1")
    assert sorted(fault.value.reasons) == [
        "2024K4: takes part, but ingen leverance er accepteret: 760 Ringkøbing-Skjern",
        "2024K4: takes part, but ingen leverance: 155 Dragør",
    ]


@pytest.mark.slow
def test_a_ledger_out_of_balance_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_world(tmp_path)
    right = production_quarter.ledger_frame

    def wrong(statistic: Statistic, where: str, entries: dict[str, ChainEntry]) -> pl.DataFrame:
        lost = (pl.col("komnr_indberetter") == "540") & (pl.col("step") == "dates_corrected")
        return right(statistic, where, entries).with_columns(rows=pl.col("rows") - lost.cast(pl.Int64))

    monkeypatch.setattr(release_inputs, "ledger_frame", wrong)
    with pytest.raises(ReleaseRefused, match="out of balance: 540 Sønderborg at step dates_corrected"):
        make_release(root, "2024v1")


@pytest.mark.slow
def test_a_step_that_loses_a_row_names_its_kommune(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_: Step, rows_in: int) -> None:
        raise LedgerError(f"step cpr_validated: {rows_in} rows in, 0 kept, 0 removed")

    root = write_world(tmp_path)
    monkeypatch.setattr(Step, "balance", lost)
    with pytest.raises(ReleaseRefused, match="2024K4 101: step") as caught:
        make_release(root, "2024v1")
    assert caught.value.gate is Gate.LEDGER
    assert "2024K4 540: step" in str(caught.value), "the others were not tried"


@pytest.mark.slow
def test_an_approval_given_again_changes_no_release(tmp_path: Path) -> None:
    """The same answer once more, inside the limit: the release says when it was given as it was known."""
    root = write_world(tmp_path)
    run(root)
    first = make_release(root, "2024v1", documents=DOCUMENTS)
    with (root.approvals / "2025.csv").open("a", encoding="utf-8") as file:
        file.write("2025-05-15T09:00:00+02:00;2024;540;K1;godkendt;afdelingen;\n")
    again = make_release(root, "2024v1", documents=DOCUMENTS)
    assert not again.made
    assert again.manifest == first.manifest


@pytest.mark.slow
def test_a_decision_while_a_release_is_made_stops_it(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)

    def decide(_inputs: object, _earlier: object, _building: Path) -> None:
        with (root.approvals / "2025.csv").open("a", encoding="utf-8") as file:
            file.write("2025-05-15T09:00:00+02:00;2024;540;K4;afvist;afdelingen;\n")

    with pytest.raises(ReleaseRefused, match=r"540 Sønderborg 2024 K4 is decided otherwise .* make it again"):
        make_release(root, "2024v1", documents=(decide,))
    assert not (root.releases / "2024v1").exists()
    made = make_release(root, "2024v1")
    assert made.made
    assert made.manifest.pins is not None
    assert made.manifest.pins.as_json()["decided_at"]["2024"]["540"]["2025-05-15T09:00:00+02:00"] == "K4"


@pytest.mark.slow
def test_a_delivery_withdrawn_while_a_release_is_made_stops_it(tmp_path: Path) -> None:
    """The kommune was told that nothing of it is used, and a release needs what it is made from to be made again."""
    root = write_world(tmp_path)
    run(root)
    (delivery,) = (root.inbox / "2024K4").glob("540_*")

    def withdraw(_inputs: object, _earlier: object, _building: Path) -> None:
        delivery.rename(tmp_path / "withdrawn")

    with pytest.raises(ReleaseRefused, match=f"540 Sønderborg: 2024K4/{delivery.name} was withdrawn .* make it again"):
        make_release(root, "2024v1", documents=(withdraw,))
    assert not (root.releases / "2024v1").exists()
    with pytest.raises(ReleaseRefused, match="540 Sønderborg"):  # it takes part, and has no data now
        make_release(root, "2024v1")
    (tmp_path / "withdrawn").rename(delivery)
    assert make_release(root, "2024v1").made
