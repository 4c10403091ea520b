"""The commands ``approve`` and ``approvals``.

Neither is a Dagster job. A decision is a line somebody vouches for, appended and flushed: nothing is computed, it must be
possible while a run is under way, and as a run it would leave a name and a note in the event log, which holds no personal
value. The files are the log. ``approvals`` looks up.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

import polars as pl
from rich.markup import escape
from rich.table import Table

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.dialogue.approval.deciding import approve, not_yet_in
from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.production.release.manifest import pins_of
from hjalp_pipeline.production.release.participation import participation_now, participation_of_release
from hjalp_pipeline.production.release.pins import ReleaseRefused
from hjalp_pipeline.publishing.definition import DefinitionError
from hjalp_pipeline.rules.approval import State
from hjalp_pipeline.storage.codelists import SYSTEMS, InputError
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.printing import err, out

_COLOURS = {
    State.UBESVARET: "yellow",
    State.GODKENDT: "green",
    State.AFVIST: "red",
    State.GENLEVERET: "magenta",
    State.FORAELDET: "cyan",
}
_MEANS = {
    State.UBESVARET: "no decision yet",
    State.GODKENDT: "approved",
    State.AFVIST: "rejected: a re-delivery is asked for",
    State.GENLEVERET: "rejected and re-delivered: a new decision is asked for",
    State.FORAELDET: "approved before the newest re-delivery: counts, but is outdated",
}


def run_approve(
    root: DataRoot,
    aar: int,
    komnr: str,
    kinds: Sequence[str],
    decision: str,
    *,
    decided_by: str,
    note: str,
    at: str | None,
) -> int:
    """Take down a decision and say what it means; 2 when it makes no sense or cannot be taken down."""
    try:
        taken = approve(root, aar, komnr, kinds, decision, decided_by=decided_by, note=note, at=at)
    except InputError as fault:
        err.print(str(fault), style="red", markup=False)
        return 2
    what = ", ".join(row.kind for row in taken.decisions)
    out.print(f"{komnr} {NAVN[komnr]}, {aar} {what}: {decision}, in {taken.file}")
    if taken.overruled:
        kinds_overruled = ", ".join(row.kind for row in taken.overruled)
        out.print(f"[yellow]A later decision stands for {kinds_overruled}[/]: this one changes nothing there.")
    if not {row.kind for row in taken.decisions} & set(root.declared.approval.needed):
        out.print(f"{what} does not decide who takes part.")
    if taken.deltager:
        out.print(f"[green]{NAVN[komnr]} takes part in {aar}[/] by the decisions given so far.")
    else:
        out.print(f"[yellow]{NAVN[komnr]} does not take part in {aar}[/]: {taken.hvorfor}.")
    if taken.not_yet_in:
        out.print(
            f"[yellow]{NAVN[komnr]} is not yet in[/] ({taken.not_yet_in}): a release in which it takes part is refused until it has "
            "delivered."
        )
    out.print(
        f"Releases that stand do not change; tables and catalogue follow when a {root.declared.period.word} is run next."
    )
    return 0


def run_approvals(root: DataRoot, aar: int, release: str | None, *, show: bool) -> pl.DataFrame | None:
    """What each kommune has decided of a year, 98 rows, shown as a table; of a release as it was made, if one is named."""
    try:
        if release is not None:
            definition = read_definition(root, release)
            pins = pins_of(root, release)
            if pins is None or aar not in definition.span.years:
                raise InputError(f"{release} does not stand, or does not hold {aar}")
            frame = participation_of_release(root.declared, definition, pins).filter(aar=aar)
        elif aar < root.declared.first_year:
            raise InputError(f"{aar} is not a year of the statistic, which begins with {root.declared.first_year}")
        else:
            frame = participation_now(root, aar)
    except (InputError, DefinitionError, ReleaseRefused) as fault:
        err.print(str(fault), style="red", markup=False)
        return None
    if show:
        _show(
            root.declared.approval.kinds,
            frame,
            f"{aar}: what each kommune has approved" + (f", as in {release}" if release else ""),
            [] if release else not_yet_in(root, datetime.now(DANISH_TIME)),
        )
    return frame


def _show(kinds: Sequence[str], frame: pl.DataFrame, title: str, beside: Collection[str]) -> None:
    """``beside``: kommuner that are not yet in, of which only those that have decided all the same are shown."""
    rows = frame.to_dicts()
    table = Table(title=title, title_justify="left")
    for column in ("", "kommune", *kinds, "takes part", "why not"):
        table.add_column(column, no_wrap=column not in ("kommune", "why not"))
    asked = [
        row for row in rows if row["komnr"] not in beside or any(row[kind.lower()] != State.UBESVARET for kind in kinds)
    ]
    for row in asked:
        states = [State(row[kind.lower()]) for kind in kinds]
        cells = [f"[{_COLOURS[state]}]{state.lower()}[/]" for state in states]
        part = "[green]yes[/]" if row["deltager"] else "[red]no[/]"
        table.add_row(row["komnr"], row["kommune"], *cells, part, escape(row["hvorfor"] or ""))
    out.print(table)
    counts = Counter(row[kind.lower()] for row in asked for kind in kinds)
    for state in State:
        if counts[state]:
            out.print(f"[{_COLOURS[state]}]{state.lower()}[/] {_MEANS[state]}: {counts[state]}")
    if beside:
        out.print(f"{len(beside)} kommuner are not yet in: no system in {SYSTEMS.place} has begun")
    out.print(f"{sum(row['deltager'] for row in rows)} of {len(rows)} kommuner take part")
