"""The register's own history in steps (``hjalp demo --statistic hand --story``), and which check caught what."""

from typing import TYPE_CHECKING, Final

from hjalp_pipeline.statistics.hand.synth.made_up_services import MadeUpServices, codelists
from hjalp_pipeline.statistics.hand.synth.real_history import (
    ARCHIVE_UNTIL,
    DEFINITIONS,
    HISTORY,
    IN_PART,
    LIMIT,
    LOST,
    TOO_MANY,
    TRIED,
)
from hjalp_pipeline.synth.story import Step, Story

if TYPE_CHECKING:
    from hjalp_pipeline.synth.country import Country

_EXPLAINED: Final = (
    f"release;komnr;reason\n2023v1;{TOO_MANY};For mange ydelser efter § 102 i 2020K2-2022K4 er rettet af kommunen.\n"
)


def _toml(release: str, text: str = "") -> dict[str, str]:
    return {f"releases/{release}.toml": text or DEFINITIONS[release]}


def _made_up(country: "Country") -> MadeUpServices:
    return MadeUpServices(country, HISTORY)


def steps() -> tuple[Step, ...]:
    """The story, in the order of the years."""
    return (
        Step(
            "29 September 2021: 2020v1",
            "All kommuner deliver, 2020 is published. Frederiksberg (147) has begun to report too many services under § 102; "
            "nobody knows.",
            "Nothing holds it back: there is no earlier figure to compare with. Where the code has enough persons, as at national size, "
            "the kommune's approval report for 2020 asks about it (SPRING, MANGE); somebody has to look.",
            files=_toml("2020v1"),
            periods=("2021M08",),
            release="2020v1",
        ),
        Step(
            "October 2022: 2021v1 is tried",
            "A new method takes a kommune's data from its newest system. Four kommuner (813, 707, 306, 326) changed system after "
            "August; what only the old one holds is lost. The gate is green: all of them have delivered.",
            f"Caught before publication, by max_move_pct = {LIMIT}: the release is refused and names the four.",
            files=_toml("2021v1", TRIED["2021v1"]),
            periods=("2022M08", "2022M09"),
            release="2021v1",
            refused=LOST,
        ),
        Step(
            "12 October 2022: 2021v1 as it was published",
            "In 2022 there was no such limit: the release went out without what was lost.",
            "The revision against 2020v1 shows it: of the tables by kommune it changes the cells of the four.",
            files=_toml("2021v1"),
            release="2021v1",
            causes=LOST,
        ),
        Step(
            "5 December 2022: 2021v2, the re-run",
            "codelists/systems.csv now carries the old systems forward; the month is run again and published as a new version.",
            "Explained by the revision against 2021v1: the cells of the four again, now the other way.",
            files={**_toml("2021v2"), "codelists/systems.csv": codelists(HISTORY)["systems.csv"]},
            periods=("2022M09",),
            release="2021v2",
            causes=LOST,
        ),
        Step(
            "28 June 2023: 2022v1",
            "Frederiksberg still has too many § 102, now up to 2022K4. The limit of moves stands in the definition.",
            "Not caught by it: earlier figures have not moved. After the publication the kommune finds the error itself.",
            files=_toml("2022v1"),
            periods=("2023M05",),
            release="2022v1",
        ),
        Step(
            "September 2024: 2023v1 is tried",
            "Frederiksberg has corrected its data, and of Hørsholm (223) only a part is in.",
            f"Both caught before publication, by max_move_pct = {LIMIT}: the one is expected and can be explained, the other is news.",
            files=_toml("2023v1", TRIED["2023v1"]),
            periods=("2024M08",),
            release="2023v1",
            refused=(TOO_MANY, IN_PART),
        ),
        Step(
            "20 September 2024: 2023v1 as it was published",
            "The correction of Frederiksberg is explained in codelists/explanations.csv; nobody looked at Hørsholm.",
            "The revision against 2022v1 shows both: the correction a year later, and the part that is missing.",
            files={**_toml("2023v1"), "codelists/explanations.csv": _EXPLAINED},
            release="2023v1",
            causes=(TOO_MANY, IN_PART),
        ),
        Step(
            "31 March 2025: 2023v2, the re-run",
            "Hørsholm has delivered all of it in the file of February; the release takes the kommune from that month.",
            "Explained by the revision against 2023v1: a new delivery of one kommune, all others as they were.",
            files=_toml("2023v2"),
            periods=("2025M02",),
            release="2023v2",
            causes=(IN_PART,),
        ),
        Step(
            "2 July 2025: 2024v1, the first with an archive",
            f"Services that ended on or before {ARCHIVE_UNTIL} come from 2023v2, all others from the new deliveries. Two systems "
            "(420, 710) have dropped what ended before 2020.",
            "Nothing is lost: the old figures stand, the ledger counts what the archive replaced, and the approval reports of the "
            "two kommuner remark that they delivered less than the archive holds.",
            files=_toml("2024v1"),
            periods=("2025M05",),
            release="2024v1",
            left_out=("ARKIVERET",),
        ),
    )


def story() -> Story:
    """The country of the story and its steps."""
    return Story(_made_up, steps())
