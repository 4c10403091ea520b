"""What the page to sign tells of a year as a whole: what readers cost, what was shown before, what persons could find out (R11)."""

from collections.abc import Iterator

from hjalp_pipeline.confidentiality.signing import Reader
from hjalp_pipeline.pages.charts import danish
from hjalp_pipeline.production.release import told_to_readers
from hjalp_pipeline.production.release.price_of_readers import in_words
from hjalp_pipeline.production.release.verdict import INSIDERS, YearAudit


def notes_of_year(audit: YearAudit) -> list[str]:
    """Danish sentences about all hidden cells of the newest release."""
    kept = {"kommuner": audit.out[-1].owned, "persons": audit.told_to_persons is not None}
    return [*in_words(audit.price, **kept), *_shown_before(audit)]


def persons_of_year(audit: YearAudit) -> Reader:
    """Whoever stands in a hidden cell of 1 or 2: held against each where figures are kept from them, else some are tried."""
    if audit.told_to_persons is not None:
        return told_to_readers.kept_from_persons(audit.told_to_persons)
    return told_to_readers.persons(audit.insiders, INSIDERS, audit.alone)


def _shown_before(audit: YearAudit) -> Iterator[str]:
    """What hiding says of figures that an earlier release showed, in both readings of the releases."""
    before = audit.before
    if before.cells:
        changed, unchanged = danish(len(before.changed)), danish(len(before.unchanged))
        yield (
            f"{danish(before.cells)} af de skjulte celler er vist i en tidligere udgivelse: {changed} har et andet tal nu, og {unchanged} "
            "har det samme. Uændrede tal skjules med, hvor det koster højst én celle for hver ændret, for at man ikke kan slutte, at et "
            "tal er ændret, fordi det er skjult. Den, der kun ved, hvad alle ved, kan ikke se, hvilke det er; den, der tror, at ens tal "
            "er uændrede, kender de uændrede."
        )
