"""What the shown figures say, by the rules a statistic declares: the total against the year before, who is first and last."""

from collections.abc import Mapping
from dataclasses import dataclass

from hjalp_pipeline.publishing.article.finding_rules import ArticleRules, Ranking, Total
from hjalp_pipeline.publishing.article.grammar import year_before
from hjalp_pipeline.publishing.article.shown_table import Figure, ShownTable

Tables = Mapping[str, ShownTable]


@dataclass(frozen=True)
class TotalFound:
    """The total at the newest time. ``now``: None when nothing of it is shown. ``both``: now and before over what is shown at
    both times; None without that. ``code``: the chosen one. ``comes_before``: whether the table shows the year before.
    """

    time: str
    before: str
    now: Figure | None
    both: tuple[Figure, Figure] | None
    code: str | None
    comes_before: bool

    @property
    def whole(self) -> bool:
        """Whether nothing of it is hidden at either time: then now less before is the change."""
        return self.both is not None and self.now is not None and not self.now.hidden and not self.both[1].hidden


@dataclass(frozen=True)
class Ranked:
    """The codes of a ranking that are shown whole, in the order of the table: figure now, figure before where there is one."""

    rows: Mapping[str, tuple[Figure, Figure | None]]
    every: int

    @property
    def by_size(self) -> list[str]:
        """The codes, the largest first; equal ones in the table's order."""
        return sorted(self.rows, key=lambda code: -self.rows[code][0].value)

    @property
    def last(self) -> str:
        """The code with the smallest figure, the first in the table's order of equal ones."""
        return min(self.rows, key=lambda code: self.rows[code][0].value)

    def changes(self) -> dict[str, tuple[int, Figure, Figure]]:
        """By code: how much more it is than before, now and before; of those shown at both times."""
        return {code: (now.value - was.value, now, was) for code, (now, was) in self.rows.items() if was is not None}


@dataclass(frozen=True)
class Participation:
    """Kommuner by code that take part at one of two times alone, and how many take part now, of how many."""

    only_now: tuple[str, ...]
    only_before: tuple[str, ...]
    taking_part: int
    every: int

    @property
    def same(self) -> bool:
        """Whether the same take part at both times."""
        return not self.only_now and not self.only_before


def total_found(rule: Total, tables: Tables) -> TotalFound | None:
    """The total of the newest time; None when its table shows no time."""
    table = tables[rule.table]
    if not table.times:
        return None
    time = table.times[-1]
    before, at, code = year_before(time), dict(rule.at), None
    if rule.chosen:
        found = table.by(rule.chosen, at, time)
        code = max(found, key=lambda one: found[one].value, default=None)
        if code is None:
            return TotalFound(time, before, None, None, None, before in table.times)
        at[rule.chosen] = code
    both = table.in_both(at, time, before)
    if both:  # what is hidden at one of the times alone is not in either sum
        then = table.total(at, before)
        both = (both[0], both[1]._replace(hidden=then.hidden if then else 0))
    return TotalFound(time, before, table.total(at, time), both, code, before in table.times)


def ranked(rule: Ranking, rules: ArticleRules, tables: Tables, total: TotalFound) -> Ranked | None:
    """The codes of a ranking at the newest time of its table and the year before; None when fewer than two are shown."""
    table, at = tables[rule.table], dict(rule.at)
    if not table.times or (rule.chosen and total.code is None):
        return None
    if rule.chosen:
        at[rules.total.chosen] = str(total.code)
    now, before = (table.by(rule.by, at, time) for time in (table.times[-1], year_before(table.times[-1])))
    codes = [code for code in rules.variables[rule.by].codes if code not in rule.leave_out]
    whole = [code for code in codes if code in now and not now[code].hidden]
    then = {code: figure for code, figure in before.items() if not figure.hidden}
    return Ranked({code: (now[code], then.get(code)) for code in whole}, len(codes)) if len(whole) > 1 else None


def participation(rules: ArticleRules, tables: Tables, total: TotalFound) -> Participation:
    """Who takes part at the total's time and the year before, by the signs of the table that says so."""
    name, column = rules.areas
    variable = rules.variables[column]
    codes = [code for code in variable.codes if code != variable.total]
    out_now, out_then = (tables[name].absent(column, time) for time in (total.time, total.before))
    return Participation(
        tuple(code for code in codes if code in out_then and code not in out_now),
        tuple(code for code in codes if code in out_now and code not in out_then),
        sum(code not in out_now for code in codes),
        len(codes),
    )
