"""H2: the same service in two systems or more, and twice in one."""

from hjalp_pipeline.rules.gengangere import Combined, combine_systems
from hjalp_pipeline.rules.systems import drop_dubletter
from hjalp_pipeline.statistics.hand.rules.combining import COMBINING
from hjalp_tests.statistics.hand.rules.made_services import Row, raw, service


def combined(*systems: list[Row]) -> Combined:
    """Newest first."""
    return combine_systems([raw(rows) for rows in systems], COMBINING)


def test_the_older_fills_and_leaves() -> None:
    found = combined(
        [service(ydelse_id="n")], [service(ydelse_id="o", maalgruppe="1.1", funk_vurd="2", prodnr="1000000001")]
    )
    assert found.rows().select("ydelse_id", "maalgruppe", "funk_vurd", "prodnr").rows() == [("n", "1.1", "2", None)]
    assert found.filled_rows() == 1


def test_what_the_newer_has_stays_and_no_date_is_filled() -> None:
    older = service(ydelse_id="o", maalgruppe="1.1", funk_vurd="2", ydelse_slut="2024-01-01")
    found = combined([service(ydelse_id="n", maalgruppe="2", funk_vurd="0")], [older])
    row = found.rows().row(0, named=True)
    assert (row["maalgruppe"], row["funk_vurd"], row["ydelse_slut"]) == ("2", "0", None)
    assert found.filled_rows() == 0


def test_other_codes_days_and_persons_are_other_services() -> None:
    others = [
        service(ydelse_id="a", modt_ydelse_kode="31201"),
        service(ydelse_id="b", ydelse_start="2023-01-02"),
        service(ydelse_id="c", pnr="0202602345"),
        service(ydelse_id="d", pnr="ABC"),
    ]
    assert combined([service()], others).rows().height == 5


def test_numbers_in_another_form_are_told_apart_by_their_text() -> None:
    found = combined(
        [service(ydelse_id="n", pnr="ABC")], [service(ydelse_id="o", pnr="ABC"), service(ydelse_id="p", pnr="ABD")]
    )
    assert found.rows()["ydelse_id"].to_list() == ["n", "p"]


def test_matched_one_to_one_in_order_of_id() -> None:
    newer = [service(ydelse_id="2"), service(ydelse_id="10")]
    older = [service(ydelse_id="y", funk_vurd="2"), service(ydelse_id="x", funk_vurd="1"), service(ydelse_id="z")]
    found = combined(newer, older).rows()
    assert found.select("ydelse_id", "funk_vurd").rows() == [("2", "2"), ("10", "1"), ("z", None)]


def test_three_systems_newest_first() -> None:
    found = combined(
        [service(ydelse_id="n")],
        [service(ydelse_id="m", funk_vurd="1")],
        [service(ydelse_id="o", maalgruppe="2", funk_vurd="3")],
    )
    assert found.rows().select("ydelse_id", "maalgruppe", "funk_vurd").rows() == [("n", "2", "1")]
    assert found.delivery.to_list() == [0]


def test_the_same_id_twice_in_a_delivery() -> None:
    kept, dropped = drop_dubletter(
        raw([service(funk_vurd="1"), service(ydelse_id="2"), service(funk_vurd="3")]), COMBINING.id
    )
    assert kept.select("ydelse_id", "funk_vurd").rows() == [("2", None), ("1", "3")]
    assert dropped == 1
