"""The statistic's part of a kommune's approval report: persons and full-time services by quarter and code (H12)."""

from collections.abc import Iterator, Mapping, Sequence

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.pages.charts import columns, lines
from hjalp_pipeline.report_spec import ApprovalReport, KommuneYear, Sheet, Told
from hjalp_pipeline.statistics.hand.approval import day_sums as maal
from hjalp_pipeline.statistics.hand.approval import service_rows
from hjalp_pipeline.statistics.hand.approval.odd_services import Seen, oddities
from hjalp_pipeline.statistics.hand.approval.service_rows import TEXTS, CodeRow, FlowRow, GroupRow, quarters_of
from hjalp_pipeline.statistics.hand.codelists.first_quarters import FIRST_KVARTAL


def tell(year: KommuneYear) -> Told:
    """What the report of a kommune shows of its year."""
    aar, figures = year.aar, year.figures
    persons, services = service_rows.persons(figures, aar), service_rows.services(figures, aar)
    flows, by_code = service_rows.by_quarter(figures, aar), service_rows.by_code(figures, aar)
    groups = service_rows.by_group(figures, aar)
    last = [_persons(figures, Kvartal(of, 4)) for of in (aar, aar - 1)]
    in_all = next((row for row in groups if not row.kode), None)
    return Told(
        page={
            "detail": "efter ydelse",
            "quarters": [str(quarter) for quarter in quarters_of(aar)],
            "persons": persons,
            "services": services,
            "flows": flows,
            "by_code": by_code,
            "groups": groups,
            "without_group": in_all.uden if in_all else 0,
            "services_of_year": in_all.ydelser if in_all else 0,
            "without_any": service_rows.without_any(figures, aar),
            "unknown_codes": year.unknown,
            **_plots(year, flows),
        },
        main=[("Personer i 4. kvartal", last[0]), ("Personer i 4. kvartal året før", last[1])],
        of_records=[("Ydelser i året uden målgruppe", in_all.uden if in_all else 0)],
        sheets=list(_sheets(aar, persons, services, by_code, groups)),
        changes=service_rows.changed(figures, year.before, aar),
        oddities=oddities(_seen(year)),
    )


def _persons(figures: Mapping[tuple[str, str, str], int], quarter: Kvartal) -> int:
    return figures.get((maal.PERSONER, str(quarter), ""), 0)


def _plots(year: KommuneYear, flows: Sequence[FlowRow]) -> Mapping[str, str]:
    this, last = str(year.aar), str(year.aar - 1)
    since = FIRST_KVARTAL.until(Kvartal(year.aar, 4))
    known = year.aar > FIRST_KVARTAL.aar
    return {
        "by_quarter": columns(
            f"Personer pr. kvartal, {last} og {this}",
            (last, this),
            [
                (
                    f"K{nr}",
                    (
                        _persons(year.figures, Kvartal(year.aar - 1, nr)) if known else None,
                        _persons(year.figures, Kvartal(year.aar, nr)),
                    ),
                )
                for nr in range(1, 5)
            ],
        ),
        "trend": lines(
            f"Personer pr. kvartal siden {FIRST_KVARTAL}",
            [str(quarter) for quarter in since],
            [("Personer", [_persons(year.figures, quarter) for quarter in since])],
        ),
        "begun": columns(
            f"Begyndte og sluttede ydelser pr. kvartal, {this}",
            ("Begyndt", "Sluttet"),
            [(f"K{nr}", (row.begyndt, row.sluttet)) for nr, row in enumerate(flows, start=1)],
        ),
    }


def _sheets(
    aar: int,
    persons: Sequence[CodeRow],
    services: Sequence[CodeRow],
    flows: Sequence[FlowRow],
    groups: Sequence[GroupRow],
) -> Iterator[Sheet]:
    quarters = [str(quarter) for quarter in quarters_of(aar)]
    for name, rows in (("Personer", persons), ("Kvartalsydelser", services)):
        yield Sheet(
            name,
            ("Kode", "Ydelse", *quarters),
            (10, 60, *(12 for _ in quarters)),
            [(row.kode, row.tekst, *row.values) for row in rows],
        )
    yield Sheet(
        "Begyndt og sluttet",
        ("Kode", "Ydelse", *(f"{what} {year}" for what in ("Begyndt", "Sluttet") for year in (aar - 1, aar))),
        (10, 60, 16, 16, 16, 16),
        [(r.kode, r.tekst, r.begyndt_foer, r.begyndt, r.sluttet_foer, r.sluttet) for r in flows],
    )
    yield Sheet(
        "Målgruppe",
        ("Kode", "Ydelse", f"Ydelser {aar}", "Heraf uden målgruppe"),
        (10, 60, 16, 22),
        [(row.kode, row.tekst, row.ydelser, row.uden) for row in groups],
    )


def _seen(year: KommuneYear) -> Seen:
    """What the checks look at; a quarter without a person is 0, not missing."""
    quarters, last = FIRST_KVARTAL.until(Kvartal(year.aar, 4)), Kvartal(year.aar, 4)
    series = {
        kode: {
            quarter: number
            for quarter in quarters
            if (number := service_rows.of_code(year.figures, maal.PERSONER, kode, quarter)) is not None
        }
        for kode in TEXTS
    }
    share = _persons(year.figures, last) / (_persons(year.country, last) or 1)
    return Seen(
        aar=year.aar,
        persons=series,
        expected={kode: share * year.country.get((maal.PERSONER, str(last), kode), 0) for kode in TEXTS},
        groups={row.kode: (row.ydelser, row.uden) for row in service_rows.by_group(year.figures, year.aar)},
    )


REPORT = ApprovalReport(maal.DELIVERED, maal.STATES, maal.count, tell, (__package__, "ydelser.html.j2"))
