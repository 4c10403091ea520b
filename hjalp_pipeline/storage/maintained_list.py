"""A code list as it is declared beside its reader: its rows, what it is for, an example; and what follows from that."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from hjalp_pipeline.codelists.periods import Kvartal, Period
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.lists import columns_of, read_list
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.typed import Described, described

R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True)
class MaintainedList(Generic[R]):
    """``codelists/{name}.csv``, rows of ``kind``. ``purpose``: what it is for; ``without``: what holds without it.

    ``example``: rows as ``filled_in`` takes them; ``begins_with``: rows a new list has, where one without rows means otherwise
    than none. ``periods``: fields whose column is called after the statistic's period, as ``from_{}``.
    """

    name: str
    kind: type[R]
    purpose: str
    without: str
    example: tuple[str, ...] = ()
    begins_with: Callable[[], Sequence[str]] = tuple
    periods: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Where it lies in the statistic's folder."""
        return f"codelists/{self.name}.csv"

    def called(self, statistic: Statistic) -> dict[str, str]:
        """The columns that are not called as their fields."""
        return {name: column.format(period_column(statistic.period)) for name, column in self.periods.items()}

    def header(self, statistic: Statistic) -> str:
        """Its first line."""
        called = self.called(statistic)
        return ";".join(called.get(column, column) for column in columns_of(self.kind))

    def columns(self, statistic: Statistic) -> list[tuple[str, Described]]:
        """Its columns by name, in words."""
        return list(zip(self.header(statistic).split(";"), described(self.kind), strict=True))

    def stands(self, root: DataRoot) -> bool:
        """Whether the data root has it."""
        return root.file(self.place).is_file()

    def read(
        self,
        root: DataRoot,
        convert: Callable[[R], T],
        clash: Callable[[T, T], str | None] | None = None,
        without: Collection[int] = (),
    ) -> list[T]:
        """Its rows as ``read_list`` has them, ``without`` those of some lines; none without the file."""
        if not self.stands(root):
            return []
        statistic = root.declared
        path = root.file(self.place)
        called = self.called(statistic)
        return read_list(path, self.kind, convert, clash, called=called, statistic=statistic, without=without)


def period_column(period: type[Period]) -> str:
    """What columns of periods are called: of a statistic by quarter after it, as it was the first."""
    return "quarter" if period is Kvartal else "period"


def filled_in(text: str, statistic: Statistic) -> str:
    """An example with the years, periods and decisions of a statistic in it."""
    return text.format_map(_samples(statistic))


def _samples(statistic: Statistic) -> dict[str, Any]:
    first = statistic.first_period
    year = max(2024, statistic.first_year, first.aar + 1)
    last = statistic.period(year, 12 // statistic.period.months)
    return {
        "year": year,
        "next": year + 1,
        "first": first,
        "before": last.previous(),
        "last": last,
        "after": last.next(),
        "period": statistic.period.word,
        "table": statistic.tables[0].id,
        "kind": statistic.approval.kinds[0],
        "kinds": ", ".join(statistic.approval.kinds),
    }
