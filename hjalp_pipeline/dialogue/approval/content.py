"""One kommune's approval report as data: everything its page and its workbook show (seed 3.4, R12)."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.delivery.names import parse_name, safe_name
from hjalp_pipeline.dialogue.approval import figures as maal
from hjalp_pipeline.dialogue.approval.outliers import Year, oddities
from hjalp_pipeline.dialogue.approval.report import Change, Delivered, Key, ParagraphRow, QuarterRow, Report
from hjalp_pipeline.dialogue.approval.source import Source
from hjalp_pipeline.rules.approval import State
from hjalp_pipeline.rules.rulebook import INTAKE
from hjalp_pipeline.statistics.hjalp.approval import KINDS
from hjalp_pipeline.statistics.hjalp.codelists.first import FIRST_KVARTAL
from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import PARAGRAPHS
from hjalp_pipeline.statistics.hjalp.rules.paragraph import LOV_NAVN_UKENDT, SOURCES
from hjalp_pipeline.statistics.hjalp.rules.rule_list import RULEBOOK
from hjalp_pipeline.storage.entries import ChainEntry

#: Why a record was left out or corrected, in words, in the order of the rules.
AARSAGER = {code.name: (code.text_da, "udeladt") for code in INTAKE}
for _means, _severity in (("udeladt", "removes"), ("rettet", "corrects")):
    AARSAGER |= {
        code.name: (code.text_da, _means)
        for rule in RULEBOOK.rules
        if rule.severity == _severity
        for code in rule.codes
    }
_KILDER = {code.name: code.text_da for code in SOURCES}


def make_report(
    source: Source,
    komnr: str,
    *,
    figures: Mapping[Key, int],
    before: Mapping[Key, int],
    days: Mapping[date, int],
    local: Mapping[str, int],
    rows: pl.DataFrame | None,
) -> Report:
    """Put a kommune's report together from its figures (``report_figures``) and the rows listed for it."""
    aar, covered = source.aar, tuple(source.covered_by(komnr))
    standing = source.participation.filter(komnr=komnr).row(0, named=True)
    entry = source.entries.get(komnr)
    stock = {
        kode: n
        for (what, periode, kode), n in figures.items()
        if what == maal.BESTAND_INDBERETTER and periode == str(aar)
    }
    return Report(
        komnr=komnr,
        kommune=NAVN[komnr],
        aar=aar,
        release=source.release,
        kvartal=source.quarters[komnr],
        extract=date.fromisoformat(source.extract),
        until=source.until,
        deltager=standing["deltager"],
        hvorfor=standing["hvorfor"],
        states={kind: State(standing[kind.lower()]) for kind in KINDS},
        decided={kind: source.decisions[komnr, kind].decided_at for kind in KINDS if (komnr, kind) in source.decisions},
        covered_by=tuple(f"{reporter} {NAVN[reporter]}" for reporter in covered),
        delivered=tuple(_delivered(source, komnr)),
        quarters=tuple(_quarter(figures, Kvartal(aar, nr)) for nr in range(1, 5)),
        trend=tuple(
            (str(q), figures.get((maal.UDLEVERET, str(q), ""), 0), figures.get((maal.INDLEVERET, str(q), ""), 0))
            for q in FIRST_KVARTAL.until(Kvartal(aar, 4))
        ),
        paragraphs=tuple(_paragraphs(figures, aar)),
        sources=tuple(_rows_of(figures, aar, maal.KILDE_UDLEVERET, maal.KILDE_BESTAND, _KILDER)),
        bestand=figures.get((maal.BESTAND, str(aar), ""), 0),
        bestand_foer=figures.get((maal.BESTAND, str(aar - 1), ""), 0),
        bestand_andre=tuple((f"{other} {NAVN[other]}", n) for other, n in sorted(stock.items()) if other != komnr),
        poster=entry.records if entry else 0,
        brugt=entry.rows["kommune_assigned"] if entry else 0,
        reasons=tuple(_reasons(entry)) if entry else (),
        rows=rows,
        changes=tuple(_changes(figures, before, aar)) if before else None,
        before_name=source.before_name,
        oddities=tuple(oddities(_year(figures, aar, days, local))) if source.reporters(komnr) else (),
        unknown_codes=entry.remarks.get("paragraph_enriched", {}).get(LOV_NAVN_UKENDT.name, 0) if entry else 0,
    )


def _delivered(source: Source, komnr: str) -> list[Delivered]:
    found = []
    for reporter in source.reporters(komnr):
        for part in source.partitions[reporter].deliveries:
            name = parse_name(part.kvartal, part.filename)
            found.append(
                Delivered(
                    f"{reporter} {NAVN[reporter]}",
                    part.kvartal,
                    safe_name(part.filename),
                    name.received if name else None,
                    part.records,
                    part.rows,
                )
            )
    return found


def _quarter(figures: Mapping[Key, int], kvartal: Kvartal) -> QuarterRow:
    now, before = str(kvartal), Kvartal(kvartal.aar - 1, kvartal.nr)
    known = before >= FIRST_KVARTAL
    return QuarterRow(
        now,
        figures.get((maal.UDLEVERET, now, ""), 0),
        figures.get((maal.UDLEVERET, str(before), ""), 0) if known else None,
        figures.get((maal.INDLEVERET, now, ""), 0),
        figures.get((maal.INDLEVERET, str(before), ""), 0) if known else None,
        figures.get((maal.INDLEVERET_DOED, now, ""), 0),
    )


def _paragraphs(figures: Mapping[Key, int], aar: int) -> list[ParagraphRow]:
    texts = {one.code: f"{one.law} § {one.paragraph}: {one.text}" for one in PARAGRAPHS} | {"": "Uden paragraf"}
    return _rows_of(figures, aar, maal.PARAGRAF_UDLEVERET, maal.PARAGRAF_BESTAND, texts)


def _rows_of(
    figures: Mapping[Key, int], aar: int, issued: str, stock: str, texts: Mapping[str, str]
) -> list[ParagraphRow]:
    """A row for each code that occurs in either year, in the order of ``texts``."""
    found = []
    for kode, tekst in texts.items():
        now = [figures.get((what, str(aar), kode), 0) for what in (issued, stock)]
        before = [figures.get((what, str(aar - 1), kode), 0) for what in (issued, stock)]
        whole = aar - 1 > FIRST_KVARTAL.aar  # issues of half a year are not set beside a whole one
        if any(now) or any(before):
            found.append(ParagraphRow(kode, tekst, now[0], before[0] if whole else None, now[1], before[1]))
    return found


def _reasons(entry: ChainEntry) -> list[tuple[str, int]]:
    """Rows left out and corrected by reason; IKKE_AKTIV, tested twice, summed up."""
    counts = dict.fromkeys(AARSAGER, 0)
    for _step, reason, rows in entry.ledger:
        if reason is not None:
            counts[reason] += rows
    for codes in entry.remarks.values():
        for code, rows in codes.items():
            if code in counts:  # what is merely counted is shown elsewhere
                counts[code] += rows
    return [(reason, rows) for reason, rows in counts.items() if rows]


def _changes(figures: Mapping[Key, int], before: Mapping[Key, int], aar: int) -> list[Change]:
    """Flows and stock of the two years that are other than in the report before, in the order of the report."""
    years = (str(aar), str(aar - 1))
    shown = (maal.UDLEVERET, maal.INDLEVERET, maal.BESTAND, maal.PARAGRAF_UDLEVERET, maal.PARAGRAF_BESTAND)
    keys = {key for key in {**figures, **before} if key[0] in shown and key[1][:4] in years}
    order = sorted(keys, key=lambda key: (shown.index(key[0]), -int(key[1][:4]), key[1], not key[2], key[2]))
    return [
        Change(label(key), before.get(key, 0), figures.get(key, 0), key[0] in shown[3:])
        for key in order
        if figures.get(key, 0) != before.get(key, 0)
    ]


def label(key: Key) -> str:
    """A figure in words."""
    what, periode, kode = key
    place = f", {kode or 'uden paragraf'}" if what.startswith("paragraf") else ""
    words = {
        maal.UDLEVERET: f"Udleveret i {periode}",
        maal.INDLEVERET: f"Indleveret i {periode}",
        maal.BESTAND: f"Udlånt ultimo {periode}",
        maal.PARAGRAF_UDLEVERET: f"Udleveret i {periode}",
        maal.PARAGRAF_BESTAND: f"Udlånt ultimo {periode}",
    }
    return words[what] + place


def _year(figures: Mapping[Key, int], aar: int, days: Mapping[date, int], local: Mapping[str, int]) -> Year:
    """What the checks look at; a quarter without a loan is 0, not missing."""
    quarters = FIRST_KVARTAL.until(Kvartal(aar, 4))
    largest: dict[Kvartal, tuple[date, int]] = {}
    for day, count in sorted(days.items()):
        kvartal = Kvartal.of(day)
        if kvartal not in largest or count > largest[kvartal][1]:
            largest[kvartal] = (day, count)
    return Year(
        aar=aar,
        issued={q: figures.get((maal.UDLEVERET, str(q), ""), 0) for q in quarters},
        returned={q: figures.get((maal.INDLEVERET, str(q), ""), 0) for q in quarters},
        largest_day=largest,
        paragraphs={
            kode: n
            for (what, periode, kode), n in figures.items()
            if what == maal.PARAGRAF_UDLEVERET and periode == str(aar) and kode
        },
        local=local,
        under_112=figures.get((maal.PARAGRAF_UDLEVERET, str(aar), maal.PARAGRAF_112), 0),
    )
