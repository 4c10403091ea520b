"""A kommune's approval report as a page: Danish, self-contained, readable in print and by a screen reader; no CPR number."""

import polars as pl

from hjalp_pipeline.delivery.intake import MAX_FINDINGS
from hjalp_pipeline.dialogue.approval.report import Report
from hjalp_pipeline.pages.charts import danish
from hjalp_pipeline.pages.template import template
from hjalp_pipeline.rules.approval import State

#: Record numbers named on the page for each reason and file; the workbook has all that are listed.
RECORDS_SHOWN = 10
STATE_WORDS = {
    State.UBESVARET: ("ikke besvaret", "warn"),
    State.GODKENDT: ("godkendt", "ok"),
    State.AFVIST: ("afvist: lever igen, når fejlene er rettet", "no"),
    State.GENLEVERET: ("afvist, og leveret igen: svar på de nye tal", "warn"),
    State.FORAELDET: ("godkendt, men før den nyeste levering: se de nye tal efter", "warn"),
}
#: What a kommune can answer now: what it has rejected has to be delivered again first.
_OPEN = frozenset(State) - {State.GODKENDT, State.AFVIST}


def report_html(report: Report) -> str:
    """The page: the statistic's template around the engine's, with what both need."""
    in_words, approval = report.statistic.rulebook.in_words, report.statistic.approval
    return template(*report.template, also=__package__).render(
        report=report,
        statistic=report.statistic.layouts.declaration,
        aar=str(report.aar),
        last=str(report.aar - 1),
        needed=approval.needed_da,
        reasons=[(in_words[reason], reason, rows) for reason, rows in report.reasons],
        records=_records(report),
        partly=[(in_words[reason][0], words) for reason, words in partly_listed(report)],
        most=MAX_FINDINGS,
        states=[
            (approval.asked_for(kind), STATE_WORDS[state], report.decided.get(kind))
            for kind, state in report.states.items()
        ],
        asked=[approval.asked_for(kind) for kind, state in report.states.items() if state is not State.GODKENDT],
        answers=[]
        if report.release
        else [approval.asked_for(kind) for kind, state in report.states.items() if state in _OPEN],
        redeliver=[approval.asked_for(kind) for kind, state in report.states.items() if state is State.AFVIST],
        **report.told.page,
    )


def partly_listed(report: Report) -> list[tuple[str, str]]:
    """Reason, and how many of its records are listed, in words, where that is not all of them."""
    if report.rows is None:
        return []
    codes = report.statistic.rulebook.codes
    shown = dict(report.rows.group_by("aarsag").len().iter_rows())
    missing = [(reason, shown.get(reason, 0), rows) for reason, rows in report.reasons if codes[reason].fault]
    return [
        (reason, f"de første {danish(few)} af {danish(rows)}" if few else f"ingen af {danish(rows)}")
        for reason, few, rows in missing
        if few < rows
    ]


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
    in_words = report.statistic.rulebook.in_words
    order = list(in_words)
    found = [
        (in_words[aarsag][0], fil, ", ".join(map(str, poster)) + (" …" if antal > len(poster) else ""), antal)
        for aarsag, fil, poster, antal in sorted(grouped.iter_rows(), key=lambda row: (order.index(row[0]), row[1]))
    ]
    return found
