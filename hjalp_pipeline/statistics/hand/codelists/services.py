"""The services of the tables by code, with the quarter from which each counts (H5, H7, H9)."""

from dataclasses import dataclass
from datetime import date

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.codelists.shipped_lists import read_codelist
from hjalp_pipeline.codelists.value_sets import CodedField, ListedCode, read_announcements, value_sets_of
from hjalp_pipeline.statistics.hand.codelists.english_texts import SERVICE_TEXTS
from hjalp_pipeline.statistics.hand.codelists.first_quarters import FIRST_KVARTAL, FIRST_MAANED


@dataclass(frozen=True, slots=True)
class Service:
    """A code of ``modt_ydelse_kode``. ``exempt_from_cover``: a member of a collaboration reports it itself."""

    code: str
    text_da: str
    text_en: str
    paragraph: str
    from_quarter: Kvartal
    in_hand05: bool
    exempt_from_cover: bool

    @property
    def counts_from(self) -> date:
        """The first day a spell counts on: of the code's quarter; of codes there were before the tables, of the data."""
        return FIRST_MAANED.first_day if self.from_quarter == FIRST_KVARTAL else self.from_quarter.first_day


SERVICES: tuple[Service, ...] = tuple(
    Service(
        row["code"],
        row["text_da"],
        SERVICE_TEXTS[row["code"]],
        row["paragraph"],
        Kvartal.parse(row["from_quarter"]),
        row["in_hand05"] == "yes",
        row["exempt_from_cover"] == "yes",
    )
    for row in read_codelist("ydelser.csv", package=__package__)
)
#: Codes that a member reports itself, though another kommune reports for it.
EXEMPT = frozenset(service.code for service in SERVICES if service.exempt_from_cover)

#: The value set of the field by version, as the requirement specification shows it.
MODT_YDELSE_KODE = CodedField(
    "modt_ydelse_kode",
    ("Paragraf", "Betydning"),
    "En ydelse tæller fra den dag, dens kode er i kraft. En ydelse med en anden kode tæller ikke.",
    value_sets_of(
        (
            ListedCode(one.code, (f"SEL § {one.paragraph}", one.text_da), one.text_da, one.counts_from, None)
            for one in SERVICES
        ),
        read_announcements(read_codelist("service_sets.csv", package=__package__)),
    ),
    empty_in_example=("ydelse_slut", "maalgruppe"),
)
