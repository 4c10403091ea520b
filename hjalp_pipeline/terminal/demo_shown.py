"""What a demo shows when it has played a statistic: who delivered, the ledger, each release, and where everything lies."""

from pathlib import Path

import polars as pl
from lxml import html
from rich.table import Table

from hjalp_pipeline.codelists.kommuner import HELE_LANDET
from hjalp_pipeline.production.release.published import verdict_path
from hjalp_pipeline.storage.entries import ReleaseVerdict, read_entry
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DEFAULT, DataRoot
from hjalp_pipeline.terminal.commands import show_ledger, show_taking_part
from hjalp_pipeline.terminal.gate_shown import show_deliveries
from hjalp_pipeline.terminal.printing import out


def show_played(root: DataRoot) -> None:
    """What a statistic's country came to, in the terminal."""
    lake = Lake(root)
    newest = lake.quarters()[-1]
    show_deliveries(root, newest)
    show_ledger(lake, newest)
    for release in sorted(path.parent.name for path in root.releases.glob("*/manifest.json")):
        if root.statistic == DEFAULT:
            _show_national(root.releases / release)
        show_taking_part(root, release)
        _show_confidentiality(root, release)
        _show_revision(root.releases / release / "revision.html")
    files = Table.grid(padding=(0, 2))
    tables = sorted(table.id for table in root.declared.tables)
    for name, what in (
        (
            "releases/",
            f"each release: {tables[0]} to {tables[-1]} as csv, px and json, revision, evidence of the attack, microdata,",
        ),
        ("", "kvalitet.html (its quality) and godkendelse/ (a report for each kommune)"),
        ("receipts/", "a receipt for every delivery, JSON and HTML"),
        (
            f"{root.statistic}.duckdb",
            "for analysts: what is released, working data, how the production stands (`hjalp query`)",
        ),
        ("inbox/", "the deliveries as received"),
    ):
        files.add_row(f"  {name}", what)
    out.print(f"Everything is in {shown(root.folder)}:")
    out.print(files)


def _show_confidentiality(root: DataRoot, release: str) -> None:
    """What the release hides, and what nobody could hide."""
    told = read_entry(verdict_path(root, release), ReleaseVerdict)
    hidden = sum(row["hidden"] for tables in told.hidden.values() for row in tables.values()) if told else 0
    lost = len(told.no_pattern_protects) if told else 0
    # In a country this small many cells hold as many persons as inhabitants, or stand among shown zeros.
    but = f", but for {lost} that no pattern protects" if lost else ""
    out.print(
        f"{hidden:,} cells hidden: none can be computed or inferred to be below 3 from all releases together{but}."
    )


def _show_revision(page: Path) -> None:
    """The first lines of the revision page."""
    if not page.is_file():
        return
    tree = html.fromstring(page.read_bytes())
    out.print("\nrevision.html:")
    for section in list(tree.iter("section"))[:2]:
        for element in section.iter("h2", "li"):
            line = " ".join("".join(map(str, element.itertext())).split())
            out.print(line if element.tag == "h2" else f"  - {line}", markup=False, soft_wrap=True)


def shown(path: Path) -> str:
    """A folder as somebody standing here would name it."""
    return str(path.relative_to(Path.cwd())) + "/" if path.is_relative_to(Path.cwd()) else str(path)


def _show_national(folder: Path) -> None:
    """The national rows of a release's three tables, all ages and both sexes."""
    table = Table(title=f"{folder.name}: hele landet, I alt", title_justify="left")
    table.add_column("table")
    years: list[str] = []
    rows: list[list[str]] = []
    for name, what in (("HJALP1", "loans"), ("HJALP2", "persons"), ("HJALP3", "per cent of the population")):
        frame = pl.read_csv(folder / f"{name}.csv", separator=";", infer_schema=False, glob=False).filter(
            pl.col("KOMMUNEDK") == HELE_LANDET
        )
        if name != "HJALP1":
            frame = frame.filter((pl.col("KONAMS") == "0") & (pl.col("ALERAMS") == "TOT"))
        years = frame.get_column("TID").to_list()
        rows.append([f"{name} {what}", *frame.get_column("INDHOLD").to_list()])
    for year in years:
        table.add_column(year, justify="right")
    for row in rows:
        table.add_row(*row)
    out.print(table)
