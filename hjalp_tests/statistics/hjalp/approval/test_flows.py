"""The approval reports' figures and listed records against those of the naive second opinion, counted loan by loan."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from hjalp_pipeline.dialogue.approval.report import Report
from hjalp_pipeline.dialogue.approval.report_figures import count_figures
from hjalp_pipeline.dialogue.approval.reports import report_of, years_of
from hjalp_pipeline.dialogue.approval.source import of_quarter
from hjalp_pipeline.statistics.hjalp.approval import flows as maal
from hjalp_pipeline.statistics.hjalp.rules.rule_list import RULEBOOK
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries import example_country, write_country
from hjalp_tests.naive import run_quarter
from hjalp_tests.naive.result import Loan, QuarterResult
from hjalp_tests.naive.tables import on_loan_ultimo
from hjalp_tests.production.world import run

pytestmark = pytest.mark.slow

#: Between them: two kommuner that report for others, systems left and carried forward, duplicates, gengangere, bad records.
SEEDS = (1, 6, 101, 110)


def quarter_text(day: dt.date) -> str:
    return f"{day.year}K{(day.month - 1) // 3 + 1}"


def counted_again(loans: list[Loan], aar: int) -> dict[str, Counter[tuple[str, str, str]]]:
    """The figures of every kommune, one loan after the other."""
    found: dict[str, Counter[tuple[str, str, str]]] = {}
    for loan in loans:
        figures = found.setdefault(loan["komnr_statbank"], Counter())
        issued, returned = loan["udleveringsdato"], loan["indleveringsdato"]
        if dt.date(2022, 7, 1) <= issued <= dt.date(aar, 12, 31):
            figures[maal.UDLEVERET, quarter_text(issued), ""] += 1
            figures[maal.UDLEVERET_PARAGRAF, quarter_text(issued), ""] += loan["lov_navn_opret"] is not None
        if returned is not None and dt.date(2022, 7, 1) <= returned <= dt.date(aar, 12, 31):
            figures[maal.INDLEVERET, quarter_text(returned), ""] += 1
            figures[maal.INDLEVERET_DOED, quarter_text(returned), ""] += loan["rettet"] is not None
        for year in (aar - 1, aar):
            code = loan["lov_navn_opret"] or ""
            if issued.year == year and issued >= dt.date(2022, 7, 1):
                figures[maal.PARAGRAF_UDLEVERET, str(year), code] += 1
            if on_loan_ultimo(loan, year):
                figures[maal.PARAGRAF_BESTAND, str(year), code] += 1
                figures[maal.BESTAND, str(year), ""] += 1
                figures[maal.BESTAND_INDBERETTER, str(year), loan["komnr_indberetter"]] += 1
    return found


def made(tmp_path: Path, seed: int) -> tuple[int, dict[str, Report], Any, QuarterResult]:
    """The reports of a country's newest quarter, its figures, and the second opinion on it."""
    country = example_country(seed)
    kvartal = country.kvartaler[-1]
    aar = int(kvartal[:4]) - (kvartal[4:] != "K4")
    write_country(tmp_path, country)
    root = DataRoot(tmp_path)
    run(root, kvartal)
    source = of_quarter(root, aar, kvartal)
    counted = count_figures(source.lake, source.entries, aar)
    reports = {year.komnr: report_of(source, year) for year in years_of(source, counted, source.before)}
    return aar, reports, counted.figures, run_quarter(tmp_path, kvartal)


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_and_rows_agree_with_the_second_opinion(tmp_path: Path, seed: int) -> None:
    aar, reports, figures, naive = made(tmp_path, seed)
    expected = counted_again(naive.loans, aar)
    sources = (maal.KILDE_UDLEVERET, maal.KILDE_BESTAND)  # the second opinion does not say why there is no paragraph
    for komnr in reports:
        mine = {
            (what, periode, kode): antal
            for what, periode, kode, antal in figures.filter(komnr=komnr).drop("komnr").iter_rows()
        }
        by_source = Counter[tuple[str, str, bool]]()
        for (what, periode, kode), antal in mine.items():
            if what in sources:
                by_source[what.replace("kilde", "paragraf"), periode, kode in ("LOV_NAVN", "LOV_TEKST")] += antal
        again = +expected.get(komnr, Counter())
        assert {key: n for key, n in mine.items() if key[0] not in sources} == dict(again), komnr
        told = Counter[tuple[str, str, bool]]()
        for (what, periode, kode), antal in again.items():
            if what.startswith("paragraf"):
                told[what, periode, bool(kode)] += antal
        assert by_source == told, komnr
    for komnr, report in reports.items():
        check_rows(komnr, report, naive)


def check_rows(komnr: str, report: Report, naive: QuarterResult) -> None:
    """By reason as many rows as the second opinion's ledger; and no row that is left appears as removed."""
    if komnr not in naive.in_force:
        assert report.rows is None
        return
    assert report.rows is not None
    ledger = Counter[str]()
    for (reporter, _, reason), rows in naive.ledger.items():
        if reporter == komnr and reason is not None:
            ledger[reason] += rows
    left = [loan for loan in naive.loans if loan["komnr_indberetter"] == komnr]
    # A removed row has no correction in the second opinion's list, so corrections are those of the loans left.
    ledger.update(loan["rettet"] for loan in left if loan["rettet"])
    ledger["UDFYLDT_LOV"] = naive.udfyldt_lov[komnr]
    assert dict(report.reasons) == dict(+ledger), komnr
    listed = Counter(report.rows["aarsag"].to_list())
    assert listed == +Counter({reason: n for reason, n in ledger.items() if reason != "IKKE_AKTIV"}), komnr
    files = {(delivery.kvartal, delivery.system): delivery.path.name for delivery in naive.in_force[komnr]}
    kept = {(files[loan["kvartal_leverance"], loan["system"]], loan["record"]): loan for loan in left}
    for aarsag, fil, post, udlaan_id in report.rows.select("aarsag", "fil", "post", "id").iter_rows():
        loan = kept.get((fil, post))
        if aarsag in RULEBOOK.values_of("rettelse"):
            assert loan is not None
            assert loan["rettet"] == aarsag
            assert udlaan_id in (None, loan["udlaan_id"])
        elif aarsag == "UDFYLDT_LOV":  # a later rule may have removed the row
            assert loan is None or loan["udfyldt"]
        else:
            assert loan is None, f"{komnr} {aarsag}"
