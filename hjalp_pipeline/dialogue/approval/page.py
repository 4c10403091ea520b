"""A kommune's approval report as a page: Danish, self-contained, readable in print and by a screen reader; no CPR number."""

import polars as pl

from hjalp_pipeline.delivery.intake import MAX_FINDINGS
from hjalp_pipeline.dialogue.approval.content import AARSAGER
from hjalp_pipeline.dialogue.approval.report import Report
from hjalp_pipeline.pages.charts import bars, columns, danish, lines
from hjalp_pipeline.pages.template import template
from hjalp_pipeline.rules.approval import State
from hjalp_pipeline.statistics.hjalp.approval import PARAGRAF
from hjalp_pipeline.statistics.hjalp.rules.rule_list import RULEBOOK

#: Record numbers named on the page for each reason and file; the workbook has all that are listed.
RECORDS_SHOWN = 10
#: Paragraphs a plot shows.
_MOST_PARAGRAPHS = 12
STATE_WORDS = {
    State.UBESVARET: ("ikke besvaret", "warn"),
    State.GODKENDT: ("godkendt", "ok"),
    State.AFVIST: ("afvist: lever igen, når fejlene er rettet", "no"),
    State.GENLEVERET: ("afvist, og leveret igen: svar på de nye tal", "warn"),
    State.FORAELDET: ("godkendt, men før den nyeste levering: se de nye tal efter", "warn"),
}


def report_html(report: Report) -> str:
    """The page."""
    this, last = str(report.aar), str(report.aar - 1)
    flow = [(row.kvartal, row) for row in report.quarters]
    return template("hjalp_pipeline.dialogue.approval", "godkendelse.html.j2").render(
        report=report,
        aar=this,
        last=last,
        reasons=[(AARSAGER[reason], reason, rows) for reason, rows in report.reasons],
        records=_records(report),
        partly=[(AARSAGER[reason][0], words) for reason, words in partly_listed(report)],
        most=MAX_FINDINGS,
        states=[(_kind(kind), STATE_WORDS[state], report.decided.get(kind)) for kind, state in report.states.items()],
        asked=[_kind(kind) for kind, state in report.states.items() if state is not State.GODKENDT],
        redeliver=[_kind(kind) for kind, state in report.states.items() if state is State.AFVIST],
        issued=columns(
            f"Udleveringer pr. kvartal, {last} og {this}",
            (last, this),
            [(kvartal[4:], (row.udleveret_foer, row.udleveret)) for kvartal, row in flow],
        ),
        returned=columns(
            f"Indleveringer pr. kvartal, {last} og {this}",
            (last, this),
            [(kvartal[4:], (row.indleveret_foer, row.indleveret)) for kvartal, row in flow],
        ),
        trend=lines(
            "Udleveringer og indleveringer pr. kvartal siden 2022K3",
            [kvartal for kvartal, _, _ in report.trend],
            [
                ("Udleveret", [issued for _, issued, _ in report.trend]),
                ("Indleveret", [returned for _, _, returned in report.trend]),
            ],
        ),
        paragraphs=bars(
            f"Udleveringer i {this} efter paragraf",
            [(row.kode or "uden paragraf", row.udleveret) for row in report.paragraphs][:_MOST_PARAGRAPHS],
        ),
    )


def partly_listed(report: Report) -> list[tuple[str, str]]:
    """Reason, and how many of its records are listed, in words, where that is not all of them."""
    if report.rows is None:
        return []
    shown = dict(report.rows.group_by("aarsag").len().iter_rows())
    missing = [(reason, shown.get(reason, 0), rows) for reason, rows in report.reasons if RULEBOOK.codes[reason].fault]
    return [
        (reason, f"de første {danish(few)} af {danish(rows)}" if few else f"ingen af {danish(rows)}")
        for reason, few, rows in missing
        if few < rows
    ]


def _kind(kind: str) -> str:
    return "paragraffer" if kind == PARAGRAF else f"{kind[1]}. kvartal"


def _records(report: Report) -> list[tuple[str, str, str, int]]:
    """Reason, file, first record numbers, rows, of every reason that is listed in the workbook."""
    if report.rows is None or report.rows.is_empty():
        return []
    grouped = (
        report.rows.group_by("aarsag", "fil", maintain_order=True)
        .agg(
            pl.col("post").unique().sort().head(RECORDS_SHOWN).alias("poster"), pl.col("post").n_unique().alias("antal")
        )
        .sort("aarsag", "fil")
    )
    order = list(AARSAGER)
    found = [
        (AARSAGER[aarsag][0], fil, ", ".join(map(str, poster)) + (" …" if antal > len(poster) else ""), antal)
        for aarsag, fil, poster, antal in sorted(grouped.iter_rows(), key=lambda row: (order.index(row[0]), row[1]))
    ]
    return found
