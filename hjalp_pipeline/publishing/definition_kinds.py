"""The kinds of release definition: a statistic by years, and one by quarters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, Strict, ValidationInfo

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.publishing.definition import Definition, Flag, PeriodText, ReleaseName
from hjalp_pipeline.publishing.definition_parts import Komnr, in_order
from hjalp_pipeline.typed import Holds, Means, Says, parsed


def _ascending(years: tuple[int, ...]) -> tuple[int, ...]:
    if list(years) != sorted(set(years)):
        raise ValueError("must ascend, none twice")
    return years


@dataclass(frozen=True, kw_only=True)
class DefinitionOfYears(Definition):
    """A release that shows years."""

    reference_years: Annotated[
        tuple[Annotated[int, Strict()], ...],
        Field(min_length=1),
        AfterValidator(_ascending),
        Says("must be a list of years, [2023, 2024]"),
        Means("The years it publishes.", "[{year}]"),
    ]
    quarter: Annotated[
        PeriodText,
        Holds("a {period}, in quotes"),
        Means("It uses the deliveries in force in this {period}.", '"{last}"'),
    ]
    quarter_overrides: Annotated[
        Mapping[Komnr, PeriodText],
        AfterValidator(in_order),
        Says("must be a table of komnr and quarter"),
        Holds("a table of komnr and {period}"),
        Means("These kommuner are taken from another {period} than the others.", '540 = "{after}"'),
    ] = field(default_factory=dict)

    protect_kommuner: Annotated[
        Annotated[bool, Strict(), Says("must be true or false")] | None,
        Holds("true or false"),
        Means(
            "Whether figures are protected also from each kommune, which knows its own (R11); they are unless it says false.",
            "true",
        ),
    ] = None

    def shown_later(self, years: int) -> dict[str, object]:
        """The years, with those that have come, and the period so many years later."""
        last = self.reference_years[-1]
        shown = {self.reference_years[0], *self.reference_years, *range(last, last + years + 1)}
        return {"reference_years": sorted(shown), "quarter": _later(self.quarter, years)}

    @property
    def span(self) -> Span:
        """All of its years."""
        return Span.of_years(self.reference_years)

    @property
    def taken_from(self) -> str:
        """Its period."""
        return self.quarter

    @property
    def taken_apart(self) -> Mapping[str, str]:
        """Its overrides."""
        return self.quarter_overrides

    @property
    def owned(self) -> bool:
        """As it says, and unless it says otherwise."""
        return self.protect_kommuner is not False

    @property
    def owned_untold(self) -> bool:
        """Only where it says so: that was the default as long as a release did not tell."""
        return self.protect_kommuner is True


_QuarterText = Annotated[
    str,
    Strict(),
    parsed(Kvartal.parse),
    AfterValidator(str),
    Says(f"must be a quarter of the form {Kvartal.example}"),
]


def _not_before(last: str, known: ValidationInfo) -> str:
    first = known.data.get("first_quarter")
    if first is not None and last < first:
        raise ValueError(f"is before first_quarter, {first}")
    return last


def _later(period: str, years: int) -> str:
    return f"{int(period[:4]) + years:04d}{period[4:]}"


def _of_another(archive: str | None, known: ValidationInfo) -> str | None:
    if archive is not None and archive == known.data["release"]:
        raise ValueError("a release is not its own archive")
    return archive


@dataclass(frozen=True, kw_only=True)
class DefinitionOfQuarters(Definition):
    """A release that shows the quarters from one to another; records that ended long ago may come from an earlier release."""

    period: Annotated[
        PeriodText,
        Holds("a {period}, in quotes"),
        Means("It uses the deliveries in force in this {period}.", '"{last}"'),
    ]
    first_quarter: Annotated[_QuarterText, Means("The first quarter it shows.", '"{year}K1"')]
    last_quarter: Annotated[
        _QuarterText, AfterValidator(_not_before), Means("The last quarter it shows.", '"{year}K4"')
    ]
    period_overrides: Annotated[
        Mapping[Komnr, PeriodText],
        AfterValidator(in_order),
        Says("must be a table of komnr and {period}"),
        Holds("a table of komnr and {period}"),
        Means("These kommuner are taken from another {period} than the others.", '540 = "{after}"'),
    ] = field(default_factory=dict)
    archive: Annotated[
        ReleaseName | None,
        AfterValidator(_of_another),
        Says("must be the name of a release, 2024v1"),
        Means("Records that ended up to archive_until come from the microdata of this release.", '"{year}v1"'),
    ] = None
    archive_until: Annotated[
        Annotated[date, Strict(), Says("must be a date, 2021-12-31")] | None,
        Holds("a date"),
        Means("The last day on which a record of the archive ended.", "2021-12-31"),
    ] = None
    protect_kommuner: Annotated[
        Flag,
        Means("Whether figures are protected also from each kommune, which knows its own.", "true"),
    ] = True

    def shown_later(self, years: int) -> dict[str, object]:
        """The quarters, and the period, so many years later; the first quarter stays."""
        return {
            "period": _later(self.period, years),
            "first_quarter": self.first_quarter,
            "last_quarter": _later(self.last_quarter, years),
        }

    @property
    def span(self) -> Span:
        """From its first quarter to its last."""
        return Span.of_quarters(Kvartal.parse(self.first_quarter), Kvartal.parse(self.last_quarter))

    @property
    def taken_from(self) -> str:
        """Its period."""
        return self.period

    @property
    def owned(self) -> bool:
        """As it says."""
        return self.protect_kommuner

    @property
    def archived(self) -> tuple[str, date] | None:
        """Its archive."""
        return (self.archive, self.archive_until) if self.archive and self.archive_until else None

    @property
    def taken_apart(self) -> Mapping[str, str]:
        """Its overrides."""
        return self.period_overrides
