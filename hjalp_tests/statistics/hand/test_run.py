"""From the inbox to the data states through the engine: systems, collaborations, the ledger, whole rows for microdata."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb
import pytest

from hjalp_pipeline.microdata_spec import ReleaseFacts
from hjalp_pipeline.production.analysts import make_catalog
from hjalp_pipeline.production.quarter.chain_results import whole_rows
from hjalp_pipeline.production.quarter.quarter_run import unbalanced
from hjalp_pipeline.statistics.hand.microdata.services_given import Services
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries import pools
from hjalp_tests.statistics.hand.world import MONTH, deliver, gone, line, of_state, run, write_services

FIRST, SECOND = pools.KNOWN[0][0], pools.KNOWN[1][0]
UNKNOWN, FICTITIOUS = pools.UNKNOWN_REAL[0], pools.UNKNOWN_FICTIVE[0]


def balanced(root: DataRoot, done: object) -> bool:
    ledger, entries = done.ledger, done.chain.entries  # type: ignore[attr-defined] # tests are not typed throughout
    return unbalanced(root.declared.rulebook.steps, ledger, {k: e.records for k, e in entries.items()}) == []


def test_every_reason_and_the_balance(tmp_path: Path) -> None:
    root = write_services(tmp_path, systems=("101;eget;Eget;csv;utf-8;2013M10;;no",))
    lines = [
        line("101", 1, FIRST, maalgruppe="2"),
        line("101", 1, FIRST, maalgruppe="1.1"),
        line("101", 2, UNKNOWN),
        line("101", 3, FICTITIOUS),
        line("101", 4, SECOND, ydelse_slut="2023-12-31"),
        line("101", 5, SECOND, modt_ydelse_kode="107"),
        line("101", 6, SECOND, ydelse_start="2010-01-01", ydelse_slut="2013-09-30"),
        line("101", 7, FIRST, ydelse_start="2024-05-01", maalgruppe="3 1.1"),
        *(
            line("101", 100 + n, SECOND, ydelse_start=f"20{n:02d}-01-01", ydelse_slut=f"20{n:02d}-02-01")
            for n in range(14, 24)
        ),
    ]
    deliver(root, "101", lines)
    done = run(root)
    assert gone(done) == {
        ("101", "raw", "DUBLET"): 1,
        ("101", "cpr_validated", "CPR_UKURANT"): 1,
        ("101", "cpr_validated", "CPR_FIKTIVT"): 1,
        ("101", "dates_corrected", "SLUT_FOER_START"): 1,
        ("101", "code_known", "YDELSE_UKENDT"): 1,
        ("101", "code_known", "KODE_PERIODE"): 1,
        ("101", "spells_united", "SAMMENLAGT"): 1,
    }
    assert balanced(root, done)
    assert of_state(root, done, "101", "spells_united").row(0, named=True)["maalgruppe"] == "1.1 3"


def test_a_system_that_was_left(tmp_path: Path) -> None:
    """A genganger is filled and leaves, a spell that goes on in the new system is one with it."""
    systems = ("540;nyt;N;csv;utf-8;2025M01;;no", "540;gl;G;csv;utf-8;2013M10;2024M12;yes")
    root = write_services(tmp_path, systems=systems)
    older = [
        line("540", 1, FIRST, funk_vurd="3", prodnr="1000000001"),
        line("540", 2, SECOND, ydelse_start="2023-01-01", ydelse_slut="2024-12-31", prodnr="1000000002"),
    ]
    deliver(root, "540", older, system="gl", month="2024M12")
    newer = [line("540", 8, FIRST), line("540", 9, SECOND, ydelse_start="2025-01-01")]
    deliver(root, "540", newer, system="nyt")
    done = run(root)
    assert gone(done) == {("540", "raw", "GENGANGER"): 1, ("540", "spells_united", "SAMMENLAGT"): 1}
    assert done.chain.entries["540"].remarks["raw"]["UDFYLDT_YDELSE"] == 1
    found = (
        of_state(root, done, "540", "spells_united").select("ydelse_start", "ydelse_slut", "funk_vurd", "prodnr").rows()
    )
    assert found == [(date(2024, 1, 1), None, "3", None), (date(2023, 1, 1), None, None, "1000000002")]
    assert balanced(root, done)


@pytest.mark.slow
@pytest.mark.parametrize(("ended", "covered"), [("", True), ("2025-01-31", True), ("2025-01-30", False)])
def test_a_member_that_delivers(tmp_path: Path, ended: str, covered: bool) -> None:
    """Its carried-over rows are of the month run, too; who reports for it is untouched."""
    systems = (
        "183;eget;E;csv;utf-8;2013M10;;no",
        "187;nyt;N;csv;utf-8;2025M01;;no",
        "187;gl;G;csv;utf-8;2013M10;2024M12;yes",
    )
    root = write_services(tmp_path, systems=systems, collaborations=(f"183;187;2025-01-15;{ended}",))
    deliver(root, "183", [line("183", 1, FIRST)])
    deliver(
        root,
        "187",
        [line("187", 1, SECOND), line("187", 2, SECOND, modt_ydelse_kode="31132")],
        system="gl",
        month="2024M12",
    )
    deliver(
        root,
        "187",
        [line("187", 8, FIRST, ydelse_start="2024-02-01"), line("187", 9, FIRST, modt_ydelse_kode="30117")],
        system="nyt",
    )
    done = run(root)
    assert gone(done) == ({("187", "kommune_assigned", "DAEKKET"): 2} if covered else {})
    assert done.chain.entries["183"].rows["spells_united"] == 1
    assert balanced(root, done)


@pytest.mark.parametrize("ended", ["", "2024-12-31"])
def test_a_members_service_that_its_reporter_has(tmp_path: Path, ended: str) -> None:
    """Ended or not: the member's row leaves first of all, and fills the reporter's, also of a code members report themselves."""
    systems = tuple(f"{komnr};eget;E;csv;utf-8;2013M10;;no" for komnr in ("183", "187"))
    root = write_services(tmp_path, systems=systems, collaborations=(f"183;187;2020-01-01;{ended}",))
    codes = ("30117", "31202")
    deliver(root, "183", [line("183", n, FIRST, modt_ydelse_kode=code) for n, code in enumerate(codes)])
    deliver(root, "187", [line("187", n, FIRST, modt_ydelse_kode=code, maalgruppe="2") for n, code in enumerate(codes)])
    done = run(root)
    assert gone(done) == {("187", "raw", "GENGANGER"): 2}
    assert of_state(root, done, "183", "spells_united")["maalgruppe"].to_list() == ["2", "2"]
    assert balanced(root, done)


def test_the_same_service_of_two_kommuner(tmp_path: Path) -> None:
    root = write_services(tmp_path, systems=tuple(f"{k};eget;E;csv;utf-8;2013M10;;no" for k in ("101", "155")))
    deliver(root, "101", [line("101", 1, FIRST)])
    deliver(root, "155", [line("155", 1, FIRST)])
    assert gone(run(root)) == {}


def test_whole_rows_have_what_the_last_state_made_of_them(tmp_path: Path) -> None:
    root = write_services(tmp_path, systems=("101;eget;Eget;csv;utf-8;2013M10;;no",))
    dead = pools.KNOWN[5][0]  # 1 June 2024 in this extract
    lines = [
        line("101", 1, dead, betalingskommune="147", maalgruppe="2"),
        line("101", 2, dead, ydelse_start="2024-03-01", betalingskommune="155", maalgruppe="1.1"),
        line("101", 3, "ABC"),
    ]
    deliver(root, "101", [*lines, *(line("101", n, FIRST, ydelse_start="2024-02-02") for n in range(4, 30))])
    done = run(root)
    rows = whole_rows(Lake(root), done.chain.entries["101"])
    assert rows.filter(pnr=int(dead)).select(
        "ydelse_id", "ydelse_start", "ydelse_slut", "rettelse", "maalgruppe", "betalingskommune"
    ).rows() == [("101-1", date(2024, 1, 1), date(2024, 6, 1), "RETTET_DOED", "1.1 2", "155")]
    given = Services(ReleaseFacts("2024v1", (), {})).rows("101", rows)
    assert given.height == 2


@pytest.mark.slow
def test_what_analysts_find(tmp_path: Path) -> None:
    """Everything is described, and nothing in words of the first statistic."""
    root = write_services(tmp_path, systems=("101;eget;Eget;csv;utf-8;2013M10;;no",))
    deliver(root, "101", [line("101", 1, FIRST, maalgruppe="2 2"), line("101", 2, UNKNOWN)])
    run(root)
    make_catalog(root)
    with duckdb.connect(str(root.catalog), read_only=True) as connection:
        texts = connection.sql(
            "select table_name, column_name, comment from duckdb_columns() where not internal union all "
            "select table_name, null, comment from duckdb_tables() union all "
            "select view_name, null, comment from duckdb_views() where not internal"
        ).fetchall()
        found = connection.sql("select periode, pnr, maalgruppe, ydelse_start from working.ydelser").fetchall()
    assert [row for row in texts if not row[2]] == []
    assert [row for row in texts if re.search("udlaan|udlån|hjalp|end of the year by", str(row))] == []
    assert found == [(MONTH, FIRST, "2", date(2024, 1, 1))]
