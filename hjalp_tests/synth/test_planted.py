"""The checks of the approval reports on the made-up country: they fire on what is planted, and hardly anywhere else."""

from pathlib import Path

import pytest

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.dialogue.approval.report_figures import count_figures
from hjalp_pipeline.dialogue.approval.reports import report_of, years_of
from hjalp_pipeline.dialogue.approval.source import of_quarter
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.production.quarter.quarter_run import refresh_quarter
from hjalp_pipeline.statistics.hjalp.synth.made_up import MadeUpLoans
from hjalp_pipeline.statistics.hjalp.synth.planted_oddities import MANY, NOTHING, ONE_DAY, ONE_PARAGRAPH, SERVICES
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.synth import generate

#: What each planted kommune's report for 2024 must ask about (``dialogue.approval.outliers``).
PLANTED = {
    NOTHING[0]: "NUL",
    MANY[0]: "MANGE",
    ONE_DAY[0]: "EN_DAG",
    ONE_PARAGRAPH[0]: "EN_PARAGRAF",
    SERVICES[0]: "YDELSER",
}
#: As small as the demo: some kommuner have fewer than twenty loans a quarter.
SCALE = 0.01
#: Kommuner without anything planted that may be asked to look at something: none has been, at any scale or seed tried.
MOST_FALSE = 1


@pytest.mark.slow
def test_they_fire_on_what_is_planted_and_are_quiet_elsewhere(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    generate(root.folder, MadeUpLoans, registers=root.registers, scale=SCALE, seed=1)
    refresh_raw(root, "2025K1")
    refresh_quarter(root, "2025K1")
    source = of_quarter(root, 2024, "2025K1")
    counted = count_figures(source.lake, source.entries, 2024)
    odd = {
        year.komnr: {found.code for found in report_of(source, year).oddities}
        for year in years_of(source, counted, source.before)
    }
    fired = {komnr for komnr, code in PLANTED.items() if code in odd[komnr]}
    others = {komnr for komnr in KOMNR if komnr not in PLANTED and odd[komnr]}
    beside = {komnr: odd[komnr] - {code} for komnr, code in PLANTED.items() if odd[komnr] - {code}}
    assert fired == set(PLANTED), f"{len(fired)} of {len(PLANTED)} planted are found"
    assert len(others) <= MOST_FALSE, f"{len(others)} of {len(KOMNR) - len(PLANTED)} others are asked to look"
    assert beside == {}, "a planted kommune is asked about what is planted alone"
