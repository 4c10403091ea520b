"""The folders of a data root that people fill, and what belongs in each, made from what the readers read by.

The README of each folder, the first files of ``hjalp init`` and ``docs/data-root.md`` are all made of these texts.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass, fields
from typing import Any

from hjalp_pipeline.data_root.definition_example import definition_toml, keys
from hjalp_pipeline.dialogue.reminders.day_lists import (
    APPROVAL_DEADLINES,
    REMINDER_STEPS,
    read_approval_deadlines,
    read_steps,
)  # fmt: skip
from hjalp_pipeline.production.release.finished_articles import OF_ARTICLES
from hjalp_pipeline.production.release.known_defects import KNOWN_DEFECTS, read_known_defects
from hjalp_pipeline.production.release.publication_list import PUBLICATION, read_publication
from hjalp_pipeline.production.release.release_calendar import CALENDAR, read_calendar
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage import codelists
from hjalp_pipeline.storage.decisions import ApprovalLine
from hjalp_pipeline.storage.extract_contract import CONTRACT, Column
from hjalp_pipeline.storage.inbox import README
from hjalp_pipeline.storage.key_file import KEY_FILE, OF_THE_KEY
from hjalp_pipeline.storage.maintained_list import MaintainedList, filled_in
from hjalp_pipeline.storage.portal_lists import PORTAL_LISTS
from hjalp_pipeline.storage.root import DataRoot, typed
from hjalp_pipeline.storage.settings import SECTIONS, SETTINGS_FILE
from hjalp_pipeline.typed import Described, described

#: The code lists with their readers, the one nobody can do without first.
READERS: tuple[tuple[MaintainedList[Any], Callable[[DataRoot], Sized]], ...] = (
    (codelists.SYSTEMS, codelists.read_systems),
    (codelists.COLLABORATIONS, codelists.read_collaborations),
    (codelists.EXTENSIONS, codelists.read_extensions),
    (APPROVAL_DEADLINES, read_approval_deadlines),
    (REMINDER_STEPS, read_steps),
    (codelists.EXPLANATIONS, codelists.read_explanations),
    (KNOWN_DEFECTS, read_known_defects),
    (PUBLICATION, read_publication),
    (CALENDAR, read_calendar),
    *PORTAL_LISTS,
)
CODE_LISTS = tuple(one for one, _ in READERS)
#: What each file of a register extract holds.
REGISTER_FILES = {
    "person": "everyone who ever stood in the population register, once: person number of ten characters, sex, date of birth",
    "dod": "the day a person died, at most one a person",
    "befbop": "where a person lived, from a day to the day before another; an empty end: still",
    "befadr": "the kommune of an address, from a day to the day before another; an empty end: still",
    "folketal": "the population on 31 December of each year, by kommune, sex and age in whole years",
}
#: What the program makes for itself, and what of it is for people.
OF_THE_PROGRAM = {
    "receipts": "a receipt for each delivery, as JSON and as a page for the kommune",
    "reminders": "who is due a reminder: a list and letters for each day, the log of what was sent",
    "specification": "the requirement specification for kommuner and vendors",
    "orders": "tables made to order, a folder each, and the ledger of what was delivered to whom; never removed",
    "lake": "everything the program stores for itself",
    "dagster_home": "Dagster's instance: what was run, when, and with what result; mails that wait",
}
EXAMPLE = "EXAMPLE.toml"  # a definition to copy


@dataclass(frozen=True)
class Folder:
    """A folder that people fill. ``purpose``: a sentence; ``text``: what is in it, in Markdown; ``shared`` by all statistics."""

    name: str
    purpose: str
    text: Callable[[Statistic], str]
    shared: bool = False

    def readme(self, statistic: Statistic) -> str:
        """Its README."""
        return f"# {self.name}/\n\n{filled_in(self.purpose, statistic)}\n\n{self.text(statistic)}"


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    head = list(header)
    lines = [head, ["---"] * len(head), *(list(row) for row in rows)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _described(rows: Iterable[tuple[str, Described]], statistic: Statistic) -> str:
    return table(
        ("column", "holds", "when empty", "what it means"),
        (
            (f"`{name}`", filled_in(one.holds, statistic), one.empty or "may not be", filled_in(one.means, statistic))
            for name, one in rows
        ),
    )


def list_text(one: MaintainedList[Any], statistic: Statistic) -> str:
    """A new code list: its header, what it is for and an example in remarks, and the rows it begins with."""
    columns = [
        f"{name}: {one_of.holds}. {one_of.means}" + (f" Empty: {one_of.empty}." if one_of.empty else "")
        for name, one_of in one.columns(statistic)
    ]
    example = ["Example (without the # it counts):", *one.example] if one.example else []
    remarks = [one.purpose, f"{one.without}.", "", *columns, "", *example, *(["", ""] if one.begins_with() else [])]
    told = [f"# {filled_in(line, statistic)}".rstrip() for line in remarks]
    while told[-1] == "#":
        told.pop()
    return "\n".join([one.header(statistic), *told, *one.begins_with()]) + "\n"


def settings_toml(statistic: Statistic) -> str:
    """A new ``settings.toml``: every key with what it means, as a remark with the program's own value."""
    lines = ["# What is left out is as here. Remove the # of a table and of a key to set it."]
    for name, kind in SECTIONS.items():
        lines += ["", f"# [{name}]"]
        for one, value in _settings(kind):
            lines += [f"# {filled_in(one.means, statistic)}", f"# {one.name} = {value}"]
    return "\n".join(lines) + "\n"


def _settings(kind: type) -> Iterator[tuple[Described, str]]:
    """The keys of a table of the settings, with the program's own value or, where it has none, a sample."""
    own = {field.name: field.default for field in fields(kind)}
    for one in described(kind):
        yield one, one.sample or json.dumps(own[one.name])


def _codelists(statistic: Statistic) -> str:
    parts = [
        "UTF-8, columns parted by `;`, the header in the first line, columns in any order. A line that begins with `#` is a remark and is\n"
        "not read, nor is a file of another name. A list with a fault is refused as a whole, with every line that is wrong.\n"
    ]
    for one in CODE_LISTS:
        rows = [*(filled_in(row, statistic) for row in one.example), *one.begins_with()]
        parts.append(
            f"### `{one.place}`\n\n{filled_in(one.purpose, statistic)} {one.without}.\n\n{_described(one.columns(statistic), statistic)}\n"
            f"```csv\n{one.header(statistic)}\n" + "".join(f"{row}\n" for row in rows) + "```\n"
        )
    settings = [
        (
            f"`[{name}] {one.name} = {value}`" + (" (an example)" if one.sample else ""),
            ("Needed. " if one.required else "") + filled_in(one.means, statistic),
        )
        for name, kind in SECTIONS.items()
        for one, value in _settings(kind)
    ]
    parts.append(
        f"### `{SETTINGS_FILE}`\n\nWhat is left out is as here.\n\n{table(('key and what it is without', 'what it means'), settings)}"
    )
    parts.append(f"### `{KEY_FILE}`\n\n{OF_THE_KEY}\n")
    return "\n".join(parts)


def _holds(name: str, column: Column) -> str:
    rule = f", refused where it {column.rule}" if column.rule else ""
    return f"`{name}` ({column.kind}{', may be null' if column.nullable else ''}{rule})"


def _registers(_statistic: Statistic) -> str:
    files = [
        (f"`{name}.parquet`", "; ".join(_holds(*one) for one in CONTRACT[name].items()), REGISTER_FILES[name])
        for name in CONTRACT
    ]
    return (
        "A folder for each extract, called by the day the registers were copied (`2025-04-04`). `hjalp run` takes the newest; a release\n"
        "names its own. Five Parquet files, other columns may be there too:\n\n"
        f"{table(('file', 'columns', 'what it holds'), files)}\n"
        "`folketal.parquet` holds for each year every one of the 98 kommuner (411 may be there too), both sexes and every age from 0\n"
        "to the highest of the year, once each: a zero is a row. An extract that breaks a rule is refused as a whole, and everything\n"
        "that is wrong is told at once.\n"
    )


def _inbox(statistic: Statistic) -> str:
    layout = statistic.layouts.of(filled_in("{last}", statistic))
    columns = [
        (f"`{one.name}`", one.form_text, "no" if one.required else "yes", f"`{one.example}`" if one.example else "")
        for one in layout.fields
    ]
    return filled_in(
        "`{last}/{{komnr}}_{{system}}_{{YYYYMMDDTHHMMSS}}.{{csv|xml|xlsx}}`, for example `{last}/101_nexus_{next}0110T081500.csv`:\n"
        "the folder is the {period} the delivery is for, the time is when it was received. Each file holds all records the system has\n"
        "ever had. A csv file has these columns parted by `;`, in any order, and ends with the line `SLUT;` and the number of records:\n\n",
        statistic,
    ) + (
        f"{table(('field', 'form', 'may be empty', 'example'), columns)}\n"
        f"`{typed('specification', statistic.name)}` writes the requirement specification, with an example of each format and the XSD,\n"
        "also while there are no data: `specification/overblik.html`. Every file gets a receipt in `receipts/` as soon as it is read.\n"
        "A rejected one does not stop the others.\n"
    )


def _approvals(statistic: Statistic) -> str:
    columns, approve = [(one.name, one) for one in described(ApprovalLine)], typed("approve", statistic.name)
    return (
        f"A kommune takes part in a year when it has approved {statistic.approval.needed_en}:\n\n"
        + filled_in(
            f"```\n{approve} --aar {{year}} --kommune 101 --kind ALLE --decision godkendt --by afdelingen\n```\n\n",
            statistic,
        )
        + "The command appends to `approvals/YEAR.csv`. Any other `*.csv` in the folder is read too, with the header\n"
        f"`{';'.join(name for name, _ in columns)}`:\n\n{_described(columns, statistic)}"
    )


def _releases(statistic: Statistic) -> str:
    return (
        "`2024v1.toml` defines the release 2024v1, and the folder `2024v1/` appears when it is made. Copy `EXAMPLE.toml`, which is no\n"
        f"release itself, under the name of your first one; `{typed('release', statistic.name)} --propose` writes the next.\n"
        "These keys are needed:\n\n"
        f"```toml\n{definition_toml(statistic, optional=False)}```\n\n"
        f"{table(('key', 'holds', 'needed', 'what it means'), keys(statistic))}\n"
        "A release comes out after those of its years that have been made, and is protected against them. One that was made by\n"
        "mistake and is not published yet: remove its folder, change its definition, make it again.\n"
    )


def _articles(_statistic: Statistic) -> str:
    return OF_ARTICLES


#: In the order in which they are filled.
FOLDERS = (
    Folder(
        "codelists", "What a statistician maintains: who sends what, deadlines, what is told of the data.", _codelists
    ),
    Folder("registers", "The register extracts, by the day they were copied.", _registers, shared=True),
    Folder("inbox", "The deliveries as received, a folder a {period}. Never touched by the program.", _inbox),
    Folder("approvals", "What the kommuner have decided, appended to and never edited.", _approvals),
    Folder("releases", "What each release is made of, and what it published.", _releases),
    Folder("articles", "The articles that an editor has finished, shown with their release.", _articles),
)


def first_files(statistic: Statistic) -> Mapping[str, str]:
    """The files of an empty data root by name (as ``DataRoot.file`` has it): a README in each folder, every list, an example."""
    lists = {one.place: list_text(one, statistic) for one in CODE_LISTS}
    return {
        **{f"{folder.name}/{README}": folder.readme(statistic) for folder in FOLDERS},
        **lists,
        SETTINGS_FILE: settings_toml(statistic),
        f"releases/{EXAMPLE}": definition_toml(statistic, optional=True),
    }


def known_names() -> tuple[str, ...]:
    """The names a file of ``codelists/`` may have."""
    return (*(place.rpartition("/")[2] for place in (*(one.place for one in CODE_LISTS), SETTINGS_FILE, KEY_FILE)),)
