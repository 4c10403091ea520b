"""A story that a statistic's made-up country can be played as: what happened, step by step, and which check is to say so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hjalp_pipeline.synth.country import Country, MadeUp


@dataclass(frozen=True, slots=True)
class Step:
    """One step: files the office writes, periods it runs (again), a release it makes, and what must be seen then.

    ``files``: text by path in the statistic's folder; ``told``: what happened; ``refused``: kommuner that the check of large
    moves must name when it holds the release back; ``causes``: kommuner whose cells the revision must change, or name as a
    cause; ``left_out``: reasons that must stand in the release's ledger; ``caught``: which check caught what, and when, told
    after it has been seen.
    """

    heading: str
    told: str
    caught: str
    files: Mapping[str, str] = field(default_factory=dict)
    periods: tuple[str, ...] = ()
    release: str = ""
    refused: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """What the country holds at the beginning, and the steps from there."""

    made_up: Callable[[Country], MadeUp]
    steps: tuple[Step, ...]
