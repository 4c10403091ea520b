"""The statistic's part of a kommune's approval report: flows by quarter, paragraphs, and what looks odd (seed 3.4, R12)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.pages.charts import bars, columns, lines
from hjalp_pipeline.report_spec import ApprovalReport, KommuneYear, Sheet, Told
from hjalp_pipeline.statistics.hjalp.approval import flows as maal
from hjalp_pipeline.statistics.hjalp.approval.flow_rows import (
    ParagraphRow,
    QuarterRow,
    by_paragraph,
    by_source,
    changed,
    quarter_row,
)
from hjalp_pipeline.statistics.hjalp.approval.outliers import Year, oddities
from hjalp_pipeline.statistics.hjalp.codelists.first import FIRST_KVARTAL

#: Paragraphs a plot shows.
_MOST_PARAGRAPHS = 12


def tell(year: KommuneYear) -> Told:
    """What the report of a kommune shows of its year."""
    aar, figures = year.aar, year.figures
    quarters = [quarter_row(figures, Kvartal(aar, nr)) for nr in range(1, 5)]
    paragraphs, sources = by_paragraph(figures, aar), by_source(figures, aar)
    bestand, bestand_foer = (figures.get((maal.BESTAND, str(of), ""), 0) for of in (aar, aar - 1))
    return Told(
        page={
            "detail": "efter paragraf",
            "quarters": quarters,
            "paragraphs": paragraphs,
            "without_paragraph": sum(row.udleveret for row in paragraphs if not row.kode),
            "sources": sources,
            "bestand": bestand,
            "bestand_foer": bestand_foer,
            "bestand_andre": list(_reported_by_others(year)),
            "unknown_codes": year.unknown,
            **_plots(year, quarters, paragraphs),
        },
        main=[("Udlånt ultimo året", bestand), ("Udlånt ultimo året før", bestand_foer)],
        of_records=[("Heraf med en lov_navn, der ikke er en kode (LOV_NAVN_UKENDT)", year.unknown)],
        sheets=list(_sheets(aar, quarters, paragraphs, sources)),
        changes=changed(figures, year.before, aar),
        oddities=oddities(_looked_at(year)),
    )


def _reported_by_others(year: KommuneYear) -> Iterator[tuple[str, int]]:
    """Loans at the end of the year by the other kommuner that have reported them."""
    for (what, periode, kode), antal in sorted(year.figures.items()):
        if what == maal.BESTAND_INDBERETTER and periode == str(year.aar) and kode != year.komnr:
            yield f"{kode} {NAVN[kode]}", antal


def _plots(year: KommuneYear, quarters: Sequence[QuarterRow], paragraphs: Sequence[ParagraphRow]) -> Mapping[str, str]:
    this, last = str(year.aar), str(year.aar - 1)
    since = [str(kvartal) for kvartal in FIRST_KVARTAL.until(Kvartal(year.aar, 4))]
    return {
        "issued": columns(
            f"Udleveringer pr. kvartal, {last} og {this}",
            (last, this),
            [(row.kvartal[4:], (row.udleveret_foer, row.udleveret)) for row in quarters],
        ),
        "returned": columns(
            f"Indleveringer pr. kvartal, {last} og {this}",
            (last, this),
            [(row.kvartal[4:], (row.indleveret_foer, row.indleveret)) for row in quarters],
        ),
        "trend": lines(
            f"Udleveringer og indleveringer pr. kvartal siden {FIRST_KVARTAL}",
            since,
            [
                (title, [year.figures.get((what, kvartal, ""), 0) for kvartal in since])
                for title, what in (("Udleveret", maal.UDLEVERET), ("Indleveret", maal.INDLEVERET))
            ],
        ),
        "by_paragraph": bars(
            f"Udleveringer i {this} efter paragraf",
            [(row.kode or "uden paragraf", row.udleveret) for row in paragraphs][:_MOST_PARAGRAPHS],
        ),
    }


def _sheets(
    aar: int, quarters: Sequence[QuarterRow], paragraphs: Sequence[ParagraphRow], sources: Sequence[ParagraphRow]
) -> Iterator[Sheet]:
    years = (aar - 1, aar)
    yield Sheet(
        "Kvartaler",
        (
            "Kvartal",
            *(f"{flow} {year}" for flow in ("Udleveret", "Indleveret") for year in years),
            "Heraf indleveret ved dødsfald",
        ),
        (12, 18, 18, 18, 18, 30),
        [
            (r.kvartal[4:], r.udleveret_foer, r.udleveret, r.indleveret_foer, r.indleveret, r.indleveret_doed)
            for r in quarters
        ],
    )
    for name, rows in (("Paragraffer", paragraphs), ("Paragraffens kilde", sources)):
        yield Sheet(
            name,
            ("Kode", "Tekst", *(f"{what} {year}" for what in ("Udleveret", "Udlånt ultimo") for year in years)),
            (16, 60, 18, 18, 22, 22),
            [(r.kode, r.tekst, r.udleveret_foer, r.udleveret, r.bestand_foer, r.bestand) for r in rows],
        )


def _looked_at(year: KommuneYear) -> Year:
    """What the checks look at; a quarter without a loan is 0, not missing."""
    quarters = FIRST_KVARTAL.until(Kvartal(year.aar, 4))

    def flow(what: str) -> dict[Kvartal, int]:
        return {kvartal: year.figures.get((what, str(kvartal), ""), 0) for kvartal in quarters}

    largest: dict[Kvartal, tuple[date, int]] = {}
    for day, count in sorted(year.details.get(maal.DAYS, ())):
        kvartal = Kvartal.of(day)
        if kvartal not in largest or count > largest[kvartal][1]:
            largest[kvartal] = (day, count)
    issued = {
        kode: antal
        for (what, periode, kode), antal in year.figures.items()
        if what == maal.PARAGRAF_UDLEVERET and periode == str(year.aar) and kode
    }
    return Year(
        aar=year.aar,
        issued=flow(maal.UDLEVERET),
        returned=flow(maal.INDLEVERET),
        largest_day=largest,
        paragraphs=issued,
        local=dict(year.details.get(maal.LOCAL, ())),
        under_112=issued.get(maal.PARAGRAF_112, 0),
    )


REPORT = ApprovalReport(maal.DELIVERED, maal.STATES, maal.count, tell, (__package__, "udlaan.html.j2"))
