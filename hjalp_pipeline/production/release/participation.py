"""Who takes part in each reference year and why each other is out (R12): of a release as it was made, or as of now.

Nothing is computed from any loan: decisions, and when deliveries were received.
"""

from collections.abc import Collection, Iterable, Mapping

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMMUNER, KOMNR
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.delivery.names import parse_name
from hjalp_pipeline.production.release.definition_files import standing_definitions
from hjalp_pipeline.production.release.manifest import ManifestError, pins_of
from hjalp_pipeline.production.release.pins import Pins
from hjalp_pipeline.production.report_history import newest_quarter
from hjalp_pipeline.publishing.definition import Definition
from hjalp_pipeline.rules.approval import (
    Approval,
    Decision,
    Received,
    State,
    deliveries_by_kommune,
    latest_decisions,
    state_of,
)
from hjalp_pipeline.rules.collaborations import Collaboration
from hjalp_pipeline.rules.rule import StateColumn, schema_of
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.codelists import read_collaborations
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot

#: ``udgivelse`` of what holds as of now, for no release.
NOW = "nu"


def participation_columns(statistic: Statistic) -> tuple[StateColumn, ...]:
    """``hvorfor`` is null for a kommune that takes part; each decision holds a ``State``, and ``godkendt_`` of one that is
    not needed to take part whether it is an approval.
    """
    approval = statistic.approval
    states = ", ".join(State)
    return (
        StateColumn("aar", pl.Int32, "Referenceår"),
        StateColumn("komnr", pl.String, "Kommunens nummer"),
        StateColumn("kommune", pl.String, "Kommunens navn"),
        StateColumn("deltager", pl.Boolean, "Om kommunen indgår i årets tal"),
        StateColumn("hvorfor", pl.String, "Hvorfor den ikke indgår, tom = den indgår"),
        *(
            StateColumn(f"godkendt_{kind.lower()}", pl.Boolean, f"Om der er godkendt: {approval.named[kind]}")
            for kind in approval.optional
        ),
        *(
            StateColumn(kind.lower(), pl.String, f"Afgørelsen om {name}: {states}")
            for kind, name in approval.named.items()
        ),
    )


def participation_schema(statistic: Statistic) -> pl.Schema:
    """Names and types of those."""
    return schema_of(participation_columns(statistic))


def catalog_columns(statistic: Statistic) -> tuple[StateColumn, ...]:
    """The same with the release it is of, for the analysts' catalogue."""
    return (
        StateColumn("udgivelse", pl.String, f"Udgivelsen, {NOW} = som det står lige nu"),
        *participation_columns(statistic),
    )


#: Dataset of the lake behind the catalogue's view.
DATASET = "deltagelse"
#: Why a kommune is out of a year that it has approved.
_SILENT = "en anden kommune indberetter, og den har ikke leveret sine egne data"
_OTHER_YEARS = "kvartaler i andre år er ikke godkendt"
_WORDS = {
    State.UBESVARET: "ikke besvaret",
    State.AFVIST: "afvist, genlevering afventes",
    State.GENLEVERET: "afvist og genleveret, ny afgørelse afventes",
}


def participation(
    statistic: Statistic,
    decisions: Iterable[Decision],
    deliveries: Iterable[Received],
    collaborations: Iterable[Collaboration],
    quarters: Mapping[int, Mapping[str, Period]],
    *,
    span: Span | None = None,
    silent: Collection[str] = (),
) -> pl.DataFrame:
    """98 rows a year (``participation_schema``): whether a kommune takes part, why not, and the state of all it decides.

    ``decisions``: those up to the limit that counts; ``quarters``: for each year, by reporting kommune, the quarter whose
    re-delivery outdates an approval; ``span``: what is shown, without it the years; ``silent``: see ``counting.participants``.
    """
    approval, latest = statistic.approval, latest_decisions(decisions)
    standing = {key: decision.approved for key, decision in latest.items()}
    of_kommune = deliveries_by_kommune(deliveries, collaborations)
    rows = []
    taking_part = set(approval.participants(standing, span or Span.of_years(quarters)))
    for aar, of_year in quarters.items():
        deltagere = {komnr for year, komnr in taking_part if year == aar and komnr not in silent}
        for kommune in KOMMUNER:
            komnr = kommune.code
            states = {
                kind: state_of(latest.get((aar, komnr, kind)), of_kommune[komnr], of_year) for kind in approval.kinds
            }
            takes_part = komnr in deltagere
            why = None if takes_part else _why(approval, states) or (_SILENT if komnr in silent else _OTHER_YEARS)
            others = [standing.get((aar, komnr, kind), False) for kind in approval.optional]
            rows.append((aar, komnr, kommune.name, takes_part, why, *others, *states.values()))
    return pl.DataFrame(rows, schema=participation_schema(statistic), orient="row")


def _why(approval: Approval, states: Mapping[str, State]) -> str:
    """Which quarters keep a kommune out: ``K1, K2 ikke besvaret; K3 afvist, genlevering afventes``."""
    kinds: dict[State, list[str]] = {}
    for kind in approval.needed:
        if states[kind] in _WORDS:
            kinds.setdefault(states[kind], []).append(kind)
    every = len(approval.needed) if not approval.by_span else 0  # of one year it is not all that is needed
    parts = [
        f"{approval.needed_da if len(of_state) == every else ', '.join(of_state)} {_WORDS[state]}"
        for state, of_state in kinds.items()
    ]
    return "; ".join(parts)


def participation_of_release(statistic: Statistic, definition: Definition, pins: Pins) -> pl.DataFrame:
    """Who takes part in a release by its pins: the decisions that counted, and only the deliveries it is made from."""
    received = [found for pin in pins.deliveries.values() for name, _ in pin.files if (found := _received(name))]
    quarters = {aar: release_quarters(definition, aar) for aar in definition.span.years}
    return participation(
        statistic,
        pins.latest.values(),
        received,
        pins.collaborations,
        quarters,
        span=definition.span,
        silent=pins.silent,
    )


def release_quarters(definition: Definition, aar: int) -> dict[str, Period]:
    """By reporting kommune the quarter of a release whose re-delivery outdates an approval of ``aar``.

    An earlier year was approved on an earlier report, and is not asked for again because the next ordinary deliveries have
    come: for it only a quarter named for a single kommune counts as a re-delivery [chosen].
    """
    asked = KOMNR if aar == definition.span.years[-1] else definition.taken_apart
    return {komnr: Period.parse(definition.period_of(komnr)) for komnr in asked}


def participation_now(root: DataRoot, aar: int) -> pl.DataFrame:
    """Who would take part in a year by all that was decided and read from the inbox until now."""
    quarters = {aar: figures_from(root, aar)}
    return participation(
        root.declared, read_approvals(root), accepted_deliveries(root), read_collaborations(root), quarters
    )


def accepted_deliveries(root: DataRoot) -> list[Received]:
    """Every accepted delivery of the quarters that were run."""
    lake = Lake(root)
    frames = [lake.frame("leverancer", kvartal) for kvartal in lake.quarters_with("leverancer")]
    accepted = [frame.filter(pl.col("status") == "accepted").select("kvartal", "filename") for frame in frames]
    names = [f"{kvartal}/{filename}" for frame in accepted for kvartal, filename in frame.iter_rows()]
    return [found for name in names if (found := _received(name))]


def _received(name: str) -> Received | None:
    """A delivery by ``kvartal/filename``; the time in its name is Danish."""
    parsed = parse_name(*name.split("/", 1))
    if parsed is None:
        return None
    return Received(parsed.komnr, Period.parse(parsed.kvartal), parsed.received.replace(tzinfo=DANISH_TIME))


def figures_from(root: DataRoot, aar: int) -> dict[str, Period]:
    """By reporting kommune the quarter whose re-delivery outdates an approval of a year now: of the newest release that
    holds the year, else of the newest approval reports, else the newest quarter that was run (nothing when none was).
    """
    holding = [definition for definition in standing_definitions(root) if aar in definition.span.years]
    if holding:
        return release_quarters(holding[-1], aar)
    lake = Lake(root)
    kvartal = newest_quarter(lake, aar) or max(lake.quarters(), default=None)
    return dict.fromkeys(KOMNR, Period.parse(kvartal)) if kvartal else {}


def catalog_frame(root: DataRoot) -> pl.DataFrame:
    """Every release that stands and can be read, and every year as of now (``udgivelse`` = ``NOW``), for the analysts' catalogue."""
    frames = []
    for definition in standing_definitions(root):
        try:
            pins = pins_of(root, definition.release)
        except ManifestError:  # the list of releases says it
            continue
        if pins is not None:
            frame = participation_of_release(root.declared, definition, pins)
            frames.append(frame.select(pl.lit(definition.release).alias("udgivelse"), *frame.columns))
    for aar in sorted({decision.aar for decision in read_approvals(root)}):
        frame = participation_now(root, aar)
        frames.append(frame.select(pl.lit(NOW).alias("udgivelse"), *frame.columns))
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema_of(catalog_columns(root.declared)))
