"""The made-up country of the benchmark: made once, and its quarter as csv files alone.

The scripts we compare with read csv. So that all read the same bytes, the few deliveries that come as xml or xlsx are
written as csv, each in file order without its bad records, and ``systems.csv`` says csv of their systems.
"""

import csv
import os
import shutil
from pathlib import Path

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.delivery.intake import read_delivery
from hjalp_pipeline.delivery.names import parse_name
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_pipeline.storage.registers import extracts
from hjalp_pipeline.storage.root import DataRoot

#: The quarter measured: all kommuner deliver, some left a system and it is carried forward.
QUARTER = "2025K1"
#: The release measured, a first one: nothing earlier to protect against.
RELEASE = "2024v1"


def make(folder: Path, scale: float) -> DataRoot:
    """The country as ``hjalp synth`` writes it, in ``folder/made``; nothing when it is there already."""
    made = DataRoot(folder / "made")
    if not made.inbox.is_dir():
        from hjalp_pipeline.terminal.demo import synthesise  # noqa: PLC0415 (minutes; rarely wanted)

        if synthesise(made, scale=scale, seed=1):
            raise RuntimeError("the made-up country could not be written")
    return made


def as_csv(made: DataRoot, folder: Path) -> DataRoot:
    """A data root with the quarter's inputs alone, every delivery as csv; nothing when it is there already."""
    root = DataRoot(folder / "root")
    if (root.path / "ready").exists():
        return root
    shutil.rmtree(root.path, ignore_errors=True)
    shutil.copytree(made.codelists, root.codelists)
    shutil.copytree(made.approvals, root.approvals)
    encodings = _systems_as_csv(root.codelists / "systems.csv")
    extract = extracts(made)[0]
    _link_all(made.registers / extract, root.registers / extract)
    root.releases.mkdir(parents=True)
    shutil.copyfile(made.releases / f"{RELEASE}.toml", root.releases / f"{RELEASE}.toml")
    for place in sorted(made.inbox.iterdir()):
        if place.name < QUARTER:
            # Of earlier quarters only what a carried-forward system left: whole years would only cost disk.
            keep = [path for path in place.iterdir() if _carried(path, encodings)]
        elif place.name == QUARTER:
            keep = list(place.iterdir())
        else:
            continue
        for path in sorted(keep):
            _copy(path, root.inbox / place.name, encodings)
    (root.path / "ready").touch()
    return root


def _systems_as_csv(path: Path) -> dict[tuple[str, str], tuple[str, bool]]:
    """Rewrite systems.csv; returns encoding of each (komnr, system) and whether it was left with data carried forward."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    for row in rows:
        if row["format"] != "csv":
            row["format"], row["encoding"] = "csv", "utf-8"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return {(row["komnr"], row["system"]): (row["encoding"], row["carry_forward"] == "yes") for row in rows}


def _carried(path: Path, encodings: dict[tuple[str, str], tuple[str, bool]]) -> bool:
    name = parse_name(path.parent.name, path.name)
    return name is not None and encodings.get((name.komnr, name.system), ("", False))[1]


def _copy(path: Path, target: Path, encodings: dict[tuple[str, str], tuple[str, bool]]) -> None:
    """Link a csv delivery, write an accepted xml or xlsx as csv; what would be rejected is linked as it is."""
    target.mkdir(parents=True, exist_ok=True)
    name = parse_name(path.parent.name, path.name)
    if name is None or name.format == "csv" or (name.komnr, name.system) not in encodings:
        _link(path, target / path.name)
        return
    frame = read_delivery(path, name, "utf-8", LAYOUTS).frame
    if frame is None:
        _link(path, target / path.name)
        return
    import polars as pl  # noqa: PLC0415

    pnr = pl.coalesce(pl.col("pnr").cast(pl.String).str.zfill(10), "pnr_tekst")
    text = frame.with_columns(pnr=pnr, komnr_indberetter=pl.lit(name.komnr)).select(LAYOUTS.first.names)
    with (target / path.name).with_suffix(".csv").open("wb") as file:
        text.write_csv(file, separator=";")
        file.write(f"SLUT;{text.height}\n".encode())


def _link(source: Path, target: Path) -> None:
    """A hard link, or a copy on another file system."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _link_all(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for path in source.iterdir():
        _link(path, target / path.name)


def wipe(root: DataRoot, *, prepared: bool) -> None:
    """Remove everything a run has made; with ``prepared`` the register extract stays prepared."""
    for path in (root.dagster_home, root.receipts):
        shutil.rmtree(path, ignore_errors=True)
    root.catalog.unlink(missing_ok=True)
    if root.lake.is_dir():
        for path in root.lake.iterdir():
            if not (prepared and path.name == "registers"):
                shutil.rmtree(path, ignore_errors=True)
    unpublish(root)


def unpublish(root: DataRoot) -> None:
    """Forget the release, so that it is made and not compared with what stands."""
    shutil.rmtree(root.releases / RELEASE, ignore_errors=True)
    shutil.rmtree(root.lake / "udgivelser", ignore_errors=True)


def average_kommune(root: DataRoot) -> Path:
    """The delivery of the quarter whose size is nearest the mean: what a re-delivery costs on average."""
    files = [path for path in (root.inbox / QUARTER).glob("*.csv") if parse_name(QUARTER, path.name) is not None]
    mean = sum(path.stat().st_size for path in files) / 98
    return min(files, key=lambda path: (abs(path.stat().st_size - mean), path.name))


def redeliver(delivery: Path, nr: int) -> Path:
    """The same kommune delivers once more, ``nr`` minutes later, one loan fewer; returns the new file."""
    stem, _, received = delivery.stem.rpartition("_")
    day = f"{Kvartal.parse(QUARTER).deadline:%Y%m%d}"
    target = delivery.with_name(f"{stem}_{max(received[:8], day)}T23{nr:02d}00.csv")
    lines = delivery.read_bytes().splitlines(keepends=True)
    count = int(lines[-1].strip().split(b";")[1])
    target.write_bytes(b"".join([*lines[: -1 - nr], b"SLUT;%d\n" % (count - nr)]))
    return target
