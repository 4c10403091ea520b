"""The specification as files: an overview, a page for each edition, schemas, examples, the change log. Danish, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from hjalp_pipeline.codelists.periods import MONTHS, Period
from hjalp_pipeline.codelists.validity import Status, Validity
from hjalp_pipeline.codelists.value_sets import CodedField
from hjalp_pipeline.delivery.codes import (
    FINDING_TEXT,
    MISSHAPEN_TEXT,
    REJECTION_TEXT,
    FindingCode,
    advice_on,
    code_of_form,
)
from hjalp_pipeline.delivery.intake import BAD_PER_CENT
from hjalp_pipeline.delivery.layouts.forms import Form
from hjalp_pipeline.delivery.layouts.layout import Layout
from hjalp_pipeline.delivery.layouts.versions import Layouts
from hjalp_pipeline.delivery.layouts.xsd import xsd
from hjalp_pipeline.dialogue.specification.changes import Change, changes
from hjalp_pipeline.dialogue.specification.editions import Edition, editions, known_on
from hjalp_pipeline.dialogue.specification.examples import csv_example, example_records, example_stem, xml_example
from hjalp_pipeline.pages.template import danish_date, template

OVERVIEW, LOG = "overblik.html", "aendringer.html"
_WORD = {Status.VARSLET: "Varslet", Status.GAELDENDE: "Gældende", Status.HISTORISK: "Historisk"}
_MARK = {Status.VARSLET: "warn", Status.GAELDENDE: "ok", Status.HISTORISK: ""}
_SHADE = {Status.VARSLET: "waiting", Status.GAELDENDE: "", Status.HISTORISK: "past"}
_HEADINGS = (
    ("nyt", "Nyt i denne udgave"),
    ("leverancen", "Leverancen og fristen"),
    ("navn", "Filens navn"),
    ("formater", "De tre formater"),
    ("felter", "Felterne"),
    ("vaerdisaet", "Værdisættet"),
    ("eksempler", "Eksempler"),
    ("kvittering", "Kvittering og fejl"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """An edition as the pages list it: with its status in words, the edition before, and what it changes."""

    edition: Edition
    status: Status
    before: Edition | None
    changes: Sequence[Change]

    @property
    def page(self) -> str:
        """File name of its page."""
        return f"kravspecifikation-{self.edition.name}.html"

    @property
    def word(self) -> str:
        """Its status."""
        return _WORD[self.status]

    @property
    def mark(self) -> str:
        """The style of its status."""
        return _MARK[self.status]

    @property
    def announced(self) -> str:
        """When it was announced; when that is not known, by when at the latest."""
        return _announced(self.edition.validity)

    @property
    def quarter(self) -> str:
        """The first quarter it holds for, in words."""
        return self.edition.kvartal.in_words

    @property
    def last_quarter(self) -> str:
        """The last quarter it holds for, in words; nothing when it still does."""
        last = self.edition.last_kvartal
        return last.in_words if last else ""


def _announced(validity: Validity) -> str:
    return danish_date(validity.announced) or f"senest {danish_date(validity.known_from)}"


def _rows(day: date, layouts: Layouts, coded: CodedField | None) -> list[Row]:
    found = editions(layouts.versions, coded.versions if coded else ())
    before = {after: edition for edition, after in pairwise(found)}
    rows = []
    for edition, status in known_on(found, day):
        earlier = before.get(edition)
        rows.append(Row(edition, status, earlier, changes(earlier, edition) if earlier else ()))
    return rows


def specification_files(day: date, layouts: Layouts, coded: CodedField | None) -> dict[str, bytes]:
    """Every file of the specification as it is on a day, by its path below the folder."""
    rows = _rows(day, layouts, coded)
    declared = layouts.declaration
    files = {
        OVERVIEW: _overview(rows, day, layouts, coded),
        LOG: _page("aendringer.html.j2", rows=rows, day=day, statistic=declared),
    }
    for row in rows:
        layout = row.edition.version.layout
        records = example_records(row.edition, coded)
        stem = f"eksempler/{row.edition.name}/{example_stem(row.edition)}"
        examples = {f"{stem}.csv": csv_example(layout, records), f"{stem}.xml": xml_example(row.edition, records)}
        files[row.page] = _edition(row, examples, day, coded)
        files[layout.xsd_name] = xsd(layout)
        files |= examples
    return {path: text.encode() for path, text in sorted(files.items())}


def _deadlines(period: type[Period]) -> list[tuple[str, str]]:
    """The periods of a year in words with their ordinary deadlines: ``4. kvartal``, ``14. januar året efter``."""
    year = 2001
    periods = period(year, 1).until(period(year, 12 // period.months))
    return [
        (
            one.in_words.removesuffix(f" {year}"),
            f"{one.deadline.day}. {MONTHS[one.deadline.month - 1]}{' året efter' if one.deadline.year > year else ''}",
        )
        for one in periods
    ]


def _span_due(day: tuple[int, int] | None) -> str:
    return f"{day[1]}. {MONTHS[day[0] - 1]}" if day else ""


def _page(name: str, **values: object) -> str:
    return template("hjalp_pipeline.dialogue.specification", name).render(**values)


def _overview(rows: Sequence[Row], day: date, layouts: Layouts, coded: CodedField | None) -> str:
    def listed(parts: Sequence[tuple[Validity, object]]) -> list[tuple[str, str, object]]:
        known = [(validity.status(day), part) for validity, part in reversed(parts)]
        return [(_WORD[status], _MARK[status], part) for status, part in known if status]

    return _page(
        "overblik.html.j2",
        day=day,
        rows=rows,
        current=next((row for row in rows if row.status is Status.GAELDENDE), None),
        versions=listed([(version.validity, version) for version in layouts.versions]),
        value_sets=listed([(values.validity, values) for values in coded.versions]) if coded else [],
        statistic=layouts.declaration,
        coded=coded,
    )


def _codes(layout: Layout) -> dict[str, list[str]]:
    """The codes a bad record can get for each field."""
    return {
        field.name: [
            *([str(FindingCode.MANGLER)] if field.required else []),
            *([str(code_of_form(field.form))] if field.is_checked else []),
        ]
        for field in layout.fields
    }


def _edition(row: Row, examples: dict[str, str], day: date, coded: CodedField | None) -> str:
    layout = row.edition.version.layout
    codes, texts = _codes(layout), layout.of_form(Form.TEKST)
    return _page(
        "kravspecifikation.html.j2",
        day=day,
        edition=row.edition,
        before=row.before,
        changes=row.changes,
        layout=layout,
        texts=texts,
        padded=layout.of_form(Form.FASTE_CIFRE),
        pairs=layout.of_form(Form.CIFERPAR),
        needed_texts=[name for name in texts if layout.by_name[name].required],
        quarter=row.quarter,
        last_quarter=row.last_quarter,
        word=row.word,
        announced=row.announced,
        shade=_SHADE[row.status],
        headings=[(anchor, words) for anchor, words in _HEADINGS if coded or anchor != "vaerdisaet"],
        statistic=layout.declaration,
        period=layout.declaration.period,
        deadlines=_deadlines(layout.declaration.period),
        span_due=_span_due(layout.declaration.span_due),
        coded=coded,
        stem=example_stem(row.edition),
        codes=codes,
        examples=list(examples.items()),
        bad_per_cent=BAD_PER_CENT,
        misshapen=MISSHAPEN_TEXT,
        findings=[
            (str(code), FINDING_TEXT[code], [name for name, given in codes.items() if str(code) in given])
            for code in FindingCode
        ],
        rejections=[
            (str(code), text, advice_on(code, layout.declaration.period)) for code, text in REJECTION_TEXT.items()
        ],
    )
