"""A kommune's flows by quarter and loans by paragraph, as its report shows them side by side with the year before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.report_spec import Change, Key
from hjalp_pipeline.statistics.hjalp.approval import flows as maal
from hjalp_pipeline.statistics.hjalp.codelists.first import FIRST_KVARTAL
from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import PARAGRAPHS
from hjalp_pipeline.statistics.hjalp.rules.paragraph import SOURCES

_KILDER = {code.name: code.text_da for code in SOURCES}
_PARAGRAFFER = {one.code: f"{one.law} § {one.paragraph}: {one.text}" for one in PARAGRAPHS} | {"": "Uden paragraf"}


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """A quarter of the year and the same one a year before (null: before the statistic)."""

    kvartal: str
    udleveret: int
    udleveret_foer: int | None
    indleveret: int
    indleveret_foer: int | None
    indleveret_doed: int


@dataclass(frozen=True, slots=True)
class ParagraphRow:
    """Loans by paragraph or source: issued in the year and on loan at its end, this year and last (null: not known)."""

    kode: str
    tekst: str
    udleveret: int
    udleveret_foer: int | None
    bestand: int
    bestand_foer: int


def quarter_row(figures: Mapping[Key, int], kvartal: Kvartal) -> QuarterRow:
    """Flows of a quarter."""
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


def by_paragraph(figures: Mapping[Key, int], aar: int) -> list[ParagraphRow]:
    """Loans by paragraph, those without one last."""
    return list(_by_code(figures, aar, maal.PARAGRAF_UDLEVERET, maal.PARAGRAF_BESTAND, _PARAGRAFFER))


def by_source(figures: Mapping[Key, int], aar: int) -> list[ParagraphRow]:
    """Loans by where the paragraph comes from, or why there is none."""
    return list(_by_code(figures, aar, maal.KILDE_UDLEVERET, maal.KILDE_BESTAND, _KILDER))


def _by_code(
    figures: Mapping[Key, int], aar: int, issued: str, stock: str, texts: Mapping[str, str]
) -> Iterator[ParagraphRow]:
    """A row for each code that occurs in either year, in the order of ``texts``."""
    for kode, tekst in texts.items():
        now = [figures.get((what, str(aar), kode), 0) for what in (issued, stock)]
        before = [figures.get((what, str(aar - 1), kode), 0) for what in (issued, stock)]
        whole = aar - 1 > FIRST_KVARTAL.aar  # issues of half a year are not set beside a whole one
        if any(now) or any(before):
            yield ParagraphRow(kode, tekst, now[0], before[0] if whole else None, now[1], before[1])


def changed(figures: Mapping[Key, int], before: Mapping[Key, int], aar: int) -> list[Change]:
    """Flows and stock of the two years that have changed since the report before, in the order of the report."""
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
