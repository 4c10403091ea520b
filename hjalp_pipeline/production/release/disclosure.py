"""Secondary suppression of a release, and the attack on releases, alone and together (R11).

Each reference year is protected and attacked by itself: figures of different years share no sum. Tables that add up to each
other (``TableSpec.adds_up_to``) are protected and attacked together, over all their times. The suppressor proposes a
pattern; the attacker, who shares no code with it, has the last word.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from hjalp_pipeline.codelists.spans import Time
from hjalp_pipeline.confidentiality.progress import Progress, tell, told_to
from hjalp_pipeline.production.quarter.hiding import hide, marked, with_followers
from hjalp_pipeline.production.release.decoys import decoys
from hjalp_pipeline.production.release.keyed_year import Keyed, ToldByProgram, told_by_program, told_with, year_pattern
from hjalp_pipeline.production.release.linked_audit import LinkedAudit, audit_links, protect_links
from hjalp_pipeline.production.release.linked_tables import FiguresOfOne, LinkedRelease, LinkOfTables, links_of
from hjalp_pipeline.production.release.pattern import readings
from hjalp_pipeline.production.release.person_readers import ReaderKind, with_persons
from hjalp_pipeline.production.release.side_by_side import each
from hjalp_pipeline.production.release.told_names import word
from hjalp_pipeline.production.release.verdict import YearAudit, judge
from hjalp_pipeline.production.release.year_figures import Cell, YearFigures, year_figures
from hjalp_pipeline.statistic import Statistic

#: Work of the suppressor for one release, over all its years: about a minute at national size.
UNITS = 600_000
#: A year, or all times of tables that add up to each other, attacked. Confidential.
Audit = YearAudit | LinkedAudit


@dataclass(frozen=True)
class Protected:
    """A release's tables with everything hidden that must be, and the verdict on each year."""

    tables: Mapping[str, pl.DataFrame]
    audits: tuple[Audit, ...]

    @property
    def fails(self) -> list[str]:
        """Cells left unprotected that could have been protected, as words."""
        return [word(name) for audit in self.audits for name in audit.fails]

    @property
    def inherent(self) -> list[str]:
        """Cells that no pattern protects, as words."""
        return [word(name) for audit in self.audits for name in audit.inherent]

    @property
    def guessed(self) -> list[str]:
        """Cells that no pattern protects from whoever takes equal figures to be unchanged, as words."""
        return [word(name) for audit in self.audits for name in audit.guessed]

    @property
    def verdict(self) -> str:
        """``refused``, or ``to be decided`` where there are cells that nothing protects, or ``safe``."""
        return "refused" if self.fails or self.differ else "to be decided" if self.unprotectable else "safe"

    @property
    def unprotectable(self) -> int:
        """How many cells a person has to decide on: those that no pattern protects, and those that none protects from a guess."""
        return len(self.inherent) + len(self.guessed)

    @property
    def differ(self) -> list[str]:
        """Cells the suppressor holds protected and the attacker breaks, as words."""
        return [word(name) for audit in self.audits for name in audit.differ]


@dataclass(frozen=True)
class Published:
    """A release that is out: its true figures (confidential) and which of them it hid."""

    release: str
    years: tuple[Time, ...]
    tables: Mapping[str, pl.DataFrame]
    hidden: frozenset[tuple[Cell, Time]]
    #: For each kommune a token of all that its figures come from; none when the release does not tell.
    sources: Mapping[str, str] = field(default_factory=dict)
    #: Whether it is protected also from each kommune, which knows its own figures.
    owned: bool = False
    #: By kommune those it reports for, whose figures it knows.
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: By year which of the key's patterns it has, where it was made by a key.
    attempts: Mapping[str, int] = field(default_factory=dict)

    def figures(self, statistic: Statistic, aar: Time) -> YearFigures:
        """Its figures of a year with what it hid."""
        hidden = frozenset(cell for cell, year in self.hidden if year == aar)
        figures = year_figures(statistic, self.release, self.tables, aar)
        return replace(figures, hidden=hidden, sources=self.sources, owned=self.owned, members=self.members)

    def masked(self, statistic: Statistic) -> dict[str, pl.DataFrame]:
        """Its tables with what it hid hidden."""
        return hide(statistic.tables, self.tables, by_table(self.hidden))

    @property
    def linked(self) -> LinkedRelease:
        """Its tables with what it hid, as links are made of them."""
        return LinkedRelease(self.release, self.tables, self.hidden)


def protect_tables(
    statistic: Statistic,
    release: str,
    tables: Mapping[str, pl.DataFrame],
    years: Sequence[Time],
    earlier: Sequence[Published],
    *,
    sources: Mapping[str, str] | None = None,
    members: Mapping[str, frozenset[str]] | None = None,
    against_insiders: bool = False,
    units: int = UNITS,
    of_one: FiguresOfOne | None = None,
    owned: bool = False,
    keyed: Keyed | None = None,
    progress: Progress | None = None,
) -> Protected:
    """Protect a release's unsuppressed ``tables`` against ``earlier`` releases (oldest first), and attack the result.

    ``years``: the times to protect of tables with sums; those that add up to each other are protected in all their times.
    ``sources``, ``members``: as in ``YearFigures``. ``units``: work of the suppressor over all years, see ``Work``. ``of_one``,
    ``owned``: see ``links_of``; ValueError where the one is needed and not given. ``keyed``: by the office's key. ``progress``: told
    how far it is, year by year and step by step, without any figure.
    """
    with_sums = _with_sums(statistic)
    figures = {
        aar: replace(
            year_figures(with_sums, release, tables, aar), sources=sources or {}, owned=owned, members=members or {}
        )
        for aar in years
    }
    # Where nobody takes part nothing is shown.
    counted = [aar for aar, new in figures.items() if new.counted]

    @told_to(progress)
    def protect_year(aar: Time) -> YearAudit:
        new, before = figures[aar], _out(with_sums, earlier, aar)
        systems = readings(with_sums, aar, [*before, new])
        if against_insiders:
            systems = {reading: with_persons(year, year.system.primary) for reading, year in systems.items()}
        work = units // len(counted)
        first = next((one.attempts[str(aar)] for one in reversed(earlier) if str(aar) in one.attempts), 0)
        found, told = year_pattern(systems, work, keyed, first=first)
        mask = found.mask | decoys(systems["unchanged"], found.mask, [*before, new], systems["unchanged"].readers)
        tell("attack", 0, 1)
        audit = judge(systems, mask, [*before, replace(new, hidden=mask)], found.reports, known=found.known)
        if told:
            # These look at true figures: other tables would be hidden otherwise.
            proven = not (owned or against_insiders or before)
            audit = replace(audit, program=replace(told_with(systems, found.mask, mask, told), proven=proven))
        _ = audit.evidence  # side by side with the other years
        return audit

    links = _links(
        statistic,
        [*(one.linked for one in earlier), LinkedRelease(release, tables)],
        is_new=True,
        of_one=of_one,
        owned=owned,
    )
    audits: list[Audit] = [*each(protect_year, counted)]
    if links:
        audits.append(protect_links(statistic, links))
    hidden = by_table(cell for audit in audits for cell in audit.mask)
    if any(spec.mask for spec in statistic.tables):
        out = [marked(statistic.only(one.tables).tables, one.tables, by_table(one.hidden)) for one in earlier]
        hidden = with_followers(statistic.tables, tables, hidden, out)
    return Protected(hide(statistic.tables, tables, hidden), tuple(audits))


def by_table(hidden: Iterable[tuple[Cell, Time]]) -> dict[str, list[tuple[Time, ...]]]:
    """Hidden cells as ``hide`` takes them: by table their codes and time."""
    found: dict[str, list[tuple[Time, ...]]] = {}
    for (table, *codes), tid in sorted(hidden, key=lambda one: (one[0], str(one[1]))):
        found.setdefault(table, []).append((*codes, tid))
    return found


def audit_published(
    statistic: Statistic, releases: Sequence[Published], readers: Collection[ReaderKind] | None = None
) -> list[Audit]:
    """Attack releases together, as somebody would who holds them all; oldest first.

    ``readers``: as whom besides an outsider; None: as those whom the newest release is protected from.
    """
    if readers is not None:
        releases = [replace(one, owned="kommune" in readers) for one in releases]
    with_sums = _with_sums(statistic)
    years = sorted({year for release in releases for year in release.years}, key=str)
    figures = [(aar, out) for aar in years if (out := _out(with_sums, releases, aar))]

    def audit(year: tuple[Time, list[YearFigures]]) -> YearAudit:
        aar, out = year
        systems = readings(with_sums, aar, out)
        if "person" in (readers or ()):
            systems = {reading: with_persons(year, year.hidden(out[-1].hidden)) for reading, year in systems.items()}
        return judge(systems, out[-1].hidden, out, {}, all_out=True)

    found: list[Audit] = [*each(audit, figures)]
    if links := _links(statistic, [release.linked for release in releases], is_new=False, owned=releases[-1].owned):
        linked = {spec.name for pair in statistic.linked for spec in pair}
        found.append(
            audit_links(
                statistic,
                links,
                frozenset(one for one in releases[-1].hidden if one[0][0] in linked),
                persons="person" in (readers or ()),
            )
        )
    return found


def audit_program(statistic: Statistic, releases: Sequence[Published], *, keyed: bool) -> list[ToldByProgram]:
    """What running the program on other tables tells of releases together, oldest first; ``keyed``: made by a key."""
    with_sums = _with_sums(statistic)
    found = []
    for aar in sorted({year for release in releases for year in release.years}, key=str):
        if out := _out(with_sums, releases, aar):
            systems = readings(with_sums, aar, out)
            audit = told_by_program(systems, out[-1].hidden, keyed=keyed)
            found.append(ToldByProgram(aar, audit, systems["unchanged"].system.names))
    return found


def _with_sums(statistic: Statistic) -> Statistic:
    """The statistic without the tables that add up to each other."""
    linked = {spec.name for pair in statistic.linked for spec in pair}
    return statistic.only({spec.name for spec in statistic.tables} - linked) if linked else statistic


def _links(
    statistic: Statistic,
    releases: Sequence[LinkedRelease],
    *,
    is_new: bool,
    of_one: FiguresOfOne | None = None,
    owned: bool,
) -> list[LinkOfTables]:
    links = (links_of(pair, releases, is_new=is_new, of_one=of_one, owned=owned) for pair in statistic.linked)
    return [link for of_pair in links for link in of_pair]


def _out(statistic: Statistic, releases: Sequence[Published], aar: Time) -> list[YearFigures]:
    """What releases say of a year, those apart in which nobody takes part."""
    figures = [release.figures(statistic, aar) for release in releases if aar in release.years]
    return [of_year for of_year in figures if of_year.counted]
