"""The vocabulary in which a statistic declares what its article tells: which figures, and the sentences they stand in.

Columns and codes are those of the published csv files, in upper case. A sentence has fields in braces; one of whose fields
there is no figure for is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from hjalp_pipeline.publishing.table import Text, Variable

#: How a figure is told: persons in hundreds; a share of 100 per cent in whole per cent; a rate with its decimals.
Kind = Literal["persons", "share", "rate"]
#: A headline has at most so many words, an article at least and at most so many.
HEADLINE_WORDS = 8
WORDS = (250, 300)


@dataclass(frozen=True)
class Headline:
    """The headlines of a total: of its ``{number}``; that it is ``{pct}`` more or fewer; that it is ``{same}``; that it is not shown."""

    number: Text
    more: Text
    fewer: Text
    same: Text
    hidden: Text


@dataclass(frozen=True)
class Total:
    """The number an article begins with: of persons in ``table`` at the codes ``at``, added up over its other columns.

    ``chosen``: the column whose code with the most is told, ``{what}``. ``stock``: figures of the end of a time.
    ``lead``: the first sentence, with ``{time}``, ``{number}`` and ``{what}``.
    """

    table: str
    headline: Headline
    lead: Text
    at: Mapping[str, str] = field(default_factory=dict)
    chosen: str = ""
    stock: bool = False


@dataclass(frozen=True)
class Ranking:
    """Figures of a table by the codes of one column, at the codes ``at`` (and ``chosen``: at the total's code).

    Sentences may hold ``{first}`` and ``{last}`` (the codes with the largest and the smallest figure, up to three that are
    equal), ``{first_value}``, ``{first_share}`` in words, ``{last_value}``, ``{last_share}``, ``{riser}``, ``{riser_pct}``,
    ``{faller}``, ``{faller_pct}`` (the largest changes), ``{rose}``, ``{fell}``, ``{both}`` (how many codes, of those shown at
    both times), ``{shown}``, ``{all}``, ``{time}`` and ``{before}`` (as phrases), ``{now}`` and ``{then}`` (as names),
    ``{what}``.
    ``told`` always stand, ``more`` while there is room.
    ``leave_out``: codes that are no group of their own, for instance the total.
    """

    table: str
    by: str
    kind: Kind
    shows: Literal["columns", "bars", "table"]
    title: Text
    at: Mapping[str, str] = field(default_factory=dict)
    chosen: bool = False
    leave_out: tuple[str, ...] = ()
    decimals: int = 0
    heading: Text | None = None
    told: tuple[Text, ...] = ()
    more: tuple[Text, ...] = ()


@dataclass(frozen=True)
class ArticleRules:
    """What the article of a statistic tells. ``figure`` stands with the lead, each of ``sections`` has its own.

    ``areas``: table and column that say who takes part. ``since``: the first year that later ones can be compared with.
    ``variables``: by column. ``about``: sentences on what the figures are of, for whoever reads them first.
    """

    title: Text
    total: Total
    figure: Ranking
    sections: tuple[Ranking, ...]
    areas: tuple[str, str]
    since: int
    variables: Mapping[str, Variable]
    about: tuple[Text, ...]

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables it reads, each once."""
        used = (self.total.table, self.figure.table, *(one.table for one in self.sections), self.areas[0])
        return tuple(dict.fromkeys(used))
