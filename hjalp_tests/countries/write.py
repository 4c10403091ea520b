"""Writes a `Country` as a data root."""

from __future__ import annotations

import csv
import datetime as dt
import io
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from hjalp_tests.countries.model import Country, Delivery, Extract
from hjalp_tests.naive.fixed import KOMNR

FIELDS = (
    "udlaan_id",
    "komnr_indberetter",
    "komnr_betaling",
    "pnr",
    "hminr",
    "hmiiso",
    "hminavn",
    "udleveringsdato",
    "indleveringsdato",
    "lov_navn",
    "lov_tekst",
)
CSV_FLAWS = ("no_slut", "wrong_count", "header", "empty", "no_records", "undecodable", "filename", "unknown_system")
XML_FLAWS = (
    "wrong_count",
    "empty",
    "no_records",
    "not_well_formed",
    "doctype",
    "attributes",
    "filename",
    "unknown_system",
)
SYSTEM_COLUMNS = ("komnr", "system", "leverandoer", "format", "encoding", "from_quarter", "to_quarter", "carry_forward")

PERSON = {"pnr": pl.String, "koen": pl.Int8, "foed_dag": pl.Date}
DOD = {"pnr": pl.String, "doddato": pl.Date}
BEFBOP = {"pnr": pl.String, "adresse_id": pl.String, "bop_vfra": pl.Date, "bop_vtil": pl.Date}
BEFADR = {"adresse_id": pl.String, "kom": pl.String, "adr_vfra": pl.Date, "adr_vtil": pl.Date}
FOLKETAL = {"aar": pl.Int32, "kom": pl.String, "koen": pl.Int8, "alder": pl.Int16, "antal": pl.Int64}


def write_country(root: Path, country: Country) -> None:
    """Write everything below `root` (made when it is not there)."""
    lists = root / "hjalp" / "codelists"
    systems = [
        [getattr(row, name, "Leverandør A/S") for name in SYSTEM_COLUMNS]  # the supplier's name decides nothing
        for row in country.systems
    ]
    write_list(lists / "systems.csv", SYSTEM_COLUMNS, systems)
    members = ("komnr_indberetter", "komnr_medlem", "from_date", "to_date")
    write_list(lists / "collaborations.csv", members, country.collaborations)
    write_list(lists / "extensions.csv", ("komnr", "quarter", "new_deadline", "reason"), country.extensions)
    for kvartal in country.kvartaler:
        (root / "hjalp" / "inbox" / kvartal).mkdir(parents=True, exist_ok=True)
    for delivery in country.deliveries:
        write_delivery(root, delivery)
    for name, extract in country.extracts.items():
        write_extract(root / "registers" / name, extract)
    (root / "hjalp" / "approvals").mkdir(parents=True, exist_ok=True)
    for name, rows in country.approvals.items():
        columns = ("decided_at", "aar", "komnr", "kind", "decision", "decided_by", "note")
        write_list(root / "hjalp" / "approvals" / name, columns, rows)
    (root / "hjalp" / "releases").mkdir(parents=True, exist_ok=True)
    for name, definition in country.releases.items():
        (root / "hjalp" / "releases" / f"{name}.toml").write_text(to_toml(definition), encoding="utf-8")


def write_list(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A `;` list with a header line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def delivery_path(root: Path, delivery: Delivery) -> Path:
    """Where the file goes; two flaws are in the name."""
    system = "ukendt" if delivery.flaw == "unknown_system" else delivery.system
    stem = f"{delivery.komnr}_{system}_{delivery.received}"
    if delivery.flaw == "filename":
        stem = stem.replace("T", "-")
    return root / "hjalp" / "inbox" / delivery.kvartal / f"{stem}.{delivery.format}"


def write_delivery(root: Path, delivery: Delivery) -> Path:
    """Write one file of the inbox, flawed as `delivery.flaw` says."""
    path = delivery_path(root, delivery)
    path.parent.mkdir(parents=True, exist_ok=True)
    if delivery.flaw == "empty":
        path.write_bytes(b"")
    elif delivery.format == "csv":
        path.write_bytes(csv_content(delivery))
    else:
        path.write_bytes(xml_content(delivery))
    return path


def csv_content(delivery: Delivery) -> bytes:
    """The delivery as csv."""
    records = [] if delivery.flaw == "no_records" else delivery.records
    columns = list(reversed(FIELDS)) if delivery.reverse_columns else list(FIELDS)
    header = [*columns[:-1], "ukendt_kolonne"] if delivery.flaw == "header" else columns
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n" if delivery.crlf else "\n")
    writer.writerow(header)
    for record in records:
        writer.writerow([record[name] if record[name] is not None else "" for name in columns])
    if delivery.flaw != "no_slut":
        writer.writerow(["SLUT", len(records) + (1 if delivery.flaw == "wrong_count" else 0)])
    windows = delivery.encoding == "windows-1252"
    content = text.getvalue().encode("cp1252" if windows else "utf-8")
    if delivery.flaw == "undecodable":  # 0x81 is nothing in Windows-1252 and no start of a character in UTF-8
        middle = content.index(b"SLUT")
        content = content[:middle] + b"\x81" + content[middle:]
    return b"\xef\xbb\xbf" + content if delivery.bom and not windows else content


def xml_content(delivery: Delivery) -> bytes:
    """The delivery as XML; empty fields are left out or empty by turns."""
    records = [] if delivery.flaw == "no_records" else delivery.records
    tree = ET.Element("leverance")
    tree.set("komnr", delivery.komnr)
    tree.set("kvartal", "2019K1" if delivery.flaw == "attributes" else delivery.kvartal)
    tree.set("system", "ukendt" if delivery.flaw == "unknown_system" else delivery.system)
    tree.set("antal", str(len(records) + (1 if delivery.flaw == "wrong_count" else 0)))
    for number, record in enumerate(records):
        udlaan = ET.SubElement(tree, "udlaan")
        for name in reversed(FIELDS) if delivery.reverse_columns else FIELDS:
            if record[name] is not None:
                ET.SubElement(udlaan, name).text = record[name]
            elif number % 2:
                ET.SubElement(udlaan, name)
    content: bytes = ET.tostring(tree, encoding="utf-8", xml_declaration=True)
    if delivery.flaw == "not_well_formed":
        content = content[: len(content) - 5]
    if delivery.flaw == "doctype":
        content = content.replace(b"?>", b"?><!DOCTYPE leverance>", 1)
    return content


def write_extract(folder: Path, extract: Extract) -> None:
    """Five Parquet files."""
    folder.mkdir(parents=True, exist_ok=True)
    write_register(folder, "person", extract.person, PERSON)
    write_register(folder, "dod", extract.dod, DOD)
    write_register(folder, "befbop", extract.befbop, BEFBOP)
    write_register(folder, "befadr", extract.befadr, BEFADR)
    whole_population(extract.folketal).write_parquet(folder / "folketal.parquet")


def whole_population(rows: Sequence[tuple[int, str, int, int, int]]) -> pl.DataFrame:
    """`folketal` of the years in rows (a cell may be named once): every other cell up to the highest age has a zero."""
    named = pl.DataFrame(rows, schema=FOLKETAL, orient="row")
    highest = (
        named.group_by("aar").agg(alder=pl.int_ranges(0, pl.col("alder").max() + 1, dtype=pl.Int16)).explode("alder")
    )
    komnr = pl.DataFrame({"kom": sorted({*KOMNR, *named["kom"]})})
    koen = pl.DataFrame({"koen": [1, 2]}, schema={"koen": pl.Int8})
    cells = highest.join(komnr, how="cross").join(koen, how="cross")
    found = cells.join(named, on=["aar", "kom", "koen", "alder"], how="left")
    return found.with_columns(pl.col("antal").fill_null(0)).select(*FOLKETAL).sort("aar", "kom", "koen", "alder")


def write_register(folder: Path, name: str, rows: Sequence[tuple[Any, ...]], schema: dict[str, Any]) -> None:
    """One register from rows in the order of the schema."""
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(folder / f"{name}.parquet")


def to_toml(definition: dict[str, Any]) -> str:
    """A release definition as TOML; tables (quarter_overrides) last."""

    def value(item: Any) -> str:
        if isinstance(item, str):
            return f'"{item}"'
        if isinstance(item, bool):
            return str(item).lower()
        if isinstance(item, dt.datetime):
            return item.isoformat()
        if isinstance(item, list):
            return "[" + ", ".join(value(part) for part in item) + "]"
        return str(item)

    lines = [f"{name} = {value(item)}" for name, item in definition.items() if not isinstance(item, dict)]
    for name, table in definition.items():
        if isinstance(table, dict):
            lines += [f"[{name}]", *(f"{key} = {value(item)}" for key, item in table.items())]
    return "\n".join(lines) + "\n"
