"""``hjalp synth`` and ``hjalp demo``: the made-up country, and the whole statistic played on it with progress shown."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from hjalp_pipeline.storage.files import make_folder, read_json, write_json
from hjalp_pipeline.storage.root import OWN, SHARED, STATISTICS, DataRoot
from hjalp_pipeline.synth.country import Country, MadeUp, Summary
from hjalp_pipeline.terminal.demo_played import Part, make_country, play
from hjalp_pipeline.terminal.demo_shown import show_played, shown
from hjalp_pipeline.terminal.index_page import page_of, write_index
from hjalp_pipeline.terminal.printing import err, out
from hjalp_pipeline.terminal.progress_shown import Shown
from hjalp_pipeline.terminal.story_played import play_story

#: The smallest country in which every kommune has what the story takes from it.
_SMALLEST_STORY = 0.01
#: What a demo leaves in its data root, so that it never touches deliveries that are not its own.
_MARK = "demo.json"


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
    refused = _refused(root, scale)
    made_up = made_up or root.declared.made_up
    if refused or made_up is None:
        return refused
    with Shown([root.statistic]) as progress:
        tell = progress.teller(root.statistic)
        made = make_country(root, tell, scale=scale, seed=seed, registers=registers, made_up=made_up)
    out.print(_counted(made))
    return 0


def _refused(root: DataRoot, scale: float) -> int:
    """Exit code when no country can be made there, said why; else 0."""
    if not 0 < scale <= 10:
        err.print("[red]--scale must be above 0 and at most 10")
        return 2
    if root.declared.made_up is None:
        err.print(f"[red]the made-up country has nothing of the statistic {root.statistic}")
        return 2
    if root.inbox.exists():
        err.print("[red]there is an inbox already: name another folder with --out")
        return 1
    return 0


def _counted(made: Summary) -> str:
    periods = ", ".join(f"{period} ({rows:,} rows)" for period, rows in made.rows.items())
    return f"{made.persons:,} persons, {made.spells:,} address spells; {periods}"


def demo(
    root: DataRoot, statistics: Sequence[str], *, scale: float, seed: int, fresh: bool, story: bool = False
) -> int:
    """Make a small country and play statistics on it: every period through Dagster, each release in its turn.

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
        code = next((code for one in roots if (code := _refused(one, scale))), 0)
        if code:
            return code
        make_folder(root.path, 0o755)
        write_json(root.path / _MARK, {**mark, "done": False})
    if told:
        code = synthesise(roots[0], scale=scale, seed=seed, made_up=told.made_up)
        write_json(root.path / _MARK, {**mark, "done": not code})
        return code or play_story(roots[0], told.steps)
    return _played(
        [Part(one, scale if standing is None else None, seed, registers=one is roots[0]) for one in roots],
        lambda: write_json(root.path / _MARK, {**mark, "done": True}),
    )


def _played(parts: Sequence[Part], stands: Callable[[], None]) -> int:
    """Make and play the parts, and show what they came to; ``stands`` is called when the country does."""

    def made(summaries: Sequence[Summary | None]) -> None:
        stands()
        for summary in filter(None, summaries):
            out.print(_counted(summary))

    roots = [part.root for part in parts]
    with Shown([root.statistic for root in roots]) as progress:
        errors = play(parts, lambda part: progress.teller(part.root.statistic), made)
    for error in errors:
        err.print(error, style="red", markup=False)
    if errors:
        return 1
    for root in roots:
        show_played(root)
    out.print("See the runs, assets and checks in Dagster: [bold]uv run hjalp ui[/]")
    out.print(f"A page that links all of it: [bold]{shown(write_index(*roots)).rstrip('/')}[/]")
    return 0


def _made(root: DataRoot) -> list[Path]:
    """What demos of any statistics make and may remove again."""
    every = [root, *(DataRoot(root.path, name) for name in STATISTICS if name != root.statistic)]
    files = [path for one in every for path in (*(one.file(name) for name in (*OWN, *SHARED)), one.catalog)]
    return [*dict.fromkeys(files), *(page_of(one) for one in every)]
