"""The program and the second opinion on services side by side: a month's ledger, a release's tables, masks and microdata.

Each function gives what differs, empty when nothing does.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.production.quarter.quarter_run import refresh_quarter, remark_frame
from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.production.release.making import Release, make_release
from hjalp_pipeline.production.release.release_inputs import ReleaseRefused, collect_inputs
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries.write import to_toml
from hjalp_tests.naive_hand import all_figures, make_hand_release, microdata, run_month
from hjalp_tests.naive_hand.figures import Key, Tables
from hjalp_tests.naive_hand.month_result import MonthResult
from hjalp_tests.naive_hand.must_hide import (
    Earlier,
    Index,
    Masks,
    blocks,
    hidden_of_groups,
    hidden_of_years,
    least_of_linked,
)
from hjalp_tests.naive_hand.release import MICRODATA, HandRelease

CODES = {
    **{table: ["OMRADE", "YDELSESTYPE"] for table in ("HAND01", "HAND05", "HAND06", "HAND07")},
    "HAND02A": ["YDELSESTYPE", "ALDER", "KON"],
    "HAND03A": ["YDELSESTYPE", "MLGRP"],
}
"""Table -> its columns before TID and INDHOLD."""
REMARKS = {"RETTET_DOED": "RETTET_DOED", "UDFYLDT_YDELSE": "UDFYLDT"}
HIDDEN = ".."


def differing(found: Iterable[Any], wanted: Iterable[Any]) -> dict[str, list[Any]]:
    """Things that one side has more of; empty when both hold the same."""
    left, right = Counter(found), Counter(wanted)
    missing, extra = list((right - left).elements()), list((left - right).elements())
    return {"missing": missing[:5], "extra": extra[:5]} if missing or extra else {}


def _told(what: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in what.items() if one}


def run_and_compare_month(root: DataRoot, month: str) -> dict[str, Any]:
    """Run a month and compare verdicts, deliveries in force, ledger and remarks."""
    raw, done = refresh_raw(root, month), refresh_quarter(root, month)
    assert not done.chain.broken
    result = run_month(root.path, month)
    own = [one for one in raw.deliveries if one.file.folder == month]
    verdicts = {one.file.filename: (one.verdict.status, one.verdict.code) for one in own}
    wanted = {name: (report.status, report.code) for name, report in result.deliveries.items()}
    findings = {
        one.file.filename: (one.verdict.records, one.verdict.bad_records) for one in own if one.verdict.code is None
    }
    naive_findings = {
        name: (report.records, report.bad_records) for name, report in result.deliveries.items() if report.code is None
    }
    in_force = {komnr: [one.filename for one in part.deliveries] for komnr, part in raw.partitions.items()}
    naive_in_force = {komnr: [report.path.name for report in chosen] for komnr, chosen in result.in_force.items()}
    counted: Counter[tuple[str, str]] = Counter()
    frame = remark_frame(root.declared, month, done.chain.entries)
    for komnr, code, rows in frame.select("komnr_indberetter", "code", "rows").iter_rows():
        if code in REMARKS:
            counted[komnr, REMARKS[code]] += rows
    return _told(
        {
            "verdicts": differing(verdicts.items(), wanted.items()),
            "records": differing(findings.items(), naive_findings.items()),
            "in force": {} if in_force == naive_in_force else {"found": in_force, "wanted": naive_in_force},
            "ledger": differing(program_ledger(root, done.ledger), naive_ledger(result)),
            "remarks": differing((+counted).items(), result.remarks.items()),
        }
    )


def program_ledger(root: DataRoot, ledger: pl.DataFrame) -> list[tuple[str, str | None, int]]:
    """Kommune, reason and rows without steps; reason None: kept by the last step."""
    last = root.declared.rulebook.steps[-1]
    found: Counter[tuple[str, str | None]] = Counter()
    for _, komnr, step, reason, rows in ledger.iter_rows():
        if (reason is not None and rows) or (reason is None and step == last):
            found[komnr, reason] += rows
    return [(*key, rows) for key, rows in found.items()]


def naive_ledger(result: MonthResult) -> list[tuple[str, str | None, int]]:
    """The same of the second opinion."""
    return [(komnr, reason, rows) for komnr in result.in_force for reason, rows in result.reasons(komnr).items()]


def definition_of(root: DataRoot, name: str) -> dict[str, Any]:
    """A release's definition as it is written."""
    return tomllib.loads((root.releases / f"{name}.toml").read_text(encoding="utf-8"))


def make_possible_release(root: DataRoot, name: str) -> Release | None:
    """Make a release; approvals of kommuner that the gate refuses (no data) are taken out first, partial ones get their
    reason. None when nobody takes part. Earlier releases that could not be made are not named any more.
    """
    path = root.releases / f"{name}.toml"
    definition = definition_of(root, name)
    standing = [other for other in definition["protect_against"] if (root.releases / other).is_dir()]
    definition["protect_against"] = standing
    if definition.get("archive") not in standing:
        definition = {key: value for key, value in definition.items() if not key.startswith("archive")}
    path.write_text(to_toml(definition), encoding="utf-8")
    while True:
        try:
            return make_release(root, name)
        except ReleaseRefused as refused:
            reasons = refused.reasons
        naive = make_hand_release(root.path, name, definition)
        if all("nobody takes part" in reason for reason in reasons):
            assert not naive.taking_part
            return None
        without, partial = (
            {komnr for reason in reasons if words in reason for komnr in re.findall(r"\b([0-9]{3}) [A-ZÆØÅ]", reason)}
            for words in (": takes part, but ", ": partial, ")
        )
        assert all(": takes part, but " in reason or ": partial, " in reason for reason in reasons), reasons
        assert without <= naive.refused | {"190"}
        if partial:
            definition["partial"] = definition.get("partial", {}) | dict.fromkeys(sorted(partial), "Depotet er lukket.")
            path.write_text(to_toml(definition), encoding="utf-8")
        for decided in root.approvals.glob("*.csv"):
            lines = decided.read_text(encoding="utf-8").splitlines(keepends=True)
            decided.write_text("".join(line for line in lines if line.split(";")[2] not in without), encoding="utf-8")


def published(path: Path, table: str) -> dict[Key, str]:
    """A published table: code cells -> what stands there."""
    content = (path / f"{table}.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n")
    header, *rows = csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=";")
    assert header == [*CODES[table], "TID", "INDHOLD"]
    cells = {tuple(row[:-1]): row[-1] for row in rows}
    assert len(cells) == len(rows)
    return cells


def compare_release(
    root: DataRoot, release: Release, naive: HandRelease, earlier: Sequence[Earlier]
) -> tuple[dict[str, Any], Earlier]:
    """Tables, masks, microdata and the manifest's rows; and the release as an earlier one of the next."""
    tables = all_figures(naive)
    shown = {table: published(release.path, table) for table in tables}
    masks = {table: {key for key, text in cells.items() if text == HIDDEN} for table, cells in shown.items()}
    found: dict[str, Any] = {}
    for table, cells in tables.items():
        wanted = {key: HIDDEN if key in masks[table] else figure.shown for key, figure in cells.items()}
        found[table] = differing(shown[table].items(), wanted.items())
        found[f"{table}, no figures"] = [key for key in masks[table] if key in cells and not cells[key].counted][:5]
    found |= compare_masks(naive, tables, masks, earlier)
    found |= compare_microdata(release.path / "microdata", naive)
    found["manifest"] = compare_manifest(release.manifest.rows, naive)
    found["beside the archive"] = compare_archive(root, release.path.name, naive)
    return _told(found), Earlier(naive, tables, masks)


def compare_masks(naive: HandRelease, tables: Tables, masks: Masks, earlier: Sequence[Earlier]) -> dict[str, Any]:
    """What should be hidden and is not; for tables that follow from others also what is hidden without a reason."""
    least = least_of_linked(tables, naive, earlier)
    hidden = masks["HAND07"]
    return {
        "HAND07 shows": sorted(least["HAND07"] - hidden)[:5],
        "HAND02A shows": sorted(least["HAND02A"] - masks["HAND02A"])[:5],
        "HAND01 as HAND07": sorted(masks["HAND01"] ^ hidden)[:5],
        "HAND06 as HAND07": sorted(masks["HAND06"] ^ hidden)[:5],
        "HAND05": sorted(masks["HAND05"] ^ hidden_of_years(tables, hidden))[:5],
        "HAND03A": faults_of_groups(tables, masks, earlier)[:5],
    }


def faults_of_groups(tables: Tables, masks: Masks, earlier: Sequence[Earlier]) -> list[Any]:
    """HAND03A: without an earlier release exactly what the rule says; else nothing less, and never one figure alone."""
    least, hidden = hidden_of_groups(tables, masks["HAND07"], earlier), masks["HAND03A"]
    if not earlier:
        return sorted(least ^ hidden)
    index, faults = Index(tables), []
    of_code = Counter((code, time) for _, code, time in masks["HAND07"])
    for code, time in blocks(tables):
        cells = index.of("HAND03A", code, time)
        away = cells.keys() & hidden
        if of_code[code, time] + len(away) == 1 and any(cells[key].persons for key in cells.keys() - away):
            faults.append((code, time, "one figure alone is hidden"))
    kept = {key for before in earlier for key in kept_of_groups(index, before)}
    few = {key for key, one in tables["HAND03A"].items() if one.counted and one.persons in (1, 2)}
    return faults + sorted((few | kept) - hidden)


def kept_of_groups(index: Index, before: Earlier) -> set[Key]:
    """What an earlier release hid of HAND03A where the figures stand."""
    old = Index(before.tables)
    return {
        key
        for key in before.masks["HAND03A"]
        if (now := index.of("HAND03A", key[0], key[-1]))
        and now == old.of("HAND03A", key[0], key[-1])
        and index.of("HAND01", key[0], key[-1]) == old.of("HAND01", key[0], key[-1])
    }


def compare_microdata(folder: Path, naive: HandRelease) -> dict[str, Any]:
    """HANDIC with the codes that HANDICM holds for each row; the keys number the rows that have any, in the file's order."""
    rows = pl.read_parquet(folder / "HANDIC.parquet")
    targets = pl.read_parquet(folder / "HANDICM.parquet")
    codes: dict[Any, list[str]] = {}
    for key, code, version in targets.select("MAAL_KEY", "MAALGRUPPE", "VERSION").iter_rows():
        assert version == naive.name
        codes.setdefault(key, []).append(code)
    keys = [key for key in rows["MAAL_KEY"].to_list() if key is not None]
    made = []
    for key, *values in rows.select("MAAL_KEY", *MICRODATA).iter_rows():
        texts = [value if value is None or not isinstance(value, int) else str(value) for value in values]
        made.append((*texts, tuple(sorted(codes.get(key, [])))))
    return {
        "HANDIC": differing(made, microdata(naive)),
        "columns": differing(rows.columns, (*MICRODATA, "MAAL_KEY")),
        "MAAL_KEY": differing(keys, range(1, len(keys) + 1)) or differing(list(codes), keys),
    }


def compare_archive(root: DataRoot, name: str, naive: HandRelease) -> dict[str, Any]:
    """Kommuner that are remarked because they deliver another number of old rows than the archive has (H8)."""
    if "archive" not in definition_of(root, name):
        return {}
    inputs = collect_inputs(root, read_definition(root, name))
    assert inputs.archived is not None
    return differing(inputs.archived.differing.items(), naive.differs.items())


def compare_manifest(rows: dict[str, dict[str, int]], naive: HandRelease) -> dict[str, Any]:
    """The release's ledger, all kommuner together: rows removed by reason, rows of the microdata, what the archive lost."""
    wanted: Counter[str] = Counter()
    for komnr in naive.month.in_force:
        wanted.update({reason: n for reason, n in naive.reasons(komnr).items() if reason is not None})
    wanted["arkiv_erstattet"] = naive.replaced
    wanted["arkiv_ukendt_person"] = sum(naive.gone.values())
    made: Counter[str] = Counter()
    for counts in rows.values():
        made.update({reason: n for reason, n in counts.items() if reason != "kept"})
    kept = (rows["microdata"]["kept"], len(naive.services))
    return differing((+made).items(), (+wanted).items()) | ({"kept": kept} if kept[0] != kept[1] else {})
