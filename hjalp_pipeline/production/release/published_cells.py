"""What every release shows, a row a cell, for the analysts' database: from the published files, never from what is behind them.

A release whose files are not as they were published is left out and said, as in every other place.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from hjalp_pipeline.production.release.manifest import Manifest, ManifestError, known_manifest
from hjalp_pipeline.production.release.published_tables import symbols_of
from hjalp_pipeline.production.release.standing import MANIFEST, release_faults
from hjalp_pipeline.publishing.definition import is_release_name
from hjalp_pipeline.publishing.statbank import HIDDEN, NO_FIGURE
from hjalp_pipeline.rules.rule import StateColumn, schema_of
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.table_spec import TIME, TableSpec

#: The first release in which the three signs stand for three reasons was made by this version.
_THREE_SIGNS = (0, 4)
_ONE_SIGN_DA = "Diskretioneret, deltager ikke eller ingen befolkning (før version 0.4.0 stod .. for alle tre)"
_ONE_SIGN_EN = "Confidential, does not take part or no population (before version 0.4.0 .. stood for all three)"
_RELEASE = StateColumn("udgivelse", pl.String, "Udgivelsen")
_PUBLISH_AT = StateColumn(
    "publish_at", pl.String, "Hvornår udgivelsen er eller bliver offentlig; før da er den fortrolig"
)
#: Not kept in any file: whoever asks is told what holds then.
PUBLISHED = {"published": "Om udgivelsen er offentlig på det tidspunkt, der spørges"}

RELEASES = (
    _RELEASE,
    _PUBLISH_AT,
    StateColumn("registers", pl.String, "Registerudtrækket, den er lavet med"),
    StateColumn("program", pl.String, "Programmets version"),
    StateColumn("fault", pl.String, "Hvorfor dens tal ikke er med her, tom = de er med"),
)


def columns_of(spec: TableSpec) -> tuple[StateColumn, ...]:
    """Of a table as releases show it: release, codes as published with their texts, figure or the sign in its place, and why."""
    codes = []
    for dimension in spec.dimensions:
        codes.append(StateColumn(dimension.column, pl.String, dimension.description))
        codes.append(StateColumn(f"{dimension.column}_tekst", pl.String, f"{dimension.variable.text.da} i ord"))
    figure = f"{spec.texts.contents.da} ({spec.texts.units.da.lower()}), tom = der vises et tegn"
    signs = "; ".join(f"{symbol.sign} {symbol.text.da.lower()}" for symbol in symbols_of(spec))
    return (
        _RELEASE,
        _PUBLISH_AT,
        *codes,
        StateColumn(TIME, spec.time.kind, spec.time.description),
        StateColumn("indhold", pl.Decimal(18, spec.decimals) if spec.decimals else pl.Int64(), figure),
        StateColumn("sign", pl.String, f"Tegnet i stedet for et tal: {signs}"),
        StateColumn("skjult", pl.Boolean, "Om cellen er diskretioneret, tom = det kan ikke ses (før version 0.4.0)"),
        StateColumn("reason", pl.String, "Hvorfor der ikke vises et tal"),
        StateColumn("reason_en", pl.String, "Det samme på engelsk"),
    )


def revision_columns(statistic: Statistic) -> tuple[StateColumn, ...]:
    """Of the cells that a release changed: before and after as they were shown, and the cause."""
    dimensions = [
        StateColumn(one.column, pl.String, f"{one.description}; tom = tabellen har den ikke")
        for one in statistic.dimensions
    ]
    time = statistic.tables[0].time  # of one kind in all of them
    return (
        _RELEASE,
        _PUBLISH_AT,
        StateColumn("tabel", pl.String, "Tabellen"),
        *dimensions,
        StateColumn(TIME, time.kind, time.description),
        StateColumn("before", pl.String, "Hvad forrige udgivelse viste: tal eller tegn"),
        StateColumn("after", pl.String, "Hvad udgivelsen viser"),
        StateColumn("cause", pl.String, "Hvorfor, som udgivelsen siger det"),
    )


@dataclass(eq=False)
class Shown:
    """What releases show: the releases themselves, a frame by table, what they changed, and why which are left out."""

    releases: pl.DataFrame
    tables: dict[str, pl.DataFrame]
    revision: pl.DataFrame
    faults: dict[str, str] = field(default_factory=dict)


def release_names(root: DataRoot) -> list[str]:
    """Releases that have a folder, in the order of their names."""
    names = [path.name for path in root.releases.glob("*/") if is_release_name(path.name)]
    return sorted(names, key=lambda name: [int(part) for part in name.split("v")])


def shown_by_releases(root: DataRoot) -> Shown:
    """Everything the releases below a data root show. A file is read to see whether it stands as published once."""
    statistic, lake = root.declared, Lake(root)
    specs = statistic.tables
    cells = {spec.name: [schema_of(columns_of(spec)).to_frame()] for spec in specs}
    changes = [schema_of(revision_columns(statistic)).to_frame()]
    rows, faults = [], {}
    for name in release_names(root):
        manifest, fault = _manifest(root, name)
        found = [fault] if fault else release_faults(root, name, lambda path: lake.hashes.digest(root.name(path), path))
        if not found:
            try:
                of_release = {spec.name: _cells(root, name, manifest, spec) for spec in specs}
                changed = list(_changes(root, name, manifest, statistic))
            except (pl.exceptions.PolarsError, OSError, ValueError) as reason:
                found = [f"releases/{name} cannot be shown ({type(reason).__name__})"]
            else:
                for table, frame in of_release.items():
                    cells[table] += [] if frame is None else [frame]
                changes += changed
        if found:
            faults[name] = found[0]
        registers = manifest.pins.registers if manifest.pins else None
        version = manifest.program.version if manifest.program else None
        rows.append((name, manifest.publish_at or None, registers, version, found[0] if found else None))
    lake.hashes.save()
    releases = pl.DataFrame(rows, schema=schema_of(RELEASES), orient="row")
    return Shown(releases, {table: pl.concat(frames) for table, frames in cells.items()}, pl.concat(changes), faults)


def _manifest(root: DataRoot, release: str) -> tuple[Manifest, str | None]:
    """What a release says of itself; empty, and why, when that cannot be read."""
    try:
        manifest = known_manifest(root, release) or Manifest()
    except ManifestError as fault:
        return Manifest(), str(fault)
    return manifest, None if manifest.publish_at else f"releases/{release}/{MANIFEST} does not say when it is published"


def _published(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, separator=";", infer_schema=False, glob=False)


def _cells(root: DataRoot, release: str, manifest: Manifest, spec: TableSpec) -> pl.DataFrame | None:
    """A table of a release; None when it was declared later."""
    path = root.releases / release / spec.csv
    if not path.is_file():
        return None
    frame = _published(path)
    schema, figure, sign = schema_of(columns_of(spec)), pl.col("INDHOLD"), pl.col("sign")
    texts = {
        f"{one.column}_tekst": pl.col(one.column.upper()).replace_strict(
            {value.code: value.text.da for value in one.variable.values}, default=None, return_dtype=pl.String
        )
        for one in spec.dimensions
    }
    reasons = {symbol.sign: symbol.text for symbol in symbols_of(spec)}
    one_sign = _version(manifest) < _THREE_SIGNS
    frame = frame.with_columns(sign=pl.when(figure.is_in(NO_FIGURE)).then(figure)).with_columns(
        *(text.alias(name) for name, text in texts.items()),
        *(pl.col(key.upper()).alias(key) for key in spec.codes),
        pl.col(TIME.upper()).cast(spec.time.kind).alias(TIME),
        udgivelse=pl.lit(release),
        publish_at=pl.lit(manifest.publish_at),
        indhold=pl.when(sign.is_null()).then(figure).str.replace(",", ".", literal=True).cast(schema["indhold"]),
        skjult=pl.when(sign.is_null() | pl.lit(not one_sign)).then(sign.eq_missing(HIDDEN)),
        reason=_reason(sign, {of: text.da for of, text in reasons.items()}, _ONE_SIGN_DA if one_sign else None),
        reason_en=_reason(sign, {of: text.en for of, text in reasons.items()}, _ONE_SIGN_EN if one_sign else None),
    )
    return frame.select(schema.names())


def _reason(sign: pl.Expr, texts: dict[str, str], of_all: str | None) -> pl.Expr:
    if of_all:
        return pl.when(sign.is_not_null()).then(pl.lit(of_all))
    return sign.replace_strict(texts, default=None, return_dtype=pl.String)


def _version(manifest: Manifest) -> tuple[int, ...]:
    """Of the program that made a release; of an old one that did not tell, none."""
    numbers = manifest.program.version.split(".") if manifest.program else []
    return tuple(int(number) for number in numbers[:2] if number.isdecimal())


def _changes(root: DataRoot, release: str, manifest: Manifest, statistic: Statistic) -> Iterator[pl.DataFrame]:
    path = root.releases / release / "revision.csv"
    if not path.is_file():
        return
    # Tables under development stand in the files of their release alone.
    known = pl.col("table").is_in([spec.id for spec in statistic.tables])
    frame, schema = _published(path).filter(known), schema_of(revision_columns(statistic))
    own = {"udgivelse": pl.lit(release), "publish_at": pl.lit(manifest.publish_at), "tabel": pl.col("table")}
    held = {name: pl.col(name.upper()) for name in schema if name.upper() in frame.columns}
    held |= {name: pl.col(name) for name in ("before", "after", "cause")}
    yield frame.select((own | held).get(name, pl.lit(None)).cast(kind).alias(name) for name, kind in schema.items())
