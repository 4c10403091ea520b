"""The three sentences a revision begins with: what changed, why, and what that means for whoever uses the figures (R13).

Written by rules, from figures shown in both releases and from what the releases were made of.
"""

from collections.abc import Sequence

from hjalp_pipeline.pages.charts import danish
from hjalp_pipeline.publishing.revision import Measure, Page, Total, per_cent
from hjalp_pipeline.publishing.table import enumerated


def sentences(page: Page) -> tuple[str, str, str]:
    """What changed, why, and what it means."""
    return _what(page), _why(page), _use(page)


def largest(measures: Sequence[Measure]) -> tuple[Measure, Total] | None:
    """The total that changed most, of those of the whole country only when there is no other."""
    moved = [(measure, total) for measure in measures for total in measure.totals]
    parts = [one for one in moved if not one[1].whole] or moved
    return min(parts, key=lambda one: (-abs(one[1].change), one[0].table, one[1].place, one[1].aar), default=None)


def _what(page: Page) -> str:
    both, changed, come, gone = page.figures
    told = f"der står i både {page.earlier} og {page.release}, er"
    if both == 0:
        said = [f"Intet tal står i både {page.earlier} og {page.release}"]
    elif both == 1:
        said = [f"Det ene tal, {told} {'ændret' if changed else 'uændret'}"]
    else:
        said = [f"{danish(changed) if changed else 'Ingen'} af de {danish(both)} tal, {told} ændret"]
    said += [f"{danish(come)} tal er kommet til"] if come else []
    said += [f"{danish(gone)} tal vises ikke længere"] if gone else []
    most = largest(page.measures)
    if most is None:
        return f"{_listed(said)}."
    measure, total = most
    verb = "steg" if total.change > 0 else "faldt"
    share = f" ({per_cent(total.change, total.before)})" if total.before else ""
    return (
        f"{_listed(said)}; størst er ændringen for {_place(total)}, hvor {measure.sentence} {measure.time(total.aar)} {verb} "
        f"fra {measure.written(total.before)} til {measure.written(total.after)}{share}."
    )


def _why(page: Page) -> str:
    if page.reasons is None:
        return f"Hvad {page.earlier} er lavet af, er ikke gemt, så årsagerne kan ikke skilles ad."
    if not page.reasons:
        return "De to udgivelser er lavet af det samme."
    reasons = enumerated((f"at {reason}" for reason in page.reasons), "og")
    return f"{'Grunden' if len(page.reasons) == 1 else 'Grundene'} er, {reasons}."


def _use(page: Page) -> str:
    _, *moved = page.figures
    if not any(moved):
        return f"Det er uden betydning, om man bruger {page.release} eller {page.earlier}."
    national = [(measure, measure.national) for measure in page.measures if measure.national]
    if not national:
        return f"Brug {page.release} i stedet for {page.earlier}; der er intet tal for hele landet at sammenligne."
    use = f"brug {page.release} i stedet for {page.earlier}"
    if not any(total.change for _, total in national):
        return f"Tallene for hele landet {_times(national)} er uændrede; {use} for de tal, der er ændret."
    if len({measure.time(total.aar) for measure, total in national}) == 1:
        shares = enumerated((f"{_share(measure, total)} for {measure.sentence}" for measure, total in national), "og")
        return f"For hele landet er ændringen {_times(national)} {shares}, så {use}."
    shares = enumerated(
        (f"{_share(measure, total)} for {measure.sentence} {measure.time(total.aar)}" for measure, total in national),
        "og",
    )
    return f"For hele landet er ændringen {shares}, så {use}."


def _times(national: Sequence[tuple[Measure, Total]]) -> str:
    return enumerated(dict.fromkeys(measure.time(total.aar) for measure, total in national), "og")


def _share(measure: Measure, total: Total) -> str:
    if not total.change:
        return "0 pct."
    if not total.before:
        return f"{'+' if total.change > 0 else ''}{measure.written(total.change)} (fra 0)"
    return per_cent(total.change, total.before)


def _place(total: Total) -> str:
    return "hele landet" if total.whole else total.place


def _listed(said: Sequence[str]) -> str:
    *first, last = said
    return f"{', '.join(first)}, og {last}" if first else last
