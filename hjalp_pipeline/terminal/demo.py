"""``hjalp synth`` and ``hjalp demo``: the made-up country, and the whole statistic played on it with progress shown."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from time import monotonic

import polars as pl
from lxml import html
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from hjalp_pipeline.codelists.kommuner import HELE_LANDET
from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.defs.reminder_assets import DATE_TAG
from hjalp_pipeline.production.release.published import verdict_path
from hjalp_pipeline.production.release.release_inputs import read_definition
from hjalp_pipeline.storage.entries import ReleaseVerdict, read_entry
from hjalp_pipeline.storage.files import make_folder, read_json, write_json
from hjalp_pipeline.storage.inbox import period_folders
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import OWN, SHARED, DataRoot
from hjalp_pipeline.synth.country import generate
from hjalp_pipeline.terminal.commands import show_ledger, show_taking_part
from hjalp_pipeline.terminal.gate_shown import show_deliveries
from hjalp_pipeline.terminal.index_page import INDEX, write_index
from hjalp_pipeline.terminal.printing import err, out

#: So many days after the newest quarter's deadline the demo's reminders are of.
_AFTER = 6
#: What a demo leaves in its data root, so that it never touches deliveries that are not its own.
_MARK = "demo.json"


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(), TextColumn("{task.description:<48}"), BarColumn(), TimeElapsedColumn(), console=err
    )


def synthesise(root: DataRoot, *, scale: float, seed: int) -> int:
    """Write the made-up country; refuses a folder that already holds an inbox."""
    if not 0 < scale <= 10:
        err.print("[red]--scale must be above 0 and at most 10")
        return 2
    made_up = root.declared.made_up
    if made_up is None:
        err.print(f"[red]the made-up country has nothing of the statistic {root.statistic}")
        return 2
    if root.inbox.exists():
        err.print("[red]there is an inbox already: name another folder with --out")
        return 1
    with _progress() as progress:
        task = progress.add_task("the made-up country", total=1.0)
        for folder in (root.path, root.folder, root.releases):
            make_folder(folder, 0o755)  # what is published is for all
        summary = generate(
            root.folder, made_up, registers=root.registers, scale=scale, seed=seed, progress=_into(progress, task)
        )
        progress.update(task, completed=1.0, description="the made-up country")
    quarters = ", ".join(f"{kvartal} ({rows:,} rows)" for kvartal, rows in summary.rows.items())
    out.print(f"{summary.persons:,} persons, {summary.spells:,} address spells; {quarters}")
    return 0


def _into(progress: Progress, task: object) -> Callable[[str, float], None]:
    def tell(what: str, share: float) -> None:
        progress.update(task, completed=share, description=f"the made-up country: {what}")  # type: ignore[arg-type]

    return tell


def demo(root: DataRoot, *, scale: float, seed: int, fresh: bool) -> int:
    """Make a small country, run every quarter through Dagster, release 2024v1 and, after the re-delivery, 2024v2."""
    mark = {"scale": scale, "seed": seed}
    standing = read_json(root.path / _MARK)
    if standing is None and any(path.exists() for path in _made(root)):
        err.print("[red]the data root holds deliveries that are not the demo's: set HJALP_DATA to another folder")
        return 1
    if standing is not None and (fresh or standing != {**mark, "done": True}):
        for path in _made(root):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        root, standing = DataRoot(root.path), None
    if standing is None:
        make_folder(root.path, 0o755)
        write_json(root.path / _MARK, {**mark, "done": False})
        code = synthesise(root, scale=scale, seed=seed)
        if code:
            return code
        write_json(root.path / _MARK, {**mark, "done": True})
    code = _play(root)
    if code == 0:
        _show(root)
    return code


def _made(root: DataRoot) -> list[Path]:
    """What the demo makes and may remove again."""
    return [*(root.file(name) for name in (*OWN, *SHARED)), root.catalog, root.path / INDEX]


def _runs(root: DataRoot) -> Iterator[tuple[str, str, str | None, dict[str, str]]]:
    """Label, job, partition and tags of each run in the order the year had them: a release after the quarters it is made from."""
    period, left = root.declared.period, [str(period) for period in period_folders(root)]
    newest = period.parse(left[-1])
    for release in sorted(path.stem for path in root.releases.glob("*.toml")):
        definition = read_definition(root, release)
        needed = max((definition.taken_from, *definition.taken_apart.values()))
        yield from ((f"{period.word} {name}", period.noun, name, {}) for name in left if name <= needed)
        left = [name for name in left if name > needed]
        yield f"release {release}", "udgivelse", release, {}
    yield from ((f"{period.word} {name}", period.noun, name, {}) for name in left)
    after = (newest.deadline + timedelta(days=_AFTER)).isoformat()
    yield f"reminders of {after}", "rykkere", None, {DATE_TAG: after}
    yield "requirement specification", "specification", None, {}
    if root.declared.approval_report:
        yield "approval reports", "godkendelsesrapporter", str(newest), {}


def _play(root: DataRoot) -> int:
    """The runs, with progress shown; without a terminal a line for each."""
    runs = list(_runs(root))
    with _progress() as progress:
        task = progress.add_task("", total=len(runs))
        for label, job, partition, tags in runs:
            progress.update(task, description=label)
            begun = monotonic()
            outcome = run_job(root, job, partition, tags)
            if not outcome.success:
                progress.stop()
                for error in outcome.errors:
                    err.print(error, style="red", markup=False)
                return 1
            progress.advance(task)
            if not err.is_terminal:
                err.print(f"{label}: {monotonic() - begun:.0f} s", markup=False)
        progress.update(task, description=f"{len(runs)} runs")
    return 0


def _show(root: DataRoot) -> None:
    lake = Lake(root)
    newest = lake.quarters()[-1]
    show_deliveries(root, newest)
    show_ledger(lake, newest)
    for release in sorted(path.parent.name for path in root.releases.glob("*/manifest.json")):
        _show_national(root.releases / release)
        show_taking_part(root, release)
        _show_confidentiality(root, release)
        _show_revision(root.releases / release / "revision.html")
    files = Table.grid(padding=(0, 2))
    for name, what in (
        ("releases/", "each release: HJALP1-3 as csv, px and json, revision, evidence of the attack, microdata,"),
        ("", "kvalitet.html (its quality) and godkendelse/ (a report for each kommune)"),
        ("receipts/", "a receipt for every delivery, JSON and HTML"),
        ("hjalp.duckdb", "for analysts: what is released, working data, how the production stands (`hjalp query`)"),
        ("inbox/", "the deliveries as received"),
    ):
        files.add_row(f"  {name}", what)
    out.print(f"Everything is in {_shown(root.folder)}:")
    out.print(files)
    out.print("See the runs, assets and checks in Dagster: [bold]uv run hjalp ui[/]")
    out.print(f"A page that links all of it: [bold]{_shown(write_index(root)).rstrip('/')}[/]")


def _show_confidentiality(root: DataRoot, release: str) -> None:
    """What the release hides, and what nobody could hide."""
    told = read_entry(verdict_path(root, release), ReleaseVerdict)
    hidden = sum(row["hidden"] for tables in told.hidden.values() for row in tables.values()) if told else 0
    lost = len(told.no_pattern_protects) if told else 0
    # In a country this small many cells hold as many borrowers as inhabitants, or stand among shown zeros.
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


def _shown(path: Path) -> str:
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
