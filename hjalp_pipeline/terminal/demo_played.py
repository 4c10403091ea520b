"""A demo's work on each statistic: what the made-up country holds for it, then every run in the order the year had them.

Several statistics are worked on side by side, each other than the first in a process of its own: nothing that one makes is
read by another, but the register extracts, which the first one writes.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.defs.reminder_assets import DATE_TAG
from hjalp_pipeline.production.release.release_inputs import read_definition
from hjalp_pipeline.storage.files import make_folder
from hjalp_pipeline.storage.inbox import period_folders
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.synth.country import Country, MadeUp, Summary, generate
from hjalp_pipeline.terminal.demo_calendar import announce
from hjalp_pipeline.workers import how_many
from hjalp_pipeline.workers.aside import Aside, Side

#: So many days after the newest quarter's deadline the demo's reminders are of.
_AFTER = 6
#: Share of a demo's time that the country takes.
_COUNTRY = 0.2
#: Is told what is being done, a detail of it, and the share of the whole that is done before it.
Tell = Callable[[str, str, float], None]


@dataclass(frozen=True, slots=True)
class Part:
    """What a demo does for one statistic.

    ``scale``, ``seed``: of the country to make for it, None when it stands; ``registers``: whether to write extracts too.
    """

    root: DataRoot
    scale: float | None
    seed: int
    registers: bool


def make_country(
    root: DataRoot, tell: Tell, *, scale: float, seed: int, registers: bool, made_up: Callable[[Country], MadeUp]
) -> Summary:
    """Write what the made-up country holds for a statistic, ``made_up``, and its register extracts where it is to."""
    for folder in (root.path, root.folder, root.releases):
        make_folder(folder, 0o755)  # what is published is for all
    return generate(
        root.folder, made_up, registers=root.registers if registers else None, scale=scale, seed=seed,
        progress=lambda what, share: tell("the made-up country", what, share),
    )  # fmt: skip


def _make(part: Part, tell: Tell) -> Summary | None:
    made_up = part.root.declared.made_up
    if part.scale is None or made_up is None:
        return None
    return make_country(
        part.root, lambda thing, detail, share: tell(thing, detail, _COUNTRY * share),
        scale=part.scale, seed=part.seed, registers=part.registers, made_up=made_up,
    )  # fmt: skip


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


def _play(root: DataRoot, tell: Tell) -> list[str]:
    """The runs of a statistic; what went wrong with the first that failed."""
    runs = list(_runs(root))
    for number, (label, job, partition, tags) in enumerate(runs):
        tell(label, "", _COUNTRY + (1 - _COUNTRY) * number / len(runs))
        if job == "rykkere":  # it writes the calendar's pages
            announce(root)
        outcome = run_job(root, job, partition, tags)
        if not outcome.success:
            return outcome.errors
    tell("", "", 1.0)
    return []


def play(
    parts: Sequence[Part], teller: Callable[[Part], Tell], all_made: Callable[[list[Summary | None]], None]
) -> list[str]:
    """Make and play the parts of a demo; what went wrong, of several the first in their order. A fault is raised.

    ``teller``: who is told of a part; ``all_made``: called when the country stands for all, with what was made.
    """
    here, others = (parts[:1], parts[1:]) if how_many.wanted() > 1 else (parts, ())
    aside = [Aside(_play_aside, part, teller(part), part.root.statistic) for part in others]
    try:
        all_made([*(_make(part, teller(part)) for part in here), *(other.met() for other in aside)])
        for other in aside:
            other.go()
        for part in here:
            errors = _play(part.root, teller(part))
            if errors:
                return errors
        return next((errors for other in aside if (errors := other.result())), [])
    finally:
        for other in aside:
            other.end()


def _play_aside(part: Part, side: Side) -> list[str]:
    """A part in a process of its own: it needs the register extracts that the first one writes."""
    os.umask(0o077)
    side.meet(_make(part, side.tell))
    return _play(part.root, side.tell)
