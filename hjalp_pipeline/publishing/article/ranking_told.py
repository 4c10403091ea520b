"""A ranking in sentences, and as the figure or table that stands beside them."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from hjalp_pipeline.pages.charts import bars, columns
from hjalp_pipeline.publishing.article.finding_rules import ArticleRules, Kind, Ranking
from hjalp_pipeline.publishing.article.found_figures import Ranked, TotalFound
from hjalp_pipeline.publishing.article.grammar import (
    NAMED,
    half_away,
    per_cent,
    persons,
    share_in_words,
    time_name,
    time_phrase,
    written,
)
from hjalp_pipeline.publishing.article.lead import sentence_of, what
from hjalp_pipeline.publishing.article.marking import Marking
from hjalp_pipeline.publishing.article.shown_table import Figure
from hjalp_pipeline.publishing.table import Language, Text, enumerated

#: A table shows so many of the largest and as many of the smallest; all when there are no more than both.
SHOWN = 5
_PARTLY = Text(
    "Kun {shown} af {all} grupper er vist hele; de andre er ikke med i sammenligningen.",
    "Only {shown} of {all} groups are shown whole; the others are not compared.",
)
_HEAD = {"da": ("Gruppe", "Kommune"), "en": ("Group", "Municipality")}


class Row(NamedTuple):
    """A code with its figure now, before and the change in per cent, as texts; empty where there is none."""

    name: str
    now: Markup | str
    before: Markup | str
    change: str


class Exhibit(NamedTuple):
    """A figure (``picture``, with its rows for whoever cannot see it) or a table (without), with its source."""

    title: str
    table: str
    head: tuple[str, str, str]
    rows: Sequence[Row]
    picture: Markup | None


class Told(NamedTuple):
    """A ranking that is told: heading, sentences that always stand and those that may, and what is shown."""

    heading: Markup | None
    sentences: Sequence[Markup]
    more: Sequence[Markup]
    exhibit: Exhibit


class Teller:
    """Tells one ranking in one language."""

    def __init__(
        self,
        rule: Ranking,
        found: Ranked,
        *,
        rules: ArticleRules,
        total: TotalFound,
        marking: Marking,
        language: Language,
        comparable: bool,
    ) -> None:
        """``found``: what ``rule`` gives; ``total``: what the article begins with; ``comparable``: it with that of the year before."""
        self._comparable = comparable
        self._rule, self._found, self._marking, self._language = rule, found, marking, language
        variable = rules.variables[rule.by]
        self._geo = variable.role == "geo"
        self._texts: Mapping[str, str] = {value.code: getattr(value.text, language) for value in variable.values}
        # The times are those of the total: the tables of a release end with the same one, but for those of whole years.
        self._stock, self._times = rules.total.stock, (total.time, total.before)
        self._what = what(rules, total, language)

    def told(self) -> Told:
        """All of it."""
        fields = self._fields()
        heading = self._sentences([self._rule.heading] if self._rule.heading else [], fields)
        partly = [_PARTLY] if len(self._found.rows) < self._found.every and not self._geo else []
        return Told(
            next(iter(heading), None),
            [*self._sentences(self._rule.told, fields), *self._sentences(partly, fields)],
            list(self._sentences(self._rule.more, fields)),
            self._exhibit(fields),
        )

    def _sentences(self, texts: Sequence[Text], fields: Mapping[str, object]) -> Sequence[Markup]:
        found = []
        for text in texts:
            pattern = str(getattr(text, self._language))
            if set(re.findall(r"{(\w+)}", pattern)) <= set(fields):
                found.append(sentence_of(self._marking.filled(pattern, **fields)))
        return found

    def _fields(self) -> dict[str, object]:
        rows, language = self._found.rows, self._language
        first, last = self._found.by_size[0], self._found.last
        fields: dict[str, object] = {
            "time": self._time(0),
            "before": self._time(1),
            "now": time_name(self._times[0], language),
            "then": time_name(self._times[1], language),
            "what": self._what,
            "shown": str(len(rows)),
            "all": str(self._found.every),
        }
        for name, code in (("first", first), ("last", last)):
            figure = rows[code][0]
            fields[f"{name}_value"] = self._value(figure)
            if self._rule.kind == "share":
                words = share_in_words(figure.value, 100 * 10**self._rule.decimals, language)
                fields[f"{name}_share"] = self._marking.of(words, figure)
        for name, code in (("first", first), ("last", last)):
            equal = [self._name(one) for one, (figure, _) in rows.items() if figure.value == rows[code][0].value]
            fields[name] = self._listed(equal)
            if len(equal) > min(NAMED, len(rows) - 1):  # of so many equal ones nobody is first or last
                del fields[name]
        return fields | self._changes()

    def _changes(self) -> dict[str, object]:
        changes = self._found.changes()
        fields: dict[str, object] = {
            "both": str(len(changes)),
            "rose": str(sum(more > 0 for more, _, _ in changes.values())),
            "fell": str(sum(more < 0 for more, _, _ in changes.values())),
        }
        if not changes:
            return {}
        if not self._geo and not self._comparable:  # who moved most may be who has other kommuner in it
            return fields
        few = min(NAMED, max(1, len(changes) - 1))
        for name, sign in (("riser", 1), ("faller", -1)):
            most = max(more * sign for more, _, _ in changes.values())
            moved = {code: one for code, one in changes.items() if one[0] * sign == most}
            # What was 0 has no change in per cent, and of so many equal ones nobody moved most.
            if most > 0 and len(moved) <= few and all(was.value > 0 for _, _, was in moved.values()):
                pct = dict.fromkeys(per_cent(more, was.value, self._language) for more, _, was in moved.values())
                figures = [figure for _, *pair in moved.values() for figure in pair]
                fields[name] = self._listed([self._name(code) for code in moved])
                fields[f"{name}_pct"] = self._marking.of(self._listed(list(pct)), *figures)
        return fields

    def _listed(self, names: Sequence[str]) -> str:
        return enumerated(names, "og" if self._language == "da" else "and")

    def _exhibit(self, fields: Mapping[str, object]) -> Exhibit:
        rule, rows = self._rule, self._found.rows
        title = str(self._marking.filled(getattr(rule.title, self._language), **fields).striptags())
        return Exhibit(
            title,
            rule.table,
            (_HEAD[self._language][self._geo], self._times[0], self._times[1]),
            [self._row(code) for code in (self._ends() if rule.shows == "table" else rows)],
            None if rule.shows == "table" else Markup(self._picture(title)),  # noqa: S704 (an SVG of the program's own, escaped)
        )

    def _ends(self) -> list[str]:
        ordered = self._found.by_size
        return ordered if len(ordered) <= 2 * SHOWN else [*ordered[:SHOWN], *ordered[-SHOWN:]]

    def _row(self, code: str) -> Row:
        now, was = self._found.rows[code]
        change = ""
        if was is not None and was.value:
            more = now.value - was.value
            sign = "+" if more > 0 else "−" if more < 0 else ""
            change = sign + per_cent(more, was.value, self._language)
        return Row(self._texts[code], self._whole(now), self._whole(was) if was else "", change)

    def _whole(self, figure: Figure) -> Markup | str:
        """A figure as the table has it."""
        return self._marking.of(written(figure.value, self._language, self._rule.decimals), figure)

    def _picture(self, title: str) -> str:
        labels = {
            code: self._texts[code] + (" *" if self._marking.changed(*(one for one in pair if one)) else "")
            for code, pair in self._found.rows.items()
        }
        if self._rule.shows == "columns":
            times = (self._times[1], self._times[0])
            values = [
                (labels[code], (was.value if was else None, now.value)) for code, (now, was) in self._found.rows.items()
            ]
            return columns(title, times, values, lambda value: written(round(value), self._language))
        of = self._found.rows.items()
        return bars(
            title,
            [(labels[code], float(now.value)) for code, (now, _) in of],
            lambda value: written(round(value), self._language, self._rule.decimals) + self._unit(),
        )

    def _unit(self) -> str:
        return {"da": " pct.", "en": " per cent"}[self._language] if self._rule.kind == "share" else ""

    def _value(self, figure: Figure) -> Markup | str:
        return self._marking.of(in_text(figure.value, self._rule.kind, self._rule.decimals, self._language), figure)

    def _name(self, code: str) -> str:
        text = self._texts[code]
        return text if self._geo else text[:1].lower() + text[1:]

    def _time(self, place: int) -> str:
        return time_phrase(self._times[place], self._language, stock=self._stock)


def in_text(value: int, kind: Kind, decimals: int, language: Language) -> str:
    """A figure as a text tells it, whole numbers of 10^-decimals in."""
    if kind == "persons":
        return written(persons(half_away(value, 10**decimals)), language)
    if kind == "share":
        return per_cent(value, 100 * 10**decimals, language)
    return written(value, language, decimals)
