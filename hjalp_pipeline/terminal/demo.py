"""``hjalp synth`` and ``hjalp demo``: the made-up country, and the whole statistic played on it with progress shown."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from time import monotonic

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.defs.reminder_assets import DATE_TAG
from hjalp_pipeline.production.release.release_inputs import read_definition
from hjalp_pipeline.storage.files import make_folder, read_json, write_json
from hjalp_pipeline.storage.inbox import period_folders
from hjalp_pipeline.storage.root import OWN, SHARED, STATISTICS, DataRoot
from hjalp_pipeline.synth.country import Country, MadeUp, generate
from hjalp_pipeline.terminal.demo_shown import show_played, shown
from hjalp_pipeline.terminal.index_page import page_of, write_index
from hjalp_pipeline.terminal.printing import err, out
from hjalp_pipeline.terminal.story_played import play_story

#: So many days after the newest quarter's deadline the demo's reminders are of.
_AFTER = 6
#: The smallest country in which every kommune has what the story takes from it.
_SMALLEST_STORY = 0.01
#: What a demo leaves in its data root, so that it never touches deliveries that are not its own.
_MARK = "demo.json"


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(), TextColumn("{task.description:<48}"), BarColumn(), TimeElapsedColumn(), console=err
    )


def synthesise(
    root: DataRoot,
    *,
    scale: float,
    seed: int,
    registers: bool = True,
    made_up: Callable[[Country], MadeUp] | None = None,
) -> int:
    """Write the made-up country; refuses a folder that already holds an inbox.

    ``registers``: whether to write them too; ``made_up``: of a story, else what the statistic declares.
    """
    if not 0 < scale <= 10:
        err.print("[red]--scale must be above 0 and at most 10")
        return 2
    made_up = made_up or root.declared.made_up
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
            root.folder, made_up, registers=root.registers if registers else None,
            scale=scale, seed=seed, progress=_into(progress, task),
        )  # fmt: skip
        progress.update(task, completed=1.0, description="the made-up country")
    periods = ", ".join(f"{period} ({rows:,} rows)" for period, rows in summary.rows.items())
    out.print(f"{summary.persons:,} persons, {summary.spells:,} address spells; {periods}")
    return 0


def _into(progress: Progress, task: object) -> Callable[[str, float], None]:
    def tell(what: str, share: float) -> None:
        progress.update(task, completed=share, description=f"the made-up country: {what}")  # type: ignore[arg-type]

    return tell


def demo(
    root: DataRoot, statistics: Sequence[str], *, scale: float, seed: int, fresh: bool, story: bool = False
) -> int:
    """Make a small country and play statistics on it, one after the other: every period through Dagster, each release in its turn.

    ``story``: of the one statistic, what it can be played as besides, told step by step.
    """
    tells = root.declared.story
    if story and (len(statistics) != 1 or tells is None):
        err.print("[red]--story needs --statistic and one that has a story")
        return 2
    if story and scale < _SMALLEST_STORY:
        err.print(
            f"[red]--story needs --scale {_SMALLEST_STORY} or more: in a smaller country the services that it loses are none"
        )
        return 2
    told = tells() if story and tells else None
    mark = {"scale": scale, "seed": seed, "statistics": list(statistics), "story": story}
    standing = read_json(root.path / _MARK)
    if standing is None and any(path.exists() for path in _made(root)):
        err.print("[red]the data root holds deliveries that are not the demo's: set HJALP_DATA to another folder")
        return 1
    if standing is not None and (fresh or story or standing != {**mark, "done": True}):
        for path in _made(root):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        standing = None
    roots = [DataRoot(root.path, name) for name in statistics] if standing is None or not root.flat else [root]
    if standing is None:
        make_folder(root.path, 0o755)
        write_json(root.path / _MARK, {**mark, "done": False})
        for one in roots:
            made_up = told.made_up if told else None
            code = synthesise(one, scale=scale, seed=seed, registers=one is roots[0], made_up=made_up)
            if code:
                return code
        write_json(root.path / _MARK, {**mark, "done": True})
    if told:
        return play_story(roots[0], told.steps)
    for one in roots:
        code = _play(one)
        if code:
            return code
        show_played(one)
    out.print("See the runs, assets and checks in Dagster: [bold]uv run hjalp ui[/]")
    out.print(f"A page that links all of it: [bold]{shown(write_index(*roots)).rstrip('/')}[/]")
    return 0


def _made(root: DataRoot) -> list[Path]:
    """What demos of any statistics make and may remove again."""
    every = [root, *(DataRoot(root.path, name) for name in STATISTICS if name != root.statistic)]
    files = [path for one in every for path in (*(one.file(name) for name in (*OWN, *SHARED)), one.catalog)]
    return [*dict.fromkeys(files), *(page_of(one) for one in every)]


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
