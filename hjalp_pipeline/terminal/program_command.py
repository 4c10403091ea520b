"""The command ``audit --reader program``: what is left to whoever runs the program on other tables."""

from collections.abc import Sequence

from rich.table import Table

from hjalp_pipeline.production.release.disclosure import audit_program
from hjalp_pipeline.production.release.manifest import pins_of
from hjalp_pipeline.production.release.published import earlier_releases, load_all
from hjalp_pipeline.production.release.release_inputs import read_definition
from hjalp_pipeline.production.release.told_names import word
from hjalp_pipeline.publishing.definition import is_release_name
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.printing import err, out

_SHOWN = 20
_NOT_PROVEN = (
    "that no table can be ruled out is not proven where kommuner, persons or earlier releases count as well; it is for a first "
    "release with protect_kommuner = false alone"
)


def run_program_audit(root: DataRoot, releases: Sequence[str]) -> int:
    """Print how likely hidden cells are below 3 to who runs the program; 1 when one is likelier than the definition's bound."""
    wrong = [name for name in releases if not is_release_name(name) or not (root.releases / name).is_dir()]
    if wrong or len(set(releases)) < len(releases):
        err.print(f"not a published release: {', '.join(wrong) or 'named twice'}", style="red", markup=False)
        return 2
    newest = releases[-1]
    pins, definition = pins_of(root, newest), read_definition(root, newest)
    keyed, bound = bool(pins and pins.key), definition.audit_bound
    out_now = load_all(root, releases)
    found = audit_program(root.declared.every, out_now, keyed=keyed)
    if not found:
        err.print(
            "not examined: no table of these releases has totals; tables that add up to each other are hidden without a key, "
            "and what running the program tells of them is not known",
            style="red",
        )
        return 2
    proven = not (out_now[-1].owned or definition.protect_insiders or earlier_releases(root, definition))
    table = Table(title=f"What {' + '.join(releases)} tell whoever runs the program", title_justify="left")
    for column in (
        "time",
        "hidden cells",
        "tables looked at",
        "runs",
        "not tried",
        f"above {bound:.0%} anyhow",
        f"above {bound:.0%} by it",
    ):
        table.add_column(column, justify="right")
    told = [(year, cell) for year in found for cell in year.audit.betrayed(bound)]
    for year in found:
        audit = year.audit
        tables = f"{audit.tables:,} ({'all' if audit.whole else 'sampled'})"
        row = (len(audit.told), tables, audit.runs, audit.untried, len(audit.above(bound)), len(audit.betrayed(bound)))
        table.add_row(str(year.aar), *map(str, row))
    out.print(table)
    out.print(
        f"{newest} was made by a key of the office: {'no table that agrees can be ruled out' if proven else _NOT_PROVEN}"
        if keyed
        else f"{newest} was made without a key of the office: the same figures always give the same pattern (hjalp key)",
        markup=False,
        soft_wrap=True,
    )
    if told:
        out.print(f"Running it makes {len(told)} cells likelier than {bound:.0%} to be below 3:", markup=False)
        for year, cell in told[:_SHOWN]:
            out.print(f"  {word(year.names[cell])}", markup=False)
        if len(told) > _SHOWN:
            out.print(f"  and {len(told) - _SHOWN} more", markup=False)
    return 1 if told else 0
