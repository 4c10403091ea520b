"""Links as one system of their hidden figures, for the proof and its page (H11)."""

from collections.abc import Sequence

import numpy as np

from hjalp_pipeline.confidentiality.attack import Interval
from hjalp_pipeline.confidentiality.evidence import OF_FIGURES
from hjalp_pipeline.confidentiality.linked import Figure, Link
from hjalp_pipeline.confidentiality.linked_attack import intervals
from hjalp_pipeline.confidentiality.system import NO_BOUND, Ints, Rows, System

#: What the attackers are taken to know, for the evidence and for the page.
ASSUMPTIONS = (
    *OF_FIGURES,
    "Hver kommune, der er med, kender desuden alle sine egne tal i alle udgivelser. Beskyttelsen er prøvet mod hver af dem.",
    "To tabeller har samme sum for samme koder og tid, når det, der tæller med mere end én gang, er trukket fra. "
    "Hvor meget det er, er kendt.",
    "En kommune er uændret mellem to udgivelser, når alle dens tal for de fælles tider er ens, og en tabels tal for samme "
    "koder og tid er uændrede, når alle tal er ens i begge tabeller.",
)


def as_system(links: Sequence[tuple[Link, frozenset[int]]]) -> tuple[System, list[Interval]]:
    """The hidden figures of links as a system, all of it hidden, and what an outsider can tell of each."""
    figures: list[Figure] = []
    rows, of_links = [], []
    for link, hidden in links:
        cells, first = sorted(hidden), len(figures)
        of_link = [link.figures[at] for at in cells]
        for place in range(max((figure.releases.bit_length() for figure in of_link), default=0)):
            terms = [(first + cell, figure.side) for cell, figure in enumerate(of_link) if figure.releases >> place & 1]
            if terms:
                rows.append((terms, sum(side * of_link[cell - first].value for cell, side in terms)))
        figures += of_link
        of_links.append((first, intervals(link, hidden)))
    count = len(figures)
    every, one = np.ones(count, dtype=np.bool_), np.ones(count, dtype=np.int64)
    system = System(
        names=tuple(figure.name for figure in figures),
        values=np.array([figure.value for figure in figures], dtype=np.int64),
        lower=one,
        upper=np.full(count, NO_BOUND, dtype=np.int64),
        primary=every,
        open=~every,
        cost=one,
        equations=Rows.of(rows),
        inequalities=Rows.of(()),
    )
    return system, _together(of_links, count)


def _together(of_links: Sequence[tuple[int, list[Interval]]], count: int) -> list[Interval]:
    """The intervals of all links, with the witnesses of each put together to values of all hidden figures."""
    numbers: list[dict[bytes, int]] = []
    for _, found in of_links:
        numbers.append({})
        for interval in found:
            for witness in (interval.low_witness, interval.high_witness):
                numbers[-1].setdefault(witness.tobytes(), len(numbers[-1]))
    whole: list[Ints] = [np.ones(count, dtype=np.int64) for _ in range(max(map(len, numbers), default=0))]
    for (first, found), of_link in zip(of_links, numbers, strict=True):
        tables = [np.frombuffer(witness, dtype=np.int64) for witness in of_link]
        for number, table in enumerate(whole):
            if found:
                table[first : first + len(found)] = tables[min(number, len(tables) - 1)]
    return [
        Interval(
            first + place,
            interval.low,
            interval.high,
            whole[of_link[interval.low_witness.tobytes()]],
            whole[of_link[interval.high_witness.tobytes()]],
            exact=interval.exact,
        )
        for (first, found), of_link in zip(of_links, numbers, strict=True)
        for place, interval in enumerate(found)
    ]
