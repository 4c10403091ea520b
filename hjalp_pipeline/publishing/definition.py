"""The release definition ``releases/{release}.toml``: what a release is made of (R13).

Another key is another field of ``Definition``; its type says what may stand there.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AllowInfNan,
    AwareDatetime,
    BeforeValidator,
    Field,
    Strict,
    StringConstraints,
    ValidationInfo,
)

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.typed import Faults, Says, Sentence, checked, parsed

_DANISH_TIME = ZoneInfo("Europe/Copenhagen")
_NAME = re.compile(r"[0-9]{4}v[1-9][0-9]*")


class DefinitionError(Exception):
    """A release definition that cannot be used. Names the file, each key that is at fault and what is wrong."""


def is_release_name(name: str) -> bool:
    """Whether a text has the form ``2024v1``."""
    return _NAME.fullmatch(name) is not None


def _ascending(years: tuple[int, ...]) -> tuple[int, ...]:
    if list(years) != sorted(set(years)):
        raise ValueError("must ascend, none twice")
    return years


def _iso_date(value: object) -> object:
    """An unquoted date is a date to TOML; it means the same extract."""
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value


def _likely(moment: datetime) -> datetime:
    if not 1900 < moment.year < 9999:  # a day away from either end of the calendar, no zone can be applied
        raise ValueError("is not in a year anybody means")
    return moment


def _danish(moment: datetime) -> datetime:
    """+02:00 in winter would open an hour early."""
    danish = moment.astimezone(_DANISH_TIME)
    if moment.utcoffset() not in (danish.utcoffset(), timedelta(0)):
        raise ValueError(f"has not the offset of Danish time on that day ({danish:%z})")
    return moment


def _earlier(names: tuple[str, ...], known: ValidationInfo) -> tuple[str, ...]:
    if known.data["release"] in names:
        raise ValueError("a release is not its own predecessor")
    return names


def _period(written: object, known: ValidationInfo) -> object:
    """Of the kind the statistic's deliveries are for: a month is no quarter of another statistic's."""
    kind: type[Period] = known.context  # type: ignore[assignment]  # parse_definition always tells it
    if not (isinstance(written, str) and kind.is_form_of(written)):
        raise ValueError(f"must be a {kind.word} of the form {kind.example}")
    return written


def _kommune(komnr: str) -> str:
    if komnr not in NAVN:
        raise ValueError("is not one of the 98 kommuner")
    return komnr


def _in_order(table: dict[str, str]) -> dict[str, str]:
    return dict(sorted(table.items()))


_Name = Annotated[str, StringConstraints(pattern=f"^{_NAME.pattern}$")]
_Flag = Annotated[bool, Strict(), Says("must be true or false")]
_Quarter = Annotated[str, BeforeValidator(_period)]
_Extract = Annotated[
    str,
    Strict(),
    BeforeValidator(_iso_date),
    parsed(lambda text: date.fromisoformat(text).isoformat()),
    Says("must be the date of a register extract, 2025-04-04"),
]
_Moment = Annotated[
    AwareDatetime,
    Strict(),
    AfterValidator(_likely),
    Says("must be a point in time with its offset, 2025-06-24T08:00:00+02:00"),
]
_Komnr = Annotated[str, AfterValidator(_kommune)]
_Reasons = Annotated[
    dict[_Komnr, Annotated[Sentence, Says("must be a sentence")]],
    AfterValidator(_in_order),
    Says("must be a table of komnr and a sentence"),
]


@dataclass(frozen=True, slots=True)
class Definition:
    """A release: its years, deliveries (a quarter, and another one for some kommuner), register extract and approvals."""

    release: str
    reference_years: Annotated[
        tuple[Annotated[int, Strict()], ...],
        Field(min_length=1),
        AfterValidator(_ascending),
        Says("must be a list of years, [2023, 2024]"),
    ]
    quarter: _Quarter
    registers: _Extract
    publish_at: Annotated[_Moment, AfterValidator(_danish)]
    approvals_until: _Moment
    protect_against: Annotated[
        tuple[_Name, ...], AfterValidator(_earlier), Says("must be a list of earlier releases")
    ] = ()
    quarter_overrides: Annotated[
        Mapping[_Komnr, _Quarter], AfterValidator(_in_order), Says("must be a table of komnr and quarter")
    ] = field(default_factory=dict)
    #: Whether cells are hidden also from those who know one of them because they are alone in it (R11).
    protect_insiders: _Flag = False
    #: Whether a cell that no pattern can protect holds the release back (else it is hidden, and named in the evidence).
    refuse_unprotectable: _Flag = False
    #: Per cent a kommune's figure in the watched table may move against the release before it without an explanation on file.
    max_move_pct: (
        Annotated[float, Strict(), Field(gt=0), AllowInfNan(False), Says("must be a positive number")] | None
    ) = None
    #: By komnr why it takes part although one of its systems is silent (R1).
    partial: _Reasons = field(default_factory=dict)
    #: By komnr what is known to be lacking in its data, in words for the quality declaration (seed 5, 8.7).
    known_defects: _Reasons = field(default_factory=dict)
    #: Sentences on what can be compared with what, for the quality declaration (seed 7).
    comparability: Annotated[tuple[Sentence, ...], Says("must be a list of sentences")] = ()
    #: The day the next figures are announced for, for the quality declaration.
    next_release: Annotated[date, Strict(), Says("must be a date, 2026-06-24")] | None = None
    #: Why the release does not come out at 08:00 Danish time (R13); empty when it does.
    publish_at_reason: Annotated[
        str, StringConstraints(strict=True, strip_whitespace=True), Says("must be a sentence")
    ] = ""

    def quarter_of(self, komnr: str) -> str:
        """The quarter whose delivery of a kommune the release uses."""
        return self.quarter_overrides.get(komnr, self.quarter)


def parse_definition(release: str, text: str, period: type[Period]) -> Definition:
    """Read a definition of a statistic; DefinitionError names every key that is missing, unknown or of another form.

    ``period``: the kind of period that the statistic's deliveries are for.
    """
    where = f"releases/{release}.toml"
    if not is_release_name(release):
        raise DefinitionError(f"{release!r} is not the name of a release (2024v1)")
    try:
        return checked(Definition, tomllib.loads(text), "a release definition", period, release=release)
    except tomllib.TOMLDecodeError as fault:
        raise DefinitionError(f"{where}: {fault}") from fault
    except Faults as fault:
        raise DefinitionError(f"{where}, {fault}") from None
