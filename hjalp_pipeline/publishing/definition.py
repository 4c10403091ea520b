"""The release definition ``releases/{release}.toml``: what a release is made of (R13).

Another key is another field of ``Definition``, or of the kind of definition a statistic has (``definition_kinds``); its type
says what may stand there, and what it means and how it may be filled in.
"""

import re
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, TypeVar

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

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.publishing.definition_parts import Reasons
from hjalp_pipeline.publishing.moments import danish, likely
from hjalp_pipeline.typed import Faults, Holds, Means, Says, Sentence, checked, parsed

_NAME = re.compile(r"[0-9]{4}v[1-9][0-9]*")


class DefinitionError(Exception):
    """A release definition that cannot be used. Names the file, each key that is at fault and what is wrong.

    ``faults``: a sentence for each key.
    """

    def __init__(self, message: str, faults: Sequence[str] = ()) -> None:
        """Without ``faults`` the message is the only one."""
        super().__init__(message)
        self.faults = tuple(faults) or (message,)


def is_release_name(name: str) -> bool:
    """Whether a text has the form ``2024v1``."""
    return _NAME.fullmatch(name) is not None


def _iso_date(value: object) -> object:
    """An unquoted date is a date to TOML; it means the same extract."""
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value


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


ReleaseName = Annotated[str, StringConstraints(pattern=f"^{_NAME.pattern}$")]
Flag = Annotated[bool, Strict(), Says("must be true or false")]
PeriodText = Annotated[str, BeforeValidator(_period)]
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
    AfterValidator(likely),
    Says("must be a point in time with its offset, 2025-06-24T08:00:00+02:00"),
]


@dataclass(frozen=True, kw_only=True)
class Definition(ABC):
    """A release: what it shows, deliveries (of a period, and of another one for some kommuner), register extract, approvals."""

    release: str
    registers: Annotated[_Extract, Means("The register extract it uses.", '"{next}-04-04"')]
    publish_at: Annotated[
        _Moment, AfterValidator(danish), Means("When it opens: at 08:00 Danish time.", "{next}-06-24T08:00:00+02:00")
    ]
    approvals_until: Annotated[
        _Moment, Means("Decisions after it are not part of the release.", "{next}-06-20T12:00:00+02:00")
    ]
    protect_against: Annotated[
        tuple[ReleaseName, ...],
        AfterValidator(_earlier),
        Says("must be a list of earlier releases"),
        Means(
            "It is protected against these, and against every other release that holds one of its years and was published before it.",
            '["{year}v1"]',
        ),
    ] = ()
    protect_insiders: Annotated[
        Flag,
        Means("Whether figures are kept also from those alone, or only two, in a small cell, who know it.", "true"),
    ] = False
    refuse_unprotectable: Annotated[
        Flag,
        Means(
            "Whether cells that nothing can protect hold the release back until accept_unprotectable says how many.",
            "false",
        ),
    ] = True
    accept_unprotectable: Annotated[
        Annotated[int, Strict(), Field(ge=0), Says("must be a whole number, 0 or more")],
        Means(
            "So many cells that nothing can protect a person has looked at on the page to sign; only with so many it is made.",
            "0",
        ),
    ] = 0
    accept_orders: Annotated[
        Annotated[int, Strict(), Field(ge=0), Says("must be a whole number, 0 or more")],
        Means(
            "So many tables delivered to order that tell more beside it a person has looked at; only with so many it is made.",
            "0",
        ),
    ] = 0
    audit_bound: Annotated[
        Annotated[
            float, Strict(), Field(gt=0, le=1), AllowInfNan(False), Says("must be a number above 0 and at most 1")
        ],
        Means(
            "With a key of the office: so likely at most a hidden cell may be below 3 to whoever runs the program, two thirds unless it "
            "says otherwise. Where one is likelier, another of the key's patterns is taken. 1: the first is taken.",
            "0.75",
        ),
    ] = 2 / 3
    max_move_pct: Annotated[
        Annotated[float, Strict(), Field(gt=0), AllowInfNan(False), Says("must be a positive number")] | None,
        Holds("a positive number"),
        Means(
            "So many per cent a kommune's figure in the watched table may move against the release before without a row in "
            "codelists/explanations.csv.",
            "10",
        ),
    ] = None
    partial: Annotated[
        Reasons,
        Means("Why a kommune takes part although one of its systems is silent.", '741 = "Depotet er lukket."'),
    ] = field(default_factory=dict)
    known_defects: Annotated[
        Reasons,
        Means(
            "What is known to be lacking in a kommune's data, for the quality declaration.",
            '185 = "Poster fra depotet mangler."',
        ),
    ] = field(default_factory=dict)
    comparability: Annotated[
        tuple[Sentence, ...],
        Says("must be a list of sentences"),
        Means(
            "More sentences for the quality declaration on what can be compared with what.",
            '["Tallene er foreløbige."]',
        ),
    ] = ()
    tables: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+$")], ...],
        Says("must be a list of names, in capital letters"),
        Means(
            "The tables it publishes; without it all but those under development. One that comes out later comes with a later release.",
            '["{table}"]',
        ),
    ] = ()
    next_release: Annotated[
        Annotated[date, Strict(), Says("must be a date, 2026-06-24")] | None,
        Holds("a date"),
        Means("The day the next figures are announced for, for the quality declaration.", "{next}-12-18"),
    ] = None
    publish_at_reason: Annotated[
        str,
        StringConstraints(strict=True, strip_whitespace=True),
        Says("must be a sentence"),
        Means("Why it does not open at 08:00 Danish time. Required when it does not.", '"Efter aftale."'),
    ] = ""

    @abstractmethod
    def shown_later(self, years: int) -> dict[str, object]:
        """The keys of what a release so many years later shows and takes deliveries from, with what they hold."""

    @property
    @abstractmethod
    def span(self) -> Span:
        """What its tables show."""

    @property
    @abstractmethod
    def taken_from(self) -> str:
        """The period whose deliveries it uses."""

    @property
    @abstractmethod
    def taken_apart(self) -> Mapping[str, str]:
        """Kommuner that are taken from another period, and from which."""

    @property
    def archived(self) -> tuple[str, date] | None:
        """The release whose microdata stand in for records that ended long ago, and up to which day; None without one."""
        return None

    @property
    @abstractmethod
    def owned(self) -> bool:
        """Whether figures are protected also from each kommune, which knows its own."""

    @property
    def owned_untold(self) -> bool:
        """The same of a release that was made before releases told it (``Pins.protect_kommuner``)."""
        return self.owned

    def period_of(self, komnr: str) -> str:
        """The period whose delivery of a kommune the release uses."""
        return self.taken_apart.get(komnr, self.taken_from)


Kind = TypeVar("Kind", bound=Definition)


def parse_definition(release: str, text: str, kind: type[Kind], period: type[Period]) -> Kind:
    """Read a definition of a statistic; DefinitionError names every key that is missing, unknown or of another form.

    ``kind``: of definition that the statistic has, ``period``: of period that its deliveries are for.
    """
    where = f"releases/{release}.toml"
    if not is_release_name(release):
        raise DefinitionError(f"{release!r} is not the name of a release (2024v1)")
    try:
        return checked(kind, tomllib.loads(text), "a release definition", period, release=release)
    except tomllib.TOMLDecodeError as fault:
        raise DefinitionError(f"{where}: {fault}") from fault
    except Faults as fault:
        raise DefinitionError(f"{where}, {fault}", [f"{where}, {key}: {rule}" for key, rule in fault.faults]) from None
