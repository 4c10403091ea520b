"""The ordinary run of things: two deliveries and a later one, and the releases of two years."""

from datetime import UTC, datetime
from typing import Final

from hjalp_pipeline.codelists.periods import Maaned
from hjalp_pipeline.statistics.hand.synth.programme import Programme, Round
from hjalp_pipeline.statistics.hand.synth.vendor_systems import Change

DEFICIENT: Final = "540"
#: Never gets its second half of 2024 approved.
FAILING: Final = "360"
#: Approves from 2022 on only: what is before stands in another system.
LATE_BEGINNER: Final = "671"
#: First refused, approved after another look.
SECOND_THOUGHTS: Final = ("265", "607", "791")
MONTHS: Final = (Maaned(2024, 12), Maaned(2025, 1), Maaned(2025, 2))
FIRST_YEAR: Final = 2020
LAST_YEAR: Final = 2024
CHANGES: Final = {
    "370": Change("kmd", Maaned(2024, 8), carried=True, new="systematic"),
    "657": Change("dxc", Maaned(2024, 12), carried=False, new="team-online"),
}

RELEASES: Final = {
    "2023v1": """\
period = "2024M12"
first_quarter = "2020K1"
last_quarter = "2023K4"
registers = "2025-04-04"
publish_at = 2025-04-24T08:00:00+02:00
protect_against = []
approvals_until = 2025-04-22T12:00:00+02:00
refuse_unprotectable = false  # made-up people
next_release = 2025-07-02

[period_overrides]

[known_defects]
540 = "Leverancen er mangelfuld og ikke godkendt."
""",
    "2024v1": """\
period = "2025M01"
first_quarter = "2020K1"
last_quarter = "2024K4"
registers = "2025-04-04"
publish_at = 2025-07-02T08:00:00+02:00
protect_against = ["2023v1"]
approvals_until = 2025-06-27T12:00:00+02:00
refuse_unprotectable = false  # made-up people
next_release = 2026-08-27

[period_overrides]
540 = "2025M02"

[known_defects]
573 = "Behandling efter § 102 er ikke med i kommunens system."
""",
}


def _rounds() -> tuple[Round, ...]:
    found = [
        Round(
            f"{aar}-runde1.csv", aar, datetime(2025, 2, 3, 6, tzinfo=UTC),
            without=(DEFICIENT, FAILING, LATE_BEGINNER) if aar in (2020, 2021) else (DEFICIENT, FAILING, *SECOND_THOUGHTS),
        )
        for aar in range(FIRST_YEAR, LAST_YEAR)
    ]  # fmt: skip
    found += [
        Round(f"{aar}-runde1.csv", aar, datetime(2025, 2, 4, 6, tzinfo=UTC), kommuner=(FAILING,))
        for aar in range(FIRST_YEAR, LAST_YEAR)
    ]
    found += [
        Round(
            f"{aar}-runde1.csv", aar, datetime(2025, 2, 4, 6, tzinfo=UTC), "afvist", (DEFICIENT,),
            note="mangelfuld levering",
        )
        for aar in range(FIRST_YEAR, LAST_YEAR)
    ]  # fmt: skip
    for aar in (2022, 2023):
        begins = datetime(2025, 2, 5, 6, tzinfo=UTC)
        found.append(Round(f"{aar}-runde1.csv", aar, begins, "afvist", SECOND_THOUGHTS, ("K2", "K3"), "for få ydelser"))
        again = datetime(2025, 3, 20, 6, tzinfo=UTC)
        found.append(Round(f"{aar}-runde2.csv", aar, again, kommuner=SECOND_THOUGHTS, note="efter genlevering"))
    first, name = datetime(2025, 5, 5, 6, tzinfo=UTC), f"{LAST_YEAR}-runde1.csv"
    found.append(Round(name, LAST_YEAR, first, without=(DEFICIENT, FAILING)))
    found.append(Round(name, LAST_YEAR, first, kommuner=(FAILING,), quarters=("K1", "K2")))
    found.append(Round(name, LAST_YEAR, first, "afvist", (FAILING,), ("K3", "K4"), "antal kan ikke genkendes"))
    found += [
        Round(f"{LAST_YEAR}-runde2.csv", aar, datetime(2025, 5, 26, 6, tzinfo=UTC), kommuner=(DEFICIENT,), note="genleveret 2025M02")
        for aar in range(FIRST_YEAR, LAST_YEAR + 1)
    ]  # fmt: skip
    return tuple(found)


ORDINARY: Final = Programme(
    MONTHS,
    CHANGES,
    _rounds(),
    RELEASES,
    before={
        ("2024M12", "259"): "wrong_count",
        ("2024M12", "306"): "truncated",
        ("2024M12", "530"): "most",
        ("2024M12", "773"): "stranger",
        ("2025M01", "480"): "encoding",
        ("2025M01", "101"): "truncated_xml",
        ("2025M01", "336"): "many_errors",
        ("2025M01", "340"): "columns",
        ("2025M01", "575"): "most",
        ("2025M01", "727"): "empty",
        ("2025M02", "479"): "most",
    },
    after={("2025M01", "607"): "truncated", ("2025M02", "751"): "truncated_xml"},
    instead={("2024M12", DEFICIENT): "half", ("2025M01", DEFICIENT): "half", ("2025M02", "550"): None},
    late={
        ("2024M12", "360"): (21, True),
        ("2024M12", "849"): (17, False),
        ("2025M01", "376"): (22, True),
        ("2025M02", DEFICIENT): (20, True),
        ("2025M02", "217"): (18, False),
    },
)
