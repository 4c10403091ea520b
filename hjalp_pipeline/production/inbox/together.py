"""R2 between kommuner: whose data are held against whose, and what comes of it, for a quarter or the pins of a release.

Nearly every kommune stands alone here; the data of the few that report for one another are looked at together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import polars as pl

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.production.inbox.delivered import Delivery
from hjalp_pipeline.rules.collaborations import Collaboration, held_against
from hjalp_pipeline.rules.gengangere import Combined, combine_systems, settle
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.entries import RawPartition
from hjalp_pipeline.storage.files import read_parquet
from hjalp_pipeline.storage.fingerprints import code_fingerprint, fingerprint, package_fingerprint
from hjalp_pipeline.storage.lake import Lake


@cache
def _code(statistic: Statistic) -> str:
    """Hash of the code between typed copies and raw partitions."""
    rules = [
        f"rules/{name}.py"
        for name in ("systems", "gengangere", "collaborations", "counted_oddities", "step", "rulebook")
    ]
    production = [f"production/inbox/{name}.py" for name in ("partitions", "quarter_inbox", "together")]
    return fingerprint(code_fingerprint(*rules, "codelists", *production), package_fingerprint(*statistic.code))


@dataclass(frozen=True, slots=True)
class Basis:
    """What a kommune's data are made from: ``quarter`` and the lake keys of its deliveries, newest system first.

    ``key``: all of it in one hash, with when the deliveries came and the code.
    """

    quarter: Period
    deliveries: tuple[str, ...]
    key: str

    @classmethod
    def of(cls, statistic: Statistic, kvartal: str, chosen: Sequence[Delivery]) -> "Basis":
        """The basis of deliveries in force."""
        named = [(delivery.key, delivery.name.received if delivery.name else None) for delivery in chosen]
        return cls(
            Period.parse(kvartal), tuple(delivery.key for delivery in chosen), fingerprint(*named, _code(statistic))
        )

    @classmethod
    def stored(cls, kvartal: str, partition: RawPartition) -> "Basis":
        """The basis of a stored partition."""
        return cls(Period.parse(kvartal), tuple(part.key for part in partition.deliveries), partition.basis)


class Together:
    """The kommuner that have data, and what holding them against each other does to each."""

    def __init__(self, lake: Lake, collaborations: Iterable[Collaboration], bases: Mapping[str, Basis]) -> None:
        """``bases``: by komnr, of every kommune that has data (in a release each has its own quarter)."""
        self.lake, self.bases = lake, bases
        self.combining = lake.root.declared.combining
        quarters = {komnr: basis.quarter for komnr, basis in bases.items()}
        self.pairs = held_against(collaborations, quarters) if self.combining.members else ()
        self._groups: dict[str, tuple[str, ...]] = groups(self.pairs)
        self._settled: dict[tuple[str, ...], dict[str, Combined]] = {}

    def key(self, komnr: str) -> str:
        """What a kommune's partition is made from: its own deliveries and those it is held against."""
        group = self._groups.get(komnr)
        if group is None:
            return self.bases[komnr].key
        others = [(other, self.bases[other].key) for other in group]
        return fingerprint(self.bases[komnr].key, others, self._pairs(group))

    def group(self, komnr: str) -> tuple[str, ...]:
        """The kommuner whose data are held against each other's, this one among them."""
        return self._groups.get(komnr, (komnr,))

    def alone(self, komnr: str) -> bool:
        """Whether nobody's data are held against this kommune's."""
        return komnr not in self._groups

    def settled(self, komnr: str) -> Combined:
        """What is left of a kommune's rows and filled in them (``Combining.columns``), its systems put together."""
        group = self.group(komnr)
        if group not in self._settled:
            data = {other: combine_systems(self._frames(other), self.combining) for other in group}
            self._settled[group] = settle(data, self._pairs(group), self.combining)
        return self._settled[group][komnr]

    def _pairs(self, group: tuple[str, ...]) -> list[tuple[str, str]]:
        return [pair for pair in self.pairs if pair[0] in group]

    def _frames(self, komnr: str) -> list[pl.DataFrame]:
        paths = [self.lake.typed_path(key) for key in self.bases[komnr].deliveries]
        return [read_parquet(path, columns=list(self.combining.columns)) for path in paths]


def groups(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """By komnr all kommuner that pairs connect it with, itself among them, in order; one in no pair is not there."""
    found: dict[str, set[str]] = {}
    for one, other in pairs:
        both = found.get(one, {one}) | found.get(other, {other})
        found |= dict.fromkeys(both, both)
    return {komnr: tuple(sorted(of)) for komnr, of in found.items()}
