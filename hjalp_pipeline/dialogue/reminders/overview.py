"""The office's page ``reminders/overblik.html``: who owes what since when, as a table of 98 rows and as tiles laid out like the country."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hjalp_pipeline.codelists.kommuner import KOMMUNER, Kommune
from hjalp_pipeline.dialogue.reminders.answers import ANSWER_DAYS
from hjalp_pipeline.dialogue.reminders.calendar import in_words
from hjalp_pipeline.dialogue.reminders.letters import TAKEN, history
from hjalp_pipeline.dialogue.reminders.reminder_states import Standing, State, Step, labels
from hjalp_pipeline.pages.template import template
from hjalp_pipeline.pages.tiles import Shown, legend, tiles
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.root import typed

#: The word on a tile; the colour is never the only sign.
_WORD: dict[State, str] = {
    State.IKKE_FORFALDEN: "har tid",
    State.I_TIDE: "i tide",
    State.FOR_SENT: "for sent",
    State.NYESTE_AFVIST: "ny afvist",
    State.MODTAGET: "læses",
    State.DAEKKET: "af anden",
    State.IKKE_MED: "ikke med",
    State.LUKKET: "afløst",
    State.MANGLER: "mangler",
    State.RYKKET_SKRIFTLIGT: "brev",
    State.RYKKET_TELEFONISK: "opkald",
    State.MINISTERIET: "minist.",
}
#: What a step that is due today is called in the list.
ACTIONS = {"brev": "Send brev", "telefon": "Ring", "ministerium": "Skriv til ministeriet"}


@dataclass(frozen=True)
class Cell:
    """A kommune in one matter as the table shows it: ``taken``: day and kind of each reminder sent."""

    one: Standing
    label: str
    order: int
    taken: Sequence[tuple[date, str]]


@dataclass(frozen=True)
class MatterView:
    """One matter: its name, how many kommuner stand where (every state that occurs), each kommune's cell and tile."""

    key: str
    name: str
    legend: Sequence[tuple[str, str, int]]
    cells: Mapping[str, Cell]
    shown: Mapping[str, Shown]


@dataclass(frozen=True)
class Row:
    """A row of the table."""

    kommune: Kommune
    cells: Sequence[Cell]
    today: Standing | None


def overview_html(today: date, standings: Sequence[Standing], steps: Sequence[Step], statistic: Statistic) -> str:
    """The page of a day: Danish, self-contained; its filters need the script inside it, everything else does not."""
    words = labels(statistic.period)
    by_matter: dict[str, list[Standing]] = {}
    for one in standings:
        by_matter.setdefault(one.case.matter, []).append(one)
    matters = [_matter(key, found, steps, words) for key, found in by_matter.items()]
    proposed = {one.case.komnr: one for one in standings if one.step is not None}
    rows = [
        Row(kommune, [matter.cells[kommune.code] for matter in matters], proposed.get(kommune.code))
        for kommune in KOMMUNER
    ]
    return template("hjalp_pipeline.dialogue.reminders", "overblik.html.j2").render(
        statistic=statistic.layouts.declaration,
        period=statistic.period,
        today=today,
        matters=matters,
        rows=rows,
        todo=[row for row in rows if row.today is not None],
        tiles=tiles(),
        steps=steps,
        actions=ACTIONS,
        taken=TAKEN,
        words=in_words,
        answer_days=ANSWER_DAYS,
        command=typed("remind", statistic.name),
        labels=list(words.items()),
        landsdele=list(dict.fromkeys(kommune.landsdel for kommune in sorted(KOMMUNER, key=lambda k: k.landsdel_code))),
    )


def _matter(key: str, found: Sequence[Standing], steps: Sequence[Step], words: Mapping[State, str]) -> MatterView:
    order = {state: place for place, state in enumerate(reversed(State))}  # the gravest first
    shown = {one.case.komnr: Shown(one.state, _WORD[one.state], f"#k{one.case.komnr}") for one in found}
    return MatterView(
        key,
        in_words(key),
        legend(shown.values(), {str(state): label for state, label in words.items()}),
        {one.case.komnr: Cell(one, words[one.state], order[one.state], history(one, steps, date.max)) for one in found},
        shown,
    )
