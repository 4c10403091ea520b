"""What a release shows of itself in Dagster: its gates as checks, and what is public of it once it is.

Everybody who may look at the UI reads events. So before ``publish_at`` nothing comes into them that the release publishes, no
figure and no changed cell: only links to the office's pages, which are served to the office alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

import dagster as dg
import polars as pl

from hjalp_pipeline.defs.metadata import markdown_table, office_link, office_page
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.production.release.embargo import Standing, is_embargoed
from hjalp_pipeline.production.release.making import Release, taking_part
from hjalp_pipeline.production.release.pins import Gate
from hjalp_pipeline.production.release.published import verdict_path
from hjalp_pipeline.publishing.table import LANGUAGES
from hjalp_pipeline.storage.entries import ReleaseVerdict, read_entry
from hjalp_pipeline.storage.root import DataRoot

#: What each gate asks, as its check says it; in braces the subject of a rule, whose number in the statistic stands there.
GATES: dict[Gate, str] = {
    Gate.DEFINITION: "The dates, years and releases that the definition names do not contradict one another.",
    Gate.APPROVALS: "In each of its years a kommune takes part, and no decision has changed since.",
    Gate.POPULATION: "The register extract is whole, and has the population of each of its years{population}.",
    Gate.DELIVERIES: "Every kommune that takes part has a delivery in force, and what is stored is made from it{in_force}.",
    Gate.LEDGER: "Every row of every kommune is accounted for at each step, and each data state keeps its contract.",
    Gate.CROSS_PRODUCT: "Every table has a figure or a symbol for each combination of its codes, and keeps its contract.",
    Gate.MOVES: "No kommune moved more than `max_move_pct` against the release before it without an explanation on file{release}.",
    Gate.CONFIDENTIALITY: "Nobody can compute a hidden cell, or infer it to be below 3, that could be protected, and a person has accepted "
    "those that nothing protects{confidentiality}.",
    Gate.UNCHANGED: "What stands is as it was published: the release itself when it is made again, and those it is held against.",
}


def check_specs(wing: Wing) -> list[dg.AssetCheckSpec]:
    """The gates as blocking checks of the release, by release."""
    numbers = {subject: wing.rules(subject) for subject in ("population", "release", "confidentiality")}
    numbers["in_force"] = wing.rules("in_force", "systems")
    return [
        wing.check(
            gate.value, ["published", "udgivelse"], asks.format_map(numbers), blocking=True, partitions=wing.releases
        )
        for gate, asks in GATES.items()
    ]


def passed(wing: Wing, root: DataRoot, release: Release, *, is_public: bool) -> list[dg.AssetCheckResult]:
    """The checks of a release that was made: all gates were open. How many cells are hidden is told once it ``is_public``."""
    told: dict[Gate, dict[str, dg.MetadataValue]] = {
        Gate.APPROVALS: {"taking_part": dg.MetadataValue.text("\n".join(taking_part(release.manifest)))},
        Gate.CONFIDENTIALITY: {"attack": _attack(root, release.name)} if is_public else links(root, release.name),
    }
    key = wing.key("published", "udgivelse")
    return [
        dg.AssetCheckResult(asset_key=key, check_name=gate.value, passed=True, metadata=told.get(gate, {}))
        for gate in GATES
    ]


def report_refusal(
    context: dg.AssetExecutionContext,
    wing: Wing,
    release: str,
    gate: Gate,
    reasons: list[str],
    *,
    pages: Mapping[str, dg.MetadataValue] | None = None,
) -> None:
    """Report the check of the gate that is closed. The run fails afterwards; what comes after the gate was not looked at.

    Written at once: what a step would log goes when it fails. ``pages``: links to what a person may read about it.
    """
    found = dg.AssetCheckEvaluation(
        wing.key("published", "udgivelse"),
        gate.value,
        passed=False,
        blocking=True,
        partition=release,
        metadata={"reasons": dg.MetadataValue.md("\n".join(f"- {reason}" for reason in reasons)), **(pages or {})},
    )
    context.instance.report_dagster_event(
        dg.DagsterEvent(
            dg.DagsterEventType.ASSET_CHECK_EVALUATION.value,
            context.job_name,
            event_specific_data=found,
            message=f"Gate {gate.value} of {release} is closed",
            step_key=context.op_execution_context.get_step_execution_context().step.key,
        ),
        context.run.run_id,
    )


def pages_to_sign(root: DataRoot, release: str) -> list[str]:
    """The pages for whoever signs a release, as paths in the statistic's folder."""
    folder = root.folder / "lake" / "udgivelser" / "fortrolighed"
    return sorted(path.relative_to(root.folder).as_posix() for path in folder.glob(f"{release}_*.html"))


def links(root: DataRoot, release: str) -> dict[str, dg.MetadataValue]:
    """Links to what a person reads before signing, and to what the release publishes."""
    found: dict[str, dg.MetadataValue] = {
        f"to_sign_{page.rpartition('_')[2].removesuffix('.html')}": office_link(root, page)
        for page in pages_to_sign(root, release)
    }
    for language in LANGUAGES:
        name = f"lake/udgivelser/nyt/{release}_{language}.html"
        if root.file(name).is_file():
            found[f"article_{language}"] = office_link(root, name)
    for name, label in (("kvalitet.html", "quality"), ("revision.html", "revision")):
        if (root.releases / release / name).is_file():
            found[label] = office_link(root, f"releases/{release}/{name}")
    return found


def public(
    wing: Wing, root: DataRoot, release: str, publish_at: datetime, now: datetime
) -> dict[str, dg.MetadataValue]:
    """The figures of the whole and what the revision changed, once the release is public; before, where the office finds them."""
    if is_embargoed(root, Standing(release, publish_at, opened=False), now):
        page = office_page(root, f"releases/{release}/kvalitet.html")
        when = f"not public before {publish_at.isoformat()}" if now < publish_at else "not public yet"
        return {"figures": dg.MetadataValue.md(f"{when}: [office's pages]({page})")}
    found: dict[str, dg.MetadataValue] = {"figures": _figures(wing, root, release)}
    if (root.releases / release / "revision.csv").is_file():
        found["revised"] = _revised(root, release)
    return found


def _figures(wing: Wing, root: DataRoot, release: str) -> dg.MarkdownMetadataValue:
    """The rows of totals of each table, as published; of a table without a total for kommuner there is none."""
    columns: dict[str, dict[str, str]] = {}
    for spec in wing.statistic.tables:
        path = root.releases / release / spec.csv
        if not path.is_file() or any(dimension.total is None for dimension in spec.dimensions):
            continue
        frame = pl.read_csv(path, separator=";", infer_schema=False, glob=False)
        for dimension in spec.dimensions:
            frame = frame.filter(pl.col(dimension.column.upper()) == dimension.total)
        columns[spec.id] = dict(frame.select("TID", "INDHOLD").iter_rows())
    if not columns:
        return dg.MetadataValue.md("no table has a row of totals")
    times = sorted({time for column in columns.values() for time in column})
    rows = [(time, *(column.get(time, "") for column in columns.values())) for time in times]
    return markdown_table(["", *columns], rows)


def _revised(root: DataRoot, release: str) -> dg.MarkdownMetadataValue:
    """How many cells of each table changed, by cause."""
    frame = pl.read_csv(root.releases / release / "revision.csv", separator=";", infer_schema=False, glob=False)
    counted = Counter(frame.select("table", "cause").iter_rows())
    rows: Iterator[tuple[str, str | None, int]] = ((*of, number) for of, number in sorted(counted.items(), key=str))
    return markdown_table(["table", "cause", "changed cells"], rows)


def _attack(root: DataRoot, release: str) -> dg.MarkdownMetadataValue:
    """By year and table: hidden cells, and those the attacker computes or infers; the latter no choice of cells protects."""
    verdict = read_entry(verdict_path(root, release), ReleaseVerdict)
    found = verdict.hidden if verdict else {}
    names = list(dict.fromkeys(name for tables in found.values() for row in tables.values() for name in row))
    rows = [
        (year, table, *(row.get(name, 0) for name in names))
        for year, tables in found.items()
        for table, row in tables.items()
    ]
    return markdown_table(["year", "table", *names], rows)
