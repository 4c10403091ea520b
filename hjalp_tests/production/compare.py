"""The program and the second opinion side by side: a quarter's ledger and loans, a release's tables and microdata.

Each function gives what differs, empty when nothing does.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.production.quarter.chain_results import whole_rows
from hjalp_pipeline.production.quarter.quarter_run import refresh_quarter, remark_frame
from hjalp_pipeline.production.release.making import Release, make_release
from hjalp_pipeline.production.release.release_inputs import ReleaseRefused
from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import PARAGRAPHS
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_pipeline.statistics.hjalp.rules.lov_tekst import read_lov_tekst
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries.write import to_toml
from hjalp_tests.naive import fixed
from hjalp_tests.naive.codelists import approved
from hjalp_tests.naive.quarter import run_quarter
from hjalp_tests.naive.result import Loan, QuarterResult
from hjalp_tests.naive.tables import Key, Tables, primary, release_loans, tables
from hjalp_tests.production.compare_genhjalp import genhjalp, genhjalp_g

GREN = {"indberetter": "INDBERETTER", "bopael": "BOPAEL", "ingen_bopael": "UDEN_BOPAEL"}
DELIVERED = (
    "komnr_indberetter",
    "komnr_betaling",
    "udlaan_id",
    "pnr",
    "hminr",
    "hmiiso",
    "hminavn",
    "udleveringsdato",
    "indleveringsdato_leveret",
    "lov_tekst",
    "system",
)
DERIVED = (
    "indleveringsdato",
    "rettet",
    "doddato",
    "udgaar_fra_aar",
    "lov_navn",
    "lov_navn_opret",
    "komnr_statbank",
    "gren",
    "koen",
    "foed_dato",
)
#: Releases hide what is small and nothing else. False once secondary suppression hides more: then a cell may be hidden
#: that the second opinion shows, never the other way round, and what is shown is still the same.
PRIMARY_ONLY = False
LOAN = (*DELIVERED, *DERIVED, "record", "kvartal_leverance")


def read_text(text: str, usable: frozenset[str]) -> str | None:
    """The program's reading of a paragraph text: it has its own tests, and the second opinion's reads less."""
    return read_lov_tekst(text, frozenset(one for one in PARAGRAPHS if one.code in usable)).code


def difference(found: Iterable[Any], wanted: Iterable[Any]) -> dict[str, list[Any]]:
    """Rows that one side has more of; empty when both hold the same rows."""
    left, right = Counter(found), Counter(wanted)
    missing, extra = list((right - left).elements()), list((left - right).elements())
    return {"missing": missing[:5], "extra": extra[:5]} if missing or extra else {}


def program_loans(lake: Lake, kvartal: str) -> list[tuple[Any, ...]]:
    """Every loan inside the statistic with all derived columns, named and written as in the second opinion (`LOAN`)."""
    rows = []
    for komnr, entry in lake.kommuner_of(kvartal).items():
        raw = lake.raw(kvartal, komnr)
        assert raw is not None
        kvartaler = [part.kvartal for part in raw.deliveries for _ in range(part.rows)]
        places = pl.read_parquet(lake.file(entry.files["kommune_assigned/udlaan"]))["raekke"].to_list()
        delivered = pl.read_parquet(lake.file(entry.raw_file), columns=["indleveringsdato"])
        dates = delivered["indleveringsdato"].to_list()
        for place, row in zip(places, whole_rows(lake, entry).to_dicts(), strict=True):
            row |= {
                "komnr_indberetter": komnr,
                "pnr": row["pnr_tekst"] if row["pnr"] is None else f"{row['pnr']:010d}",
                "indleveringsdato_leveret": dates[place],
                "rettet": row["rettelse"],
                "gren": row["kommune_kilde"],
                "record": row["post"],
                "kvartal_leverance": kvartaler[place],
            }
            rows.append(tuple(row[name] for name in LOAN))
    return rows


def naive_loans(loans: list[Loan]) -> list[tuple[Any, ...]]:
    """The same of the second opinion."""
    return [tuple({**loan, "gren": GREN[loan["gren"]]}[name] for name in LOAN) for loan in loans]


def naive_ledger(result: QuarterResult) -> dict[tuple[str, str, str | None], int]:
    """The ledger without reasons that removed nothing."""
    return {key: rows for key, rows in result.ledger.items() if rows or key[2] is None}


def run_and_compare(root: DataRoot, kvartal: str) -> dict[str, Any]:
    """Run a quarter and compare verdicts, ledger and loans."""
    raw = refresh_raw(root, kvartal)
    done = refresh_quarter(root, kvartal)
    assert not done.chain.broken
    result = run_quarter(root.path, kvartal, read_text=read_text)
    own = [one for one in raw.deliveries if one.file.folder == kvartal]
    verdicts = {one.file.filename: (one.verdict.status, one.verdict.code) for one in own}
    wanted = {name: (report.status, report.code) for name, report in result.deliveries.items()}
    ledger = {(komnr, step, reason): rows for _, komnr, step, reason, rows in done.ledger.iter_rows()}
    filled, unknown = (
        dict(remarks.filter(pl.col("code") == code).select("komnr_indberetter", "rows").iter_rows())
        for remarks in [remark_frame(STATISTIC, kvartal, done.chain.entries)]
        for code in ("UDFYLDT_LOV", "LOV_NAVN_UKENDT")
    )
    codes = ((loan["komnr_indberetter"], (loan["lov_navn"] or "").strip()) for loan in result.loans)
    naive_unknown = Counter(komnr for komnr, code in codes if code and code not in fixed.PARAGRAPH_FROM)
    in_force = {komnr: [one.filename for one in part.deliveries] for komnr, part in raw.partitions.items()}
    naive_in_force = {komnr: [report.path.name for report in chosen] for komnr, chosen in result.in_force.items()}
    found = {
        "verdicts": difference(verdicts.items(), wanted.items()),
        "in force": {} if in_force == naive_in_force else {"found": in_force, "wanted": naive_in_force},
        "ledger": difference(ledger.items(), naive_ledger(result).items()),
        "filled": difference(filled.items(), ((komnr, n) for komnr, n in result.udfyldt_lov.items() if n)),
        "unknown codes": difference(unknown.items(), naive_unknown.items()),
        "loans": difference(program_loans(Lake(root), kvartal), naive_loans(result.loans)),
    }
    return {name: what for name, what in found.items() if what}


def make_possible_release(root: DataRoot, name: str) -> Release | None:
    """Make a release; approvals of kommuner that the gate refuses (no data) are taken out first, then years without any
    kommune; partial ones get their reason. None when no year is left; later ones then need no protection against it.
    """
    path = root.releases / f"{name}.toml"
    definition = tomllib.loads(path.read_text(encoding="utf-8"))
    standing = [other for other in definition["protect_against"] if (root.releases / other).is_dir()]
    path.write_text(to_toml(definition | {"protect_against": standing}), encoding="utf-8")
    while True:
        try:
            return make_release(root, name, documents=DOCUMENTS)
        except ReleaseRefused as refused:
            reasons = refused.reasons
        nobody = {int(aar) for reason in reasons for aar in re.findall(r"^nobody takes part in ([0-9]{4}):", reason)}
        without, partial = (
            {komnr for reason in reasons if words in reason for komnr in re.findall(r"\b([0-9]{3}) [A-ZÆØÅ]", reason)}
            for words in (": takes part, but ", ": partial, ")
        )
        known = (": takes part, but ", ": partial, ")
        assert nobody or all(any(words in reason for words in known) for reason in reasons), reasons
        if nobody:
            definition = tomllib.loads(path.read_text(encoding="utf-8"))
            assert nobody == {
                aar
                for aar in definition["reference_years"]
                if not approved(root.path, aar, definition["approvals_until"]) & set(fixed.KOMNR)
            }
            definition["reference_years"] = [aar for aar in definition["reference_years"] if aar not in nobody]
            path.write_text(to_toml(definition), encoding="utf-8")
            if not definition["reference_years"]:
                return None
        else:
            if partial:
                _explain(path, partial)
            for decided in root.approvals.glob("*.csv"):
                lines = decided.read_text(encoding="utf-8").splitlines(keepends=True)
                kept = (line for line in lines if line.split(";")[2] not in without)
                decided.write_text("".join(kept), encoding="utf-8")


def _explain(path: Path, kommuner: Iterable[str]) -> None:
    """Give the release definition a reason for each partial kommune."""
    definition = tomllib.loads(path.read_text(encoding="utf-8"))
    definition["partial"] = {**definition.get("partial", {}), **dict.fromkeys(kommuner, "depotet er lukket")}
    path.write_text(to_toml(definition), encoding="utf-8")


def compare_release(root: DataRoot, release: Release) -> dict[str, Any]:
    """The tables cell by cell with primary suppression, GENHJALP (no loan issued after the last year) and GENHJALP_G."""
    definition = tomllib.loads((root.releases / f"{release.name}.toml").read_text(encoding="utf-8"))
    found = _compare_tables(root, release, definition)
    loans = release_loans(root.path, definition, read_text)
    last = definition["reference_years"][-1]
    inside = [
        loan
        for loan in loans
        if (loan["udgaar_fra_aar"] is None or loan["udgaar_fra_aar"] > last) and loan["udleveringsdato"].year <= last
    ]
    micro = pl.read_parquet(release.path / "microdata" / "GENHJALP.parquet")
    assert micro.columns == sorted(micro.columns)
    assert len(micro.columns) == 19
    found["GENHJALP"] = difference(micro.iter_rows(), [genhjalp(loan, last, release.name) for loan in inside])
    for aar in definition["reference_years"]:
        frame = pl.read_parquet(release.path / "microdata" / f"GENHJALP_G{aar}.parquet")
        wanted = genhjalp_g(root, aar, definition["approvals_until"], inside)
        found[f"GENHJALP_G{aar}"] = difference(
            frame.select("KOMNR_STATBANK", "GODKENDT", "^GODKENDT_KVT_.*$").iter_rows(), wanted
        )
    return {name: what for name, what in found.items() if what}


def _compare_tables(root: DataRoot, release: Release, definition: dict[str, Any]) -> dict[str, Any]:
    figures = tables(root.path, definition, read_text)
    hidden = primary(figures)
    found = {}
    for name, cells in figures.items():
        wanted = {
            key: ".." if key in hidden[name] else sign(figures, key) if value is None else str(value).replace(".", ",")
            for key, value in cells.items()
        }
        published = read_table(release.path / f"{name}.csv")
        if not PRIMARY_ONLY:
            assert set(published) == set(wanted)
            wanted |= {key: ".." for key, shown in published.items() if shown == ".."}
        found[name] = difference(published.items(), wanted.items())
    return found


def sign(figures: Tables, key: Key) -> str:
    """Why a cell has no value: its kommune does not take part, or there is no population."""
    return "..." if figures["HJALP1"][key[0], key[-1]] is None else "."


def read_table(path: Path) -> dict[tuple[Any, ...], str]:
    """A published table: code cells (year as a number) -> what stands there."""
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n")
    header, *rows = csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=";")
    assert [header[0], *header[-2:]] == ["KOMMUNEDK", "TID", "INDHOLD"]
    assert header[1:-2] in ([], ["KONAMS", "ALERAMS"], ["ISOKLASSE", "ENHED"], ["ISOUNDER", "LOVNAVN", "ENHED"])
    cells: dict[tuple[Any, ...], str] = {(*row[:-2], int(row[-2])): row[-1] for row in rows}
    assert len(cells) == len(rows)
    return cells
