"""Requirements: the specification in force, announced and historic, schemas and examples, deadlines as a year wheel. Reads what
the program declares; nothing of any kommune.
"""

import math
from collections.abc import Iterable
from datetime import date, timedelta

from starlette.responses import Response

from hjalp_pipeline.codelists.periods import MONTHS
from hjalp_pipeline.dialogue.specification.pages import specification_files
from hjalp_pipeline.portal.page_parts import sections_of
from hjalp_pipeline.portal.visit import Door, Visit, missing
from hjalp_pipeline.storage.portal_lists import READS

#: Deadlines so near each other have their numbers in two rings.
_NEAR = timedelta(days=10)
_EDITION = "kravspecifikation-"
_KINDS = {".csv": "text/csv", ".xml": "application/xml", ".xsd": "application/xml"}


def _files(visit: Visit) -> dict[str, bytes]:
    return specification_files(visit.today, visit.statistic.layouts, visit.statistic.coded)


def wheel(visit: Visit) -> list[tuple[float, float, float, float, str]]:
    """The deadlines of a year on a circle: where the tick ends, where its words stand, and the words."""
    kind, year = visit.statistic.period, visit.today.year
    periods = kind(year - 1, 12 // kind.months).until(kind(year, 12 // kind.months))
    days = [(period.deadline, period.in_words) for period in periods if period.deadline.year == year]
    due = visit.statistic.layouts.declaration.span_due
    if due:
        days.append((date(year, *due), f"alt til og med {year - 1}"))
    found: list[tuple[float, float, float, float, str]] = []
    before = date.min
    for day, words in sorted(days):
        far = 124 if day - before < _NEAR else 108  # two numbers beside each other do not hide each other
        before = day
        angle = 2 * math.pi * (day.timetuple().tm_yday - 1) / 366 - math.pi / 2
        x, y = math.cos(angle), math.sin(angle)
        found.append(
            (200 + 92 * x, 150 + 92 * y, 200 + far * x, 150 + far * y, f"{day.day}. {MONTHS[day.month - 1]}: {words}")
        )
    return found


def _editions(visit: Visit, files: Iterable[str]) -> list[tuple[str, str, str]]:
    """The editions, newest first: the page's name, from which period it holds, and whether it does."""
    now = str(visit.statistic.period.of(visit.today))
    names = [name.removesuffix(".html") for name in files if name.startswith(_EDITION)]
    periods = sorted((name.removeprefix(_EDITION) for name in names), reverse=True)
    holding = next((one for one in periods if one <= now), "")
    words = ("varslet", "gælder nu", "historisk")
    return [(f"{_EDITION}{one}", one, words[(one <= now) + (one < holding)]) for one in periods]


def requirements(visit: Visit) -> Response:
    """The overview of the specification and the wheel."""
    files = _files(visit)
    return visit.page(
        "requirements",
        editions=_editions(visit, files),
        schemas=[name for name in files if name.endswith(".xsd")],
        examples=[name for name in files if name.startswith("eksempler/")],
        wheel=wheel(visit),
        order=visit.portal.settings.executive_order,
    )


def edition(visit: Visit) -> Response:
    """One edition, or the log of changes."""
    name = visit.part("navn")
    page = _files(visit).get(f"{name}.html")
    if page is None:
        raise missing()
    return visit.page("requirement_edition", name=name, parts_of_report=sections_of(page, visit.base))


def fetch(visit: Visit) -> Response:
    """A schema or an example."""
    name = visit.part("navn")
    content, ends = _files(visit).get(name), name[name.rfind(".") :]
    if content is None or ends not in _KINDS:
        raise missing()
    saved = {"content-disposition": f'attachment; filename="{name.rpartition("/")[2]}"'}
    return Response(content, media_type=_KINDS[ends], headers=saved)


DOORS = (
    Door("krav", READS, requirements),
    Door("krav/fil/{navn:path}", READS, fetch),
    Door("krav/{navn}", READS, edition),
)
