"""The release definition ``releases/{release}.toml``: what a release is made of (R13)."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.codelists.kvartaler import Kvartal

_DANISH_TIME = ZoneInfo("Europe/Copenhagen")
_NAME = re.compile(r"[0-9]{4}v[1-9][0-9]*")


class DefinitionError(Exception):
    """A release definition that cannot be used. Names the file, the key and what is wrong."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A release: its years, deliveries (a quarter, and another one for some kommuner), register extract and approvals."""

    release: str
    reference_years: tuple[int, ...]
    quarter: str
    registers: str
    publish_at: datetime
    protect_against: tuple[str, ...]
    approvals_until: datetime
    quarter_overrides: Mapping[str, str]
    #: Whether cells are hidden also from those who know one of them because they are alone in it (R11).
    protect_insiders: bool = False
    #: Whether a cell that no pattern can protect holds the release back (else it is hidden, and named in the evidence).
    refuse_unprotectable: bool = False
    #: Per cent a kommune's HJALP1 may move against the release before it without an explanation on file.
    max_move_pct: float | None = None
    #: By komnr why it takes part although one of its systems is silent (R1).
    partial: Mapping[str, str] = field(default_factory=dict)
    #: By komnr what is known to be lacking in its data, in words for the quality declaration (seed 5, 8.7).
    known_defects: Mapping[str, str] = field(default_factory=dict)
    #: Sentences on what can be compared with what, for the quality declaration (seed 7).
    comparability: tuple[str, ...] = ()
    #: Why the release does not come out at 08:00 Danish time (R13); empty when it does.
    publish_at_reason: str = ""

    def quarter_of(self, komnr: str) -> str:
        """The quarter whose delivery of a kommune the release uses."""
        return self.quarter_overrides.get(komnr, self.quarter)


def is_release_name(name: str) -> bool:
    """Whether a text has the form ``2024v1``."""
    return _NAME.fullmatch(name) is not None


def parse_definition(release: str, text: str) -> Definition:
    """Read a definition; DefinitionError names the key that is missing, unknown or of another form."""
    where = f"releases/{release}.toml"
    if not is_release_name(release):
        raise DefinitionError(f"{release!r} is not the name of a release (2024v1)")
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise DefinitionError(f"{where}: {fault}") from fault
    reader = _Reader(where, content)
    definition = Definition(
        release=release,
        reference_years=reader.years(),
        quarter=reader.quarter("quarter", content.get("quarter")),
        registers=reader.extract(),
        publish_at=reader.danish_moment("publish_at"),
        protect_against=reader.earlier(release),
        approvals_until=reader.moment("approvals_until"),
        quarter_overrides=reader.overrides(),
        protect_insiders=reader.flag("protect_insiders"),
        refuse_unprotectable=reader.flag("refuse_unprotectable"),
        max_move_pct=reader.per_cent("max_move_pct"),
        partial=reader.reasons("partial"),
        known_defects=reader.reasons("known_defects"),
        comparability=reader.sentences("comparability"),
        publish_at_reason=reader.reason("publish_at_reason"),
    )
    reader.no_more()
    return definition


class _Reader:
    KEYS = frozenset(
        [
            "reference_years",
            "quarter",
            "registers",
            "publish_at",
            "protect_against",
            "approvals_until",
            "quarter_overrides",
            "protect_insiders",
            "refuse_unprotectable",
            "max_move_pct",
            "partial",
            "known_defects",
            "comparability",
            "publish_at_reason",
        ]
    )

    def __init__(self, where: str, content: dict[str, Any]) -> None:
        self.where, self.content = where, content

    def fail(self, key: str, rule: str) -> DefinitionError:
        return DefinitionError(f"{self.where}, {key}: {rule}")

    def years(self) -> tuple[int, ...]:
        years = self.content.get("reference_years")
        if not isinstance(years, list) or not years or not all(type(year) is int for year in years):
            raise self.fail("reference_years", "must be a list of years, [2023, 2024]")
        if years != sorted(set(years)):
            raise self.fail("reference_years", "must ascend, none twice")
        return tuple(years)

    def quarter(self, key: str, value: object) -> str:
        try:
            return str(Kvartal.parse(value if isinstance(value, str) else ""))
        except ValueError:
            raise self.fail(key, "must be a quarter of the form 2025K1") from None

    def extract(self) -> str:
        value = self.content.get("registers")
        # An unquoted date is a date to TOML; it means the same extract.
        text = value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value
        try:
            return date.fromisoformat(text if isinstance(text, str) else "").isoformat()
        except ValueError:
            raise self.fail("registers", "must be the date of a register extract, 2025-04-04") from None

    def moment(self, key: str) -> datetime:
        value = self.content.get(key)
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise self.fail(key, "must be a point in time with its offset, 2025-06-24T08:00:00+02:00")
        if not 1900 < value.year < 9999:  # a day away from either end of the calendar, no zone can be applied
            raise self.fail(key, "is not in a year anybody means")
        return value

    def danish_moment(self, key: str) -> datetime:
        """A point in time whose offset is Denmark's on that day, or UTC: +02:00 in winter would open an hour early."""
        moment = self.moment(key)
        danish = moment.astimezone(_DANISH_TIME).utcoffset()
        if moment.utcoffset() not in (danish, timedelta(0)):
            raise self.fail(
                key, f"has not the offset of Danish time on that day ({moment.astimezone(_DANISH_TIME):%z})"
            )
        return moment

    def per_cent(self, key: str) -> float | None:
        value = self.content.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
            raise self.fail(key, "must be a positive number")
        return float(value)

    def earlier(self, release: str) -> tuple[str, ...]:
        names = self.content.get("protect_against", [])
        if not isinstance(names, list) or not all(isinstance(name, str) and is_release_name(name) for name in names):
            raise self.fail("protect_against", "must be a list of earlier releases")
        if release in names:
            raise self.fail("protect_against", "a release is not its own predecessor")
        return tuple(names)

    def flag(self, key: str) -> bool:
        value = self.content.get(key, False)
        if not isinstance(value, bool):
            raise self.fail(key, "must be true or false")
        return value

    def overrides(self) -> dict[str, str]:
        table = self.content.get("quarter_overrides", {})
        if not isinstance(table, dict):
            raise self.fail("quarter_overrides", "must be a table of komnr and quarter")
        for komnr in table:
            if komnr not in NAVN:
                raise self.fail(f"quarter_overrides.{komnr}", "is not one of the 98 kommuner")
        return {komnr: self.quarter(f"quarter_overrides.{komnr}", value) for komnr, value in sorted(table.items())}

    def reasons(self, key: str) -> dict[str, str]:
        table = self.content.get(key, {})
        if not isinstance(table, dict):
            raise self.fail(key, "must be a table of komnr and a sentence")
        for komnr, text in table.items():
            if komnr not in NAVN:
                raise self.fail(f"{key}.{komnr}", "is not one of the 98 kommuner")
            if not isinstance(text, str) or not text.strip():
                raise self.fail(f"{key}.{komnr}", "must be a sentence")
        return {komnr: text.strip() for komnr, text in sorted(table.items())}

    def sentences(self, key: str) -> tuple[str, ...]:
        value = self.content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
            raise self.fail(key, "must be a list of sentences")
        return tuple(text.strip() for text in value)

    def reason(self, key: str) -> str:
        value = self.content.get(key, "")
        if not isinstance(value, str):
            raise self.fail(key, "must be a sentence")
        return value.strip()

    def no_more(self) -> None:
        unknown = sorted(set(self.content) - self.KEYS)
        if unknown:
            raise self.fail(unknown[0], f"is not a key of a release definition ({', '.join(sorted(self.KEYS))})")
