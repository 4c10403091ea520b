"""What the analysts' database shows of releases: the schema ``released``."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from hjalp_pipeline.production.release import published_cells
from hjalp_pipeline.rules.rule import StateColumn, described, schema_of
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.catalog import RELEASED, Files, Relation, Select
from hjalp_pipeline.table_spec import TIME, TableSpec

#: Datasets of the lake behind what releases show.
SHOWN = "udgivet"


def released(statistic: Statistic, held: Mapping[str, datetime | None]) -> Iterator[Relation]:
    """The schema ``released``; ``held``: when those releases open that wait for their day, see ``held_back``."""
    # Of a release that waits for its day: when it opens by what the calendar says now.
    moments = {name: f"timestamptz '{opens.isoformat()}'" if opens else "null" for name, opens in held.items()}
    waits = " ".join(f"when '{name}' then {opens}" for name, opens in moments.items())
    opens = f"case udgivelse {waits} else publish_at::timestamptz end" if held else "publish_at::timestamptz"
    asked = f"coalesce({opens} <= now(), false) as published"
    shown = f"udgivelse, publish_at, {asked}, * exclude (udgivelse, publish_at)"

    def view(name: str, comment: str, about: tuple[StateColumn, ...]) -> Relation:
        files = Files(f"{SHOWN}/{name}", schema_of(about).to_frame(), shown)
        return Relation(f"{RELEASED}.{name}", comment, described(about) | published_cells.PUBLISHED, files)

    yield view("releases", "Every release, when it is published, and why one is left out.", published_cells.RELEASES)
    yield view(
        "revision",
        "Cells that a release changed against the one before, and why: its revision.csv.",
        published_cells.revision_columns(statistic),
    )
    for spec in statistic.tables:
        title = f"{spec.id} as each release shows it, a row a cell. {plain(spec.description)}"
        yield view(spec.name, title, published_cells.columns_of(spec))
    for spec in statistic.tables:
        texts = described(published_cells.columns_of(spec)) | published_cells.PUBLISHED
        comment = f"{spec.id} as it is published now: of each time the newest release that is published. {plain(spec.description)}"
        yield Relation(f"{RELEASED}.{spec.name}_newest", comment, texts, Select(_newest(spec)))


def _newest(spec: TableSpec) -> str:
    number = "split_part(udgivelse, 'v', 1)::int desc, split_part(udgivelse, 'v', 2)::int desc"
    ranked = f"dense_rank() over (partition by {TIME} order by publish_at::timestamptz desc, {number})"
    return f"select * from {RELEASED}.{spec.name} where published qualify {ranked} = 1"


def plain(text: str) -> str:
    """A description without the marks that Dagster's pages turn into italics and code."""
    return text.replace("*", "").replace("`", "")
