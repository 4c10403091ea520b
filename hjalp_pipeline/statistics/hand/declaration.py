"""The statistic as a value."""

from typing import TYPE_CHECKING

from hjalp_pipeline.codelists.periods import Kvartal, Period
from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.publishing.definition_kinds import DefinitionOfQuarters
from hjalp_pipeline.publishing.table import Text
from hjalp_pipeline.report_spec import VendorPage
from hjalp_pipeline.statistic import Statistic, Stock, View
from hjalp_pipeline.statistics.hand.approval.quarters import APPROVAL
from hjalp_pipeline.statistics.hand.approval.services_report import REPORT
from hjalp_pipeline.statistics.hand.article_rules import ARTICLE
from hjalp_pipeline.statistics.hand.codelists.first_quarters import FIRST_KVARTAL, FIRST_MAANED
from hjalp_pipeline.statistics.hand.codelists.services import MODT_YDELSE_KODE
from hjalp_pipeline.statistics.hand.codelists.target_groups import TARGET_CODES
from hjalp_pipeline.statistics.hand.earlier_services import ARCHIVE
from hjalp_pipeline.statistics.hand.layout.ydelse import LAYOUTS
from hjalp_pipeline.statistics.hand.lists_of_selects import LISTS
from hjalp_pipeline.statistics.hand.microdata.services_given import MICRODATA
from hjalp_pipeline.statistics.hand.quality.services_quality import QUALITY
from hjalp_pipeline.statistics.hand.rules.combining import COMBINING
from hjalp_pipeline.statistics.hand.rules.covered_members import covered_kommuner, is_covered
from hjalp_pipeline.statistics.hand.rules.rule_list import CODE_KNOWN, RULEBOOK
from hjalp_pipeline.statistics.hand.rules.service_codes import YDELSE_UKENDT
from hjalp_pipeline.statistics.hand.rules.stock import COLUMNS, stock
from hjalp_pipeline.statistics.hand.tables import TABLES

if TYPE_CHECKING:
    from hjalp_pipeline.synth.country import Country, MadeUp
    from hjalp_pipeline.synth.story import Story

#: So many quarters are shown of a month that is run: a release shows what its definition says [chosen].
QUARTERS_OF_A_MONTH = 8


def _shown(period: Period) -> Span:
    """The last quarters that are over by the end of a month."""
    last = Kvartal.of(period.last_day)
    if last.last_day > period.last_day:
        last = last.previous()
    first = last
    for _ in range(QUARTERS_OF_A_MONTH - 1):
        first = first.previous()
    return Span.of_quarters(max(first, FIRST_KVARTAL), last)


def _made_up(country: "Country") -> "MadeUp":
    from hjalp_pipeline.statistics.hand.synth.made_up_services import MadeUpServices  # noqa: PLC0415 (a run never needs it)

    return MadeUpServices(country)


_SERVICES = View(
    "hand/ydelser",
    "every service inside the statistic as it stands, with what was delivered and what the rules made of it, with CPR numbers.",
    {
        "ydelse_start_leveret": "Startdatoen, som den er leveret",
        "ydelse_slut_leveret": "Slutdatoen, som den er leveret, tom = løber",
        "ydelse_start": "Startdatoen, efter at forløb er lagt sammen",
        "ydelse_slut": "Slutdatoen, som reglerne gav den, tom = løber",
        "pnr": "Borgerens CPR-nummer, som det er leveret",
    },
)


def _story() -> "Story":
    from hjalp_pipeline.statistics.hand.synth.story_steps import story  # noqa: PLC0415 (only a demo tells it)

    return story()


VENDORS = VendorPage(
    ("Ydelser", "Ydelser, der er tilbage efter reglerne om CPR, datoer og koder, eller har en ukendt kode"),
    ("Ukendt ydelseskode", "Dem af dem, hvis kode ikke findes i værdisættet"),
    (
        "Andel af ydelserne, hvis kode ikke findes i værdisættet",
        "Ukendte koders andel af ydelserne (0-1), tom = ingen",
    ),
    "Ydelser er dem, der er tilbage efter reglerne om CPR, datoer og koder, og dem med en ukendt kode, i de leverancer, der gjaldt, da "
    "måneden sidst blev kørt.",
)
#: What stands beside its tables (seed: contact), where the program's own says otherwise.
PUBLICATION = {
    "contact": Text(
        "Danmarks Statistik, handicap@dst.dk, 39 17 31 40", "Statistics Denmark, handicap@dst.dk, +45 39 17 31 40"
    ),
    "refperiod": Text("Dagene i kvartalet eller året", "The days of the quarter or the year"),
}
STATISTIC = Statistic(
    "hand",
    FIRST_MAANED,
    LAYOUTS,
    COMBINING,
    RULEBOOK,
    Stock(COLUMNS, stock, "the services inside the statistic, a row each"),
    TABLES,
    subject_code="05",
    subject_area=Text("Sociale forhold", "Social conditions"),
    watched="hand07",
    mapped="hand06",
    reading=(f"{__package__}.layout", f"{__package__}.codelists"),
    code=(f"{__package__}.rules", f"{__package__}.codelists"),
    owner="team:handicap",
    first_year=FIRST_KVARTAL.aar,
    approval=APPROVAL,
    lists=LISTS,
    agreed=is_covered,
    microdata=MICRODATA,
    definition=DefinitionOfQuarters,
    shown=_shown,
    covered=covered_kommuner,
    population=False,
    first_quarter=FIRST_KVARTAL,
    archive=ARCHIVE,
    ledger_names={"periode": "period", "komnr_indberetter": "komnr"},
    unknown=(CODE_KNOWN.name, YDELSE_UKENDT.name),
    vendors=VENDORS,
    approval_report=REPORT,
    quality=QUALITY,
    article=ARTICLE,
    publication=PUBLICATION,
    made_up=_made_up,
    views_of_states={"ydelser": _SERVICES},
    story=_story,
    code_texts={"maalgruppe": TARGET_CODES},
    coded=MODT_YDELSE_KODE,
    numbered={"in_force": "H1", "systems": "H2", "confidentiality": "H11", "release": "H12"},
)
